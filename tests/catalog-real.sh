#!/usr/bin/env bash
# Applies entries of the catalogue with real software, as the wizard renders them, and uses what they become: databases, caches,
# brokers, web servers, runtimes, monitoring, applications. The images are made of Debian's packages by tests/setup/catalog.sh.
# A command of its own, because they take some minutes the first time.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
tests/setup/images.sh
tests/setup/catalog.sh
cargo build --locked --all-features --workspace --bins
CATALOG_REAL=1 cargo nextest run --locked --all-features -p core-monitor-tests --test e2e --test-threads 1 -E 'test(/^catalog::real::/)' "$@"
