#!/usr/bin/env bash
# How long the first request to a service that sleeps takes, beside what the engine needs alone, measured alternately.
#
#   tests/bench/cold-start.sh [ROUNDS]    default 50, which take about six minutes
#
# The application accepts one second after its container has started. Server, worker and gateway are taken from target/release, or
# from the folder CORE_MONITOR_BINARIES names. Prints a table in Markdown; the figures mean something on an otherwise idle machine.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
# shellcheck source=deploy/console.sh
. deploy/console.sh
# shellcheck source=deploy/packages.sh
. deploy/packages.sh

binaries=${CORE_MONITOR_BINARIES:-$root/target/release}
work=$(mktemp -d)
# shellcheck source=tests/gateway-real/house.sh
. tests/gateway-real/house.sh
alone=gwreal-alone-$$

clean_up() {
    docker rm --force "$alone" >/dev/null 2>&1 || true
    house_down || true
    rm -rf "$work"
}

packages_need curl=curl docker=docker.io jq=jq python3=python3
tests/setup/images.sh
trap clean_up EXIT
image=test/busybox:1
application="trap 'exit 0' TERM; mkdir -p /www; echo hello >/www/index.html; sleep 1; httpd -f -p 8080 -h /www & wait"
docker create --name "$alone" "$image" sh -c "$application" >/dev/null
note "programs from $(realpath --relative-to="$root" "$binaries"), engine $(docker version --format '{{.Server.Version}}')"
house_up house
stack_apply cold "[sh, -c, \"$application\"]" 'idle-timeout: 1m'
python3 tests/bench/cold-start.py "${1:-50}" "$gateway" "$name=$stack" "$alone"
