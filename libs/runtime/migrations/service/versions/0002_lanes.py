"""The times of a lane are found by the lane.

Row-level security keeps the exclusion constraint's own index from serving a question: whether two
ranges overlap is nothing PostgreSQL lets us ask before it knows whose row it is.
"""

from alembic import op

revision = "runtime_0002"
down_revision = "runtime_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX reserved_times_by_lane ON reserved_times (tenant, lane)")


def downgrade() -> None:
    op.execute("DROP INDEX reserved_times_by_lane")
