//! Resolves unquoted scalars. The rules are neither YAML 1.1 nor 1.2: `022` is octal, `yes` is a string, `1_000` is a
//! number, and dates are a separate type.

use super::Value;

/// Resolves an unquoted scalar.
pub(super) fn resolve_plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let Some(first) = text.bytes().next() else { return Value::Null };
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return Value::String(text.to_owned());
    }
    if is_timestamp(text) {
        return Value::Timestamp(text.to_owned());
    }
    let plain = text.replace('_', "");
    if let Some(number) = integer(&plain) {
        return Value::Int(number);
    }
    // A number that is too large is text.
    if looks_like_float(&plain)
        && let Ok(number) = plain.parse::<f64>()
        && number.is_finite()
    {
        return Value::Float(number);
    }
    Value::String(text.to_owned())
}

/// A value with an explicit core tag such as `!!str` or `!!int`; `None` if the text does not match the tag.
pub(super) fn resolve_tagged(suffix: &str, text: &str) -> Option<Value> {
    let resolved = resolve_plain(text);
    match (suffix, resolved) {
        ("str" | "binary", _) => Some(Value::String(text.to_owned())),
        ("int", value @ Value::Int(_))
        | ("bool", value @ Value::Bool(_))
        | ("null", value @ Value::Null)
        | ("float", value @ Value::Float(_))
        | ("timestamp", value @ Value::Timestamp(_)) => Some(value),
        #[expect(clippy::cast_precision_loss, reason = "the tag asks for a float")]
        ("float", Value::Int(number)) => Some(Value::Float(number as f64)),
        _ => None,
    }
}

fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    let number = if negative { -number } else { number };
    (number >= i128::from(i64::MIN) && number <= i128::from(u64::MAX)).then_some(number)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn looks_like_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa_fits
        && exponent.is_none_or(|exponent| {
            let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !unsigned.is_empty() && digits(unsigned)
        })
}

/// `2001-12-14`, `2001-12-14 21:59:43.10`, `2001-12-14T21:59:43Z`.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(text[at + 1..].trim_start())),
        None => (text, None),
    };
    let numbers: Vec<Option<u8>> = date[5..].split('-').map(|part| short_number(part, 2)).collect();
    let [Some(month @ 1..=12), Some(day @ 1..)] = numbers[..] else { return false };
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= last && time.is_none_or(is_time)
}

fn is_time(text: &str) -> bool {
    let end = text.find(['Z', '+', '-', ' ']).unwrap_or(text.len());
    let clock: Vec<&str> = text[..end].split(':').collect();
    let [hours, minutes, seconds] = clock[..] else { return false };
    let whole = seconds.split('.').next().unwrap_or(seconds);
    matches!(short_number(hours, 2), Some(0..=23))
        && matches!(short_number(minutes, 2), Some(0..=59))
        && matches!(short_number(whole, 2), Some(0..=59))
}

fn short_number(text: &str, digits: usize) -> Option<u8> {
    let fits = (1..=digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Formats a float like Go's `%v`: the shortest digits, with an exponent below 1e-4 and from 1e6.
pub(super) fn print_float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        format!("{number}")
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_rules_of_go() {
        let check = |text: &str, expected: &str| {
            let value = resolve_plain(text);
            let printed = value.scalar_text().unwrap_or_default();
            assert_eq!(format!("{} {printed}", value.kind()).trim_end(), expected, "{text}");
        };
        check("yes", "a string yes");
        check("no", "a string no");
        check("True", "a boolean true");
        check("~", "null");
        check("0755", "a number 493");
        check("022", "a number 18");
        check("0o17", "a number 15");
        check("09", "a number 9");
        check("0x1F", "a number 31");
        check("0b11", "a number 3");
        check("1_000", "a number 1000");
        check("-5", "a number -5");
        check("18446744073709551615", "a number 18446744073709551615");
        check("22:22", "a string 22:22");
        check("1.10", "a number 1.1");
        check("1e3", "a number 1000");
        check("10000000.0", "a number 1e+07");
        check("0.00001", "a number 1e-05");
        check(".5", "a number 0.5");
        check(".inf", "a number +Inf");
        check("1.2.3", "a string 1.2.3");
        check("1e400", "a string 1e400");
        check("-", "a string -");
        check("+-5", "a string +-5");
        check("2020-01-01", "a date 2020-01-01");
        check("2020-01-01T10:00:00Z", "a date 2020-01-01T10:00:00Z");
        check("2020-13-01", "a string 2020-13-01");
        check("64m", "a string 64m");
    }

    #[test]
    fn tags_take_precedence_over_the_text() {
        assert_eq!(resolve_tagged("str", "5"), Some(Value::String("5".to_owned())));
        assert_eq!(resolve_tagged("float", "5"), Some(Value::Float(5.0)));
        assert_eq!(resolve_tagged("int", "five"), None);
    }
}
