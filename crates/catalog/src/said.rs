//! What is wrong with entries and choices.

core_monitor_message::messages! {
    // Files of the catalogue.
    pub(crate) fn catalog_key_unknown(key, known) = "unknown key `{key}`; there are {known}";
    pub(crate) fn catalog_key_missing(key) = "`{key}` is missing";
    pub(crate) fn catalog_not_a_mapping() = "a mapping is expected here";
    pub(crate) fn catalog_not_a_list() = "a list is expected here";
    pub(crate) fn catalog_not_a_text() = "a text is expected here";
    pub(crate) fn catalog_not_a_boolean() = "`true` or `false` is expected here";
    pub(crate) fn catalog_not_a_number() = "a whole number is expected here";
    pub(crate) fn catalog_format_unknown() = "this is no entry of format 1: it must start with `catalog: 1`";
    pub(crate) fn catalog_word_unknown(word, known) = "`{word}` is not one of {known}";
    pub(crate) fn catalog_id_invalid(id) = "`{id}` is no id: lower-case letters, digits, `-` and `_`, at most 40, the first a letter or digit";
    pub(crate) fn catalog_id_twice(id) = "there are two of `{id}` here";
    pub(crate) fn catalog_file_name(id) = "the file of this entry must be called `{id}.yaml`";
    pub(crate) fn catalog_entry_is_built_in(id) = "there is a built-in entry `{id}`";
    pub(crate) fn catalog_folder_full(limit) = "the folder has more than {limit} entries: this one is left out";
    pub(crate) fn catalog_file_large(limit) = "the file is larger than {limit} bytes";
    pub(crate) fn catalog_yaml_feature() = "anchors, aliases and tags are not used in entries";
    pub(crate) fn catalog_token_open() = "`{{{{` is not closed by `}}}}`";
    pub(crate) fn catalog_token_invalid(text) = "`{{{{{text}}}}}` is no path: a path has letters, digits, `.`, `-` and `_`";
    pub(crate) fn catalog_path_unknown(path) = "there is no `{path}` here";
    pub(crate) fn catalog_path_optional(path) = "`{path}` has no value if it is left out";
    pub(crate) fn catalog_put_in_if(path) = "put it into the `$then` of an `$if: {path}`";
    pub(crate) fn catalog_key_path(path) = "`{path}` cannot stand in a key: only `as`, `AS` and `stack` can";
    pub(crate) fn catalog_section_unknown(section) =
        "`{section}` is not one of `services`, `networks`, `volumes`, `configs` and `secrets`";
    pub(crate) fn catalog_application_has(key) = "an application has no `{key}`: its components have it";
    pub(crate) fn catalog_component_has() = "only an application has `components`";
    pub(crate) fn catalog_interface_unknown(name) = "there is no interface `{name}`";
    pub(crate) fn catalog_interface_value(interface, value) = "a provider of `{interface}` must have the value `{value}`";
    pub(crate) fn catalog_default_refused(reason: Message) = "the default cannot be chosen: {reason}";
    pub(crate) fn catalog_pattern_invalid() = "the pattern is no regular expression";
    pub(crate) fn catalog_option_key(key, kind) = "an option of type `{kind}` has no `{key}`";
    pub(crate) fn catalog_option_optional() = "an option with a default is not optional";
    pub(crate) fn catalog_variable_invalid(name) = "`{name}` is no name of a variable";
    pub(crate) fn catalog_length_range(shortest, longest) = "the length must be between {shortest} and {longest}";
    pub(crate) fn catalog_no_service(name) = "`compose` has no service `{name}`";
    pub(crate) fn catalog_no_main_component() = "none of the components is called `{{{{as}}}}`";
    pub(crate) fn catalog_no_versions() = "`{{{{version}}}}` needs `versions`";

    // Choices.
    pub(crate) fn wizard_entry_unknown(id) = "there is no `{id}` in the catalogue";
    pub(crate) fn wizard_name_invalid(name) =
        "`{name}` is no name: lower-case letters, digits and `-`, at most 40, the first a letter or digit";
    pub(crate) fn wizard_name_taken(name) = "two components are called `{name}`";
    pub(crate) fn wizard_name_in_file(name) = "the file already has `{name}`, which the wizard did not write";
    pub(crate) fn wizard_choose_another_name() = "choose another name";
    pub(crate) fn wizard_object_taken(kind, name, other) = "`{kind}.{name}` is already written by `{other}`";
    pub(crate) fn wizard_version_unknown(version, known) = "there is no version `{version}`; there are {known}";
    pub(crate) fn wizard_sleep_unused() =
        "an application consists of several components; change `on-demand` of its services in the definition instead";
    pub(crate) fn wizard_image_unused() = "this entry has no image of its own to replace";
    pub(crate) fn wizard_option_unknown(id) = "there is no option `{id}`";
    pub(crate) fn wizard_option_missing(id) = "`{id}` has to be chosen";
    pub(crate) fn word_hosts() = "a list of 1 to 20 hosts";
    pub(crate) fn word_host() = "the name of a host, such as `shop.example.org` or `*.example.org`";
    pub(crate) fn word_theme() = "the name of a theme, such as `plain` or `matrix`";
    pub(crate) fn word_wake() = "`anyone` or `authenticated`";
    pub(crate) fn wizard_value_type(wanted: Message) = "{wanted} is expected";
    pub(crate) fn wizard_value_pattern(pattern) = "the text must match `{pattern}`";
    pub(crate) fn wizard_value_least(min) = "the least is {min}";
    pub(crate) fn wizard_value_most(max) = "the most is {max}";
    pub(crate) fn wizard_value_choice(known) = "it must be one of {known}";
    pub(crate) fn wizard_value_long(limit) = "it is longer than {limit} characters";
    pub(crate) fn wizard_value_control() = "it has characters that cannot be printed";
    pub(crate) fn wizard_requirement_unknown(id) = "there is nothing called `{id}` to connect";
    pub(crate) fn wizard_requirement_missing(interfaces) = "a component that offers {interfaces} has to be connected";
    pub(crate) fn wizard_target_unknown(name) = "there is no component `{name}` to connect to";
    pub(crate) fn wizard_target_unfit(name, interfaces) = "`{name}` offers none of {interfaces}";
    pub(crate) fn wizard_target_self() = "a component cannot be connected to itself";
    pub(crate) fn wizard_too_many(limit) = "more than {limit} components";
    pub(crate) fn wizard_edited_by_hand(path, line) =
        "`{path}` was changed by hand on line {line} and stays as it is";
    pub(crate) fn wizard_removed_by_hand(path) = "`{path}` was removed by hand and stays away";
    pub(crate) fn wizard_overwrite_hint(path) = "to have the choice instead, put `{path}` into `overwrite`";
    pub(crate) fn wizard_file_unreadable(line) = "the compose file cannot be edited because of line {line}";
    pub(crate) fn wizard_section_form(section) = "`{section}` is written in a way that cannot be edited";

    // Templates of others.
    pub(crate) fn import_too_many(limit) = "only the first {limit} templates of a file are read";
    pub(crate) fn import_paste_the_file() =
        "its compose file is somewhere else: create a stack from the text of that file";
    pub(crate) fn import_type_unknown() = "it has no type that is known";
    pub(crate) fn import_no_image() = "it has no image";
    pub(crate) fn import_unfit(reason: Message) = "it cannot be an entry: {reason}";

    // Templates of others as templates with parameters.
    pub(crate) fn converted_file_elsewhere(address) =
        "its compose file is not in this file, and nothing is fetched: get it from {address}, declare parameters in it, and save it as a template";
    pub(crate) fn converted_file_missing() = "it has neither an image nor the address of a compose file";
    pub(crate) fn converted_for_windows() = "it is for Windows containers";
    pub(crate) fn converted_too_large(limit) = "it has more than {limit} variables, ports or volumes";
    pub(crate) fn converted_privileged() = "its container is privileged: it can do everything on the host";
    pub(crate) fn converted_host_network() =
        "its container is in the network of the host: no port is published, and instances can be in each other's way";
    pub(crate) fn converted_network_replaced(network) =
        "each instance has a network of its own; the original is in the network `{network}`";
    pub(crate) fn converted_port_left_out(port) = "the port `{port}` is left out: it is no single port";
    pub(crate) fn converted_volume_left_out(path) = "the volume at `{path}` is left out: a volume needs an absolute path in the container";
    pub(crate) fn converted_variable_left_out(name) = "the variable `{name}` is left out: no variable can have this name";
    pub(crate) fn converted_choices_left_out(name) = "`{name}` takes any text: not all of its choices can be those of a parameter";
    pub(crate) fn converted_restart_replaced(policy) = "the restart policy `{policy}` is unknown: `unless-stopped` takes its place";
    pub(crate) fn converted_path_kept(path) = "every instance mounts `{path}` of the host";
    pub(crate) fn converted_path_replaced(path, folder) =
        "`{path}` is a volume that each instance has for itself; the original mounts `{folder}` of the host there";
    pub(crate) fn converted_value_generated(name) =
        "`{name}` is generated for each instance; the original has the same value for everybody";
    pub(crate) fn converted_value_fixed(name) =
        "`{name}` cannot be chosen: its value would not fit into a declaration";
    pub(crate) fn converted_note_of_author(note) = "note of its author: {note}";

    // Words.
    pub(crate) fn word_text() = "a text";
    pub(crate) fn word_option_number() = "a whole number";
    pub(crate) fn word_true_or_false() = "`true` or `false`";
    pub(crate) fn word_size() = "a size such as `512m` or `2g`";
    pub(crate) fn word_duration() = "a duration such as `90s` or `1m30s`";
    pub(crate) fn word_port() = "a port from 1 to 65535";
    pub(crate) fn word_image() = "the reference of an image such as `nginx:1.29`";
    pub(crate) fn word_path() = "a path without `:`";
    pub(crate) fn word_url() = "an address such as `https://example.com`";
}
