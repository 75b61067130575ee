//! Reads and checks definitions. Every definition passes through here before it is saved.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_compose::{
    Code, Diagnostic, Limits, LintReport, LoadOptions, Loaded, Project, ProjectFiles, Rejected, Span, Spans,
    lint, load,
};
use core_monitor_domain::desired::{BuildFiles, DesiredError, DesiredStack};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::Saved;
use core_monitor_domain::protection::Asking;
use core_monitor_domain::stack_version::{Source, placed};
use core_monitor_message::Message;

use super::blocking::run_blocking;

mod absent_files;
mod allowed;
mod cautions;
mod feasible;
mod named_secrets;
mod places;
mod protected;
mod secrets;

pub(super) use cautions::place;
pub use protected::DefinitionRules;
pub(super) use secrets::{mask, masked_model, secret_issue};

/// A valid definition, ready to be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// What it means.
    pub model: Project,
    /// Warnings, with positions.
    pub warnings: Vec<Diagnostic>,
    /// What to reconsider before it goes into production.
    pub lint: LintReport,
    /// Where its services name hosts and services that other stacks have a say in, by path.
    pub(super) shared: BTreeMap<String, Span>,
}

/// What was saved, with its findings.
#[derive(Debug, Clone)]
pub struct SavedDefinition {
    /// The stack, the version and the command.
    pub saved: Saved,
    /// What to reconsider before it goes into production.
    pub lint: LintReport,
}

/// One error or warning about a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Stable code, one of the loader's or `not-applicable`.
    pub code: String,
    /// One sentence.
    pub message: Message,
    /// What was expected instead.
    pub expected: Option<Message>,
    /// What to try.
    pub hint: Option<Message>,
    /// Where.
    pub span: Option<Span>,
}

/// The definition was refused; nothing was saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the definition has {} errors", issues.len())]
pub struct RefusedDefinition {
    /// Every error, in the order of the file. Never empty.
    pub issues: Vec<Issue>,
    /// The warnings.
    pub warnings: Vec<Issue>,
}

/// The loader accepts the definition, but no engine could carry it out.
pub(super) const NOT_APPLICABLE: &str = "not-applicable";

impl Definition {
    /// Reads `source` as a stack called `name`, whose relative host paths start at `folder`.
    ///
    /// Uses neither the environment nor the disk of this process, so that a version means the same wherever it is read.
    /// The model keeps these paths relative; the host that carries out the version decides where the folder is.
    pub fn read(
        source: &Source,
        name: &StackName,
        folder: &str,
        rules: impl Into<DefinitionRules>,
    ) -> Result<Self, RefusedDefinition> {
        let DefinitionRules { limits, protected, allowed, secrets: named } = rules.into();
        let project_name = Some(name.to_string());
        let options = LoadOptions { project_name, ..Self::options(source, folder, limits) };
        let files = project_files(source);
        let loaded = match load(&files, &options) {
            Ok(loaded) => loaded,
            Err(rejected) => return Err(secrets::refused(source, &files, &options, rejected)),
        };
        let mut issues = secrets::issues(source, &files, &options, &loaded);
        let mut refused = Vec::new();
        // A misplaced secret variable would only be said to be wrong in other words too.
        if issues.is_empty() {
            let here = placed(&loaded.project, folder);
            match DesiredStack::with_files(&here, &build_files(source, folder, &here)) {
                Ok(desired) => {
                    issues.extend(feasible::issues(&loaded.project, &desired, &loaded.spans));
                    let asking = Asking { stack: name, folder };
                    issues.extend(protected::issues(&here, &desired, &loaded.spans, &protected, asking));
                    refused = allowed::warnings(&here, &desired, &loaded.spans, &allowed, folder);
                }
                Err(error) => issues.push(issue_of(&error, &loaded.spans)),
            }
        }
        let lint = secrets::masked_findings(lint(&loaded));
        let absent = absent_files::warnings(source, &loaded.project, &loaded.spans);
        let lacking = named_secrets::warnings(&loaded.project, &loaded.spans, named.as_deref());
        let in_vain = cautions::warnings(&loaded.project, &loaded.spans);
        let shared = cautions::shared(&loaded.project, &loaded.spans);
        let Loaded { project, mut warnings, .. } = loaded;
        warnings.extend(absent.into_iter().chain(in_vain).chain(refused).chain(lacking));
        let warnings = secrets::masked_warnings(warnings);
        if issues.is_empty() {
            return Ok(Self { model: project, warnings, lint, shared });
        }
        let issues = issues.into_iter().map(secrets::without_markers).collect();
        let warnings = warnings.into_iter().map(Issue::from).collect();
        Err(RefusedDefinition { issues, warnings })
    }

