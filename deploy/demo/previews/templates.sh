# shellcheck shell=bash
# The templates of the demonstration and their instances, through the API. Sourced by demo.sh, which sets the variables that are not
# assigned here.
# shellcheck disable=SC2154

# template_find NAME: prints the template as JSON, or nothing.
template_find() {
    api GET '/templates?limit=200' | jq --compact-output --arg name "$1" '.items[] | select(.name == $name)'
}

# template_save NAME FILE: creates the template, or a new version if the file has changed.
template_save() {
    local name=$1 file=$state/$1.yaml found sent
    adapt "$2" 'grace: 10m' "grace: $PREVIEWS_GRACE" >"$file"
    found=$(template_find "$name")
    sent=$(sha256sum "$file" | cut -c1-64)
    local body=(--header 'Content-Type: application/yaml' --data-binary "@$file")
    if [[ -z $found ]]; then
        say "creating the template $name"
        api POST "/templates?name=$name" "${body[@]}" >/dev/null
    elif [[ $(cat "$state/$name.sent" 2>/dev/null) != "$(jq -r .template_id <<<"$found") $sent" ]]; then
        say "saving a new version of the template $name"
        api_write POST "/templates/$name/versions" "${body[@]}" >/dev/null
    else
        say "the template $name is unchanged"
    fi
    found=$(template_find "$name")
    echo "$(jq -r .template_id <<<"$found") $sent" >"$state/$name.sent"
}

# launch TEMPLATE KEY VALUES: makes the instance from the newest version, or brings it back.
launch() {
    local template=$1 key=$2 values=$3 version answer
    version=$(template_find "$template" | jq .latest_version)
    say "launching $key of the template $template"
    answer=$(jq --null-input --argjson values "$values" --argjson version "$version" '{$values, $version}' |
        api PUT "/templates/$template/instances/$key" --header 'Content-Type: application/json' --data-binary @-)
    if [[ $(jq -r .command <<<"$answer") == null ]]; then
        note "it is there: $(jq -r .instance.phase <<<"$answer")"
        return
    fi
    api_finish "$(jq -r .command.command_id <<<"$answer")"
    # It was just being removed: its project has come back.
    [[ $(jq -r .command.kind <<<"$answer") != DELETE ]] || launch "$@"
}

# publish_keys: says which projects there are. An instance whose project is not among them is removed after the grace of its template.
publish_keys() {
    local names keys template
    names=$(project_names)
    keys=$(jq --raw-input --slurp --compact-output '{keys: split("\n") | map(select(. != ""))}' <<<"$names")
    for template in "$sleeping" "$labelled"; do
        api PUT "/templates/$template/keys" --header 'Content-Type: application/json' --data-binary "$keys" >/dev/null
    done
    say "the projects are ${names//$'\n'/ }"
}

# instances TEMPLATE: prints each instance as JSON, on a line of its own.
instances() {
    local found
    found=$(template_find "$1")
    [[ -z $found ]] || api GET "/templates/$1/instances?limit=200" | jq --compact-output '.items[]'
}

# template_delete NAME: removes all instances with their volumes, then the template.
template_delete() {
    local name=$1 found keys key answer
    found=$(template_find "$name")
    [[ -n $found ]] || return 0
    keys=$(instances "$name" | jq -r .key)
    for key in $keys; do
        say "removing $key of the template $name"
        answer=$(api DELETE "/templates/$name/instances/$key")
        api_finish "$(jq -r .command_id <<<"$answer")"
    done
    api DELETE "/templates/$name" >/dev/null
}

# show_status: prints a line for each instance.
show_status() {
    local template key phase url found
    printf '%-22s %-14s %-10s %s\n' TEMPLATE PROJECT PHASE URL
    for template in "$sleeping" "$labelled"; do
        found=$(instances "$template" | jq -r '[.key, .phase, .url] | @tsv')
        [[ -n $found ]] || continue
        while IFS=$'\t' read -r key phase url; do
            printf '%-22s %-14s %-10s %s\n' "$template" "$key" "$phase" "$url"
        done <<<"$found"
    done
}
