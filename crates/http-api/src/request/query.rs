//! Query parameters, refused by their names.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// Characters of a value that a refusal repeats at most.
const SHOWN: usize = 60;

/// The parameters of an address. All of them may be left out.
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
        ready(read(request.query_string()).map(Self))
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let parse = |query: &str| match web::Query::<T>::from_query(query) {
        Ok(parsed) => Ok(parsed.into_inner()),
        Err(error) => Err(words(&error.to_string())),
    };
    parse(query).map_err(|whole| {
        // The parser does not tell which parameter it stopped at, so each is tried by itself.
        let alone = query.split('&').find_map(|pair| Some((pair, parse(pair).err()?)));
        let text = match alone {
            Some((pair, error)) if !error.starts_with("unknown field") => format!("{}: {error}", shown(pair)),
            Some((_, error)) => error,
            None => whole,
        };
        Problem::new(ErrorCode::InvalidRequest, format!("the query is wrong: {text}"))
    })
}

/// What a number is not, in words about the parameter and not about the program.
fn words(error: &str) -> String {
    let error = error.strip_prefix("Query deserialize error: ").unwrap_or(error);
    match error {
        "invalid digit found in string" | "cannot parse integer from empty string" => "not a whole number",
        "number too large to fit in target type" | "number too small to fit in target type" => {
            "out of the range of numbers"
        }
        other => other,
    }
    .to_owned()
}

fn shown(pair: &str) -> String {
    let decoded = web::Query::<Vec<(String, String)>>::from_query(pair).ok();
    let decoded = decoded.and_then(|pairs| pairs.into_inner().into_iter().next());
    let (name, value) = decoded.unwrap_or_else(|| (pair.to_owned(), String::new()));
    let short = |text: &str| text.escape_debug().take(SHOWN).collect::<String>();
    format!("`{}` is `{}`", short(&name), short(&value))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::request::WaitQuery;
    use crate::v1::events::EventsQuery;

    #[test]
    fn the_parameter_that_is_wrong_is_named() {
        let check = |query: &str, expected: &str| {
            let refused = read::<EventsQuery>(query).map(|_| ()).unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!("invalid-request: the query is wrong: {expected}"),
                "{query}"
            );
        };
        check("limit=5&after=x%0A", "`after` is `x\\n`: not a whole number");
        check("after=&limit=1", "`after` is ``: not a whole number");
        check("limit=-1", "`limit` is `-1`: not a whole number");
        check("after=9223372036854775808", "`after` is `9223372036854775808`: out of the range of numbers");
        check("limti=5", "unknown field `limti`, expected `after` or `limit`");
        check("after=1&after=2", "duplicate field `after`");
        assert_eq!(read::<WaitQuery>("wait=5").unwrap().wait, Some(5));
        assert_eq!(read::<WaitQuery>("").unwrap().wait, None);
    }
}
