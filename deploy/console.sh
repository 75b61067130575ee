# shellcheck shell=bash
# Messages of the scripts. Sourced. Everything goes to standard error, so that other programs can
# use a script's standard output.

# printable TEXT...: prints one line in which nothing commands the terminal or begins a new line: names,
# messages and output of containers come from others.
printable() {
    local LC_ALL=C.UTF-8 text=$*
    text=${text//$'\n'/ | }
    printf '%s\n' "${text//[[:cntrl:]]/?}"
}

# say TEXT...: prints one line of progress.
say() {
    printable "==> $*" >&2
}

# note TEXT...: prints a detail of the previous line.
note() {
    printable "    $*" >&2
}

# die TEXT [HINT...]: prints what went wrong and one line per hint, then exits with 1.
die() {
    printable "error: $1" >&2
    shift
    local hint
    for hint in "$@"; do
        printable "  try: $hint" >&2
    done
    exit 1
}
