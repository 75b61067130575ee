//! Sentences about artifacts and slots.

core_monitor_message::messages! {
    pub(crate) fn slot_name_invalid(text) =
        "`{text}` cannot be the name of a slot; use at most 63 letters, digits, `.`, `_` and `-`, beginning with a letter or digit";
    pub(crate) fn artifact_too_large(size, limit, slot) =
        "the artifact has {size} bytes, but the slot `{slot}` takes at most {limit}";
    pub(crate) fn artifact_name_unusable(name) =
        "`{name}` cannot be the name of an artifact; use the name of a file without a path";
    pub(crate) fn artifact_name_does_not_match(name, pattern, slot) =
        "the slot `{slot}` takes artifacts called `{pattern}`, and this one is called `{name}`";
    pub(crate) fn artifact_of_other_form(slot, wanted, given) = "the slot `{slot}` takes a {wanted}, not a {given}";
}
