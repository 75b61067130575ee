#!/bin/sh
# Fills the volume on the first start.
set -eu
if [ ! -e index.php ]; then
    cp -a /usr/src/wordpress/. .
fi
exec "$@"
