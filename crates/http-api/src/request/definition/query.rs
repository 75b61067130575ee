//! The parameters beside a definition.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use utoipa::IntoParams;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// Parameters beside a definition.
#[derive(Debug, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DefinitionQuery {
    /// Name of the stack; without it, the `name:` of the file is taken.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 63)]
    pub(crate) name: Option<String>,
    /// Why this version was made.
    #[param(max_length = 2000)]
    pub(crate) comment: Option<String>,
    /// A compose file of the archive, by its path in the project folder; may be repeated, later ones override earlier
    /// ones. Without it: those that `COMPOSE_FILE` in the folder's `.env` names, else the first of `compose.yaml`,
    /// `compose.yml`, `docker-compose.yml` and `docker-compose.yaml`, then an override file like `compose.override.yml`.
    #[param(required = false)]
    pub(crate) file: Vec<String>,
}

/// Those of a stack that has its name already. For the document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct VersionQuery {
    /// Why this version was made.
    #[param(max_length = 2000)]
    comment: Option<String>,
    /// A compose file of the archive, by its path in the project folder, as when a stack is created; may be repeated.
    #[param(required = false)]
    file: Vec<String>,
}

impl FromRequest for DefinitionQuery {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request.query_string()))
    }
}

impl DefinitionQuery {
    fn read(query: &str) -> Result<Self, Problem> {
        let wrong =
            |text: String| Problem::new(ErrorCode::InvalidRequest, format!("the query is wrong: {text}"));
        // Pairs, because `file` may be repeated, which a map cannot say.
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
            .map_err(|error| wrong(error.to_string()))?
            .into_inner();
        let mut parsed = Self::default();
        for (key, value) in pairs {
            let before = match key.as_str() {
                "name" => parsed.name.replace(value),
                "comment" => parsed.comment.replace(value),
                "file" => {
                    parsed.file.push(value);
                    None
                }
                _ => {
                    return Err(wrong(format!(
                        "unknown field `{key}`, expected `name`, `comment` or `file`"
                    )));
                }
            };
            if before.is_some() {
                return Err(wrong(format!("`{key}` is there twice")));
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
        let query = DefinitionQuery::read("file=b%2Fc.yaml&name=shop&file=a.yaml").unwrap();
        assert_eq!((query.name.as_deref(), query.comment), (Some("shop"), None));
        assert_eq!(query.file, ["b/c.yaml", "a.yaml"]);
        for wrong in ["nam=shop", "name=a&name=b", "comment=a&comment=a", "name=a&x"] {
            DefinitionQuery::read(wrong).unwrap_err();
        }
    }
}
