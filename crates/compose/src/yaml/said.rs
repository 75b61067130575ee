//! What is wrong with the YAML of a file.

core_monitor_message::messages! {
    pub(crate) fn nesting_too_deep(limit) = "nesting is deeper than {limit} levels";
    pub(crate) fn too_many_values(limit) = "more than {limit} values";
    pub(crate) fn alias_inside_itself() = "an alias is inside the value it refers to";
    pub(crate) fn aliases_expand_too_far(limit) = "aliases expand to more than {limit} values";
    pub(crate) fn value_not_of_tag(tag) = "the value does not match the tag `!!{tag}`";
    pub(crate) fn key_must_be_string(found: Message) = "a key must be a string, not {found}";
    pub(crate) fn write_key_in_quotes(text) = "write \"{text}\"";
    pub(crate) fn render_template_first() = "render the template first, or put `{{{{ ... }}}}` in quotes";
    pub(crate) fn put_it_in_quotes() = "put it in quotes";
    pub(crate) fn merge_keys_copy_too_much(limit) = "merge keys copy more than {limit} entries";
    pub(crate) fn first_defined_on(line) = "first defined on line {line}";
    pub(crate) fn duplicate_key(key) = "duplicate key `{key}`";
    pub(crate) fn merge_key_needs_mapping(found: Message) =
        "a merge key needs a mapping or a list of mappings, not {found}";
    pub(crate) fn merge_key_needs_mappings(found: Message) =
        "a merge key needs mappings in its list, not {found}";
    pub(crate) fn invalid_yaml(reason: Message) = "invalid YAML: {reason}";
    pub(crate) fn put_value_in_quotes() = "put the value in quotes";
    pub(crate) fn bracket_mismatch(open, close) = "`{open}` is closed with `{close}`";
    pub(crate) fn write_bracket(bracket) = "write `{bracket}`";
    pub(crate) fn bracket_unopened(bracket) = "`{bracket}` has no matching opening bracket";
    pub(crate) fn remove_or_quote() = "remove it, or put the value in quotes";
    pub(crate) fn value_start(character) = "a value cannot start with `{character}`";
    pub(crate) fn define_anchor_or_quote(name) =
        "define `&{name}` before this line; if the value only starts with `*`, put it in quotes";
    pub(crate) fn unknown_alias(alias) = "alias `{alias}` refers to an undefined anchor";
    pub(crate) fn anchor_without_name() = "`&` and `*` mark anchors and aliases and need a name after them";
    pub(crate) fn text_after_quote() = "unexpected text after the closing quote";
    pub(crate) fn one_pair_of_quotes() =
        "put the whole value in one pair of quotes, or separate two values with `,`";
    pub(crate) fn unknown_escape() = "unknown escape sequence in a double-quoted string";
    pub(crate) fn escape_backslash() = "write `\\\\` for a backslash, or use single quotes";
    pub(crate) fn text_after_block_sign() = "unexpected text after `|` or `>`";
    pub(crate) fn text_on_next_line() =
        "start the text on the next line, indented; if the value only starts with `|` or `>`, put it in quotes";
    pub(crate) fn invalid_tag() = "`!` starts a tag, and this is not a valid tag";
    pub(crate) fn quote_exclamation_mark() = "if the value only starts with `!`, put it in quotes";
    pub(crate) fn space_before_hash_missing() = "missing space before `#`";
    pub(crate) fn space_before_comment() =
        "add a space before a comment, or put a value that contains `#` in quotes";
    pub(crate) fn resolve_merge_conflict() =
        "keep one of the two versions, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
    pub(crate) fn merge_conflict() = "unresolved merge conflict";
    pub(crate) fn spaces_instead_of_tabs() = "YAML allows only spaces here: replace each tab with two spaces";
    pub(crate) fn tab_as_indentation() = "tab used for indentation";
    pub(crate) fn word_spaces() = "spaces";
    pub(crate) fn close_quote_at_end(sign) = "add `{sign}` at the end of the value";
    pub(crate) fn sign_not_closed(sign) = "`{sign}` is never closed";
    pub(crate) fn a_closing_sign(sign) = "a closing `{sign}`";
    pub(crate) fn close_after_last_item(sign) = "add `{sign}` after the last item";
    pub(crate) fn separate_items(sign) =
        "separate items with `,` and close with `{sign}`; put a value that contains `:`, `,` or brackets in quotes";
    pub(crate) fn comma_or_bracket_missing(close, open) = "missing `,` or `{close}` after `{open}`";
    pub(crate) fn comma_or_bracket(close) = "`,` or `{close}`";
    pub(crate) fn value_looks_like_key() = "a value that contains `: ` looks like a key";
    pub(crate) fn quote_whole_value() = "put the whole value in quotes";
    pub(crate) fn add_space_after_colon(key) = "add a space after the colon: `{key}: ...`";
    pub(crate) fn space_after_colon_missing(key) = "missing space after `{key}:`";
    pub(crate) fn indented_too_far() =
        "the line is indented more than the one above, which already has a value";
    pub(crate) fn unexpected_colon() = "unexpected `:`";
    pub(crate) fn quote_value_with_colon() = "put a value that contains `: ` in quotes";
    pub(crate) fn colon_missing() = "missing `:` after the key";
    pub(crate) fn write_key_value() = "write `key: value`";
    pub(crate) fn a_key_with_colon() = "a key with a `:`";
    pub(crate) fn indent_items_equally() = "indent all items of a list equally";
    pub(crate) fn item_among_keys() = "list item among the keys of a mapping";
    pub(crate) fn write_key_or_items() = "write `key: value`, or start every line with `- `";
    pub(crate) fn key_among_items() = "key among the items of a list";
    pub(crate) fn write_item_or_keys() = "start it with `- `, or write `key: value` on every line";
    pub(crate) fn align_keys() = "align all keys of a mapping with its first key";
    pub(crate) fn one_space() = "1 space";
    pub(crate) fn several_spaces(count) = "{count} spaces";
    /// `spaces` is a number of spaces, in words.
    pub(crate) fn indent_it_by(spaces: Message) = "indent it by {spaces}";
    pub(crate) fn item_indentation(here: Message, above: Message) =
        "this list item is indented by {here}, the one above by {above}";
    pub(crate) fn indentation_matches_nothing(spaces: Message) = "an indentation of {spaces} matches no line above";
}
