#!/usr/bin/env bash
# Deploys applications into real middleware (Tomcat, nginx, Apache with PHP, PostgreSQL), from an image that
# tests/setup/middleware.sh makes. A command of its own, because the image takes some minutes the first time.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
tests/setup/images.sh
tests/setup/middleware.sh
cargo build --locked --all-features --workspace --bins
MIDDLEWARE=1 cargo nextest run --locked --all-features -p core-monitor-tests --test e2e -E 'test(/^deploy::middleware::/)' "$@"
