//! What is wrong with files before their content is understood, and words that many sentences use.

core_monitor_message::messages! {
    pub(crate) fn variable_name_invalid(name) = "invalid variable name `{name}`";
    pub(crate) fn variable_name_with_space() = "a variable name cannot contain a space";
    pub(crate) fn variable_name_character(character) =
        "unexpected character `{character}` in a variable name";
    pub(crate) fn variable_name_missing() = "missing variable name";
    pub(crate) fn quoted_value_not_closed() = "a quoted value is never closed";
    pub(crate) fn required_variable_unset(name) = "required variable `{name}` has no value";
    pub(crate) fn variables_too_long() = "the expanded variables exceed the size limit";
    pub(crate) fn interpolation_invalid() = "invalid interpolation";
    pub(crate) fn env_file_too_large(path, limit) = "`{path}` is larger than {limit} bytes";
    pub(crate) fn env_file_not_utf8(path) = "`{path}` is not UTF-8";
    pub(crate) fn env_file_variable_unset(name, path) =
        "variable `{name}` in `{path}` is not set and defaults to an empty string";
    pub(crate) fn variable_unset(name) = "variable `{name}` is not set and defaults to an empty string";
    pub(crate) fn set_it_or_write_default(name) = "set it, or write `${{{name}:-default}}`";
    pub(crate) fn set_the_variable() =
        "set it in `variables` or `secret_variables` of the request, or in the `.env` of the project folder";
    pub(crate) fn write_two_dollars() = "write `$$` for a literal `$`";
    pub(crate) fn text_is_not(text, wanted: Message) = "`{text}` is not {wanted}";
    pub(crate) fn text_is_not_boolean(text) = "`{text}` is not a boolean";
    pub(crate) fn write_true_or_false() = "write `true` or `false`";
    pub(crate) fn text_is_not_boolean_in_yaml(text) = "`{text}` is not a boolean in YAML 1.2";
    pub(crate) fn write_it_as(flag) = "write `{flag}`";
    pub(crate) fn required_variable_unset_because(name, reason) =
        "required variable `{name}` has no value: {reason}";
    pub(crate) fn version_is_obsolete() = "`version` is obsolete and ignored";
    pub(crate) fn remove_it() = "remove it";
    pub(crate) fn add_services() = "add a `services:` mapping";
    pub(crate) fn no_services() = "the file has no services";
    pub(crate) fn too_many_services(limit) = "more than {limit} services";
    pub(crate) fn merged_types_differ(path, found: Message, earlier: Message) =
        "`{path}` is {found} here, but {earlier} in the definition it overrides";
    pub(crate) fn same_type_or_override() =
        "use the same type, or write `!override` before the value to replace the earlier one";
    pub(crate) fn too_much_merged(limit) = "merging copies more than {limit} entries";
    pub(crate) fn too_many_includes(limit) = "more than {limit} included files";
    pub(crate) fn circular_include(path) = "circular `include`: {path}";
    /// `word` is `service`, `network`, `volume`, `config`, `secret` or `model`.
    pub(crate) fn declared_differently(word, name, there) =
        "{word} `{name}` is declared differently here and in {there}";
    pub(crate) fn rename_or_override() =
        "rename one of them, or add an override file to the include's `path`";
    pub(crate) fn project_without_name() = "the project has no name";
    pub(crate) fn add_a_name() = "add `name:` to the file";
    pub(crate) fn project_name_rule() =
        "use lowercase letters, digits, `-` and `_`, starting with a letter or digit";
    pub(crate) fn project_name_invalid(name) = "invalid project name `{name}`";
    pub(crate) fn file_is_remote(path) = "`{path}` is remote, and remote files are not fetched";
    pub(crate) fn add_file_to_project() = "add the file to the project";
    pub(crate) fn file_is_outside(path) = "`{path}` is outside the project folder";
    pub(crate) fn copy_file_into_project() = "copy the file into the project";
    pub(crate) fn compose_file_empty() = "the compose file is empty";
    pub(crate) fn files_too_large(limit) = "the files are larger than {limit} bytes in total";
    pub(crate) fn file_is_missing(path) = "file `{path}` is missing";
    pub(crate) fn file_too_large(limit) = "the file is larger than {limit} bytes";
    pub(crate) fn compose_files_too_large(limit) = "the compose files are larger than {limit} bytes in total";
    pub(crate) fn file_not_utf8() = "the file is not UTF-8";
    pub(crate) fn file_must_be_mapping(found: Message) = "the file must be a mapping, not {found}";
    pub(crate) fn circular_extends(path) = "circular `extends`: {path}";
    pub(crate) fn did_you_mean(name) = "did you mean `{name}`?";
    pub(crate) fn interpolation_too_deep(text) = "interpolation `{text}` is nested too deeply";
    pub(crate) fn interpolation_format(text) = "invalid interpolation `{text}`";
    pub(crate) fn expansion_too_long() = "the expanded text is too long";
    pub(crate) fn extends_undefined(service, other) = "service `{service}` extends undefined service `{other}`";
    pub(crate) fn extends_undefined_of(service, other, path) =
        "service `{service}` extends undefined service `{other}` of `{path}`";
    /// `place` is the key of the element, as a path; `element` is one of the words below with its name.
    pub(crate) fn place_in(place, element: Message) = "`{place}` of {element}";
    pub(crate) fn place_at(place) = "`{place}`";
    pub(crate) fn place_file() = "the file";
    pub(crate) fn place_service(name) = "service `{name}`";
    pub(crate) fn place_network(name) = "network `{name}`";
    pub(crate) fn place_volume(name) = "volume `{name}`";
    pub(crate) fn place_config(name) = "config `{name}`";
    pub(crate) fn place_secret(name) = "secret `{name}`";
    pub(crate) fn place_model(name) = "model `{name}`";
    pub(crate) fn word_null() = "null";
    pub(crate) fn word_boolean() = "a boolean";
    pub(crate) fn word_number() = "a number";
    pub(crate) fn word_integer() = "an integer";
    pub(crate) fn word_whole_number() = "a whole number";
    pub(crate) fn word_date() = "a date";
    pub(crate) fn word_string() = "a string";
    pub(crate) fn word_list() = "a list";
    pub(crate) fn word_mapping() = "a mapping";
    pub(crate) fn word_invalid() = "invalid";
    pub(crate) fn word_anything() = "anything";
    /// Alternatives of which the last two are joined by this, those before by commas.
    pub(crate) fn alternatives_last(one: Message, other: Message) = "{one} or {other}";
    pub(crate) fn alternatives_more(one: Message, other: Message) = "{one}, {other}";
    pub(crate) fn not_a_duration(text) = "`{text}` is not a duration";
    pub(crate) fn duration_without_unit(text) = "duration `{text}` has no unit";
    pub(crate) fn not_a_size(text) = "`{text}` is not a size";
    /// What was expected: exactly this text.
    pub(crate) fn written_as(text) = "`{text}`";
    /// The choices, each in backticks.
    pub(crate) fn alternatives_of(choices) = "{choices}";
    pub(crate) fn write_duration_with_unit(number) = "write `{number}s` for seconds, `{number}m` for minutes";
}
