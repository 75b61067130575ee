//! What is wrong with templates and with values for them.

core_monitor_message::messages! {
    // What a template declares.
    pub(crate) fn template_alias() = "anchors, aliases and tags are not read here; write the values out";
    pub(crate) fn template_pattern_unusable(limit) = "this has to be a regular expression of at most {limit} characters";
    pub(crate) fn template_port_range_unusable() = "this has to be a range of ports such as `8002-8201`";
    pub(crate) fn template_number_unusable() = "this has to be a whole number";
    pub(crate) fn template_length_unusable(shortest, longest) =
        "this has to be `true`, or a number of characters from {shortest} to {longest}";
    pub(crate) fn parameter_name_unusable(name) =
        "`{name}` cannot be the name of a parameter: it is the name of a variable, of letters, digits and `_`, and starts with a letter or `_`";
    pub(crate) fn parameter_name_reserved(name) = "`{name}` is set by Core Monitor; choose another name";
    pub(crate) fn parameters_too_many(limit) = "a template has at most {limit} parameters";
    pub(crate) fn parameter_default_refused(what: Message) = "an instance could not have this value: {what}";
    pub(crate) fn parameter_is_optional_already() = "a parameter with a default always has a value; leave one of the two out";
    pub(crate) fn parameter_needs_example(pattern) =
        "give a value to check the template with: `example` has to match `{pattern}`";
    pub(crate) fn template_key_needs_example(pattern) =
        "give a key to check the template with: `key: {{pattern: ..., example: ...}}` has to match `{pattern}`";
    pub(crate) fn braces_unpaired() = "`{{` and `}}` have to come in pairs, around the name of a value";
    pub(crate) fn brace_unknown(name, known) = "there is no value `{{{name}}}` here; use {known}";
    pub(crate) fn template_prefix_unusable(prefix) =
        "`{prefix}` cannot be the beginning of paths: it begins and ends with `/`, and has only letters, digits and `/`, `.`, `_`, `~`, `-` between, without empty parts and `..`";
    pub(crate) fn root_name_unusable() = "this has to be the name of a folder that the operator allows: letters, digits, `-` and `_`";

    // Routes.
    pub(crate) fn upstream_is_no_machine(host) = "`{host}` stands for many machines; name one, or give its address";

    pub(crate) fn template_url_unusable() = "this has to begin with `http://` or `https://`";

    // Lists of keys.
    pub(crate) fn key_list_url_with_user() = "leave the user name and the password out of the address: whoever may read the list could read them";
    pub(crate) fn key_list_url_unusable() = "this has to be an address that begins with `http://` or `https://`";
    pub(crate) fn key_list_interval_unusable(least, most) = "a list is asked for every {least} to {most} seconds";

    // Ends.
    pub(crate) fn swept_because_stopped() = "nothing of it runs any more, and its template keeps it only for a time then";
    pub(crate) fn swept_because_of_age() = "its template lets its instances live only for a time";
    pub(crate) fn swept_because_unlisted() = "its key is not on the list of keys of its template any more";

    // Keys and values.
    pub(crate) fn template_key_pattern(key, pattern) = "the key `{key}` does not match `{pattern}`, which this template asks for";
    pub(crate) fn parameter_unknown(name, known) = "the template has no parameter `{name}`; it has {known}";
    pub(crate) fn parameter_unknown_none(name) = "the template has no parameter `{name}`, and no other one either";
    pub(crate) fn parameter_without_value() = "a value is missing";
    pub(crate) fn value_not_a_text() = "this has to be a text";
    pub(crate) fn value_not_a_number() = "this has to be a whole number";
    pub(crate) fn value_not_a_flag() = "this has to be `true` or `false`";
    pub(crate) fn value_too_long(limit) = "this has more than {limit} characters";
    pub(crate) fn value_has_control() = "this has characters that cannot be printed";
    pub(crate) fn value_not_matching(pattern) = "this does not match `{pattern}`";
    pub(crate) fn value_too_small(least) = "the least is {least}";
    pub(crate) fn value_too_large(most) = "the most is {most}";
    pub(crate) fn value_not_a_word(words) = "this has to be one of {words}";
    pub(crate) fn value_secret_unusable() = "this cannot be the value of a secret";
    pub(crate) fn value_path_unusable(path) =
        "`{path}` is no path below the allowed folder: it is relative, without `..`, empty parts and `:`";
    pub(crate) fn root_unknown(root) = "the operator allows no folder called `{root}`";
    pub(crate) fn root_hint(root) = "add `{root}=/path/on/the/host` to the setting `mount_roots` of the server";
    pub(crate) fn port_not_in_range(port, range) = "the port {port} is not one of {range}";
    pub(crate) fn port_not_chosen(range) = "no port of {range} is free";

    // What is mounted of the host.
    pub(crate) fn mount_folder_missing(path) = "there is no folder `{path}` on the host";
    pub(crate) fn mount_file_missing(path) = "there is no file `{path}` on the host";
    pub(crate) fn mount_not_a_folder(path) = "`{path}` on the host is not a folder";
    pub(crate) fn mount_not_a_file(path) = "`{path}` on the host is not a file";
    pub(crate) fn mount_leaves_root(path, root) = "`{path}` leads out of `{root}` through a link";
    pub(crate) fn mount_unreadable(path, reason) = "`{path}` on the host cannot be looked at: {reason}";
}
