//! The answer of the loader.

use crate::{Diagnostic, LoadOptions, Project, ProjectFiles, Spans};

/// An accepted project.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The normalized model.
    pub project: Project,
    /// What a person should know all the same.
    pub warnings: Vec<Diagnostic>,
    /// Where every value was written, by path in the file.
    pub spans: Spans,
}

/// A refused project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the project is refused: {}", summary(errors))]
pub struct Rejected {
    /// Every independent error, in the order of the file.
    pub errors: Vec<Diagnostic>,
    /// Warnings found on the way.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a project. Pure: the answer depends on the arguments alone.
pub fn load(files: &ProjectFiles, options: &LoadOptions) -> Result<Loaded, Rejected> {
    crate::pipeline::run(files, options)
}

fn summary(errors: &[Diagnostic]) -> String {
    match errors {
        [] => "no reason was given".to_owned(),
        [only] => only.to_string(),
        [first, others @ ..] => format!("{first}, and {} more", others.len()),
    }
}
