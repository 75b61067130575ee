//! What is wrong with a value that somebody has written.

core_monitor_message::messages! {
    pub(crate) fn not_a_mapping() = "this has to be a mapping";
    pub(crate) fn key_unknown(key, known) = "`{key}` is not known here; use {known}";
    pub(crate) fn not_a_text() = "this has to be a text of 1 to 1024 characters";
    pub(crate) fn not_a_flag() = "this has to be `true` or `false`";
    pub(crate) fn not_a_number_between(least, most) = "this has to be a number from {least} to {most}";
    pub(crate) fn word_unknown(word, words) = "`{word}` is not one of {words}";
    pub(crate) fn too_many_entries(limit) = "a list has at most {limit} entries here";
    pub(crate) fn duration_not_between(least, most) =
        "this has to be a duration from {least} to {most}, written like `90s`, `10m` or `1h30m`";
    pub(crate) fn within_unusable() = "this has to be a time such as `60s`, at most an hour";
    pub(crate) fn request_path_unusable() = "this has to be a path that begins with `/`, without spaces";
    pub(crate) fn attribute_missing(attribute) = "`{attribute}` is missing";
}
