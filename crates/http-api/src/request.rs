//! Reading requests.

mod body;
mod definition;
mod page;
mod path;
mod upload;
mod wait;
mod write;

pub(crate) use body::Body;
pub(crate) use definition::{DefinitionBody, DefinitionQuery, read_definition};
pub(crate) use page::{Cursor, PageBody, limit};
pub(crate) use path::{path_problem, query_problem};
pub(crate) use wait::{WaitQuery, patience};
pub(crate) use write::WriteRequest;
