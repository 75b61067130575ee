#!/usr/bin/env bash
# Builds the images of the demonstration stack from Debian packages, without a registry.
#
#   build-images.sh [postgres|app|prometheus|node-exporter ...]    (default: all of them)
#
# One base image contains all packages; mmdebstrap builds it from the mirror that this machine's apt
# uses. The other images only add files to it, so their builds need no network. Images whose sources
# have not changed are not rebuilt.
set -euo pipefail
shopt -s inherit_errexit

demo_dir=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=deploy/engine.sh
. "$demo_dir/../engine.sh"

base=core-monitor-demo/base:1
source_label=core-monitor-demo.source
packages=(
    curl postgresql prometheus prometheus-node-exporter
    python3-fastapi python3-numpy python3-prometheus-client python3-psycopg2 python3-uvicorn
)
# Files that are not needed, more than half of the size: documentation, the compiler that PostgreSQL
# uses for just-in-time compilation, time zone data of an old Prometheus web page.
left_out=(
    '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/i18n/*'
    '/usr/lib/*/libLLVM*' '/usr/lib/*/libz3*' '/usr/lib/postgresql/*/lib/bitcode/*' '/usr/lib/postgresql/*/lib/llvmjit*'
    '/usr/share/javascript/moment-timezone/data/*' '/usr/bin/promtool'
)

# is_current IMAGE HASH: whether the engine has an image built from these sources.
is_current() {
    [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$1" 2>/dev/null) == "$2" ]]
}

# folder_hash FOLDER: a hash of the names, modes and contents of its files, without Python caches.
folder_hash() {
    (cd "$1" && find . -type f ! -path '*/__pycache__/*' -printf '%m %p\0' | sort -z |
        while IFS= read -r -d '' entry; do
            printf '%s\n' "$entry"
            cat -- "${entry#* }"
        done) | sha256sum | cut -c1-16
}

# seconds_since START: seconds since START (from EPOCHREALTIME), as "12.3 s".
seconds_since() {
    local now=${EPOCHREALTIME/[.,]/} start=${1/[.,]/}
    printf '%d.%d s' $(((now - start) / 1000000)) $(((now - start) / 100000 % 10))
}

# report_progress: prints one line per stage of mmdebstrap; other output is shown only if it fails.
report_progress() {
    local line
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$build_log"
        case $line in
            "I: downloading"* | "I: extracting"* | "I: installing"* | "I: creating tarball"*) note "${line#I: }" ;;
        esac
    done
}

build_base() {
    local hash started=$EPOCHREALTIME suite
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    hash=$(printf '%s\n' "$suite" "${packages[@]}" "${left_out[@]}" | sha256sum | cut -c1-16)
    if is_current "$base" "$hash"; then
        note "$base is up to date"
        return
    fi
    packages_need mmdebstrap=mmdebstrap
    packages_read_archives
    packages_read_left_out "${left_out[@]}"
    packages_read_transport
    note "$base: $(wc -w <<<"${packages[*]}") packages and what they need"
    # No configuration of this machine, such as mirrors or proxies, stays in the image.
    # shellcheck disable=SC2016  # $1 belongs to the hooks
    mmdebstrap --variant=essential --include="$(IFS=,; echo "${packages[*]}")" \
        --dpkgopt=force-unsafe-io "${packages_left_out[@]}" "${packages_transport[@]}" \
        --setup-hook='mkdir -p "$1/etc/postgresql-common" && echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"' \
        --customize-hook='rm -rf "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap' \
        "$suite" - - <<<"$packages_archives" 2> >(report_progress) |
        docker import --change "LABEL $source_label=$hash" - "$base" >>"$build_log" ||
        { tail -n 30 "$build_log" >&2; die "building $base failed" "see the output of apt above"; }
    note "$base built in $(seconds_since "$started")"
}

build_image() {
    local name=$1 folder=$demo_dir/images/$1 image=core-monitor-demo/$1:1 hash started=$EPOCHREALTIME
    [[ -f $folder/Dockerfile ]] || die "the demonstration stack has no image \`$name\`"
    # The same sources on a different base give a different image.
    hash=$(folder_hash "$folder")-$(docker image inspect --format '{{.Id}}' "$base" | cut -c8-19)
    if is_current "$image" "$hash"; then
        note "$image is up to date"
        return
    fi
    docker build --network none --label "$source_label=$hash" --tag "$image" "$folder" >"$build_log" 2>&1 ||
        { cat "$build_log" >&2; die "building $image failed"; }
    note "$image built in $(seconds_since "$started")"
}

main() {
    local started=$EPOCHREALTIME name names=("$@")
    [[ ${#names[@]} -gt 0 ]] || names=(postgres app prometheus node-exporter)
    engine_ensure
    packages_need docker=docker.io
    say "building the images of the demonstration stack"
    build_base
    for name in "${names[@]}"; do
        build_image "$name"
    done
    say "images ready after $(seconds_since "$started")"
}

build_log=$(mktemp)
trap 'rm -f "$build_log"' EXIT
main "$@"
