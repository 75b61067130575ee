#!/usr/bin/env bash
# A day of eight services, compressed: how much memory they use if they are always on, and if they wake on demand.
#
#   tests/bench/on-demand-day.sh [SECONDS]    how long the day takes, default 480
#
# The services are those of a server whose operator measured 7.1 GB always on and 2.4 GB on demand: with a tenth of the memory
# that they had in use, and used as often as there. A service cannot be told to sleep after less than 5 s without use. With the
# default that is a quarter of an hour of the day, where that server had 3 minutes: the figures are worse than at full length
# (2400 s). What the rest of that server needs is not replayed. Server, worker and gateway are taken from target/release, or from
# the folder CORE_MONITOR_BINARIES names. Needs root for the image. Prints a table in Markdown; fails if a request fails.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
# shellcheck source=deploy/console.sh
. deploy/console.sh
# shellcheck source=deploy/packages.sh
. deploy/packages.sh

binaries=${CORE_MONITOR_BINARIES:-$root/target/release}
seconds=${1:-480}
work=$(mktemp -d)
# shellcheck source=tests/gateway-real/house.sh
. tests/gateway-real/house.sh

clean_up() {
    house_down || true
    rm -rf "$work"
}

# The memory in MB as it was in use there: of the first three, what its monitoring shows or, where it shows only the limit, the same
# share of it. For memvid and jitsi it gives none.
services=(ragflow:4200 xtts:1600 paperless:890 nextcloud:130 memvid:300 jitsi:300 clemence:150 solidarlink:150)

packages_need curl=curl docker=docker.io jq=jq python3=python3
tests/gateway-real/image.sh
trap clean_up EXIT
note "programs from $(realpath --relative-to="$root" "$binaries"), engine $(docker version --format '{{.Server.Version}}')"
# Without a gateway nothing falls asleep.
house_up house server worker
# Five seconds are the shortest idle time there is.
idle=$((seconds * 3 / 1440))
((idle >= 5)) || idle=5
started=()
for service in "${services[@]}"; do
    grace=1s stack_apply "${service%:*}" "[sh, -c, \"trap 'exit 0' TERM; python3 /opt/memory.py $((${service#*:} / 10)) & wait\"]" \
        "idle-timeout: ${idle}s"
    started+=("$name=$stack")
done
always=$(python3 tests/bench/on-demand-day.py always "${started[@]}")
begin gateway
for name in "${started[@]}"; do
    stack=${name#*=} name=${name%%=*}
    falls_asleep
done
say "all are asleep; the day begins and takes $seconds s, the idle time is $idle s"
python3 tests/bench/on-demand-day.py day "$seconds" "$gateway" "$always" "${started[@]}"
