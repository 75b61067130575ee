//! What is wrong with a name.

core_monitor_message::messages! {
    pub(crate) fn noun_stack() = "stack";
    pub(crate) fn noun_service() = "service";
    pub(crate) fn noun_template() = "template";
    pub(crate) fn noun_instance() = "instance";
    /// `kind` is the word for what has the name, in all of these.
    pub(crate) fn name_empty(kind: Message) = "a {kind} name cannot be empty";
    pub(crate) fn name_too_long(kind: Message, name, length, limit) =
        "the {kind} name `{name}` has {length} characters; at most {limit} are allowed";
    pub(crate) fn name_character(kind: Message, name, character, position, rule: Message) =
        "the {kind} name `{name}` cannot contain `{character}` at position {position}: use {rule}";
    pub(crate) fn stack_name_rule() =
        "lower-case letters, digits, `_` and `-`, and start with a letter or a digit";
    pub(crate) fn service_name_rule() = "letters, digits, `.`, `_` and `-`";
}
