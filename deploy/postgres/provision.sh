#!/bin/sh
# Daybook's three roles and its databases, as daybook.runtime.provisioning makes them. The postgres
# image runs it as superuser when its data directory is new; running it again changes nothing.
#   DAYBOOK_DATABASES                  names without their prefix daybook_, with spaces between
#   DAYBOOK_POSTGRES_PASSWORD_OWNER, _APP, _MACHINE
set -eu

sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" "$@"; }

role() {
  PASSWORD="$2" sql --dbname postgres --set name="daybook_$1" <<'END'
\getenv password PASSWORD
SELECT format('CREATE ROLE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION
  PASSWORD :'password';
END
}

database() {
  sql --dbname postgres --set name="daybook_$1" <<'END'
SELECT format('CREATE DATABASE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
ALTER DATABASE :"name" OWNER TO daybook_owner;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO daybook_owner, daybook_app, daybook_machine;
END
  sql --dbname "daybook_$1" <<'END'
ALTER SCHEMA public OWNER TO daybook_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO daybook_app, daybook_machine;
END
}

role owner "$DAYBOOK_POSTGRES_PASSWORD_OWNER"
role app "$DAYBOOK_POSTGRES_PASSWORD_APP"
role machine "$DAYBOOK_POSTGRES_PASSWORD_MACHINE"
for name in $DAYBOOK_DATABASES; do
  database "$name"
done
