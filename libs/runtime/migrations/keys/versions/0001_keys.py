"""The keys of practices and of their people; destroyed ones leave a tombstone (decision 19)."""

from alembic import op

revision = "keys_0001"
down_revision = None
branch_labels = ("keys",)
depends_on = None

STATEMENTS = (
    """
CREATE TABLE person_keys (
    tenant UUID NOT NULL,
    person UUID NOT NULL,
    wrapped BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, person)
)
""",
    "COMMENT ON COLUMN person_keys.wrapped IS 'NULL once the key is destroyed'",
    """
CREATE TABLE practice_keys (
    tenant UUID NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (tenant)
)
""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    op.execute(
        "ALTER TABLE person_keys ADD CONSTRAINT wrapped_or_destroyed "
        "CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))"
    )
    # A destroyed key's old row is vacuumed away soon, not when a fifth of the table has died.
    op.execute(
        "ALTER TABLE person_keys "
        "SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)"
    )
    # Row-level security of its own, stricter than daybook.runtime.protection: `app` sees nothing,
    # and the machine can neither delete a key, nor change one, nor bring a destroyed one back.
    for table in ("practice_keys", "person_keys"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY owner ON {table} TO daybook_owner USING (true) WITH CHECK (true)"
        )
        op.execute(f"CREATE POLICY look ON {table} FOR SELECT TO daybook_machine USING (true)")
        op.execute(f"CREATE POLICY make ON {table} FOR INSERT TO daybook_machine WITH CHECK (true)")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO daybook_machine")
    op.execute("GRANT UPDATE (wrapped, destroyed_at) ON person_keys TO daybook_machine")
    op.execute(
        "CREATE POLICY destroy ON person_keys FOR UPDATE TO daybook_machine "
        "USING (destroyed_at IS NULL) WITH CHECK (destroyed_at IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute("DROP TABLE person_keys")
    op.execute("DROP TABLE practice_keys")
