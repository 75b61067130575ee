#!/usr/bin/env bash
# Builds the small test images without a registry:
#
#   test/busybox:1  busybox-static, every applet linked, and `idle`, which waits and ends on SIGTERM
#   test/busybox:2  the same with another label and /etc/generation, for image updates
#   test/volume:1   the same with `VOLUME /data`, for anonymous volumes
#
# Images built by this version of the script are not rebuilt. Each is run once before it gets its name,
# so an image that exists is one whose containers start.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

source_label=core-monitor-test.source
source_hash=$(sha256sum "$0" | cut -c1-16)

# is_current IMAGE: whether the engine has the image from this version of the script.
is_current() {
    [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$1" 2>/dev/null) == "$source_hash" ]]
}

# busybox_path: prints the path of a statically linked busybox, of the installed package or of one
# unpacked for this run. Only the static build runs in an otherwise empty image; plain `busybox` is
# dynamic. The package has other files of that name, so the two places of the program are named.
busybox_path() {
    local folder='' path
    if ! dpkg-query --show --showformat '${db:Status-Status}' busybox-static 2>/dev/null | grep --quiet --line-regexp installed; then
        folder=$work/package
        packages_unpack busybox-static "$folder"
    fi
    for path in "$folder/bin/busybox" "$folder/usr/bin/busybox"; do
        [[ -f $path && -x $path ]] || continue
        echo "$path"
        return
    done
    die "the package busybox-static has neither bin/busybox nor usr/bin/busybox" "dpkg --listfiles busybox-static"
}

# make_rootfs FOLDER: creates the content shared by all images.
make_rootfs() {
    local rootfs=$1 busybox applets applet
    mkdir -p "$rootfs"/{bin,dev,etc,proc,root,sys,var} "$rootfs/data"
    mkdir -m 1777 "$rootfs/tmp"
    busybox=$(busybox_path)
    cp "$busybox" "$rootfs/bin/busybox"
    applets=$("$busybox" --list)
    for applet in $applets; do
        [[ $applet == busybox ]] || ln -s busybox "$rootfs/bin/$applet"
    done
    [[ -L $rootfs/bin/sh && -L $rootfs/bin/sleep ]] || die "$busybox has no shell: $(wc -w <<<"$applets") applets"
    cat >"$rootfs/bin/idle" <<'IDLE'
#!/bin/sh
# As PID 1, a plain `sleep` ignores SIGTERM, so every stop would take the full grace period.
trap 'exit 0' TERM INT
sleep "${1:-86400}" &
wait $!
IDLE
    chmod 755 "$rootfs/bin/idle"
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$rootfs/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$rootfs/etc/group"
}

# import IMAGE GENERATION [CHANGE...]: creates one image from the root folder, and names it once a
# container of it has run.
import() {
    local image=$1 generation=$2 change changes=() id answer
    shift 2
    for change in "ENV PATH=/bin" 'CMD ["idle"]' "LABEL core-monitor-test.generation=$generation" \
        "LABEL $source_label=$source_hash" "$@"; do
        changes+=(--change "$change")
    done
    echo "$generation" >"$work/rootfs/etc/generation"
    id=$(tar --create --directory "$work/rootfs" --owner 0 --group 0 --numeric-owner . |
        docker import "${changes[@]}" -)
    # The command of the image, but for a moment: the shell, the trap and the applets all work.
    answer=$(docker run --rm --network none "$id" sh -c 'idle 0 && cat /etc/generation') ||
        answer="exit code $?"
    if [[ $answer != "$generation" ]]; then
        docker image rm --force "$id" >/dev/null || note "the image $id is left"
        die "a container of the new image $image does not run: $answer"
    fi
    docker tag "$id" "$image"
    note "$image"
}

main() {
    engine_ensure
    packages_need docker=docker.io
    if is_current test/busybox:1 && is_current test/busybox:2 && is_current test/volume:1; then
        say "test images are up to date"
        return
    fi
    say "building the test images"
    make_rootfs "$work/rootfs"
    import test/busybox:1 1
    import test/busybox:2 2
    import test/volume:1 1 "VOLUME /data"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main
