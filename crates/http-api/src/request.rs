//! Reading requests.

/// The codes of the items of problems that are made here.
pub(crate) const ITEM_CODES: [&str; 3] = ["json", "invalid-command", INVALID_CHOICE];

/// The code of a choice that cannot be saved.
pub(crate) const INVALID_CHOICE: &str = "invalid-choice";

mod arriving;
mod artifact;
mod body;
mod body_memory;
mod definition;
mod json_place;
mod moment;
mod page;
mod parser_words;
mod path;
mod query;
pub(crate) mod said;
mod texts;
mod upload;
mod wait;
mod write;

pub(crate) use artifact::{ArtifactBody, SentAs, announced};
pub(crate) use body::{Body, Upload, too_large};
pub(crate) use body_memory::{BodyMemory, Held};
pub(crate) use definition::{
    ARCHIVE, ArchiveQuery, DefinitionBody, DefinitionQuery, GivenDefinition, TemplateArchiveQuery,
    VersionQuery, check_comment, read_archive, read_definition, unique_keys,
};
pub(crate) use moment::{log_moment, moment, time_in_body};
pub(crate) use page::{Cursor, MOST_ITEMS, limit, one, page_of, several};
pub(crate) use path::path_problem;
pub(crate) use query::{NoQuery, Query, check_text, read_query_beside};
pub(crate) use texts::Texts;
pub(crate) use wait::{LONGEST_WAIT, WaitQuery, patience};
pub(crate) use write::{WriteRequest, WriteUpload, conditions, expected_version};
