//! The result of the loader.

use crate::{Diagnostic, LoadOptions, Project, ProjectFiles, Spans};

/// An accepted project.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The normalized model.
    pub project: Project,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    /// Where every value was written, by path in the file.
    pub spans: Spans,
    /// Names of variables that look like secrets although the caller could keep them secret and does not.
    pub plain_secrets: Vec<String>,
}

/// A rejected project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the project is invalid: {}", summary(errors))]
pub struct Rejected {
    /// Every independent error, in the order of the file.
    pub errors: Vec<Diagnostic>,
    /// Warnings found on the way.
    pub warnings: Vec<Diagnostic>,
}

/// Loads a project. Pure: the result depends only on the arguments.
pub fn load(files: &ProjectFiles, options: &LoadOptions) -> Result<Loaded, Rejected> {
    crate::pipeline::run(files, options)
}

fn summary(errors: &[Diagnostic]) -> String {
    match errors {
        [] => "no error was reported".to_owned(),
        [only] => only.to_string(),
        [first, others @ ..] => format!("{first}, and {} more", others.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_can_cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Result<Loaded, Rejected>>();
    }

    #[test]
    fn a_rejection_names_its_first_error() {
        let files = ProjectFiles::single("compose.yml", "services: {a: {colour: x, prots: []}}");
        let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
        let rejected = load(&files, &options).unwrap_err();
        assert_eq!(
            rejected.to_string(),
            "the project is invalid: compose.yml:1:12: service `a` has neither an image nor a build (add `image:` or `build:`), and 2 more"
        );
    }
}
