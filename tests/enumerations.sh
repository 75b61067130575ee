#!/usr/bin/env bash
# The enumerations of which tests/run.sh takes a sample, whole: every write, every side, every fault.
#
#   tests/enumerations.sh [PART...]
#
#   simulation  every story of the worker with every fault at every write, confirmed plans, restarts of 300 containers
#   engine      kill, refuse and freeze at every write of a stack's life on a real engine, long outages, a restart of 150 containers
#
# Without a PART both run. The last figures are in docs/reliability.md and docs/benchmarks.md. Exits with an error if a test fails.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh

everything=(--workspace --all-features --locked)

# Called by name.
# shellcheck disable=SC2317,SC2329
part_simulation() {
    cargo test --package core-monitor-tests --all-features --locked --test worker -- --nocapture \
        crash_enumeration confirmed long_journals
}

# Points on the engine come one after the other: how long each takes is a figure.
# shellcheck disable=SC2317,SC2329
part_engine() {
    engine_ensure
    packages_need docker=docker.io
    tests/setup/images.sh
    cargo build "${everything[@]}" --bins
    cargo test --package core-monitor-tests --all-features --locked --test e2e -- --test-threads 1 --nocapture \
        crash:: goes_on_within
}

parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(simulation engine)
for part in "${parts[@]}"; do
    [[ $part == simulation || $part == engine ]] || die "there is no part $part" "tests/enumerations.sh simulation"
done

export EVERY_WRITE=1
for part in "${parts[@]}"; do
    say "part $part"
    begun=$SECONDS
    "part_$part"
    note "part $part took $((SECONDS - begun)) s"
done
