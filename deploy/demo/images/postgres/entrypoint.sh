#!/bin/sh
# Makes the cluster on the first start, then becomes the server.
#
# The database is made in single-user mode, never by a server that already listens: otherwise a
# health check could see a database that is about to be restarted.
set -eu

if [ "${1:-postgres}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    : "${POSTGRES_PASSWORD:?is needed to make the database}"
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    # A start that was interrupted leaves a draft, never half a cluster in its final place.
    rm -rf "$PGDATA.draft"
    password_file=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$password_file"
    initdb --pgdata "$PGDATA.draft" --username "$user" --pwfile "$password_file" \
        --auth-local trust --auth-host scram-sha-256 --encoding UTF8 --locale C.UTF-8
    rm -f "$password_file"
    {
        echo "listen_addresses = '*'"
        # The library for just-in-time compilation is left out of the base image: 130 MB.
        echo "jit = off"
    } >>"$PGDATA.draft/postgresql.conf"
    echo "host all all all scram-sha-256" >>"$PGDATA.draft/pg_hba.conf"
    if [ "$database" != postgres ]; then
        printf 'CREATE DATABASE "%s"\n' "$database" | postgres --single -D "$PGDATA.draft" postgres >/dev/null
    fi
    mv "$PGDATA.draft" "$PGDATA"
fi
exec "$@"
