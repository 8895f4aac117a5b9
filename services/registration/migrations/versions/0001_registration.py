"""The read tables of registration."""

from alembic import op

from daybook.registration.tables import METADATA
from daybook.runtime.protection import protect

revision = "registration_0001"
down_revision = None
branch_labels = ("registration",)
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    for table in METADATA.sorted_tables:
        protect(op.execute, table.name)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