    /// [`read`](Self::read) on a blocking thread.
    pub async fn read_blocking(
        source: &Source,
        name: &StackName,
        folder: &str,
        rules: impl Into<DefinitionRules> + Send,
    ) -> Result<Self, RefusedDefinition> {
        let (source, name, folder) = (source.clone(), name.clone(), folder.to_owned());
        let rules: DefinitionRules = rules.into();
        run_blocking(move || Self::read(&source, &name, &folder, rules)).await
    }

    /// Refuses it if the policy does not allow all of it to whoever asks.
    pub(super) fn allowed(&self) -> Result<(), RefusedDefinition> {
        let (refused, others): (Vec<_>, Vec<_>) =
            self.warnings.iter().cloned().partition(|warning| warning.code == Code::RefusedByPolicy);
        if refused.is_empty() {
            return Ok(());
        }
        let issues = |warnings: Vec<Diagnostic>| warnings.into_iter().map(Issue::from).collect();
        Err(RefusedDefinition { issues: issues(refused), warnings: issues(others) })
    }

    /// The `name:` in the file, or the last part of `folder` without one; read on a blocking thread.
    pub async fn name_of(source: &Source, folder: &str, limits: Limits) -> Result<String, RefusedDefinition> {
        let (source, folder) = (source.clone(), folder.to_owned());
        run_blocking(move || {
            let (files, options) = (project_files(&source), Self::options(&source, &folder, limits));
            let loaded = load(&files, &options);
            let loaded = loaded.map_err(|rejected| secrets::refused(&source, &files, &options, rejected))?;
            Ok(loaded.project.name)
        })
        .await
    }

    fn options(source: &Source, folder: &str, limits: Limits) -> LoadOptions {
        LoadOptions {
            project_directory: folder.to_owned(),
            keep_relative: true,
            variables: source.variables.clone().into_iter().chain(secrets::markers(source)).collect(),
            secrets: Some(secrets::markers(source).map(|(name, _)| name).collect()),
            limits,
            ..LoadOptions::default()
        }
    }
}

/// What the images of a definition are built from.
fn build_files(source: &Source, folder: &str, project: &Project) -> BuildFiles {
    let mut files = BuildFiles::new(folder, source.entries());
    for path in files.wanted_by(project) {
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
        // A missing file reads as empty, which is refused with its name.
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
        DesiredError::Extension { service, path, .. } => spans.nearest(&format!("services.{service}.{path}")),
    };
    Issue { code: NOT_APPLICABLE.to_owned(), message: error.message(), expected: None, hint: None, span }
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
        let source = Source::single("compose.yaml", "services:\n  a: {image: demo}\n");
        let name: StackName = "shop".parse().unwrap();
        let mut reading = Box::pin(Definition::read_blocking(&source, &name, "/shop", Limits::default()));
        let mut naming = Box::pin(Definition::name_of(&source, "/shop", Limits::default()));
        assert!(futures::poll!(&mut reading).is_pending(), "the calling thread does not read it itself");
        assert!(futures::poll!(&mut naming).is_pending(), "nor its name");
        drop(ends);
        futures::future::join_all(busy).await;
        assert_eq!(reading.await.unwrap().model.services.len(), 1);
        assert_eq!(naming.await.unwrap(), "shop");
    }
}
