#!/usr/bin/env bash
# Makes, uses and removes instances of templates on a real Docker Engine, many times, and checks that nothing of them is left.
#
#   tests/soak-instances.sh [--cycles N] [--parallel N] [--seed N] [--binaries FOLDER] [--no-kills] [--shared]
#
#   --cycles N          how many instances, default 1000, which take more than an hour
#   --parallel N        how many of them at a time, default 8
#   --seed N            decides the order, the moments of the kills and the lost polls, default 1
#   --binaries FOLDER   has core-monitor-server and core-monitor-worker (default: target/debug)
#   --no-kills          the programs are left alone
#   --shared            others use the engine meanwhile: only what carries the names of this run is compared
#
# An instance is launched, answers a request, is left idle, and is removed: because its key went from the list of its owner, some time
# after a stop, because of its age, or by a request. Server and worker are killed with -9 at random moments and restarted, and many of the
# owner's answers get lost. At the end the engine, the database and the data folder are as before. Prints figures as a table in Markdown.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh

case ${1:-} in
    -h | --help)
        sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
        exit
        ;;
esac
packages_need python3=python3
# The tests of the soak itself take a second.
(cd tests && python3 -m unittest --quiet soak.self_test)
engine_ensure
tests/setup/images.sh
cd tests
exec python3 -m soak --root "$root" --binaries "$root/target/debug" "$@"
