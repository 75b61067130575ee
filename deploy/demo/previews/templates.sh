# shellcheck shell=bash
# The instances of the demonstration, through the API. Sourced by demo.sh, which sets the variables that are not assigned here.
# shellcheck disable=SC2154

# preview_template_save NAME FILE: saves a template of the demonstration with the chosen grace.
preview_template_save() {
    adapt "$2" 'grace: 10m' "grace: $PREVIEWS_GRACE" >"$state/$1.yaml"
    template_save "$1"
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

# show_status: prints a line for each instance.
show_status() {
    local template key phase url found
    printf '%-22s %-14s %-10s %s\n' TEMPLATE PROJECT PHASE URL
    for template in "$sleeping" "$labelled"; do
        found=$(template_instances "$template" | jq -r '[.key, .phase, .url] | @tsv')
        [[ -n $found ]] || continue
        while IFS=$'\t' read -r key phase url; do
            printf '%-22s %-14s %-10s %s\n' "$template" "$key" "$phase" "$url"
        done <<<"$found"
    done
}
