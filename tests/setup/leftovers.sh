#!/usr/bin/env bash
# Removes what an interrupted run of the tests has left on the engine: containers, networks and volumes with a label of Core Monitor
# or of the test images.
#
#   tests/setup/leftovers.sh
#
# A real installation has the same label. This is for machines that keep nothing, such as those of continuous integration, and
# it removes nothing while a worker runs. Without an engine there is nothing to do.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/console.sh
. "$root/deploy/console.sh"

labels=(io.core-monitor.instance core-monitor-test.source)

# with_label COMMAND...: what the command lists that has one of the labels, each once.
with_label() {
    local label
    for label in "${labels[@]}"; do
        "$@" --quiet --filter "label=$label"
    done | sort -u
}

# remove WHAT NAMES COMMAND...: removes what is in the lines of NAMES. What cannot be removed is left, and tests may do without.
remove() {
    local what=$1 lines=$2 names
    shift 2
    [[ -n $lines ]] || return 0
    mapfile -t names <<<"$lines"
    note "removing ${#names[@]} $what that an earlier run has left"
    "$@" "${names[@]}" >/dev/null || note "some $what cannot be removed"
}

command -v docker >/dev/null || exit 0
timeout 10 docker version >/dev/null 2>&1 || exit 0
# The kernel keeps the first 15 characters of a name.
if grep -qsx core-monitor-wo /proc/[0-9]*/comm; then
    note "a worker of Core Monitor is running, so nothing on the engine is taken for left over: end it first"
    exit 0
fi

found=$(with_label docker ps --all)
remove containers "$found" docker rm --force --volumes
found=$(with_label docker network ls)
remove networks "$found" docker network rm
found=$(with_label docker volume ls)
remove volumes "$found" docker volume rm
