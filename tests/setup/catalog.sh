#!/usr/bin/env bash
# Makes images of Debian's software for entries of the catalogue, without a registry:
#
#   test/catalog/NAME:TAG   for NAME:TAG as an entry names it, from the folder of the entry in tests/setup/catalog
#
# Each has the accounts, folders, variables and first start of the public image as far as its entry relies on them; the
# software itself is that of Debian 13, whose versions are the nearest to those of the entries. All share one base with every
# package. Needs root on Debian; the base takes some minutes the first time, and what has not changed is used again.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

folder=$root/tests/setup/catalog
entries=$root/crates/catalog/entries
source_label=core-monitor-test.source
suite=trixie
packages=(
    adminer apache2 busybox ca-certificates caddy curl docker-registry haproxy libapache2-mod-php8.4 mariadb-server memcached
    miniflux mosquitto mosquitto-clients nats-server netbase nginx-light nodejs openjdk-21-jre-headless perl php8.4-cli php8.4-gd
    php8.4-mysql php8.4-pgsql postgresql-17 postgresql-17-postgis-3 postgresql-17-timescaledb procps prometheus
    prometheus-node-exporter python3 rabbitmq-server redis-server tomcat10 valkey-server wordpress
)
# The compiler that PostgreSQL uses for just-in-time compilation is a third of the size.
left_out=('/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/lib/*/libLLVM*' '/usr/lib/postgresql/*/lib/bitcode/*')

# is_current IMAGE HASH: whether the engine has an image made from these sources.
is_current() {
    [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$1" 2>/dev/null) == "$2" ]]
}

# make_debian: the image with all packages.
make_debian() {
    local image=test/catalog/debian:1 hash mirror path options=()
    hash=$(printf '%s\n' "$suite" "${packages[@]}" "${left_out[@]}" | sha256sum | cut -c1-16)
    if is_current "$image" "$hash"; then
        note "$image is up to date"
        return
    fi
    packages_need mmdebstrap=mmdebstrap
    mirror=$(packages_mirror)
    [[ -n $mirror ]] || die "apt knows no archive of this Debian release" "sudo apt-get update"
    packages_read_transport
    for path in "${left_out[@]}"; do
        options+=("--dpkgopt=path-exclude=$path")
    done
    note "$image: ${#packages[@]} packages and what they need"
    # Nothing of the packages may be started while they are installed.
    # shellcheck disable=SC2016  # mmdebstrap's shell fills it in
    mmdebstrap --quiet --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" --dpkgopt=force-unsafe-io "${options[@]}" \
        --setup-hook='mkdir -p "$1/etc/postgresql-common"; echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"' \
        --essential-hook='mkdir -p "$1/usr/share/man/man1" "$1/usr/share/man/man7"; printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"' \
        "${packages_transport[@]}" "$suite" - "deb $mirror $suite main" |
        docker import --change "LABEL $source_label=$hash" \
            --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$image" >/dev/null
}

# build NAME IMAGE [ARGUMENT...]: an image from the folder NAME, unless it is there.
build() {
    local name=$1 image=$2 argument hash log arguments=()
    shift 2
    for argument in "$@"; do
        arguments+=(--build-arg "$argument")
    done
    # The same sources on another base give another image.
    hash=$(
        {
            tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$folder/$name" .
            printf '%s\n' "$@"
            docker image inspect --format '{{.Id}}' test/catalog/debian:1
            [[ $name == base ]] || docker image inspect --format '{{.Id}}' test/catalog/base:1
            [[ ${1:-} != BASE=* ]] || docker image inspect --format '{{.Id}}' "${1#BASE=}"
        } | sha256sum | cut -c1-16
    )
    if is_current "$image" "$hash"; then
        return
    fi
    log=$(docker build --network none --label "$source_label=$hash" --tag "$image" "${arguments[@]}" "$folder/$name" 2>&1) ||
        { printf '%s\n' "$log" >&2; die "building $image failed"; }
    note "$image"
}

# images_of ENTRY: the images that an entry names.
images_of() {
    sed -nE 's/^.*[{ ]image: "([^"{}]+)".*$/\1/p' "$entries/$1.yaml" | sort -u
}

main() {
    local name image images
    engine_ensure
    packages_need docker=docker.io
    say "making the images of the catalogue from Debian's packages"
    make_debian
    build base test/catalog/base:1
    build worker test/catalog/worker:1
    for name in adminer binary caddy haproxy httpd java mariadb memcached miniflux mosquitto nats nginx node node-exporter php \
        postgres prometheus python rabbitmq redis registry tomcat valkey; do
        images=$(images_of "$name")
        [[ -n $images ]] || die "the entry $name names no image"
        for image in $images; do
            build "$name" "test/catalog/$image" "TAG=${image##*:}"
        done
    done
    # These are made of others.
    local postgres=test/catalog/postgres:17 php=test/catalog/php:8
    build postgres "$postgres" TAG=17
    build php "$php"
    for name in postgis timescaledb wordpress; do
        images=$(images_of "$name")
        for image in $images; do
            if [[ $name == wordpress ]]; then build "$name" "test/catalog/$image" "BASE=$php"; else build "$name" "test/catalog/$image" "BASE=$postgres"; fi
        done
    done
}

main
