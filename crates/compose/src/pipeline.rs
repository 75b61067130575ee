//! Runs the stages in the order of the reference. The order matters: a required variable of an inactive service counts,
//! for example, because profiles are applied after interpolation.

use crate::canonical::{self, Context};
use crate::consistency::{self, Subject};
use crate::cursor::Cursor;
use crate::documents::{self, Source, Work};
use crate::interpolate::Variables;
use crate::lint::looks_secret;
use crate::model::Project;
use crate::normalize::{self, Profiles};
use crate::report::Report;
use crate::said;
use crate::spans::{Origins, Spans};
use crate::{Code, LoadOptions, Loaded, ProjectFiles, Rejected, dotenv};
use indexmap::IndexMap;
use std::collections::HashMap;

pub(crate) fn run(files: &ProjectFiles, options: &LoadOptions) -> Result<Loaded, Rejected> {
    let report = Report::new(options.limits.errors);
    let accepted = stages(files, options, &report);
    let (errors, warnings) = report.finish();
    match accepted {
        Some(Accepted { project, spans, plain_secrets }) => {
            Ok(Loaded { project, warnings, spans, plain_secrets })
        }
        None => Err(Rejected { errors, warnings }),
    }
}

/// The result of all stages.
struct Accepted {
    project: Project,
    spans: Spans,
    plain_secrets: Vec<String>,
}

/// `None` if the project is rejected; the report has the errors.
fn stages(files: &ProjectFiles, options: &LoadOptions, report: &Report) -> Option<Accepted> {
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
    Some(Accepted { project, spans, plain_secrets: plain_secrets(&values, options) })
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

/// Variables for interpolation: those of the options override those of `.env`.
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

fn plain_secrets(values: &IndexMap<String, String>, options: &LoadOptions) -> Vec<String> {
    let Some(secrets) = &options.secrets else { return Vec::new() };
    let plain = values.iter().filter(|(name, _)| !secrets.contains(*name));
    plain.filter(|(name, value)| looks_secret(name, value)).map(|(name, _)| name.clone()).collect()
}

/// Rejects a file without services, or with too many, before processing it.
fn is_usable(root: &Cursor<'_>, options: &LoadOptions) -> bool {
    if let Some(version) = root.get("version") {
        root.report.warning_with_hint(
            Code::Obsolete,
            version.node.mark,
            said::version_is_obsolete(),
            said::remove_it(),
        );
    }
    if root.entries().all(|(key, _)| key == "version") {
        let hint = said::add_services();
        root.fail_with_hint(Code::EmptyProject, said::no_services(), hint);
        return false;
    }
    let Some(services) = root.get("services") else { return true };
    if services.mapping().is_some_and(|entries| entries.len() > options.limits.services) {
        let message = said::too_many_services(options.limits.services);
        services.fail(Code::LimitExceeded, message);
        return false;
    }
    true
}
