//! What is wrong with labels of stacks.

core_monitor_message::messages! {
    pub(crate) fn label_key_invalid(key) =
        "`{key}` is not a key of a label: use 1 to 63 lower-case letters, digits, `-`, `_`, `.` and `/`, and begin and end with a letter or a digit";
    pub(crate) fn label_value_invalid(value, key) =
        "`{value}` is not a value of the label `{key}`: use at most 63 letters, digits, `-`, `_` and `.`";
    pub(crate) fn label_without_value(label) = "`{label}` is not a label: write its key, `=` and its value";
    pub(crate) fn too_many_labels(count, most) = "there are {count} labels, and a stack has at most {most}";
}
