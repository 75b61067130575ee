//! Reading requests.

mod body;
mod definition;
mod page;
mod path;
mod query;
mod upload;
mod wait;
mod write;

pub(crate) use body::{Body, Upload};
pub(crate) use definition::{DefinitionBody, DefinitionQuery, VersionQuery, check_comment, read_definition};
pub(crate) use page::{Cursor, PageBody, limit};
pub(crate) use path::path_problem;
pub(crate) use query::Query;
pub(crate) use wait::{WaitQuery, patience};
pub(crate) use write::{WriteRequest, WriteUpload};
