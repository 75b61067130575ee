#!/usr/bin/env bash
# Builds the Debian package `core-monitor`: the three programs, their units, manual pages and completions.
#
#   deploy/package.sh [--binaries FOLDER] [--revision N] [--fast] [--out FILE]
#
#   --binaries FOLDER   programs that are built already (default: npm builds the web UI, then cargo the programs with the release profile)
#   --revision N        revision of the package (default 1)
#   --fast              compress less, for tests
#   --out FILE          where to put it (default: core-monitor_VERSION-REVISION_ARCHITECTURE.deb in this folder)
#
# cargo-deb makes it, from the description in apps/server/Cargo.toml; it is installed into .run/tools once.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=deploy/console.sh
. "$root/deploy/console.sh"
# shellcheck source=deploy/packages.sh
. "$root/deploy/packages.sh"
# shellcheck source=deploy/node.sh
. "$root/deploy/node.sh"

cargo_deb_version=3.8.0
tools=$root/.run/tools
# rustup installs cargo in a folder that is not in the PATH of an open shell.
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

usage() {
    sed -n '/^#   deploy/,/^# cargo-deb/{s/^# \{0,1\}//p}' "$0" | sed '$d'
}

cargo_deb_ensure() {
    [[ $("$tools/bin/cargo-deb" --version 2>/dev/null) != "cargo-deb $cargo_deb_version" ]] || return 0
    say "installing cargo-deb $cargo_deb_version into .run/tools"
    cargo install --locked --debug --quiet --version "$cargo_deb_version" --root "$tools" cargo-deb
}

# generate: manual pages and completions, by the programs themselves.
generate() {
    local program
    rm -rf "$parts"
    mkdir -p "$parts"/{bin,man,bash,zsh,fish}
    for program in core-monitor-server core-monitor-worker core-monitor-gateway; do
        cp "$binaries/$program" "$parts/bin/$program"
        "$binaries/$program" --data-dir /var/lib/core-monitor manual "$parts/man"
        "$binaries/$program" --data-dir /var/lib/core-monitor completions bash >"$parts/bash/$program"
        "$binaries/$program" --data-dir /var/lib/core-monitor completions zsh >"$parts/zsh/_$program"
        "$binaries/$program" --data-dir /var/lib/core-monitor completions fish >"$parts/fish/$program.fish"
    done
    strip --strip-debug "$parts"/bin/*
}

binaries=
revision=1
out=
fast=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --binaries) binaries=$(cd "${2:?--binaries needs a folder}" && pwd); shift ;;
        --revision) revision=${2:?--revision needs a number}; shift ;;
        --fast) fast=(--fast) ;;
        --out) out=$(realpath "${2:?--out needs a file}"); shift ;;
        -h | --help) usage; exit ;;
        *) usage >&2; die "unknown argument \`$1\`" ;;
    esac
    shift
done

# Where the description in apps/server/Cargo.toml expects it.
parts=$root/.run/package
packages_need cc=build-essential strip=binutils dpkg-deb=dpkg
command -v cargo >/dev/null || die "cargo is missing" "install it from https://rustup.rs"
cargo_deb_ensure
cd "$root"
if [[ -z $binaries ]]; then
    web_build_if_possible
    say "building the server, the worker and the gateway (takes minutes the first time)"
    cargo build --release --locked --package core-monitor-server --package core-monitor-worker --package core-monitor-gateway
    target=$(cargo metadata --format-version 1 --no-deps --locked | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
    binaries=$target/release
fi
generate
made=$("$tools/bin/cargo-deb" --quiet --locked --no-build --no-strip "${fast[@]}" --package core-monitor-server \
    --deb-revision "$revision" --output "${out:-$root/}")
say "wrote $made"
