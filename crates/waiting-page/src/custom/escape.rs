//! How values are escaped where they stand.
//!
//! `prepare` puts every script of a template into a block with the escaping `json`, which stands for "in a script" here. The
//! language's own `json` would add quotes, which documented themes write themselves, and leave `</script>` as it is.

use std::iter;

use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Error, Output, State, Value, filters};

use crate::harmless::ScriptText;

/// Writes a value: in a script as the inside of a string, or as JSON if it is no text; as HTML everywhere else.
pub(super) fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_safe() || !is_in_script(state) {
        return minijinja::escape_formatter(out, state, value);
    }
    if let Some(text) = value.as_str() {
        return write!(out, "{}", ScriptText(text)).map_err(Error::from);
    }
    // These two mean something in template strings, and in JSON they only occur in texts.
    let no_arguments: Kwargs = iter::empty::<(String, Value)>().collect();
    let json = filters::tojson(value, None, no_arguments)?;
    out.write_str(&json.to_string().replace('`', "\\u0060").replace('$', "\\u0024")).map_err(Error::from)
}

/// The filter `escape`: in a script, what is written is escaped anyway, and only once.
pub(super) fn filter(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    if is_in_script(state) { Ok(value.clone()) } else { filters::escape(state, value) }
}

fn is_in_script(state: &State<'_, '_>) -> bool {
    *state.auto_escape() == AutoEscape::Json
}
