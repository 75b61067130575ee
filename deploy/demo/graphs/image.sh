#!/usr/bin/env bash
# Builds the image core-monitor-demo/valhalla:1 without a registry for images: Valhalla's own programs and libraries from its
# Python wheel, and busybox and the C library from Debian.
#
# Python 3.12, which the wheel is for, is not needed, because only what is not Python is taken out of it. An image whose sources
# have not changed is not built again.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

graphs_dir=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=deploy/engine.sh
. "$graphs_dir/../../engine.sh"

image=core-monitor-demo/valhalla:1
source_label=core-monitor-demo.source
programs=(valhalla_build_tiles valhalla_service)
packages=(busybox-static libc6 libstdc++6 libgcc-s1)
left_out=('/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/lintian/*' '/usr/lib/*/gconv/*')

# source_hash: a hash of everything that the image is made from.
source_hash() {
    local suite
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    { echo "$suite"; cat "$graphs_dir/image.sh" "$graphs_dir/requirements.txt" "$graphs_dir/image/build-graph"; } |
        sha256sum | cut -c1-16
}

is_current() {
    [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$image" 2>/dev/null) == "$1" ]]
}

# fetch_wheel FOLDER: unpacks the wheel. Its hash is checked by pip.
fetch_wheel() {
    local wheel
    pip3 download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 312 \
        --platform "manylinux_2_28_$(uname -m)" --require-hashes --requirement "$graphs_dir/requirements.txt" --dest "$1" >"$log" 2>&1 ||
        { cat "$log" >&2; die "pip cannot get the wheel of Valhalla"; }
    wheel=$(find "$1" -name '*.whl')
    python3 -m zipfile --extract "$wheel" "$1/wheel"
}

# take_programs WHEEL ROOT: puts the programs, the libraries they need, and their licence where they find each other.
take_programs() {
    local wheel=$1 target=$2/opt/valhalla program needed
    mkdir -p "$target"/{valhalla/bin,pyvalhalla.libs}
    for program in "${programs[@]}"; do
        install -m 755 "$wheel/valhalla/bin/$program" "$target/valhalla/bin/"
        # The programs look for their libraries in this folder beside their own.
        needed=$(ldd "$wheel/valhalla/bin/$program" | awk '$3 ~ /pyvalhalla\.libs/ { print $3 }')
        [[ -n $needed ]] || die "$program of the wheel needs none of its libraries"
        xargs install -m 755 -t "$target/pyvalhalla.libs" <<<"$needed"
    done
    install -m 644 "$wheel"/pyvalhalla-*.dist-info/licenses/COPYING "$target/"
}

# write_configuration WHEEL FILE: the configuration that Valhalla's own script writes, without what this image has not.
write_configuration() {
    python3 "$1/valhalla/valhalla_build_config.py" --mjolnir-tile-dir /tiles/graph \
        --mjolnir-admin '' --mjolnir-timezone '' --mjolnir-landmarks '' --additional-data-elevation '' \
        --httpd-service-drain-seconds 1 --logging-color false |
        jq 'del(.mjolnir["tile_extract", "traffic_extract", "transit_dir", "transit_feeds_dir"])' >"$2"
    chmod 644 "$2"
}

# make_root FOLDER: everything of the image that is not from Debian.
make_root() {
    fetch_wheel "$work"
    mkdir -p "$1"/{etc,usr/local/bin}
    take_programs "$work/wheel" "$1"
    write_configuration "$work/wheel" "$1/etc/valhalla.json"
    install -m 755 "$graphs_dir/image/build-graph" "$1/usr/local/bin/"
    # Nobody needs to be root in it. A new volume gets the owner of the folder that it is mounted at.
    install -d -m 755 -o 1000 -g 1000 "$1/tiles" 2>/dev/null || install -d -m 777 "$1/tiles"
    tar --create --file "$work/root.tar" --directory "$1" .
}

# build HASH: packages from the mirrors of this machine's apt, unpacked and not configured, then the rest.
build() {
    local hash=$1 suite
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    packages_read_archives
    packages_read_left_out "${left_out[@]}"
    packages_read_transport
    make_root "$work/root"
    # No configuration of this machine, such as mirrors or proxies, stays in the image. The hook removes more than mmdebstrap would.
    # shellcheck disable=SC2016  # $1 belongs to the hooks
    mmdebstrap --quiet --variant=extract --skip=cleanup --include="$(IFS=,; echo "${packages[*]}")" "${packages_left_out[@]}" "${packages_transport[@]}" \
        --extract-hook='for name in $("$1/bin/busybox" --list); do [ -e "$1/bin/$name" ] || ln -s busybox "$1/bin/$name"; done' \
        --extract-hook="tar-in $work/root.tar /" \
        --extract-hook='rm -rf "$1"/etc/apt "$1"/etc/dpkg "$1"/var/lib/apt "$1"/var/lib/dpkg "$1"/var/cache "$1"/var/log' \
        "$suite" - - <<<"$packages_archives" 2>"$log" |
        docker import --change "LABEL $source_label=$hash" --change 'USER 1000:1000' --change 'EXPOSE 8002' \
            --change 'WORKDIR /tiles' --change 'ENV PATH=/opt/valhalla/valhalla/bin:/usr/local/bin:/usr/bin:/bin' \
            --change 'CMD ["valhalla_service", "/etc/valhalla.json", "1"]' - "$image.new" >>"$log" ||
        { tail -n 30 "$log" >&2; die "building $image failed"; }
}

# check_programs: each program must find its libraries in the image.
check_programs() {
    local program
    for program in "${programs[@]}"; do
        docker run --rm --network none "$image.new" "$program" --version >"$log" 2>&1 ||
            { cat "$log" >&2; die "$program does not start in the image"; }
    done
}

main() {
    local hash
    engine_ensure
    packages_need docker=docker.io jq=jq python3=python3
    hash=$(source_hash)
    if is_current "$hash"; then
        say "the image $image is up to date"
        return
    fi
    packages_need mmdebstrap=mmdebstrap pip3=python3-pip
    say "building $image"
    build "$hash"
    check_programs
    docker tag "$image.new" "$image"
    note "$image: $(($(docker image inspect --format '{{.Size}}' "$image") / 1000000)) MB"
}

# The user in the image reads what is made here.
umask 022
work=$(mktemp -d)
log=$work/log
trap 'rm -rf "$work"; docker image rm "$image.new" >/dev/null 2>&1 || true' EXIT
main
