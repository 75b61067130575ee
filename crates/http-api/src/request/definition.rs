//! Definitions in JSON, in YAML and as archives.

use core_monitor_application::server::run_blocking;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::stack_version::Source;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

use super::{Body, Upload};

mod compose_files;
mod json;
mod project_folder;
mod query;
mod secret_variables;

pub(crate) use json::{DefinitionBody, unique_keys};
pub(crate) use query::{ArchiveQuery, DefinitionQuery, TemplateArchiveQuery, VersionQuery};

/// Path of a compose file sent as YAML or as text.
const YAML_FILE: &str = "compose.yaml";
/// Longest comment, in characters.
const LONGEST_COMMENT: usize = 2_000;

/// A definition as received.
#[derive(Debug)]
pub(crate) struct GivenDefinition {
    pub(crate) name: Option<String>,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) comment: String,
    pub(crate) source: Source,
}

/// Description of a body that is an archive.
pub(crate) const ARCHIVE: &str =
    "The archive of the project folder: tar, tar.gz or zip, as its first bytes show.";

/// Reads the files of an archive, on a blocking thread.
pub(crate) async fn read_archive(body: &Upload, query: ArchiveQuery) -> Result<GivenDefinition, Problem> {
    let body = body.clone();
    run_blocking(move || in_archive(&body, query)).await
}

fn in_archive(body: &Upload, query: ArchiveQuery) -> Result<GivenDefinition, Problem> {
    let Some(files) = &body.archive else { return Err(no_archive(&body.content_type)) };
    let given = GivenDefinition {
        name: query.name,
        on_failure: query.on_failure,
        comment: query.comment.unwrap_or_default(),
        source: project_folder::source(files, &query.compose_file)?,
    };
    check_comment(&given.comment)?;
    Ok(given)
}

/// Reads the body by its content type, on a blocking thread: a definition in JSON is parsed, and written as YAML.
pub(crate) async fn read_definition(body: &Body, query: DefinitionQuery) -> Result<GivenDefinition, Problem> {
    let body = body.clone();
    run_blocking(move || in_body(&body, query)).await
}

fn in_body(body: &Body, query: DefinitionQuery) -> Result<GivenDefinition, Problem> {
    let given = match body.content_type.as_str() {
        "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml" => GivenDefinition {
            name: query.name,
            on_failure: query.on_failure,
            comment: query.comment.unwrap_or_default(),
            source: Source::single(YAML_FILE, body.text()?),
        },
        "application/json" => {
            let given = json::read(body.json()?)?;
            GivenDefinition {
                name: query.name.or(given.name),
                on_failure: query.on_failure.or(given.on_failure),
                comment: query.comment.unwrap_or(given.comment),
                source: given.source,
            }
        }
        other => return Err(unsupported(other)),
    };
    check_comment(&given.comment)?;
    Ok(given)
}

/// Checks the comment of a version.
pub(crate) fn check_comment(comment: &str) -> Result<(), Problem> {
    if comment.chars().count() > LONGEST_COMMENT {
        let text = said::comment_too_long(LONGEST_COMMENT);
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    Ok(())
}

fn unsupported(content_type: &str) -> Problem {
    refused(content_type).with_hint(said::send_definition_or_archive())
}

fn no_archive(content_type: &str) -> Problem {
    refused(content_type).with_hint(said::send_octet_stream())
}

fn refused(content_type: &str) -> Problem {
    let text = if content_type.is_empty() {
        said::content_type_missing()
    } else {
        said::content_type_unsupported(content_type)
    };
    Problem::new(ErrorCode::UnsupportedMediaType, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn the_threads_that_answer_read_no_definition() {
        // More work than may run at a time, which ends when it is told to.
        let (ends, mut busy): (Vec<_>, Vec<_>) = (0..8)
            .map(|_| {
                let (end, told) = std::sync::mpsc::channel::<()>();
                (end, Box::pin(run_blocking(move || told.recv())))
            })
            .unzip();
        for work in &mut busy {
            assert!(futures::poll!(work).is_pending());
        }
        let body = Body::for_test("application/yaml", "services: {web: {image: demo}}");
        let archive = Body::for_test("application/zip", "");
        let mut reading = Box::pin(read_definition(&body, DefinitionQuery::default()));
        let mut unpacking = Box::pin(read_archive(&archive, ArchiveQuery::default()));
        assert!(futures::poll!(&mut reading).is_pending());
        assert!(futures::poll!(&mut unpacking).is_pending());
        drop(ends);
        futures::future::join_all(busy).await;
        assert_eq!(reading.await.unwrap().source.compose_files, [YAML_FILE]);
        assert!(unpacking.await.is_err(), "there is no archive in it");
    }
}
