#!/bin/sh
# The two checks of the public image that the entry asks for.
set -eu
ask() {
    mariadb --defaults-extra-file=/var/lib/mysql/.my-healthcheck.cnf --skip-ssl --skip-column-names --batch --execute "$1"
}
for check in "$@"; do
    case $check in
        --connect) [ "$(ask 'SELECT @@skip_networking')" = 0 ] ;;
        --innodb_initialized) [ "$(ask "SELECT 1 FROM information_schema.ENGINES WHERE engine = 'innodb' AND support IN ('YES', 'DEFAULT')")" = 1 ] ;;
        *) exit 2 ;;
    esac
done
