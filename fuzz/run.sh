#!/usr/bin/env bash
# Runs one fuzz target: fuzz/run.sh TARGET SECONDS [OPTION...]
#
# Coverage-guided, on the stable toolchain: the instrumentation is a compiler pass, and the engine is compiled from
# source. Findings are in fuzz/artifacts/TARGET, the corpus is in fuzz/corpus/TARGET. Options are those of libFuzzer. One
# input may take 5 seconds and 100 MiB; the process may use 512 MiB.
set -euo pipefail
shopt -s inherit_errexit globstar nullglob

fuzz=$(cd "$(dirname "$0")" && pwd)
target=${1:?no target given; use one of: $(cd "$fuzz/targets" && echo *.rs | sed 's/\.rs//g')}
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

host=$(rustc -vV | sed -n 's/^host: //p')
# With an explicit target, these flags apply to the fuzzed code but not to build scripts.
flags=(
    --cfg fuzzing -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
    # Otherwise the linker drops the tables of functions that are not called.
    "-Clink-arg=-Wl,-z,nostart-stop-gc"
    -Ccodegen-units=1
)
(cd "$fuzz" && RUSTFLAGS="${flags[*]}" cargo build --quiet --release --locked --target "$host" --bins)

corpus=$fuzz/corpus/$target
mkdir -p "$corpus" "$fuzz/artifacts/$target"
case $target in
    load | merge | lint | render | yaml)
        seeds=("$fuzz"/../crates/compose/tests/cases/**/*.yml)
        for seed in "${seeds[@]}"; do
            cp "$seed" "$corpus/seed-$(basename "$(dirname "$seed")")-$(basename "$seed" .yml)"
        done
        ;;
    archive | frames) python3 "$fuzz/seeds/$target.py" "$corpus" ;;
    *)
        # One seed per paragraph.
        awk -v RS= -v folder="$corpus" '{ printf "%s", $0 > (folder "/seed-" NR) }' "$fuzz/seeds/$target.txt"
        ;;
esac
options=(-max_total_time="$seconds" -timeout=5 -rss_limit_mb=512 -max_len=8192 -print_final_stats=1
    -artifact_prefix="$fuzz/artifacts/$target/" -verbosity=0)
[[ -f $fuzz/seeds/$target.dict ]] && options+=(-dict="$fuzz/seeds/$target.dict")
case $target in load | merge | lint | render | yaml) options+=(-dict="$fuzz/seeds/compose.dict") ;; esac
exec "${CARGO_TARGET_DIR:-$fuzz/target}/$host/release/$target" "${options[@]}" "$@" "$corpus"
