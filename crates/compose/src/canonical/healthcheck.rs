//! `healthcheck`.

use crate::Code;
use crate::cursor::Cursor;
use crate::model::Healthcheck;

/// A string test is run by the shell, unsplit; a list says itself how it is run.
pub(super) fn healthcheck(cursor: &Cursor<'_>) -> Healthcheck {
    Healthcheck {
        test: cursor.get("test").map(|test| self::test(&test)).unwrap_or_default(),
        timeout: cursor.duration_at("timeout"),
        interval: cursor.duration_at("interval"),
        retries: cursor.integer_at("retries"),
        start_period: cursor.duration_at("start_period"),
        start_interval: cursor.duration_at("start_interval"),
        disable: cursor.is_on("disable"),
        extensions: cursor.extensions(),
    }
}

fn test(cursor: &Cursor<'_>) -> Vec<String> {
    if let Some(text) = cursor.text() {
        return vec!["CMD-SHELL".to_owned(), text.to_owned()];
    }
    let words = cursor.strings();
    match words.first().map(String::as_str) {
        None | Some("CMD" | "CMD-SHELL" | "NONE") => {}
        Some(first) => {
            let message = format!("{} starts with `{first}`", cursor.describe());
            let hint = "a list starts with `CMD`, `CMD-SHELL` or `NONE`";
            cursor.fail_with_hint(Code::InvalidValue, message, hint.to_owned());
        }
    }
    words
}
