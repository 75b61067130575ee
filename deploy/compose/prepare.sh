#!/usr/bin/env bash
# Prepares this machine for deploy/compose/compose.yml: creates the data folder with its owner, and
# writes `.env` from `.env.example` with the group of the engine's socket. Running it again changes
# nothing that is there. Needs root to create the folder.
#
#   DOCKER_SOCKET, CORE_MONITOR_DATA_DIR, ...   all names of .env.example
set -euo pipefail
# A failure inside $(...) must also end the script.
shopt -s inherit_errexit

folder=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=deploy/console.sh
. "$folder/../console.sh"

example=$folder/.env.example
environment=$folder/.env
# All names that can be chosen; a line that is commented out has the default.
found=$(sed -nE 's/^(# )?([A-Z_]+)=.*/\2/p' "$example")
mapfile -t names <<<"$found"

# written NAME: what `docker compose` will see: the value in `.env`, else the default.
written() {
    local line=
    [[ ! -f $environment ]] || line=$(sed -n "s/^$1=//p" "$environment" | tail -n 1)
    [[ -n $line ]] || line=$(sed -nE "s/^(# )?$1=//p" "$example")
    echo "$line"
}

# chosen NAME: the value from this environment, else what is written.
chosen() {
    local value=${!1:-}
    [[ -n $value ]] || value=$(written "$1")
    echo "$value"
}

# Another choice in this environment would prepare what is not used afterwards.
if [[ -f $environment ]]; then
    for name in "${names[@]}"; do
        current=$(written "$name")
        [[ -z ${!name:-} || ${!name} == "$current" ]] ||
            die "$name is ${!name} here and ${current:-empty} in $environment" "change it there, or remove that file"
    done
fi

socket=$(chosen DOCKER_SOCKET)
data=$(chosen CORE_MONITOR_DATA_DIR)
uid=$(chosen CORE_MONITOR_UID)
gid=$(chosen CORE_MONITOR_GID)
[[ -S $socket ]] || die "there is no socket of an engine at $socket" "deploy/engine.sh" "or set DOCKER_SOCKET"
[[ $data == /* ]] || die "CORE_MONITOR_DATA_DIR=$data is not an absolute path"
group=$(stat -Lc %g "$socket")
# One pair of ids is used inside the containers and on the host, which differ where the engine maps them.
[[ $(stat -Lc %u "$socket") == 0 ]] ||
    die "the engine at $socket runs as a user of its own (rootless), which this file does not support" \
        "use an engine that runs as root, or install the package (docs/operating.md)"

if [[ -d $data ]]; then
    owner=$(stat -c %u "$data")
    [[ $owner == "$uid" ]] ||
        die "the data folder $data belongs to user $owner, and the containers run as $uid" \
            "chown --recursive --from=$owner $uid:$gid $data" "or set CORE_MONITOR_UID=$owner in $folder/.env"
    note "the data folder $data exists"
else
    install --directory --mode 0700 --owner "$uid" --group "$gid" "$data" ||
        die "the data folder $data cannot be created" "run this as root"
    say "created the data folder $data for user $uid"
fi

if [[ -f $environment ]]; then
    note "kept $environment"
    exit
fi
# What was set for this run is written down, so that `docker compose` sees it too.
DOCKER_GROUP=${DOCKER_GROUP:-$group}
while IFS= read -r line; do
    if [[ $line =~ ^(# )?([A-Z_]+)= ]]; then
        name=${BASH_REMATCH[2]}
        [[ -z ${!name:-} ]] || line="$name=${!name}"
    fi
    printf '%s\n' "$line"
done <"$example" >"$environment.part"
mv "$environment.part" "$environment"
say "wrote $environment: the group of $socket is $DOCKER_GROUP"
