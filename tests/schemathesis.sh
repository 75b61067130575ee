#!/usr/bin/env bash
# Runs schemathesis with all its checks against a server and a worker on a real Docker Engine.
#
#   tests/schemathesis.sh [OPTION...]
#
# The options go to schemathesis; `--max-examples 500 --seed 7` looks longer and elsewhere. schemathesis comes from PyPI
# into .run/tools, once. Binaries are taken from target/debug, or from the folder CORE_MONITOR_BINARIES names.
#
# Exits with an error if anything is found. What is left out, and why, is in tests/schemathesis.toml.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh

version=4.32.5
tools=$root/.run/tools/schemathesis-$version
binaries=${CORE_MONITOR_BINARIES:-$root/target/debug}
data=$(mktemp -d)
processes=()

clean_up() {
    ((${#processes[@]} == 0)) || kill "${processes[@]}" 2>/dev/null || true
    wait
    rm -rf "$data"
}
trap clean_up EXIT

install_tool() {
    [[ -e $tools/complete ]] && return
    packages_need python3=python3-venv
    say "installing schemathesis $version"
    python3 -m venv --clear "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
    touch "$tools/complete"
}

# start PROGRAM: runs one of the programs, with its log in the data folder.
start() {
    "$binaries/core-monitor-$1" >"$data/$1.log" 2>&1 &
    processes+=($!)
}

# wait_until_ready: until the server says that the worker has observed the engine.
wait_until_ready() {
    local attempt
    for ((attempt = 0; attempt < 300; attempt++)); do
        curl --silent --fail --output /dev/null "$url/readyz" && return
        sleep 0.2
    done
    die "the server is not ready" "see its log: $(tail -n 3 "$data/server.log")"
}

install_tool
engine_ensure
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
token=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
export DOCKER_HOST=${DOCKER_HOST:-$engine_default_host}
export CORE_MONITOR_DATA_DIR=$data/data CORE_MONITOR_LISTEN=127.0.0.1:$port
mkdir -m 700 "$CORE_MONITOR_DATA_DIR"
CORE_MONITOR_BOOTSTRAP_TOKEN=$token start server
start worker
wait_until_ready
say "schemathesis $version against $url"
# It keeps examples for the next run in the current folder.
cd "$data"
SCHEMATHESIS_TOKEN=$token "$tools/bin/schemathesis" --config-file "$root/tests/schemathesis.toml" \
    run "$url/api/v1/openapi.json" --url "$url" "$@"
