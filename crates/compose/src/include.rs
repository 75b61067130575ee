//! `include`: other compose files of the project, each loaded as its own project and then merged into this one.
//!
//! An included file has its own folder for relative paths and its own `.env`; it may not redeclare a resource.

use crate::cursor::Cursor;
use crate::documents::{self, SHAPE, Source, Work};
use crate::interpolate::Variables;
use crate::report::Mark;
use crate::said;
use crate::yaml::{Entry, Mapping, Node, Value};
use crate::{Code, dotenv, path, rebase, schema};
use indexmap::IndexMap;
use std::rc::Rc;

/// Sections that an include copies.
const SECTIONS: [&str; 6] = ["services", "networks", "volumes", "configs", "secrets", "models"];

/// Loads and merges everything that a document includes.
pub(crate) fn resolve(document: &mut Rc<Node>, source: &Source<'_>, work: &mut Work<'_>) {
    let Some(entry) = document.as_mapping().and_then(|entries| entries.get("include")) else { return };
    let requests = requests(&entry.value);
    {
        let root = Cursor::root(document, source.report);
        if let Some(written) = root.get("include") {
            schema::validate(&written, SHAPE.at_key("include"));
        }
    }
    if let Value::Mapping(entries) = &mut Rc::make_mut(document).value {
        entries.shift_remove("include");
    }
    for request in requests {
        if let Some(included) = load(&request, source, work) {
            import(document, &included, source);
        }
    }
}

/// One entry of `include`.
struct Request {
    /// The file and its overrides, each with the position that names it.
    paths: Vec<(String, Mark)>,
    /// Env files to read instead of the folder's `.env`.
    env_files: Vec<(String, Mark)>,
    project_directory: Option<(String, Mark)>,
}

/// Skips malformed entries; validation rejects them.
fn requests(node: &Node) -> Vec<Request> {
    let Value::Sequence(items) = &node.value else { return Vec::new() };
    let request = |item: &Rc<Node>| match &item.value {
        Value::String(_) => Request { paths: words(item), env_files: Vec::new(), project_directory: None },
        Value::Mapping(long) => {
            let at = |key: &str| long.get(key).map(|entry| words(&entry.value)).unwrap_or_default();
            Request {
                paths: at("path"),
                env_files: at("env_file"),
                project_directory: at("project_directory").into_iter().next(),
            }
        }
        _ => Request { paths: Vec::new(), env_files: Vec::new(), project_directory: None },
    };
    items.iter().map(request).filter(|request| !request.paths.is_empty()).collect()
}

/// One string or a list of strings, with their positions.
fn words(node: &Rc<Node>) -> Vec<(String, Mark)> {
    let word = |node: &Rc<Node>| match &node.value {
        Value::String(text) if !text.is_empty() => Some((text.clone(), node.mark)),
        _ => None,
    };
    match &node.value {
        Value::Sequence(items) => items.iter().filter_map(word).collect(),
        _ => word(node).into_iter().collect(),
    }
}

/// The tree of an included file, its paths rebased to the folder of the including file. `None` after reporting what is
/// wrong.
fn load(request: &Request, source: &Source<'_>, work: &mut Work<'_>) -> Option<Rc<Node>> {
    let (first, mark) = request.paths.first()?;
    let main = source.locate(first, *mark)?;
    if source.chain.contains(&main) {
        report_cycle(&main, *mark, source);
        return None;
    }
    if !work.may_include() {
        let message = said::too_many_includes(source.limits.includes);
        source.report.error(Code::LimitExceeded, *mark, message);
        return None;
    }
    // Relative paths start at the folder of the first file, unless another folder is named.
    let (base, folder) = match &request.project_directory {
        Some((folder, mark)) => (folder.clone(), source.locate(folder, *mark)?),
        None => (path::parent(first).to_owned(), path::parent(&main).to_owned()),
    };
    let values = environment(request, &folder, source, work)?;
    let variables = source.variables.with(&values);
    let mut documents = Vec::new();
    for (written, mark) in &request.paths {
        let path = source.locate(written, *mark)?;
        documents.extend(documents::read_other(&path, *mark, source, work)?);
    }
    let mut chain = source.chain.to_vec();
    chain.push(main);
    let inner = Source { folder: &folder, chain: &chain, variables: &variables, ..*source };
    let mut tree = documents::combine(documents, &inner, work)?;
    inherit_environment(&mut tree, &variables);
    rebase::document(&mut tree, &base);
    Some(tree)
}

