# shellcheck shell=bash
# Templates and their instances, through the API. Sourced after api.sh by the demonstrations of templates, which set the variables
# that are not assigned here.
# shellcheck disable=SC2154

# template_find NAME: prints the template as JSON, or nothing.
template_find() {
    api GET '/templates?limit=200' | jq --compact-output --arg name "$1" '.items[] | select(.name == $name)'
}

# template_save NAME: creates the template from the file NAME.yaml in the state, or a new version if that file has changed.
template_save() {
    local name=$1 file=$state/$1.yaml found sent
    found=$(template_find "$name")
    sent=$(sha256sum "$file" | cut -c1-64)
    local body=(--header 'Content-Type: application/yaml' --data-binary "@$file")
    if [[ -z $found ]]; then
        say "creating the template $name"
        api POST "/templates?name=$name" "${body[@]}" >/dev/null
    elif [[ $(cat "$state/$name.sent" 2>/dev/null) != "$(jq -r .template_id <<<"$found") $sent" ]]; then
        say "saving a new version of the template $name"
        api POST "/templates/$name/versions" "${body[@]}" >/dev/null
    else
        say "the template $name is unchanged"
    fi
    found=$(template_find "$name")
    echo "$(jq -r .template_id <<<"$found") $sent" >"$state/$name.sent"
}

# template_instances NAME: prints each instance as JSON, on a line of its own.
template_instances() {
    local found
    found=$(template_find "$1")
    [[ -z $found ]] || api GET "/templates/$1/instances?limit=200" | jq --compact-output '.items[]'
}

# template_delete NAME: removes all instances with their volumes, then the template.
template_delete() {
    local name=$1 found keys key answer
    found=$(template_find "$name")
    [[ -n $found ]] || return 0
    keys=$(template_instances "$name" | jq -r .key)
    for key in $keys; do
        say "removing $key of the template $name"
        answer=$(api DELETE "/templates/$name/instances/$key")
        api_finish "$(jq -r .command_id <<<"$answer")"
    done
    api DELETE "/templates/$name" >/dev/null
}
