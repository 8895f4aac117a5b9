"""Roles, databases and their rights, set by the supervisor through psql.

psql rather than asyncpg, as start() blocks and may be called where an event loop is running.
Passwords go in by standard input, never by the command line, and a failing statement is not logged.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from daybook.runtime.embedded.directory import ROLES, SUPERVISOR
from daybook.runtime.embedded.errors import EmbeddedError
from daybook.runtime.embedded.install import Install, environment
from daybook.runtime.supervise import telling_line

_ROLE = r"""
\set role {role}
\set password {password}
SELECT format('CREATE ROLE %I', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION {rls}
      PASSWORD :'password';
"""

# The backup role is the one that may see every tenant's rows, and it cannot write any.
_RIGHTS = """
GRANT pg_read_all_data TO daybook_backup;
ALTER ROLE daybook_backup SET default_transaction_read_only = on;
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
"""

_DATABASE = r"""
\set name {name}
SELECT format('CREATE DATABASE %I OWNER daybook_owner', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO daybook_owner, daybook_app, daybook_machine, daybook_backup;
\connect :"name"
ALTER SCHEMA public OWNER TO daybook_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO daybook_app, daybook_machine;
"""


class Psql:
    """The supervisor's way in: one psql per script, over the socket."""

    def __init__(self, install: Install, sockets: Path, password: str) -> None:
        self._program = install.program("psql")
        self._sockets = sockets
        self._password = password

    def set_roles(self, passwords: Mapping[str, str]) -> None:
        """Create the roles, or bring them back to ours. Raises EmbeddedError."""
        scripts = [
            _ROLE.format(
                role=role,
                password=passwords[role],
                rls="BYPASSRLS" if role == "daybook_backup" else "NOBYPASSRLS",
            )
            for role in ROLES
        ]
        self._run("".join(scripts) + _RIGHTS)

    def set_database(self, name: str) -> None:
        """Create a database, or bring its rights back to ours. Raises EmbeddedError."""
        self._run(_DATABASE.format(name=name))

    def _run(self, script: str) -> None:
        done = subprocess.run(
            [
                self._program,
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                f"--host={self._sockets}",
                f"--username={SUPERVISOR}",
                "--dbname=postgres",
            ],
            input=script,
            env=environment(
                PGPASSWORD=self._password, PGOPTIONS="-c log_min_error_statement=panic"
            ),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            line = telling_line(done.stderr.splitlines(), r"\b(FATAL|ERROR|error):").rstrip(".")
            raise EmbeddedError(
                f'PostgreSQL refused to set up its roles and databases ("{line}"): see its log,'
                " and start again."
            )
