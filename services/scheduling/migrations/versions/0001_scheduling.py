"""The read tables of scheduling."""

from alembic import op

from daybook.runtime.protection import protect
from daybook.scheduling.tables import METADATA

revision = "scheduling_0001"
down_revision = None
branch_labels = ("scheduling",)
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    for table in METADATA.sorted_tables:
        protect(op.execute, table.name)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
