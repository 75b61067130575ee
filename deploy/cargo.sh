# shellcheck shell=bash
# Finds cargo, and builds the programs for a first look. Sourced after packages.sh and node.sh, by scripts that set `root`.
# shellcheck disable=SC2154

# cargo_ensure: returns with cargo in the PATH, or exits and says how to get it.
cargo_ensure() {
    # rustup installs cargo in a folder that is not in the PATH of an open shell.
    PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    packages_need cc=build-essential
    command -v cargo >/dev/null ||
        die "cargo is missing: Core Monitor needs Rust 1.95 or newer, which Debian does not have" \
            "run curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh, then this command again"
}

# cargo_build NAME...: builds these programs with the profile for a first look; says whether it did.
cargo_build() {
    say "building the programs (takes minutes the first time)"
    (cd "$root" && cargo build --profile quickstart --locked "${@/#/--package=core-monitor-}")
}

# cargo_failed: exits after a build that failed.
cargo_failed() {
    die "the build failed" "see cargo's message above; Rust 1.95 or newer is required: rustup update"
}
