//! Lists in parts.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// Entries of a part when the caller does not say.
const USUAL: u32 = 50;
/// Most entries of a part.
const MOST: u32 = 200;

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageBody<T: ToSchema> {
    /// The entries.
    pub(crate) items: Vec<T>,
    /// Send it as `cursor` to get the next part; absent at the end of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "c2hvcA")]
    pub(crate) next: Option<String>,
}

/// How many entries to read.
pub(crate) fn limit(given: Option<u32>) -> Result<u32, Problem> {
    match given.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        limit => Err(Problem::new(
            ErrorCode::InvalidRequest,
            format!("`limit` is {limit}, it may be from 1 to {MOST}"),
        )),
    }
}

/// The key of the last entry that was sent, in a form that callers do not take apart.
pub(crate) struct Cursor;

impl Cursor {
    /// Wraps a key.
    pub(crate) fn write(key: &impl ToString) -> String {
        URL_SAFE_NO_PAD.encode(key.to_string())
    }

    /// Unwraps a key.
    pub(crate) fn read<T: FromStr>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
        let Some(cursor) = cursor else { return Ok(None) };
        let key = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match key.and_then(|key| key.parse().ok()) {
            Some(key) => Ok(Some(key)),
            None => Err(Problem::new(ErrorCode::InvalidRequest, "`cursor` is not one that this list gave")
                .with_hint("send the `next` of the part before, or leave `cursor` out to start again")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let cursor = Cursor::write(&42);
        assert_eq!(Cursor::read::<u32>(Some(&cursor)).unwrap(), Some(42));
        assert_eq!(Cursor::read::<u32>(None).unwrap(), None);
        for wrong in ["42", "", "!", &Cursor::write(&"x")] {
            assert!(Cursor::read::<u32>(Some(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_part_is_neither_empty_nor_endless() {
        assert_eq!(limit(None).unwrap(), USUAL);
        assert!(limit(Some(0)).is_err());
        assert!(limit(Some(MOST + 1)).is_err());
    }
}
