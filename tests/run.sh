#!/usr/bin/env bash
# Runs all checks of this repository with one command. Exits with an error if one fails.
#
#   tests/run.sh         everything, on a real Docker Engine; installs missing packages (root on Debian)
#   tests/run.sh fast    checks that need no engine and no network, for development
#
# The stages run in the order below and stop at the first failure; the table at the end lists all of
# them with their times. The output of each stage is kept in .run/tests/logs.
#
# The stages are called by name, which shellcheck does not recognise.
# shellcheck disable=SC2317,SC2329
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# shellcheck source=deploy/engine.sh
. deploy/engine.sh
# shellcheck source=deploy/node.sh
. deploy/node.sh

logs=$root/.run/tests/logs
# Built once into a folder that survives `cargo clean`; deny.toml was written for this version.
deny_version=0.20.2
deny_root=$root/.run/tools
# Names of test targets that need an engine; `fast` skips them and says so.
engine_targets='(^|_)(e2e|engine|docker)(_|$)'
# The same packages, targets and features for every compiler run, so that nothing is built twice.
everything=(--workspace --all-features --locked)
# Networks of Core Monitor on the engine above which there may be too few addresses left for those of the tests.
most_networks=12
# Failed tests after which no further ones are started.
most_failures=25

# No colours and progress in logs, and tests must never rewrite their expected output.
export CARGO_TERM_PROGRESS_WHEN=never INSTA_UPDATE=no INSTA_FORCE_PASS=0
unset UPDATE_GENERATED UPDATE_SCRIPTS COMPOSE_CASES
# rustup installs cargo in a folder that is not in the PATH of an open shell.
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin:$deny_root/bin

usage() {
    sed -n '/^#   tests/s/^# *//p' "$0"
}

# --- stages: each is a function that prints its progress and returns its status -----------------------------------------

stage_tools() {
    # nginx: the gateway is tested behind a real cache.
    packages_need cc=build-essential curl=curl git=git jq=jq nginx=nginx-light
    command -v cargo >/dev/null ||
        die "cargo is missing: Core Monitor needs Rust 1.95 or newer, which Debian does not have" \
            "run curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh, then this command again"
    cargo --version
    local component
    for component in fmt clippy; do
        cargo "$component" --version || die "cargo $component is missing" "run rustup component add rustfmt clippy"
    done
    cargo nextest --version 2>/dev/null | head -n 1 || note "cargo-nextest is not installed, using cargo test"
}

stage_engine() {
    engine_ensure
    packages_need docker=docker.io
    docker version --format 'engine {{.Server.Version}}, API {{.Server.APIVersion}}'
    local networks
    networks=$(docker network ls --quiet --filter label=io.core-monitor.instance)
    networks=$(grep -c . <<<"$networks" || true)
    if ((networks > most_networks)); then
        note "the engine has $networks networks of Core Monitor; it has addresses for about 30, and tests fail when none is free"
        note "if an interrupted run left them, tests/setup/leftovers.sh removes everything of Core Monitor from the engine, real stacks too"
    fi
}

stage_images() {
    tests/setup/images.sh
    # The provider that tests sign in with.
    tests/setup/openid.sh install
    # Those of the demonstrations that tests start: built here, they take none of the time of a test.
    deploy/demo/graphs/image.sh
    deploy/demo/previews/image.sh
}

stage_format() {
    cargo fmt --all --check
}

stage_shell() {
    if ! command -v shellcheck >/dev/null; then
        packages_can_install || { unavailable "shellcheck is missing, and installing it needs root"; return 0; }
        packages_need shellcheck=shellcheck
    fi
    local found scripts
    found=$(find . \( -path ./target -o -path ./.run -o -path ./.git -o -name node_modules \) -prune -o \
        -type f \( -name '*.sh' -o -path './.ci/run' \) -print | sort)
    mapfile -t scripts <<<"$found"
    shellcheck --external-sources "${scripts[@]}"
    echo "${#scripts[@]} scripts"
}

