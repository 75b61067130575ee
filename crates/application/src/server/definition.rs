//! From what a person wrote to what can be saved: the gate that every definition passes.

use std::sync::Arc;

use core_monitor_compose::{Diagnostic, LoadOptions, Loaded, Project, ProjectFiles, Span, Spans, load};
use core_monitor_domain::desired::{DesiredError, DesiredStack};
use core_monitor_domain::names::StackName;
use core_monitor_domain::stack_version::Source;

/// A definition that may be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// What it means.
    pub model: Project,
    /// What its author should know, one sentence each, with positions.
    pub warnings: Vec<String>,
}

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Stable code, one of the loader's or `not-applicable`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
    /// Where.
    pub span: Option<Span>,
}

/// The definition was refused; nothing was saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the definition has {} errors", issues.len())]
pub struct RefusedDefinition {
    /// Every error, in the order of the file. Never empty.
    pub issues: Vec<Issue>,
}

/// A definition the loader accepts and the engine could not carry out.
const NOT_APPLICABLE: &str = "not-applicable";

impl Definition {
    /// Reads `source` as a stack called `name`, whose relative host paths start at `folder`.
    ///
    /// Neither the environment nor the disk of this process is looked at: a version means the same wherever it is read.
    pub fn read(source: &Source, name: &StackName, folder: &str) -> Result<Self, RefusedDefinition> {
        let options = LoadOptions { project_name: Some(name.to_string()), ..Self::options(source, folder) };
        let loaded = load(&project_files(source), &options).map_err(|rejected| refused(&rejected.errors))?;
        DesiredStack::from_project(&loaded.project)
            .map_err(|error| RefusedDefinition { issues: vec![issue_of(&error, &loaded.spans)] })?;
        let Loaded { project, warnings, .. } = loaded;
        Ok(Self { model: project, warnings: warnings.iter().map(ToString::to_string).collect() })
    }

    /// The `name:` in the file, or the last part of `folder` without one.
    pub fn name_of(source: &Source, folder: &str) -> Result<String, RefusedDefinition> {
        load(&project_files(source), &Self::options(source, folder))
            .map(|loaded| loaded.project.name)
            .map_err(|rejected| refused(&rejected.errors))
    }

    fn options(source: &Source, folder: &str) -> LoadOptions {
        LoadOptions {
            project_directory: folder.to_owned(),
            variables: source.variables.clone().into_iter().collect(),
            ..LoadOptions::default()
        }
    }
}

fn project_files(source: &Source) -> ProjectFiles {
    let mut files = ProjectFiles::new();
    for (path, file) in &source.files {
        files.add_shared(path, Arc::clone(file.bytes()));
    }
    for path in &source.compose_files {
        // One that is missing reads as an empty file, which is refused with its name.
        let bytes = source.files.get(path).map(|file| file.bytes().to_vec());
        files.add_compose(path, bytes.unwrap_or_default());
    }
    files
}

fn refused(errors: &[Diagnostic]) -> RefusedDefinition {
    let issue = |error: &Diagnostic| Issue {
        code: error.code.to_string(),
        message: error.message.clone(),
        hint: error.hint.clone(),
        span: error.span.clone(),
    };
    RefusedDefinition { issues: errors.iter().map(issue).collect() }
}

fn issue_of(error: &DesiredError, spans: &Spans) -> Issue {
    let span = match error {
        DesiredError::Name(_) => None,
        DesiredError::Value { owner, attribute, .. } => ["services", "networks", "volumes"]
            .iter()
            .filter(|section| spans.has(&format!("{section}.{owner}")))
            .find_map(|section| spans.nearest(&format!("{section}.{owner}.{attribute}"))),
    };
    Issue { code: NOT_APPLICABLE.to_owned(), message: error.to_string(), hint: None, span }
}
