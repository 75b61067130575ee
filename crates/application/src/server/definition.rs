//! From what a person wrote to what can be saved: the gate that every definition passes.

use std::sync::Arc;

use core_monitor_compose::{
    Diagnostic, Limits, LintReport, LoadOptions, Loaded, Project, ProjectFiles, Rejected, Span, Spans, lint,
    load,
};
use core_monitor_domain::desired::{BuildFiles, DesiredError, DesiredStack};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::Saved;
use core_monitor_domain::stack_version::Source;

use super::aside::aside;

mod feasible;

/// A definition that may be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// What it means.
    pub model: Project,
    /// What its author should know, with positions.
    pub warnings: Vec<Diagnostic>,
    /// What to reconsider before it runs in production.
    pub lint: LintReport,
}

/// What was saved, and what there is to say about it.
#[derive(Debug, Clone)]
pub struct SavedDefinition {
    /// The stack, the version and the command.
    pub saved: Saved,
    /// What to reconsider before it runs in production.
    pub lint: LintReport,
}

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Stable code, one of the loader's or `not-applicable`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// What should stand there instead.
    pub expected: Option<String>,
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
    /// What would have been warned about besides.
    pub warnings: Vec<Issue>,
}

/// A definition the loader accepts and the engine could not carry out.
const NOT_APPLICABLE: &str = "not-applicable";

impl Definition {
    /// Reads `source` as a stack called `name`, whose relative host paths start at `folder`.
    ///
    /// Neither the environment nor the disk of this process is looked at: a version means the same wherever it is read.
    pub fn read(
        source: &Source,
        name: &StackName,
        folder: &str,
        limits: Limits,
    ) -> Result<Self, RefusedDefinition> {
        let project_name = Some(name.to_string());
        let options = LoadOptions { project_name, ..Self::options(source, folder, limits) };
        let loaded = load(&project_files(source), &options)?;
        let issues = match DesiredStack::with_files(&loaded.project, &build_files(source, folder)) {
            Ok(desired) => feasible::issues(&loaded.project, &desired, &loaded.spans),
            Err(error) => vec![issue_of(&error, &loaded.spans)],
        };
        if !issues.is_empty() {
            let warnings = loaded.warnings.into_iter().map(Issue::from).collect();
            return Err(RefusedDefinition { issues, warnings });
        }
        let lint = lint(&loaded);
        let Loaded { project, warnings, .. } = loaded;
        Ok(Self { model: project, warnings, lint })
    }

    /// [`read`](Self::read) off the threads that answer requests.
    pub async fn read_aside(
        source: &Source,
        name: &StackName,
        folder: &str,
        limits: Limits,
    ) -> Result<Self, RefusedDefinition> {
        let (source, name, folder) = (source.clone(), name.clone(), folder.to_owned());
        aside(move || Self::read(&source, &name, &folder, limits)).await
    }

    /// The `name:` in the file, or the last part of `folder` without one.
    pub fn name_of(source: &Source, folder: &str, limits: Limits) -> Result<String, RefusedDefinition> {
        let loaded = load(&project_files(source), &Self::options(source, folder, limits))?;
        Ok(loaded.project.name)
    }

    fn options(source: &Source, folder: &str, limits: Limits) -> LoadOptions {
        LoadOptions {
            project_directory: folder.to_owned(),
            variables: source.variables.clone().into_iter().collect(),
            limits,
            ..LoadOptions::default()
        }
    }
}

/// From what the images of a definition are built.
fn build_files(source: &Source, folder: &str) -> BuildFiles {
    let mut files = BuildFiles::new(folder, source.entries());
    for path in files.wanted() {
        if let Some(file) = source.files.get(&path) {
            files.add_text(&path, file.bytes());
        }
    }
    files
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

impl From<Diagnostic> for Issue {
    fn from(diagnostic: Diagnostic) -> Self {
        let Diagnostic { code, message, expected, hint, span, .. } = diagnostic;
        Self { code: code.to_string(), message, expected, hint, span }
    }
}

impl From<Rejected> for RefusedDefinition {
    fn from(rejected: Rejected) -> Self {
        Self {
            issues: rejected.errors.into_iter().map(Issue::from).collect(),
            warnings: rejected.warnings.into_iter().map(Issue::from).collect(),
        }
    }
}

fn issue_of(error: &DesiredError, spans: &Spans) -> Issue {
    let span = match error {
        DesiredError::Name(_) => None,
        DesiredError::Value { owner, attribute, .. } => ["services", "networks", "volumes"]
            .iter()
            .filter(|section| spans.has(&format!("{section}.{owner}")))
            .find_map(|section| spans.nearest(&format!("{section}.{owner}.{attribute}"))),
    };
    Issue { code: NOT_APPLICABLE.to_owned(), message: error.to_string(), expected: None, hint: None, span }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_caps_hold() {
        let text = "services:\n  a: {image: demo}\n  b: {image: demo}\n";
        let source = Source::single("compose.yaml", text);
        let name: StackName = "shop".parse().unwrap();
        let read =
            |services| Definition::read(&source, &name, "/shop", Limits { services, ..Limits::default() });
        assert!(read(2).is_ok());
        assert_eq!(read(1).unwrap_err().issues[0].code, "limit-exceeded");
    }

    #[tokio::test]
    async fn reading_leaves_the_thread_to_others() {
        let source = Source::single("compose.yaml", "services:\n  a: {image: demo}\n");
        let name: StackName = "shop".parse().unwrap();
        let mut reading = Box::pin(Definition::read_aside(&source, &name, "/shop", Limits::default()));
        let first = std::future::poll_fn(|task| std::task::Poll::Ready(reading.as_mut().poll(task))).await;
        assert!(first.is_pending(), "the thread that asks does not read by itself");
        assert_eq!(reading.await.unwrap().model.services.len(), 1);
    }
}
