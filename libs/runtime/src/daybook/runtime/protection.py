"""Row-level security, said once: who sees which rows of a table (decision 18)."""

from collections.abc import Callable

Execute = Callable[[str], object]

OWN_PRACTICE = "tenant = nullif(current_setting('app.tenant', true), '')::uuid"


def protect(execute: Execute, table: str) -> None:
    """Lets `app` read its own practice's rows of `table`, `machine` and `owner` work on all.

    FORCE applies the policies to the owner too, who therefore has one of its own: without it a
    data migration would touch no row.
    """
    execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    execute(
        f"CREATE POLICY own_practice ON {table} FOR SELECT TO daybook_app USING ({OWN_PRACTICE})"
    )
    execute(f"CREATE POLICY machine ON {table} TO daybook_machine USING (true) WITH CHECK (true)")
    execute(f"CREATE POLICY owner ON {table} TO daybook_owner USING (true) WITH CHECK (true)")
    execute(f"GRANT SELECT ON {table} TO daybook_app")
    execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO daybook_machine")


def entrust(execute: Execute, table: str) -> None:
    """Gives a table that holds nothing of any practice to the machine; `app` may look."""
    execute(f"GRANT SELECT ON {table} TO daybook_app")
    execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO daybook_machine")