fn report_cycle(closing: &str, mark: Mark, source: &Source<'_>) {
    let from = source.chain.iter().position(|path| path == closing).unwrap_or(0);
    let files = source.chain[from..].iter().map(String::as_str).chain([closing]);
    let path: Vec<String> = files.map(|path| format!("`{path}`")).collect();
    let message = said::circular_include(path.join(" -> "));
    source.report.error(Code::IncludeCycle, mark, message);
}

/// Variables of the included file: those of the including file, then those of its own env files.
fn environment(
    request: &Request,
    folder: &str,
    source: &Source<'_>,
    work: &mut Work<'_>,
) -> Option<IndexMap<String, String>> {
    let mut values: IndexMap<String, String> = IndexMap::new();
    let mut add = |path: &str, mark: Mark, work: &mut Work<'_>| {
        let bytes = documents::file(path, mark, source, work)?;
        let lookup =
            |name: &str| source.variables.get(name).map(str::to_owned).or_else(|| values.get(name).cloned());
        let parsed = dotenv::read(path, bytes, false, &lookup, &|_| None, source.limits, source.report)?;
        values.extend(parsed);
        Some(())
    };
    if request.env_files.is_empty() {
        let path = path::clean(&format!("{folder}/.env"));
        let path = path.trim_start_matches('/');
        let mark = request.paths.first()?.1;
        if source.files.get(path).is_some() {
            add(path, mark, work)?;
        }
        return Some(values);
    }
    for (written, mark) in request.env_files.iter().filter(|(path, _)| path != "/dev/null") {
        add(&source.locate(written, *mark)?, *mark, work)?;
    }
    Some(values)
}

/// Resolves service variables without a value from the variables of the included file, which the including one does not see.
fn inherit_environment(tree: &mut Rc<Node>, variables: &Variables<'_>) {
    let Value::Mapping(sections) = &mut Rc::make_mut(tree).value else { return };
    let Some(services) = sections.get_mut("services") else { return };
    let Value::Mapping(services) = &mut Rc::make_mut(&mut services.value).value else { return };
    for service in services.values_mut() {
        let Value::Mapping(attributes) = &mut Rc::make_mut(&mut service.value).value else { continue };
        let Some(environment) = attributes.get_mut("environment") else { continue };
        match &mut Rc::make_mut(&mut environment.value).value {
            Value::Mapping(entries) => {
                for (name, entry) in entries.iter_mut().filter(|(_, entry)| entry.value.value == Value::Null)
                {
                    if let Some(value) = variables.get(name) {
                        Rc::make_mut(&mut entry.value).value = Value::String(value.to_owned());
                    }
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    if let Value::String(text) = &mut Rc::make_mut(item).value
                        && !text.contains('=')
                        && let Some(value) = variables.get(text)
                    {
                        *text = format!("{text}={value}");
                    }
                }
            }
            _ => {}
        }
    }
}

/// Copies the declarations of an included file into the document.
fn import(document: &mut Rc<Node>, included: &Rc<Node>, source: &Source<'_>) {
    let Some(declared) = included.as_mapping() else { return };
    for section in SECTIONS {
        let Some(entry) = declared.get(section) else { continue };
        let Some(imported) = entry.value.as_mapping() else { continue };
        let Value::Mapping(sections) = &mut Rc::make_mut(document).value else { return };
        let empty = || Entry {
            key: entry.key,
            value: Rc::new(Node {
                mark: entry.value.mark,
                value: Value::Mapping(Mapping::new()),
                edit: None,
            }),
        };
        let target = sections.entry(section.to_owned()).or_insert_with(empty);
        let Value::Mapping(target) = &mut Rc::make_mut(&mut target.value).value else { continue };
        for (name, entry) in imported {
            match target.get(name) {
                None => {
                    target.insert(name.clone(), entry.clone());
                }
                Some(known) if same(&known.value, &entry.value) => {}
                Some(known) => {
                    let there = source.report.span(entry.key);
                    let message = said::declared_differently(section.trim_end_matches('s'), name, there);
                    let hint = said::rename_or_override();
                    source.report.error_with_hint(Code::Conflict, known.key, message, hint.clone());
                }
            }
        }
    }
}

/// Whether two nodes are equal, ignoring their positions.
fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Mapping(left), Value::Mapping(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, entry)| right.get(key).is_some_and(|other| same(&entry.value, &other.value)))
        }
        (Value::Sequence(left), Value::Sequence(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (left, right) => left == right,
    }
}
