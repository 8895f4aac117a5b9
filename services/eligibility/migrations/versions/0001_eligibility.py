"""The read tables of eligibility."""

from alembic import op

from daybook.eligibility.tables import METADATA
from daybook.runtime.protection import protect

revision = "eligibility_0001"
down_revision = None
branch_labels = ("eligibility",)
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    for table in METADATA.sorted_tables:
        protect(op.execute, table.name)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
