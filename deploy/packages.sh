# shellcheck shell=bash
# Installs Debian packages for missing commands, or reports exactly what to install.
# Sourced after console.sh.

# packages_can_install: whether this is root on a machine with apt.
packages_can_install() {
    [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null
}

packages_lists_fresh=no

# packages_install PACKAGE...: installs without asking; the caller checks for root.
packages_install() {
    local log
    log=$(mktemp)
    if [[ $packages_lists_fresh == no ]]; then
        note "apt-get update"
        apt-get update -qq >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "apt-get update failed"; }
        packages_lists_fresh=yes
    fi
    note "apt-get install $*"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 ||
        { cat "$log" >&2; rm -f "$log"; die "installing $* failed"; }
    rm -f "$log"
}

# packages_need COMMAND=PACKAGE...: installs the packages of all missing commands at once.
packages_need() {
    local pair packages=() commands=()
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null && continue
        commands+=("${pair%%=*}")
        packages+=("${pair#*=}")
    done
    [[ ${#packages[@]} -eq 0 ]] && return
    packages_can_install ||
        die "missing commands: ${commands[*]} (nothing was installed, since that needs root on Debian)" \
            "sudo apt-get install ${packages[*]}"
    say "installing missing commands: ${commands[*]}"
    packages_install "${packages[@]}"
}

# packages_unpack PACKAGE FOLDER: unpacks a package into FOLDER without installing it. Needs no
# root, and never starts a service.
packages_unpack() {
    local package=$1 folder=$2 download
    command -v apt-get >/dev/null || die "$package is a Debian package, but apt-get is missing"
    download=$(mktemp -d)
    # As root, apt would download as a separate user, who has no write access here.
    local get=(apt-get -qq -o APT::Sandbox::User=root download "$package")
    if ! (cd "$download" && "${get[@]}") >"$download/log" 2>&1; then
        # The package is unknown if the package lists were never fetched.
        packages_can_install && apt-get update -qq >>"$download/log" 2>&1
        (cd "$download" && "${get[@]}") >>"$download/log" 2>&1 ||
            { cat "$download/log" >&2; rm -rf "$download"; die "apt-get download $package failed" "sudo apt-get update"; }
    fi
    mkdir -p "$folder"
    dpkg-deb -x "$download"/*.deb "$folder"
    rm -rf "$download"
}

# packages_sources: the Debian mirrors of this machine as lines of a sources.list, without other
# vendors' archives. apt does the parsing.
packages_sources() {
    local vendor
    vendor=$(. /etc/os-release && echo "$ID")
    # shellcheck disable=SC2016  # apt fills these in, not the shell
    apt-get indextargets --format '$(ORIGIN)|$(SIGNED_BY)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
        awk -F'|' -v vendor="$vendor" '
            tolower($1) == vendor {
                signed = $2 ~ /^\// ? "[signed-by=" $2 "] " : ""
                print "deb " signed $3 " " $4 " " $5
            }' | sort -u
}

# packages_mirror: where this machine gets the packages of its Debian release from.
packages_mirror() {
    local release
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    packages_sources |
        awk -v release="$release" '{ sub(/\[[^]]*\] /, "") } $3 == release && mirror == "" { mirror = $2 } END { print mirror }'
}

# packages_read_transport: sets packages_transport to this machine's apt connection settings (proxies, certificate files,
# timeouts) as options for mmdebstrap, whose apt does not read the machine's configuration.
packages_read_transport() {
    local settings setting
    settings=$(apt-config dump --format '%F "%v";%n' |
        grep -E '^(Acquire::(http|https|Retries|Check-)[^ ]*) "[^"]+";$' || true)
    packages_transport=()
    while IFS= read -r setting; do
        [[ -z $setting ]] || packages_transport+=("--aptopt=$setting")
    done <<<"$settings"
}

# packages_read_archives: sets packages_archives to the lines of packages_sources, or exits if apt knows of no archive even after
# an update.
packages_read_archives() {
    packages_archives=$(packages_sources)
    if [[ -z $packages_archives ]] && packages_can_install; then
        note "apt-get update: this machine has no package lists yet"
        apt-get update -qq
        packages_archives=$(packages_sources)
    fi
    [[ -n $packages_archives ]] || die "apt has no archive of this Debian release" "sudo apt-get update"
}

# packages_read_left_out PATTERN...: sets packages_left_out to options for mmdebstrap, so that no file with these paths is unpacked.
packages_read_left_out() {
    local pattern
    packages_left_out=()
    for pattern in "$@"; do
        packages_left_out+=("--dpkgopt=path-exclude=$pattern")
    done
}
