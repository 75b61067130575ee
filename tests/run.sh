#!/usr/bin/env bash
# Every check of this repository, from nothing, in one command. Non-zero when one fails.
#
#   tests/run.sh         everything, on a real Docker Engine; installs what is missing (root on Debian)
#   tests/run.sh fast    what needs no engine and no network, for development
#
# The stages run in the order below and end at the first that fails; the table at the end has all of
# them with their seconds. What a stage printed is kept in .run/tests/logs.
#
# The stages are called by name, which shellcheck cannot see.
# shellcheck disable=SC2317,SC2329
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh

logs=$root/.run/tests/logs
# Built once into a folder that survives `cargo clean`; this version was the one deny.toml was written for.
deny_version=0.20.2
deny_root=$root/.run/tools
# Names of test targets that fail without an engine; `fast` leaves them out and says so.
engine_targets='(^|_)(e2e|engine|docker)(_|$)'
# One set of packages, targets and features for every compiler run, so that nothing is built twice.
everything=(--workspace --all-features --locked)

# Cargo's colours and progress belong to a terminal, and a test must never rewrite what it compares with.
export CARGO_TERM_PROGRESS_WHEN=never INSTA_UPDATE=no INSTA_FORCE_PASS=0
unset UPDATE_GENERATED UPDATE_SCRIPTS COMPOSE_CASES
# rustup puts cargo where a shell that was open before does not look.
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin:$deny_root/bin

usage() {
    sed -n '/^#   tests/s/^# *//p' "$0"
}

# --- stages: each a function that prints what it does and returns how it ended -----------------------------------------

stage_tools() {
    packages_need cc=build-essential curl=curl git=git jq=jq
    command -v cargo >/dev/null ||
        die "cargo is missing: Core Monitor is built with Rust 1.95 or newer, which Debian does not have" \
            "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh, then this command again"
    cargo --version
    local component
    for component in fmt clippy; do
        cargo "$component" --version || die "cargo $component is missing" "rustup component add rustfmt clippy"
    done
    cargo nextest --version 2>/dev/null | head -n 1 || note "no cargo-nextest: the tests run with cargo test"
}

stage_engine() {
    engine_ensure
    packages_need docker=docker.io
    docker version --format 'engine {{.Server.Version}}, API {{.Server.APIVersion}}'
}

stage_images() {
    tests/setup/images.sh
}

stage_format() {
    cargo fmt --all --check
}

stage_shell() {
    if ! command -v shellcheck >/dev/null; then
        packages_can_install || { unavailable "shellcheck is missing, and installing it needs root"; return 0; }
        packages_need shellcheck=shellcheck
    fi
    local scripts
    mapfile -t scripts < <(find . \( -path ./target -o -path ./.run -o -path ./.git -o -name node_modules \) -prune -o \
        -type f \( -name '*.sh' -o -path './.ci/run' \) -print | sort)
    shellcheck --external-sources "${scripts[@]}"
    echo "${#scripts[@]} scripts"
}

stage_clippy() {
    cargo clippy "${everything[@]}" --all-targets -- -D warnings
}

stage_build() {
    # The end-to-end tests start the programs themselves; all targets together, so that the features are those of the tests.
    cargo build "${everything[@]}" --all-targets
}

stage_tests() {
    local state status=0 target targets=(--lib --bins --examples) runner=(cargo test)
    for target in $(test_targets); do
        [[ $mode == fast && $target =~ $engine_targets ]] || targets+=(--test "$target")
    done
    ! cargo nextest --version >/dev/null 2>&1 || runner=(cargo nextest run)
    state=$(generated_state)
    "${runner[@]}" "${everything[@]}" "${targets[@]}" --no-fail-fast || status=$?
    # A test that repairs what it should compare passes the second time.
    if [[ $(generated_state) != "$state" ]]; then
        echo "error: the tests changed files of the repository: git status" >&2
        status=1
    fi
    return "$status"
}

# test_targets: the names of all integration tests of the workspace.
test_targets() {
    cargo metadata --format-version 1 --no-deps --locked |
        jq -r '.packages[].targets[] | select(.kind == ["test"]) | .name' | sort -u
}

