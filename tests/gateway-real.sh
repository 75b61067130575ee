#!/usr/bin/env bash
# Real applications behind the gateway: what they and their clients see of it, and what is left after something was killed.
#
#   tests/gateway-real.sh [PART...]
#
#   tomcat  a server that takes seconds to start, for a browser and for curl
#   git     clone and push as the first request
#   chat    WebSockets: used now and then, left, forgotten
#   events  a stream that lasts longer than the idle time
#   upload  512 MiB as the first request
#   herd    1,000 first requests at once
#   hand    started and stopped with docker
#   kill    kill -9 of the gateway, of the worker and of both, in each state
#   engine  kill -9 of dockerd in each state; an engine of its own, so this part needs root
#
# Without a PART all of them run, which takes eight to twelve minutes. Server, worker and gateway are taken from target/debug, or from
# the folder CORE_MONITOR_BINARIES names; they have a data folder and ports of their own. The first run makes an image from
# Debian's packages, which needs root. Exits with an error at the first thing that is not as it should be.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/console.sh
. deploy/console.sh
# shellcheck source=deploy/packages.sh
. deploy/packages.sh

binaries=${CORE_MONITOR_BINARIES:-$root/target/debug}
work=$(mktemp -d)
# shellcheck source=tests/gateway-real/house.sh
. tests/gateway-real/house.sh
for file in tests/gateway-real/parts/*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done

clean_up() {
    local jobs
    house_down || true
    # What a part that has failed left in the background.
    jobs=$(jobs -p)
    [[ -z $jobs ]] || xargs kill <<<"$jobs" 2>/dev/null || true
    engine_down || true
    remove_containers "gateway-real.run=$$" || true
    rm -rf "$work"
}

parts=(tomcat git chat events upload herd hand kill engine)
(($# == 0)) || parts=("$@")
for part in "${parts[@]}"; do
    declare -F "part_$part" >/dev/null || die "there is no part \`$part\`" "see the head of tests/gateway-real.sh"
done
packages_need curl=curl docker=docker.io git=git jq=jq python3=python3
if [[ " ${parts[*]} " == *' tomcat '* ]]; then
    packages_need chromium=chromium node=nodejs
    [[ -d apps/web/node_modules/@playwright/test ]] || die "Playwright is missing" "npm --prefix apps/web ci"
fi
[[ " ${parts[*]} " != *' engine '* ]] || packages_need dockerd=docker.io ip=iproute2 nsenter=util-linux
tests/setup/images.sh
tests/gateway-real/image.sh
trap clean_up EXIT
for part in "${parts[@]}"; do
    say "part $part"
    begun=$SECONDS
    [[ $part == engine || -n ${process[server]:-} ]] || house_up "house-$part"
    "part_$part"
    note "part $part took $((SECONDS - begun)) s"
done
say "all as it should be: ${parts[*]}"
