"""The read tables of billing."""

from alembic import op

from daybook.billing.tables import METADATA
from daybook.runtime.protection import protect

revision = "billing_0001"
down_revision = None
branch_labels = ("billing",)
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    for table in METADATA.sorted_tables:
        protect(op.execute, table.name)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
