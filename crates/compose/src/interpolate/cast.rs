//! Casts text to the type that its path requires.

use crate::Code;
use crate::number;
use crate::report::{Advice, Mark, Report};
use crate::said;
use crate::schema::Cast;
use crate::yaml::Value;

/// Casts `text`, or reports why that fails. The report quotes `written`, the text before interpolation: the value of a
/// variable may be a secret.
pub(super) fn apply(cast: Cast, text: &str, written: &str, mark: Mark, report: &Report) -> Value {
    let value = match cast {
        Cast::Bool => return boolean(text, written, mark, report),
        Cast::Int => text.parse::<i64>().ok().map(|number| Value::Int(number.into())),
        Cast::Float => number::float(text).map(Value::Float),
    };
    value.unwrap_or_else(|| {
        let wanted = if cast == Cast::Int { said::word_whole_number() } else { said::word_number() };
        let message = said::text_is_not(short(written), wanted.clone());
        report.error_with_advice(Code::InvalidType, mark, message, Advice::expected(wanted));
        Value::Invalid
    })
}

fn boolean(text: &str, written: &str, mark: Mark, report: &Report) -> Value {
    let flag = match text.to_ascii_lowercase().as_str() {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        "y" | "yes" | "on" => true,
        "n" | "no" | "off" => false,
        _ => {
            let message = said::text_is_not_boolean(short(written));
            let advice = Advice::expected(said::word_boolean()).hint(said::write_true_or_false());
            report.error_with_advice(Code::InvalidType, mark, message, advice);
            return Value::Invalid;
        }
    };
    let message = said::text_is_not_boolean_in_yaml(short(written));
    report.warning_with_hint(Code::Obsolete, mark, message, said::write_it_as(flag));
    Value::Bool(flag)
}

/// Shortens the text for a message. Numbers and flags are short anyway.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cast: Cast, text: &str) -> String {
        let report = Report::new(10);
        report.add_file("compose.yml");
        let value = apply(cast, text, text, Mark { file: 0, line: 1, column: 1, length: 1 }, &report);
        let (errors, warnings) = report.finish();
        let messages: Vec<String> = errors.iter().chain(&warnings).map(ToString::to_string).collect();
        format!("{} {}", value.scalar_text().unwrap_or_default(), messages.join("; ")).trim().to_owned()
    }

    #[test]
    fn text_is_cast_to_the_required_type() {
        assert_eq!(check(Cast::Int, "3"), "3");
        assert_eq!(check(Cast::Float, "0.5"), "0.5");
        assert_eq!(check(Cast::Bool, "TRUE"), "true");
    }

    #[test]
    fn old_booleans_are_warned_about() {
        assert_eq!(
            check(Cast::Bool, "yes"),
            "true compose.yml:1:1: `yes` is not a boolean in YAML 1.2 (write `true`)"
        );
    }

    #[test]
    fn other_text_is_rejected() {
        assert_eq!(check(Cast::Int, "many"), "compose.yml:1:1: `many` is not a whole number");
        assert_eq!(check(Cast::Int, ""), "compose.yml:1:1: `` is not a whole number");
        assert_eq!(check(Cast::Bool, "1"), "compose.yml:1:1: `1` is not a boolean (write `true` or `false`)");
    }
}
