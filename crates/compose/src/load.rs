//! The stages in their order.

use crate::{Diagnostic, LoadOptions, Project, ProjectFiles, Span};
use indexmap::IndexMap;

/// An accepted project.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The normalized model.
    pub project: Project,
    /// What a person should know all the same.
    pub warnings: Vec<Diagnostic>,
    /// Where every value was written: `services.web.ports[0]` to its place. A key's place is that of the key.
    pub spans: IndexMap<String, Span>,
}

/// A refused project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the project is refused with {} errors", errors.len())]
pub struct Rejected {
    /// Every independent error, in the order of the file.
    pub errors: Vec<Diagnostic>,
    /// Warnings found on the way.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a project. Pure: the answer depends on the arguments alone.
pub fn load(files: &ProjectFiles, options: &LoadOptions) -> Result<Loaded, Rejected> {
    let _ = (files, options);
    Err(Rejected { errors: Vec::new(), warnings: Vec::new() })
}
