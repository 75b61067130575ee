#!/usr/bin/env bash
# Makes the small images that the tests run, without a registry:
#
#   test/busybox:1  busybox-static, every applet linked, and `idle`: waits, and ends on SIGTERM
#   test/busybox:2  the same with another label and /etc/generation, for image updates
#   test/volume:1   the same with `VOLUME /data`, for anonymous volumes
#
# Images that are there and come from this version of the script are left alone.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

source_label=core-monitor-test.source
source_hash=$(sha256sum "$0" | cut -c1-16)

# is_current IMAGE: whether the engine has it from this very script.
is_current() {
    [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$1" 2>/dev/null) == "$source_hash" ]]
}

# make_rootfs FOLDER: what is in all of the images.
make_rootfs() {
    local rootfs=$1 busybox=/bin/busybox
    mkdir -p "$rootfs"/{bin,dev,etc,proc,root,sys,var} "$rootfs/data"
    mkdir -m 1777 "$rootfs/tmp"
    # Only the static build runs in an otherwise empty image; `busybox` alone is dynamic.
    if ! { [[ -x $busybox ]] && dpkg-query -W -f '${db:Status-Status}' busybox-static 2>/dev/null | grep -qx installed; }; then
        packages_unpack busybox-static "$work/package"
        busybox=$(find "$work/package" -type f -name busybox -print -quit)
    fi
    cp "$busybox" "$rootfs/bin/busybox"
    local applet
    for applet in $("$busybox" --list); do
        [[ $applet == busybox ]] || ln -s busybox "$rootfs/bin/$applet"
    done
    cat >"$rootfs/bin/idle" <<'IDLE'
#!/bin/sh
# As process 1 a bare `sleep` ignores SIGTERM, and every stop would take its whole grace period.
trap 'exit 0' TERM INT
sleep "${1:-86400}" &
wait $!
IDLE
    chmod 755 "$rootfs/bin/idle"
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$rootfs/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$rootfs/etc/group"
}

# import IMAGE GENERATION [CHANGE...]: one image out of the root folder.
import() {
    local image=$1 generation=$2 change changes=()
    shift 2
    for change in "ENV PATH=/bin" 'CMD ["idle"]' "LABEL core-monitor-test.generation=$generation" \
        "LABEL $source_label=$source_hash" "$@"; do
        changes+=(--change "$change")
    done
    echo "$generation" >"$work/rootfs/etc/generation"
    tar --create --directory "$work/rootfs" --owner 0 --group 0 --numeric-owner . |
        docker import "${changes[@]}" - "$image" >/dev/null
    note "$image"
}

main() {
    engine_ensure
    packages_need docker=docker.io
    if is_current test/busybox:1 && is_current test/busybox:2 && is_current test/volume:1; then
        say "test images are up to date"
        return
    fi
    say "making the test images"
    make_rootfs "$work/rootfs"
    import test/busybox:1 1
    import test/busybox:2 2
    import test/volume:1 1 "VOLUME /data"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main
