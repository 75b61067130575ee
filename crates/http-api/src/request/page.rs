//! Pages of lists.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

/// Default number of entries per page.
const USUAL: u32 = 50;
/// Maximum number of entries per page.
pub(crate) const MOST_ITEMS: u32 = 200;

/// Defines a page of a list. Each has a type of its own, since generators name types after schemas.
macro_rules! page_of {
    ($(#[doc = $about:literal])+ $page:ident of $item:ty) => {
        $(#[doc = $about])+
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub(crate) struct $page {
            /// The entries.
            pub(crate) items: Vec<$item>,
            /// Send it as `cursor` to get the next page; null on the last page.
            #[schema(example = "c2hvcA")]
            pub(crate) next: Option<String>,
        }
    };
}
pub(crate) use page_of;

/// How many entries to read.
pub(crate) fn limit(given: Option<u32>) -> Result<u32, Problem> {
    match given.unwrap_or(USUAL) {
        limit @ 1..=MOST_ITEMS => Ok(limit),
        limit => Err(Problem::new(ErrorCode::InvalidRequest, said::limit_out_of_range(limit, MOST_ITEMS))),
    }
}

/// Several words of a closed set, separated by commas.
pub(crate) fn several<T: Copy>(
    name: &str,
    given: Option<&str>,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<Vec<T>, Problem> {
    let find = |text: &str| {
        find(name, text, all, word).map_err(|problem| problem.with_hint(said::separate_with_commas()))
    };
    given.map_or_else(|| Ok(Vec::new()), |given| given.split(',').map(find).collect())
}

/// One word of a closed set.
pub(crate) fn one<T: Copy>(
    name: &str,
    given: Option<&str>,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<Option<T>, Problem> {
    given.map(|given| find(name, given, all, word)).transpose()
}

fn find<T: Copy>(name: &str, text: &str, all: &[T], word: fn(T) -> &'static str) -> Result<T, Problem> {
    all.iter().copied().find(|value| word(*value) == text).ok_or_else(|| {
        let shown: String = text.escape_debug().take(60).collect();
        let known: Vec<_> = all.iter().copied().map(word).collect();
        Problem::new(ErrorCode::InvalidRequest, said::words_unknown(name, shown, known.join(", ")))
    })
}

/// The key of the last entry sent, in an opaque form.
pub(crate) struct Cursor;

impl Cursor {
    /// Wraps a key.
    pub(crate) fn write(key: &impl ToString) -> String {
        URL_SAFE_NO_PAD.encode(key.to_string())
    }

    /// Unwraps a key.
    pub(crate) fn read<T: FromStr>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
        Self::read_if(cursor, |_| true)
    }

    /// The same for a list with several orders: a key of another one is none of this.
    pub(crate) fn read_if<T: FromStr>(
        cursor: Option<&str>,
        fits: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, Problem> {
        let Some(cursor) = cursor else { return Ok(None) };
        let key = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match key.and_then(|key| key.parse().ok()).filter(fits) {
            Some(key) => Ok(Some(key)),
            None => Err(Problem::new(ErrorCode::InvalidRequest, said::cursor_invalid())
                .with_hint(said::send_next_as_cursor())),
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
    fn the_limit_has_bounds() {
        assert_eq!(limit(None).unwrap(), USUAL);
        assert!(limit(Some(0)).is_err());
        assert!(limit(Some(MOST_ITEMS + 1)).is_err());
    }
}
