#!/usr/bin/env bash
# Makes the image test/gateway-real:1 from Debian's packages, without a registry: Tomcat 10, git behind lighttpd, and Python with
# aiohttp in one root, for the tests of the gateway before real applications. What it runs is in the folder image. Needs root
# on Debian; the first run takes some minutes, and an image that this version of the sources has made is used again.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

image=test/gateway-real:1
base=test/gateway-real-base:1
source_label=core-monitor-test.source
packages=(default-jre-headless git lighttpd python3-aiohttp tomcat10)

# is_current IMAGE HASH: whether the engine has an image made from these sources.
is_current() {
    [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$1" 2>/dev/null) == "$2" ]]
}

# make_base HASH: the image with the packages.
make_base() {
    local mirror
    packages_need mmdebstrap=mmdebstrap
    say "making $base from ${packages[*]}"
    mirror=$(packages_mirror)
    [[ -n $mirror ]] || die "apt knows no archive of this Debian release" "sudo apt-get update"
    packages_read_transport
    # Nothing of the packages may be started while they are installed.
    # shellcheck disable=SC2016  # mmdebstrap's shell fills it in
    mmdebstrap --quiet --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --essential-hook='mkdir -p "$1/usr/share/man/man1" "$1/usr/share/man/man7"; printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"' \
        "${packages_transport[@]}" bookworm - "deb $mirror bookworm main" |
        docker import --change "LABEL $source_label=$1" \
            --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$base" >/dev/null
    note "$base"
}

main() {
    local folder=$root/tests/gateway-real/image hash log
    engine_ensure
    packages_need docker=docker.io
    hash=$(printf '%s\n' "${packages[@]}" | sha256sum | cut -c1-16)
    is_current "$base" "$hash" || make_base "$hash"
    hash=$(
        {
            tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$folder" .
            docker image inspect --format '{{.Id}}' "$base"
        } | sha256sum | cut -c1-16
    )
    if is_current "$image" "$hash"; then
        say "$image is up to date"
        return
    fi
    log=$(docker build --network none --label "$source_label=$hash" --tag "$image" "$folder" 2>&1) ||
        { printf '%s\n' "$log" >&2; die "building $image failed"; }
    note "$image"
}

main
