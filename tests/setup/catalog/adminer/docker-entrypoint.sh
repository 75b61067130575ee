#!/bin/sh
set -eu
if [ -n "${ADMINER_DESIGN:-}" ]; then
    ln -sf "designs/$ADMINER_DESIGN/adminer.css" .
fi
exec "$@"
