#!/bin/sh
# Makes the cluster on the first start, with a server that no network reaches, then becomes the server.
set -eu
PGDATA=$(readlink /pgdata)
export PGDATA
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    initdb --username "$POSTGRES_USER" --pwfile "$POSTGRES_PASSWORD_FILE" --auth-local trust --auth-host scram-sha-256 \
        --encoding UTF8 --locale C.UTF-8
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    {
        echo "listen_addresses = '*'"
        echo "unix_socket_directories = '/var/run/postgresql'"
        # The library for it is left out of the base.
        echo "jit = off"
        [ -z "${PRELOAD:-}" ] || echo "shared_preload_libraries = '$PRELOAD'"
        [ -z "${TIMESCALEDB_TELEMETRY:-}" ] || echo "timescaledb.telemetry_level = '$TIMESCALEDB_TELEMETRY'"
    } >>"$PGDATA/postgresql.conf"
    pg_ctl start --wait --options "-c listen_addresses=''"
    [ "$POSTGRES_DB" = postgres ] || createdb --username "$POSTGRES_USER" "$POSTGRES_DB"
    [ -z "${EXTENSION:-}" ] || psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --command "CREATE EXTENSION $EXTENSION"
    pg_ctl stop --wait --mode fast
fi
exec "$@"
