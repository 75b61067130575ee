//! Definitions in YAML, in JSON and as archives.

use core_monitor_domain::stack_version::Source;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

use super::Upload;

mod json;
mod project_folder;
mod query;

pub(crate) use json::DefinitionBody;
pub(crate) use query::{DefinitionQuery, VersionQuery};

/// Path of the compose file when it comes as YAML or as text.
const YAML_FILE: &str = "compose.yaml";
/// Longest comment, in characters.
const LONGEST_COMMENT: usize = 2_000;

/// A definition as it came in.
#[derive(Debug)]
pub(crate) struct GivenDefinition {
    pub(crate) name: Option<String>,
    pub(crate) comment: String,
    pub(crate) source: Source,
}

/// Reads the body by its content type.
pub(crate) fn read_definition(body: &Upload, query: DefinitionQuery) -> Result<GivenDefinition, Problem> {
    if body.archive.is_none() && !query.file.is_empty() {
        let text = "the parameter `file` chooses compose files of an archive, and the body is none";
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    let given = match (&body.archive, body.content_type.as_str()) {
        (Some(files), _) => GivenDefinition {
            name: query.name,
            comment: query.comment.unwrap_or_default(),
            source: project_folder::source(files, &query.file)?,
        },
        (None, "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml") => GivenDefinition {
            name: query.name,
            comment: query.comment.unwrap_or_default(),
            source: Source::single(YAML_FILE, body.text()?),
        },
        (None, "application/json") => {
            let given = json::read(body.json()?)?;
            GivenDefinition {
                name: query.name.or(given.name),
                comment: query.comment.unwrap_or(given.comment),
                source: given.source,
            }
        }
        (None, other) => return Err(unsupported(other)),
    };
    check_comment(&given.comment)?;
    Ok(given)
}

/// Whether a version may have this comment.
pub(crate) fn check_comment(comment: &str) -> Result<(), Problem> {
    if comment.chars().count() > LONGEST_COMMENT {
        let text = format!("the comment may have {LONGEST_COMMENT} characters at most");
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    Ok(())
}

fn unsupported(content_type: &str) -> Problem {
    let said = if content_type.is_empty() {
        "no `Content-Type`".to_owned()
    } else {
        format!("`Content-Type: {content_type}`")
    };
    Problem::new(ErrorCode::UnsupportedMediaType, format!("the request has {said}")).with_hint(
        "send a compose file as `application/yaml`, JSON as `application/json`, or a project folder as \
         `application/gzip`, `application/x-tar` or `application/zip`",
    )
}
