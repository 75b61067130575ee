#!/bin/sh
# Makes the database on the first start, with a server that no network reaches, then becomes the server.
set -eu
data=/var/lib/mysql
socket=/run/mysqld/mysqld.sock
if [ "$1" = mariadbd ] && [ ! -d "$data/mysql" ]; then
    password=$(cat "$MARIADB_PASSWORD_FILE")
    root_password=$(cat "$MARIADB_ROOT_PASSWORD_FILE")
    check_password=$(head -c 24 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9')
    mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db
    mariadbd --skip-networking --socket="$socket" &
    server=$!
    # Until it answers, or has ended.
    until mariadb-admin --socket="$socket" --user=root ping >/dev/null 2>&1; do
        kill -0 "$server"
        sleep 0.2
    done
    mariadb --socket="$socket" --user=root <<SQL
CREATE DATABASE \`$MARIADB_DATABASE\`;
CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '$password';
GRANT ALL ON \`$MARIADB_DATABASE\`.* TO '$MARIADB_USER'@'%';
CREATE USER healthcheck@localhost IDENTIFIED BY '$check_password', healthcheck@127.0.0.1 IDENTIFIED BY '$check_password';
CREATE USER root@'%' IDENTIFIED BY '$root_password';
GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
ALTER USER root@localhost IDENTIFIED BY '$root_password';
SQL
    (umask 077 && printf '[mariadb-client]\nuser=healthcheck\npassword=%s\nsocket=%s\n' "$check_password" "$socket" >"$data/.my-healthcheck.cnf")
    kill "$server"
    wait "$server"
fi
exec "$@"
