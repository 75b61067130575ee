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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_may_cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Result<Loaded, Rejected>>();
    }

    #[test]
    fn a_refusal_names_its_first_reason() {
        let files = ProjectFiles::single("compose.yml", "services: {a: {colour: x, prots: []}}");
        let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
        let rejected = load(&files, &options).unwrap_err();
        assert_eq!(
            rejected.to_string(),
            "the project is refused: compose.yml:1:12: service `a` has no image (add `image:` or `build:`), and 2 more"
        );
    }
}