# generated_state: a checksum of every file that a generator or a snapshot test could write.
generated_state() {
    find openapi docs migrations crates apps tests -type f \
        \( -name '*.json' -o -name '*.md' -o -name '*.sql' -o -name '*.snap*' -o -name '*.out' \) -print0 |
        sort --zero-terminated | xargs --null --no-run-if-empty sha256sum | sha256sum
}

stage_doctests() {
    cargo test "${everything[@]}" --doc --no-fail-fast
}

stage_documentation() {
    RUSTDOCFLAGS="-D warnings" cargo doc "${everything[@]}" --no-deps
}

stage_dependencies() {
    if ! command -v cargo-deny >/dev/null; then
        say "installing cargo-deny $deny_version into .run/tools"
        cargo install --locked --debug --quiet --version "$deny_version" --root "$deny_root" cargo-deny
    fi
    cargo deny --all-features --locked check --hide-inclusion-graph licenses bans sources
    if cargo deny fetch db >/dev/null 2>&1; then
        cargo deny --all-features --locked check --hide-inclusion-graph advisories
    else
        unavailable "advisories were NOT checked: the advisory database cannot be reached from here"
    fi
}

# --- running them ------------------------------------------------------------------------------------------------------

# unavailable TEXT: something this machine cannot check. The stage may pass, and the table says what is missing.
unavailable() {
    note "$*"
    printf '%s\n' "$*" >>"$logs/unavailable"
}

# run_stage NAME: prints and logs what the stage does; its row goes into the table. Never part of a condition: there bash
# would go on behind a command that failed.
run_stage() {
    local name=$1 started=$SECONDS result=ok status
    printf '\n==> %s\n' "$name"
    set +e
    (
        set -e
        "stage_$name"
    ) 2>&1 | tee "$logs/$name.log"
    status=${PIPESTATUS[0]}
    set -e
    if [[ $status -ne 0 ]]; then
        result=FAILED
        outcome=1
    fi
    rows+=("$(printf '%-14s %-8s %6d s' "$name" "$result" $((SECONDS - started)))")
}

# count WORD: tests with this result, over both runners and the documentation tests.
count() {
    local word=$1 sum=0 number
    while read -r number; do
        sum=$((sum + number))
    done < <(cat "$logs/tests.log" "$logs/doctests.log" 2>/dev/null | sed 's/\x1b\[[0-9;]*m//g' |
        grep -E '^test result:|^ *Summary \[' | grep -oE "[0-9]+ $word" | cut -d' ' -f1)
    echo "$sum"
}

summary() {
    local name reached=${#rows[@]}
    printf '\n%-14s %-8s %8s\n' stage result time
    printf '%s\n' "${rows[@]}"
    for name in "${stages[@]:reached}"; do
        printf '%-14s %-8s\n' "$name" "not run"
    done
    [[ ! -s $logs/unavailable ]] || sed 's/^/note: /' "$logs/unavailable"
    [[ $mode != fast ]] || echo "note: fast: what needs a Docker Engine was left out: $(test_targets | grep -E "$engine_targets" | paste -sd ' ')"
    [[ $(($(count ignored) + $(count skipped))) -eq 0 || $mode == fast ]] || echo "note: $(count ignored) ignored, $(count skipped) skipped"
    local failed
    failed=$(count failed)
    if [[ $outcome -ne 0 ]]; then
        # A stage without tests that fails is one failure, so that nobody reads "0 failed" under a red run.
        [[ $failed -gt 0 ]] || failed=1
        printf 'error: %s failed, see %s\n' "$stage" "${logs#"$root/"}/$stage.log"
    fi
    printf '\n%d passed, %d failed (%d of %d stages, %d s)\n' "$(count passed)" "$failed" \
        "$(printf '%s\n' "${rows[@]}" | grep -c ' ok ')" "${#stages[@]}" "$SECONDS"
}

mode=${1:-all}
case $mode in
    all) stages=(tools engine images format shell clippy build tests doctests documentation dependencies) ;;
    fast) stages=(tools format shell clippy build tests doctests documentation) ;;
    -h | --help) usage; exit ;;
    *) usage >&2; exit 2 ;;
esac

rm -rf "$logs"
mkdir -p "$logs"
rows=()
outcome=0
for stage in "${stages[@]}"; do
    run_stage "$stage"
    [[ $outcome -eq 0 ]] || break
done
summary
exit "$outcome"
