#!/usr/bin/env bash
# Builds the container images of server, worker and gateway, without a registry.
#
#   deploy/images.sh [--binaries FOLDER] [--tag TAG] [--prefix PREFIX]
#
#   --binaries FOLDER   programs that are built already (default: npm builds the web UI, then cargo the programs with the release profile)
#   --tag TAG           tag of the images (default: the version in Cargo.toml)
#   --prefix PREFIX     what their names begin with (default: core-monitor, for core-monitor/server, core-monitor/worker and core-monitor/gateway)
#
# The images are made from nothing: a program, its libraries from this machine, and the names of two
# users. deploy/images/Dockerfile describes them, and builds the same on a machine with a registry.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"
# shellcheck source=deploy/node.sh
. "$root/deploy/node.sh"
# shellcheck source=deploy/cargo.sh
. "$root/deploy/cargo.sh"

# The largest image that is still worth pulling over a slow line; programs that are given may be built without optimisation.
limit_mb=60
limit_given_mb=75

usage() {
    sed -n '/^#   deploy/,/^# The images/{s/^# \{0,1\}//p}' "$0" | sed '$d'
}

# build_programs: builds with cargo and prints the folder of the programs.
build_programs() {
    packages_need jq=jq
    cargo_ensure
    web_build_if_possible >&2
    say "building the server, the worker and the gateway (takes minutes the first time)"
    cd "$root"
    cargo build --release --locked --package core-monitor-server --package core-monitor-worker --package core-monitor-gateway >&2
    cargo metadata --format-version 1 --no-deps --locked | jq -r '.target_directory + "/release"'
}

# build_image NAME: builds one image from its file system, by the second half of the Dockerfile.
build_image() {
    local name=$1 image=$prefix/$1:$tag size
    docker build --quiet --network none --target "$name" --file "$work/Dockerfile" \
        --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "CREATED=$created" --tag "$image" "$work" >"$work/log" 2>&1 ||
        { cat "$work/log" >&2; die "building $image failed"; }
    docker run --rm --network none --read-only --cap-drop ALL "$image" --version >"$work/log" 2>&1 ||
        { cat "$work/log" >&2; docker image rm --force "$image" >/dev/null; die "the program of $image does not start"; }
    size=$(docker image inspect --format '{{.Size}}' "$image")
    note "$image: $((size / 1000000)) MB, $(cat "$work/log")"
    ((size < limit_mb * 1000000)) || die "$image has $((size / 1000000)) MB, and $limit_mb are allowed"
}

main() {
    engine_ensure
    packages_need docker=docker.io strip=binutils
    if [[ -n $binaries ]]; then limit_mb=$limit_given_mb; else binaries=$(build_programs); fi
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
    revision=$(git -C "$root" rev-parse HEAD 2>/dev/null) || revision=unknown
    created=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
    [[ -n $tag ]] || tag=$version
    say "building the images of Core Monitor"
    "$root/deploy/images/rootfs.sh" "$binaries" "$work/rootfs"
    # From the line on, with the folder that was just made in place of the stage that compiles.
    sed -e '1,/^# --- images$/d' -e 's#^COPY --from=build /rootfs/#COPY rootfs/#' \
        "$root/deploy/images/Dockerfile" >"$work/Dockerfile"
    build_image server
    build_image worker
    build_image gateway
}

binaries=
tag=
prefix=core-monitor
while [[ $# -gt 0 ]]; do
    case $1 in
        --binaries) binaries=$(cd "${2:?--binaries needs a folder}" && pwd); shift ;;
        --tag) tag=${2:?--tag needs a tag}; shift ;;
        --prefix) prefix=${2:?--prefix needs a prefix}; shift ;;
        -h | --help) usage; exit ;;
        *) usage >&2; die "unknown argument \`$1\`" ;;
    esac
    shift
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main
