//! What is wrong with the shape of a definition.

core_monitor_message::messages! {
    pub(crate) fn wrong_type(place: Message, expected: Message, found: Message) =
        "{place} must be {expected}, not {found}";
    pub(crate) fn indent_under_service(attribute) =
        "`{attribute}` is a service attribute: indent it under the name of its service";
    pub(crate) fn indent_attributes() = "indent the attributes of the service under its name";
    pub(crate) fn remove_key_or_give_value() = "remove the key, or give it a value";
    pub(crate) fn start_items_with_dash() = "start each item with `- ` on its own line";
    pub(crate) fn put_in_quotes(text) = "put it in quotes: \"{text}\"";
    pub(crate) fn space_after_dash() = "add a space after `-`";
    pub(crate) fn space_after_colon(key) = "add a space after the colon: `{key}: ...`";
    pub(crate) fn unknown_key(key, place: Message) = "unknown key `{key}` in {place}";
    pub(crate) fn key_missing(place: Message, key) = "{place} is missing `{key}`";
    pub(crate) fn key_name_invalid(name, place: Message) = "invalid name `{name}` in {place}";
    pub(crate) fn give_it_a_name() = "give it a name";
    pub(crate) fn name_characters() = "use letters, digits, `.`, `_` and `-`";
    pub(crate) fn duplicate_item(item, place: Message) = "duplicate `{item}` in {place}";
    pub(crate) fn value_not_allowed(place: Message, value) = "{place} cannot be `{value}`";
    pub(crate) fn use_one_of(choices) = "use one of {choices}";
    pub(crate) fn one_of(choices) = "one of {choices}";
    pub(crate) fn out_of_range(place: Message, low, high) = "{place} must be between {low} and {high}";
    pub(crate) fn number_in_range(low, high) = "a number from {low} to {high}";
    pub(crate) fn must_be_whole(place: Message) =
        "{place} must be a whole number without a decimal point or exponent";
    pub(crate) fn container_name_rule() =
        "use at least two letters, digits, `.`, `_` or `-`, starting with a letter or digit";
    pub(crate) fn pull_policy_rule() =
        "use `always`, `missing`, `never`, `build`, `daily`, `weekly` or `every_<duration>`";
}
