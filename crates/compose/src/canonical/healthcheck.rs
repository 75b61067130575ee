//! `healthcheck`.

use super::said;
use crate::Code;
use crate::cursor::Cursor;
use crate::model::Healthcheck;

/// A string is run by the shell, unsplit; the first item of a list says how the test is run.
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
            let message = said::test_start(cursor.describe(), first);
            let hint = said::start_test_with();
            cursor.fail_with_hint(Code::InvalidValue, message, hint.clone());
        }
    }
    words
}
