# shellcheck shell=bash
# What the scripts say, and how they end. Sourced; everything goes to standard error so that
# a script's standard output stays usable by other programs.

# say TEXT...: one line of progress.
say() {
    printf '%s\n' "==> $*" >&2
}

# note TEXT...: detail that belongs to the line before.
note() {
    printf '%s\n' "    $*" >&2
}

# die TEXT [HINT...]: what went wrong, then one line per hint, and exit 1.
die() {
    printf '%s\n' "error: $1" >&2
    shift
    local hint
    for hint in "$@"; do
        printf '%s\n' "  try: $hint" >&2
    done
    exit 1
}
