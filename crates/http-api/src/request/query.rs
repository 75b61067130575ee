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

/// Reads the parameters of a query.
pub(crate) fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let parse = |query: &str| match web::Query::<T>::from_query(query) {
        Ok(parsed) => Ok(parsed.into_inner()),
        Err(error) => Err(error.to_string()),
    };
    parse(query).map_err(|whole| {
        // The parser does not say which parameter failed, so each is parsed on its own.
        let alone = query.split('&').find_map(|pair| Some((pair, parse(pair).err()?)));
        let reason = match alone {
            Some((pair, error)) if !words(&error).starts_with("unknown field") => in_value(pair, &error),
            Some((_, error)) => reason(&error),
            None => reason(&whole),
        };
        Problem::new(ErrorCode::InvalidRequest, said::query_invalid(reason))
    })
}

/// What the parser says, without what it says before it.
fn words(error: &str) -> &str {
    error.strip_prefix("Query deserialize error: ").unwrap_or(error)
}

/// The parser's words about the parameter, not about the program's types.
pub(super) fn reason(error: &str) -> Message {
    match words(error) {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            said::query_not_a_whole_number()
        }
        "number too large to fit in target type" | "number too small to fit in target type" => {
            said::query_number_out_of_range()
        }
        other => parser_words::sentence(other),
    }
}

fn in_value(pair: &str, error: &str) -> Message {
    let decoded = web::Query::<Vec<(String, String)>>::from_query(pair).ok();
    let decoded = decoded.and_then(|pairs| pairs.into_inner().into_iter().next());
    let (name, value) = decoded.unwrap_or_else(|| (pair.to_owned(), String::new()));
    let short = |text: &str| text.escape_debug().take(SHOWN).collect::<String>();
    said::query_value(short(&name), short(&value), reason(error))
}

#[cfg(test)]
mod tests {
    use super::read_query as read;
    use crate::request::WaitQuery;
    use crate::v1::events::EventsQuery;

    #[test]
    fn the_parameter_that_is_wrong_is_named() {
        let check = |query: &str, expected: &str| {
            let refused = read::<EventsQuery>(query).map(|_| ()).unwrap_err();
            assert_eq!(refused.to_string(), format!("invalid-request: invalid query: {expected}"), "{query}");
        };
        check("limit=5&after=x%0A", "`after` is `x\\n`: not a whole number");
        check("after=&limit=1", "`after` is ``: not a whole number");
        check("limit=-1", "`limit` is `-1`: not a whole number");
        check("after=9223372036854775808", "`after` is `9223372036854775808`: number out of range");
        check("limti=5", "unknown field `limti`, expected `after` or `limit`");
        check("after=1&after=2", "duplicate field `after`");
        assert_eq!(read::<WaitQuery>("wait=5").unwrap().wait, Some(5));
        assert_eq!(read::<WaitQuery>("").unwrap().wait, None);
    }
}