stage_units() {
    if ! command -v systemd-analyze >/dev/null; then
        packages_can_install || { unavailable "systemd-analyze is missing, and installing it needs root"; return 0; }
        packages_need systemd-analyze=systemd
    fi
    local unit
    for unit in deploy/systemd/*.service; do
        # The exposure of a unit, in tenths: 0 is the best, 100 the worst.
        systemd-analyze security --offline=true --threshold=20 "$unit" | tail -n 1
    done
}

# stage_web: the web UI on its own: what is generated is fresh, types, lint, tests, build, size. Before the programs are compiled,
# so that the server of the tests has a UI.
stage_web() {
    node_ensure
    printf 'node %s, npm %s\n' "$(node --version)" "$(npm --version)"
    web_packages
    cd apps/web
    node tools/fresh.mjs
    npm run --silent types
    npm run --silent lint
    npm run --silent test
    npm run --silent build
    node tools/budget.mjs
}

# stage_browser: the web UI in a real Chromium: screenshots of every page over the mock, then against the real programs and engine.
stage_browser() {
    node_ensure
    web_packages
    # Any browser of the family that is there; tests/browser.ts in apps/web looks for the same.
    command -v google-chrome >/dev/null || packages_need chromium=chromium
    cd apps/web
    # Each theme, language and width once; `just screens` takes every combination.
    npx playwright test --config tests/screens/playwright.config.ts --project light-en-1440 --project dark-fr-390
    npx playwright test --config tests/e2e/playwright.config.ts
}

stage_clippy() {
    cargo clippy "${everything[@]}" --all-targets -- -D warnings
}

stage_build() {
    # The end-to-end tests start the programs; building all targets together gives them the features of the tests.
    cargo build "${everything[@]}" --all-targets
}

stage_tests() {
    local state status=0 found target targets=(--lib --bins --examples) runner=(cargo test --no-fail-fast)
    found=$(test_targets)
    for target in $found; do
        [[ $mode == fast && $target =~ $engine_targets ]] || targets+=(--test "$target")
    done
    # Once so many have failed, the others would only fail for the same reason, each after its own time limit.
    ! cargo nextest --version >/dev/null 2>&1 || runner=(cargo nextest run --max-fail "$most_failures")
    state=$(generated_state)
    "${runner[@]}" "${everything[@]}" "${targets[@]}" || status=$?
    [[ $status -eq 0 || $mode == fast ]] || engine_report
    # A test that rewrites its expected output would pass the second time.
    if [[ $(generated_state) != "$state" ]]; then
        echo "error: the tests changed files in the repository, see git status" >&2
        status=1
    fi
    return "$status"
}

# engine_report: prints what the engine has to do with failed tests: which lists it does not give, what it has logged, and,
# if it hangs, what its goroutines have been waiting for.
engine_report() {
    local kind hangs=
    for kind in container network volume image; do
        timeout 10 docker "$kind" ls --quiet >/dev/null 2>&1 || hangs+=" $kind"
    done
    local log=${CORE_MONITOR_ENGINE_LOG:-/var/log/dockerd.log}
    if [[ -n $hangs ]]; then
        printf '\nengine: it does not list:%s\n' "$hangs"
    else
        printf '\nengine: it answers\n'
    fi
    df -h --output=avail,target . /var/lib/docker 2>/dev/null || true
    [[ ! -r $log ]] || grep -E 'level=(warning|error|fatal)|panic' "$log" | tail -n 20 | cut -c1-300 || true
    if [[ -n $hangs ]] && pkill -USR1 -x dockerd; then
        sleep 5
        local stacks
        stacks=$(find /var/run/docker -maxdepth 1 -name 'goroutine-stacks-*' 2>/dev/null | sort | tail -n 1)
        # Those that have waited for minutes, without the usual idle ones.
        [[ -z $stacks ]] || grep -m 40 -A12 -E '^goroutine .*(semacquire|chan|IO wait|select), [0-9]+ minutes' "$stacks" || true
    fi
}

# test_targets: prints the names of all integration tests of the workspace.
test_targets() {
    cargo metadata --format-version 1 --no-deps --locked |
        jq -r '.packages[].targets[] | select(.kind == ["test"]) | .name' | sort -u
}

# generated_state: prints a checksum of all files that a generator or snapshot test could write.
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
        unavailable "advisories were NOT checked: the advisory database is not reachable"
    fi
}

# --- running them ------------------------------------------------------------------------------------------------------

# unavailable TEXT: reports a check that is not possible here. The stage may pass; the summary lists what is missing.
unavailable() {
    note "$*"
    printf '%s\n' "$*" >>"$logs/unavailable"
}

# run_stage NAME: runs and logs a stage, and adds its row to the table. Must not be used in a condition, where bash would
# continue after a failed command.
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

# count WORD: counts tests with this result: those of cargo with either runner, the documentation tests, and those of the web UI, which
# vitest sums up in a line `Tests  1 failed | 2 passed (3)` and Playwright in a line for each result.
count() {
    cat "$logs/tests.log" "$logs/doctests.log" "$logs/web.log" "$logs/browser.log" 2>/dev/null | sed 's/\x1b\[[0-9;]*m//g' |
        awk -v word="$1" '
            /^test result:/ || /^ *Summary \[/ || /^ *Tests  / || /^  [0-9]+ (passed|failed|flaky|skipped)( |$)/ {
                for (i = 2; i <= NF; i++) if ($i ~ "^" word "[;,]?$") sum += $(i - 1)
            }
            END { print sum + 0 }' || true
}

summary() {
    local name reached=${#rows[@]}
    printf '\n%-14s %-8s %8s\n' stage result time
    printf '%s\n' "${rows[@]}"
    for name in "${stages[@]:reached}"; do
        printf '%-14s %-8s\n' "$name" "not run"
    done
    [[ ! -s $logs/unavailable ]] || sed 's/^/note: /' "$logs/unavailable"
    [[ $mode != fast ]] || echo "note: fast: skipped tests that need a Docker Engine: $(test_targets | grep -E "$engine_targets" | paste -sd ' ')"
    [[ $(($(count ignored) + $(count skipped))) -eq 0 || $mode == fast ]] || echo "note: $(count ignored) ignored, $(count skipped) skipped"
    local failed
    failed=$(count failed)
    if [[ $outcome -ne 0 ]]; then
        # A failed stage without tests counts as one failure, so that a failed run never reports "0 failed".
        [[ $failed -gt 0 ]] || failed=1
        printf 'error: %s failed, see %s\n' "$stage" "${logs#"$root/"}/$stage.log"
    fi
    printf '\n%d passed, %d failed (%d of %d stages, %d s)\n' "$(count passed)" "$failed" \
        "$(printf '%s\n' "${rows[@]}" | grep -c ' ok ')" "${#stages[@]}" "$SECONDS"
}

mode=${1:-all}
case $mode in
    all) stages=(tools engine images format shell units web clippy build tests browser doctests documentation dependencies) ;;
    fast) stages=(tools format shell units web clippy build tests doctests documentation) ;;
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
