//! Query parameters, with errors that name the parameter.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use core_monitor_message::Message;
use serde::de::DeserializeOwned;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

use super::{parser_words, said};

/// Maximum number of characters of a value repeated in an error.
const SHOWN: usize = 60;

/// Query parameters, all of them optional.
pub(crate) struct Query<T>(T);

impl<T> Query<T> {
    /// The parameters by value.
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_query(request.query_string()).map(Self))
    }
}

/// No query parameters. An operation without any refuses them as every other refuses those that it does not know: whoever sends one
/// believes that it does something.
pub(crate) struct NoQuery;

impl FromRequest for NoQuery {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name =
            request.query_string().split('&').find(|pair| !pair.is_empty()).map(|pair| decoded(pair).0);
        ready(name.map_or(Ok(Self), |name| Err(invalid(said::query_takes_none(short(&name))))))
    }
}

/// Reads the parameters of a query.
fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    read_query_beside(query, &[])
}

/// Reads the parameters of a query but those that are read elsewhere, which are named only where all are.
pub(crate) fn read_query_beside<T: DeserializeOwned>(query: &str, elsewhere: &[&str]) -> Result<T, Problem> {
    let parse = |query: &str| match web::Query::<T>::from_query(query) {
        Ok(parsed) => Ok(parsed.into_inner()),
        Err(error) => Err(error.to_string()),
    };
    check_text(query)?;
    parse(query).map_err(|whole| {
        // The parser does not say which parameter failed, so each is parsed on its own.
        let alone = query.split('&').find_map(|pair| {
            let error = parse(pair).err()?;
            // Alone, each lacks those that must be there.
            (!words(&error).starts_with("missing field")).then_some((pair, error))
        });
        invalid(match alone {
            Some((pair, error)) => in_pair(pair, &error, elsewhere),
            None => parser_words::of_parameters(words(&whole), elsewhere),
        })
    })
}

/// The error for a query that cannot be read.
pub(super) fn invalid(reason: Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, said::query_invalid(reason))
}

/// What the parser says, without what it says before it.
pub(super) fn words(error: &str) -> &str {
    error.strip_prefix("Query deserialize error: ").unwrap_or(error)
}

fn in_pair(pair: &str, error: &str, elsewhere: &[&str]) -> Message {
    let words = words(error);
    if words.starts_with("unknown field") {
        return parser_words::of_parameters(words, elsewhere);
    }
    let (name, value) = decoded(pair);
    said::query_value(short(&name), short(&value), parser_words::of_value(words))
}

/// Refuses bytes that are no UTF-8, which the parser would replace: something else than was meant would be looked for, or stored.
pub(crate) fn check_text(query: &str) -> Result<(), Problem> {
    match query.split('&').find(|pair| String::from_utf8(bytes(pair)).is_err()) {
        Some(pair) => Err(invalid(said::query_not_utf8(short(&decoded(pair).0)))),
        None => Ok(()),
    }
}

/// The bytes that percent signs stand for. What only looks like that is left as it is.
fn bytes(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let digits =
            after.get(..2).filter(|digits| *first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let meant = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(meant.unwrap_or(*first));
        rest = after.get(if meant.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    bytes
}

/// Name and value of a parameter.
fn decoded(pair: &str) -> (String, String) {
    let decoded = web::Query::<Vec<(String, String)>>::from_query(pair).ok();
    let decoded = decoded.and_then(|pairs| pairs.into_inner().into_iter().next());
    decoded.unwrap_or_else(|| (pair.to_owned(), String::new()))
}

fn short(text: &str) -> String {
    text.escape_debug().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::read_query as read;
    use crate::request::WaitQuery;
    use crate::v1::events::EventsQuery;

    /// One parameter of every kind.
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Given {
        on: Option<bool>,
        stack_id: Option<uuid::Uuid>,
        word: Option<Word>,
        needed: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Up,
        Down,
    }

    #[test]
    fn the_parameter_that_is_wrong_is_named() {
        let check = |query: &str, expected: &str| {
            let refused = read::<EventsQuery>(query).map(|_| ()).unwrap_err();
            assert_eq!(refused.to_string(), format!("invalid-request: invalid query: {expected}"), "{query}");
        };
        check("limit=5&after=x%0A", "`after` is `x\\n`: it has to be a whole number of at least 0");
        check("after=&limit=1", "`after` is ``: it has to be a whole number of at least 0");
        check("limit=-1", "`limit` is `-1`: it has to be a whole number of at least 0");
        check("after=9223372036854775808", "`after` is `9223372036854775808`: the number is too large");
        check("limti=5", "there is no parameter `limti`; the parameters are `after`, `limit`");
        check("after=1&after=2", "the parameter `after` is given twice");
        assert_eq!(read::<WaitQuery>("wait=5").unwrap().wait, Some(5));
        assert_eq!(read::<WaitQuery>("").unwrap().wait, None);
        let refused = read::<WaitQuery>("wiat=5").map(|_| ()).unwrap_err().to_string();
        assert!(refused.ends_with("there is no parameter `wiat`; the only parameter is `wait`"), "{refused}");
    }

    #[test]
    fn only_bytes_that_are_no_text_are_refused() {
        for fine in ["", "a=%C3%A4&b=\u{e4}", "a=100%", "a=%zz%2", "a=%%41", "%F0%9F%90%B3"] {
            assert!(super::check_text(fine).is_ok(), "{fine}");
        }
        for wrong in ["a=%ff", "b=1&a=x%C3", "%C3=%A4", "a=%C3&b=%A4", "a=%ed%a0%80"] {
            assert!(super::check_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_kind_of_value_is_described_in_plain_words() {
        let check = |query: &str, expected: &str| {
            let refused = read::<Given>(query).map(|_| ()).unwrap_err();
            assert_eq!(refused.to_string(), format!("invalid-request: invalid query: {expected}"), "{query}");
        };
        check("needed=1&on=1", "`on` is `1`: it has to be `true` or `false`");
        check("needed=1&on", "`on` is ``: it has to be `true` or `false`");
        check(
            "needed=1&stack_id=foo",
            "`stack_id` is `foo`: it has to be a UUID, such as `0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10`",
        );
        check("needed=1&word=left", "`word` is `left`: it has to be one of `up`, `down`");
        check("needed=300", "`needed` is `300`: the number is too large");
        check("on=true", "the parameter `needed` is missing");
        check("", "the parameter `needed` is missing");
        check("needed=%ff&on=true", "`needed` has bytes that are no UTF-8");
        check("on=1", "`on` is `1`: it has to be `true` or `false`");
    }
}
