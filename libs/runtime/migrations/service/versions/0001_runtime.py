"""The tables every service has: store, outbox, reservations, checkpoints, guards, parked."""

from alembic import op

from daybook.runtime.protection import entrust, protect
from daybook.runtime.tables import METADATA, OF_A_PRACTICE, OF_THE_MACHINE

revision = "runtime_0001"
down_revision = None
branch_labels = ("runtime",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    METADATA.create_all(op.get_bind(), checkfirst=False)
    for table in OF_A_PRACTICE:
        protect(op.execute, table.name)
    for table in OF_THE_MACHINE:
        entrust(op.execute, table.name)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
    op.execute("DROP TYPE uuidrange")
