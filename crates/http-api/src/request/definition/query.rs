//! The query parameters of a definition and of a project folder.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use core_monitor_domain::command::OnFailure;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;
use crate::request::query::{check_text, invalid, words};
use crate::request::{parser_words, said};
use crate::v1::commands::OnFailureWord;

/// Query parameters of a definition. Not in the document: a JSON body has them itself; they are for a compose file that is
/// sent as it is.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefinitionQuery {
    /// Name of the stack; defaults to the `name:` in the file.
    pub(crate) name: Option<String>,
    /// What its commands do on failure, unless the request says otherwise.
    pub(crate) on_failure: Option<OnFailure>,
    /// Why this version was made.
    pub(crate) comment: Option<String>,
}

/// Query parameters of a project folder.
#[derive(Debug, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ArchiveQuery {
    /// Name of the stack; defaults to the `name:` in the file.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 63)]
    pub(crate) name: Option<String>,
    /// What an apply or a rollback of the stack does on failure, unless the request says otherwise; `hold` by default.
    #[param(value_type = Option<OnFailureWord>, inline)]
    pub(crate) on_failure: Option<OnFailure>,
    /// Why this version was made.
    #[param(max_length = 2000)]
    pub(crate) comment: Option<String>,
    /// Path of a compose file in the project folder. May be repeated; later files override earlier ones. Defaults to the
    /// files named by `COMPOSE_FILE` in the folder's `.env`, else the first of `compose.yaml`, `compose.yml`,
    /// `docker-compose.yml` and `docker-compose.yaml`, plus an override file such as `compose.override.yml`.
    #[param(required = false)]
    pub(crate) compose_file: Vec<String>,
}

/// Query parameters of a project folder for a new version of a stack. For the document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct VersionQuery {
    /// Why this version was made.
    #[param(max_length = 2000)]
    comment: Option<String>,
    /// Path of a compose file in the project folder, as for creating a stack; may be repeated.
    #[param(required = false)]
    compose_file: Vec<String>,
}

/// Query parameters of a project folder for a new template. For the document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct TemplateArchiveQuery {
    /// Name of the template; the `name:` in the file is not one.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40, example = "shop")]
    name: String,
    /// Why this version was made.
    #[param(max_length = 2000)]
    comment: Option<String>,
    /// Path of a compose file in the project folder, as for creating a stack; may be repeated.
    #[param(required = false)]
    compose_file: Vec<String>,
}

impl FromRequest for ArchiveQuery {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request.query_string()))
    }
}

impl ArchiveQuery {
    fn read(query: &str) -> Result<Self, Problem> {
        check_text(query)?;
        // Pairs, because `compose_file` may be repeated, which a map cannot represent.
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
            .map_err(|error| invalid(parser_words::of_parameters(words(&error.to_string()), &[])))?
            .into_inner();
        let mut parsed = Self::default();
        for (key, value) in pairs {
            let before = match key.as_str() {
                "name" => parsed.name.replace(value),
                "comment" => parsed.comment.replace(value),
                "on_failure" => {
                    let choice = value.parse::<OnFailure>().map_err(|_| {
                        let wanted = said::value_one_of("`hold`, `rollback`, `continue`");
                        invalid(said::query_value(&key, &value, said::has_to_be(wanted)))
                    })?;
                    parsed.on_failure.replace(choice).map(|_| value)
                }
                "compose_file" => {
                    parsed.compose_file.push(value);
                    None
                }
                _ => {
                    return Err(invalid(said::query_unknown(
                        &key,
                        "`name`, `comment`, `on_failure`, `compose_file`",
                    )));
                }
            };
            if before.is_some() {
                return Err(invalid(said::query_twice(key)));
            }
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_keep_their_order() {
        let query = ArchiveQuery::read("compose_file=b%2Fc.yaml&name=shop&compose_file=a.yaml").unwrap();
        assert_eq!((query.name.as_deref(), query.comment), (Some("shop"), None));
        assert_eq!(query.compose_file, ["b/c.yaml", "a.yaml"]);
        for wrong in [
            "nam=shop",
            "name=a&name=b",
            "comment=a&comment=a",
            "name=a&x",
            "on_failure=explode",
            "comment=%ff",
            "on_failure=hold&on_failure=hold",
        ] {
            ArchiveQuery::read(wrong).unwrap_err();
        }
    }
}
