//! The stages in the order of the reference. Another order gives other answers: a required variable of an inactive
//! service counts, because profiles come after interpolation.

use crate::canonical::{self, Context};
use crate::consistency::{self, Subject};
use crate::cursor::Cursor;
use crate::documents::{self, Source, Work};
use crate::interpolate::Variables;
use crate::model::Project;
use crate::normalize::{self, Profiles};
use crate::report::Report;
use crate::spans::{Origins, Spans};
use crate::{Code, LoadOptions, Loaded, ProjectFiles, Rejected, dotenv};
use indexmap::IndexMap;
use std::collections::HashMap;

pub(crate) fn run(files: &ProjectFiles, options: &LoadOptions) -> Result<Loaded, Rejected> {
    let report = Report::new(options.limits.errors);
    let accepted = stages(files, options, &report);
    let (errors, warnings) = report.finish();
    match accepted {
        Some((project, spans)) => Ok(Loaded { project, warnings, spans }),
        None => Err(Rejected { errors, warnings }),
    }
}

/// `None` where the project is refused; the report says why.
fn stages(files: &ProjectFiles, options: &LoadOptions, report: &Report) -> Option<(Project, Spans)> {
    let mut work = Work::new(&options.limits, report);
    let parsed = documents::read_all(files, &options.limits, &mut work.budget, report);
    let mut values = environment(files, options, report);
    let name = {
        let variables = Variables::new(&values, &options.limits);
        normalize::project_name(&parsed, options, &variables, report)
    };
    values.insert("COMPOSE_PROJECT_NAME".to_owned(), name.clone());
    let variables = Variables::new(&values, &options.limits);

    let chain: Vec<String> = files.compose_paths().map(str::to_owned).collect();
    let source =
        Source { files, limits: &options.limits, variables: &variables, report, folder: "", chain: &chain };
    let root = documents::combine(parsed, &source, &mut work)?;
    let cursor = Cursor::root(&root, report);
    if !is_usable(&cursor, options) {
        return None;
    }

    let profiles = Profiles::new(options, &variables);
    let context = Context::new(files, options, &variables, &profiles);
    let mut origins = HashMap::new();
    let mut project = canonicalize(&cursor, &context, name, &mut origins);
    normalize::complete(&mut project);
    let inactive = normalize::deactivate(&mut project, &profiles);
    consistency::check(&Subject { project: &project, inactive: &inactive, root: &cursor, report });
    normalize::prune(&mut project);
    if report.has_errors() {
        return None;
    }
    let spans = Spans::collect(&root, origins, report);
    Some((project, spans))
}

fn canonicalize(
    root: &Cursor<'_>,
    context: &Context<'_>,
    name: String,
    origins: &mut HashMap<String, Origins>,
) -> Project {
    let services = root.get("services");
    Project {
        name,
        services: services
            .iter()
            .flat_map(Cursor::entries)
            .map(|(name, cursor)| {
                let service = canonical::service(&cursor, context);
                origins.insert(name.to_owned(), context.origins.take());
                (name.to_owned(), service)
            })
            .collect(),
        networks: canonical::networks(root),
        volumes: canonical::volumes(root, context),
        configs: canonical::configs(root, context),
        secrets: canonical::secrets(root, context),
        extensions: root.extensions(),
    }
}

/// Variables for interpolation: those of the options over those of `.env`.
fn environment(files: &ProjectFiles, options: &LoadOptions, report: &Report) -> IndexMap<String, String> {
    let mut values = IndexMap::new();
    if let Some(bytes) = files.get(".env") {
        let lookup = |name: &str| options.variables.get(name).cloned();
        values.extend(
            dotenv::read(".env", bytes, false, &lookup, &|_| None, &options.limits, report)
                .unwrap_or_default(),
        );
    }
    values.extend(options.variables.iter().map(|(name, value)| (name.clone(), value.clone())));
    values
}

/// Refuses a file with nothing in it, or with too many services, before anything is made of it.
fn is_usable(root: &Cursor<'_>, options: &LoadOptions) -> bool {
    if let Some(version) = root.get("version") {
        root.report.warning_with_hint(
            Code::Obsolete,
            version.node.mark,
            "`version` is obsolete and ignored",
            "remove it".to_owned(),
        );
    }
    if root.entries().all(|(key, _)| key == "version") {
        let hint = "add a `services:` mapping".to_owned();
        root.fail_with_hint(Code::EmptyProject, "the file has no services", hint);
        return false;
    }
    let Some(services) = root.get("services") else { return true };
    if services.mapping().is_some_and(|entries| entries.len() > options.limits.services) {
        let message = format!("more than {} services", options.limits.services);
        services.fail(Code::LimitExceeded, message);
        return false;
    }
    true
}
