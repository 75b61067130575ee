#!/usr/bin/env bash
# Makes the image test/middleware:1 from Debian's packages, without a registry: nginx, Apache with PHP, Tomcat 10 and
# PostgreSQL 15 in one root, for the tests that deploy applications into real middleware. Needs root on Debian; the first
# run takes some minutes, and an image that this version of the script has made is used again.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=deploy/engine.sh
. "$root/deploy/engine.sh"

image=test/middleware:1
source_label=core-monitor-test.source
source_hash=$(sha256sum "$0" | cut -c1-16)
packages=(nginx-light apache2 libapache2-mod-php8.2 tomcat10 default-jre-headless postgresql-15 procps)

main() {
    engine_ensure
    packages_need docker=docker.io mmdebstrap=mmdebstrap
    if [[ $(docker image inspect --format "{{index .Config.Labels \"$source_label\"}}" "$image" 2>/dev/null) == "$source_hash" ]]; then
        say "the image of middleware is up to date"
        return
    fi
    say "making $image from ${packages[*]}"
    local mirror
    mirror=$(packages_mirror)
    [[ -n $mirror ]] || die "apt knows no archive of this Debian release" "sudo apt-get update"
    packages_read_transport
    # Nothing of the packages may be started while they are installed.
    # shellcheck disable=SC2016  # mmdebstrap's shell fills it in
    mmdebstrap --quiet --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --essential-hook='mkdir -p "$1/usr/share/man/man1" "$1/usr/share/man/man7"; printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"' \
        "${packages_transport[@]}" bookworm - "deb $mirror bookworm main" |
        docker import --change "LABEL $source_label=$source_hash" \
            --change 'ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
            --change 'ENV CATALINA_HOME=/usr/share/tomcat10' --change 'ENV CATALINA_BASE=/var/lib/tomcat10' \
            --change 'CMD ["nginx", "-g", "daemon off;"]' - "$image" >/dev/null
    note "$image"
}

main
