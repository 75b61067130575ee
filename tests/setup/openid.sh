#!/usr/bin/env bash
# A provider of OpenID Connect for the tests: the npm package `oidc-provider`, with the accounts of tests/setup/openid/provider.mjs.
#
#   openid.sh install                       installs it, if its lock file has changed since the last time
#   openid.sh serve PORT REDIRECT_URI...    serves it at 127.0.0.1 until its standard input ends (PORT 0: a free one)
set -euo pipefail
shopt -s inherit_errexit

setup_dir=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=deploy/node.sh
. "$setup_dir/../../deploy/node.sh"

folder=$setup_dir/openid

stamp() {
    sha256sum "$folder/package-lock.json" | cut -c1-64
}

is_installed() {
    [[ $(cat "$folder/node_modules/.installed" 2>/dev/null) == "$(stamp)" ]]
}

case ${1:-} in
    install)
        ! is_installed || exit 0
        node_ensure
        say "installing the OpenID Connect provider of the tests"
        (cd "$folder" && npm ci --no-audit --no-fund --loglevel error) ||
            die "installing the OpenID Connect provider of the tests failed" "see npm's message above"
        stamp >"$folder/node_modules/.installed"
        ;;
    serve)
        shift
        is_installed || die "the OpenID Connect provider of the tests is not installed" "run tests/setup/openid.sh install"
        node_ensure
        exec node "$folder/provider.mjs" "$@"
        ;;
    *) die "usage: openid.sh install | serve PORT REDIRECT_URI..." ;;
esac
