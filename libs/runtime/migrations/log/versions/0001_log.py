"""The embedded log: partitions, records, and who sends and reads."""

from alembic import op

from daybook.runtime.log.tables import METADATA

revision = "log_0001"
down_revision = None
branch_labels = ("log",)
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    # Values are sealed or small: trying to compress them costs time and saves nothing.
    op.execute("ALTER TABLE records ALTER COLUMN value SET STORAGE EXTERNAL")
    # Rows updated all the time: room beside each keeps the new version on its page (HOT).
    for table in ("partitions", "producers", "members"):
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 50)")
    for table in METADATA.tables:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO daybook_machine")


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
