#!/bin/sh
# Makes the .env that docker-compose.yml reads, with passwords of this machine's own: for
# development only. An .env that is there stays as it is. Takes the folder, else the repository.
set -eu
cd "${1:-$(dirname "$0")/..}"
if [ -e .env ]; then
  echo "There is an .env already."
  exit 0
fi
# 24 bytes are 32 letters, which is also what a master key must have.
word() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
umask 077
cat > .env.draft <<END
# For development on this machine. Made by deploy/development-secrets.sh; never commit it.
POSTGRES_PASSWORD=$(word)
DAYBOOK_POSTGRES_PASSWORD_OWNER=$(word)
DAYBOOK_POSTGRES_PASSWORD_APP=$(word)
DAYBOOK_POSTGRES_PASSWORD_MACHINE=$(word)
DAYBOOK_DEVELOPMENT_MASTER_KEY=$(word)
DAYBOOK_DEVELOPMENT_PASSWORD=$(word)
DAYBOOK_DEVELOPMENT_PRACTICE=$(cat /proc/sys/kernel/random/uuid)
KEYCLOAK_ADMIN_PASSWORD=$(word)
END
mv .env.draft .env
echo "Made .env."
