#!/usr/bin/env bash
# Makes the file systems of the three images from built programs.
#
#   rootfs.sh BINARIES FOLDER    FOLDER/server, FOLDER/worker and FOLDER/gateway are created; BINARIES has the programs
#
# An image has its program, the shared libraries it loads with their licences, and the names of the
# users. There is no shell and no package manager in it.
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

# The user of the containers must be able to read everything, whatever the caller's files are like.
umask 022

binaries=${1:?no folder with the programs}
out=${2:?no folder to create}

# The user of the containers; see deploy/compose/.env.example.
user=10001
data=/var/lib/core-monitor

# libraries PROGRAM: prints the path of each library that it loads, with the loader itself.
libraries() {
    ldd "$1" | awk '/=> \// { print $3 } /^[[:space:]]*\/.*ld-/ { print $1 }'
}

# licence LIBRARY ROOT: copies the licence of the Debian package that a library belongs to.
licence() {
    local path=$1 root=$2 package file
    # A path below /usr may be recorded without it.
    package=$(dpkg-query --search "$path" "${path#/usr}" 2>/dev/null | sed -n '1s/:.*//p') || true
    file=/usr/share/doc/$package/copyright
    [[ -n $package && -f $file ]] || return 0
    mkdir -p "$root/usr/share/doc/$package"
    cp --dereference "$file" "$root/usr/share/doc/$package/copyright"
}

make_root() {
    local root=$out/$1 program=core-monitor-$1 found library
    mkdir -p "$root"/{etc,usr/bin}
    # Line numbers of backtraces are worth nothing where nobody can look at them.
    strip --strip-all -o "$root/usr/bin/$program" "$binaries/$program"
    chmod 755 "$root/usr/bin/$program"
    found=$(libraries "$binaries/$program")
    [[ -n $found ]] || { echo "error: $binaries/$program loads no libraries, or ldd cannot read it" >&2; exit 1; }
    for library in $found; do
        mkdir -p "$root$(dirname "$library")"
        cp --dereference "$library" "$root$library"
        chmod 755 "$root$library"
        licence "$library" "$root"
    done
    printf 'root:x:0:0:root:/:/sbin/nologin\ncore-monitor:x:%s:%s::%s:/sbin/nologin\n' $user $user $data >"$root/etc/passwd"
    printf 'root:x:0:\ncore-monitor:x:%s:\n' $user >"$root/etc/group"
    echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
}

mkdir -p "$out"
make_root server
make_root worker
make_root gateway
