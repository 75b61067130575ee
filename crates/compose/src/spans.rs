//! Source positions of all values.

use crate::Span;
use crate::report::{Mark, Report};
use crate::yaml::{Node, Value};
use std::collections::HashMap;

/// The position of every key and list item of a project, by path such as `services.web.ports[0]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spans {
    files: Vec<String>,
    /// The root is first. A tree uses less memory than a table of paths, which would repeat their prefixes.
    places: Vec<Place>,
    /// By service.
    origins: HashMap<String, Origins>,
}

#[derive(Debug, Clone, PartialEq)]
struct Place {
    mark: Mark,
    interpolated: bool,
    children: Children,
}

/// The source item of each item in the model. Their indices differ if ranges expand, if several mounts share a target, or
/// if variables are written as a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Origins {
    pub(crate) ports: Vec<usize>,
    pub(crate) mounts: Vec<usize>,
    /// Only variables written as a list; the last of each name wins.
    pub(crate) variables: HashMap<Box<str>, usize>,
}

#[derive(Debug, Clone, PartialEq)]
enum Children {
    None,
    Keys(HashMap<Box<str>, usize>),
    Items(Vec<usize>),
}

impl Spans {
    pub(crate) fn collect(root: &Node, origins: HashMap<String, Origins>, report: &Report) -> Self {
        let mut spans = Self { files: report.files(), places: Vec::new(), origins };
        spans.add(root, root.mark, report);
        spans
    }

    fn add(&mut self, node: &Node, mark: Mark, report: &Report) -> usize {
        let index = self.places.len();
        let interpolated = report.is_interpolated(node.mark);
        self.places.push(Place { mark, interpolated, children: Children::None });
        let children = match &node.value {
            Value::Mapping(entries) => {
                let children = entries
                    .iter()
                    .map(|(key, entry)| (key.as_str().into(), self.add(&entry.value, entry.key, report)));
                Children::Keys(children.collect())
            }
            Value::Sequence(items) => {
                Children::Items(items.iter().map(|item| self.add(item, item.mark, report)).collect())
            }
            _ => Children::None,
        };
        self.places[index].children = children;
        index
    }

    /// The position of a path; for a value in a mapping, that of its key.
    pub fn get(&self, path: &str) -> Option<Span> {
        let (place, complete) = self.walk(path)?;
        complete.then(|| self.span(place.mark))
    }

    /// The position of a path, or of its nearest parent that was written.
    pub fn nearest(&self, path: &str) -> Option<Span> {
        self.walk(path).map(|(place, _)| self.span(place.mark))
    }

    /// Whether the path exists in the files.
    pub fn has(&self, path: &str) -> bool {
        self.walk(path).is_some_and(|(_, complete)| complete)
    }

    /// Whether the scalar at a path contains a project variable.
    pub fn is_interpolated(&self, path: &str) -> bool {
        self.walk(path).is_some_and(|(place, complete)| complete && place.interpolated)
    }

    /// The index of a file, in the order the files were read.
    pub(crate) fn file_index(&self, file: &str) -> Option<usize> {
        self.files.iter().position(|known| known == file)
    }

    /// Keys of the mapping at a path, in file order.
    pub fn keys(&self, path: &str) -> Vec<&str> {
        let Some((Place { children: Children::Keys(keys), .. }, true)) = self.walk(path) else {
            return Vec::new();
        };
        let mut keys: Vec<(usize, &str)> = keys.iter().map(|(key, index)| (*index, &**key)).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    /// The source path of the port at `index` in the model.
    pub fn port_path(&self, service: &str, index: usize) -> String {
        self.item_path(service, "ports", |origins| origins.ports.get(index))
    }

    /// The source path of the mount at `index` in the model.
    pub fn mount_path(&self, service: &str, index: usize) -> String {
        self.item_path(service, "volumes", |origins| origins.mounts.get(index))
    }

    /// The source path of a variable: its entry, or `env_file` if it comes from there.
    pub fn variable_path(&self, service: &str, name: &str) -> String {
        let key = format!("services.{service}.environment.{name}");
        if self.has(&key) {
            return key;
        }
        if self.origins.get(service).is_some_and(|origins| origins.variables.contains_key(name)) {
            return self.item_path(service, "environment", |origins| origins.variables.get(name));
        }
        format!("services.{service}.env_file")
    }

    fn item_path<'a>(
        &'a self,
        service: &str,
        attribute: &str,
        find: impl Fn(&'a Origins) -> Option<&'a usize>,
    ) -> String {
        match self.origins.get(service).and_then(find) {
            Some(item) => format!("services.{service}.{attribute}[{item}]"),
            None => format!("services.{service}.{attribute}"),
        }
    }

    /// The deepest existing position on the path, and whether it is the whole path.
    fn walk(&self, path: &str) -> Option<(&Place, bool)> {
        let mut place = self.places.first()?;
        let mut rest = path;
        while !rest.is_empty() {
            let step = match &place.children {
                Children::None => None,
                Children::Items(items) => item_step(items, rest),
                Children::Keys(keys) => key_step(keys, rest),
            };
            let Some((next, after)) = step.and_then(|(next, after)| Some((self.places.get(next)?, after)))
            else {
                return Some((place, false));
            };
            (place, rest) = (next, after);
        }
        Some((place, true))
    }

    fn span(&self, mark: Mark) -> Span {
        Span {
            file: self.files.get(usize::from(mark.file)).cloned().unwrap_or_default(),
            line: mark.line,
            column: mark.column,
            length: mark.length,
        }
    }
}

/// The item that `[N]` names, and the rest of the path.
fn item_step<'a>(items: &[usize], path: &'a str) -> Option<(usize, &'a str)> {
    let (number, rest) = path.strip_prefix('[')?.split_once(']')?;
    let item = items.get(number.parse::<usize>().ok()?)?;
    Some((*item, rest.strip_prefix('.').unwrap_or(rest)))
}

/// The longest key that the path starts with, since a key may contain dots, and the rest of the path.
fn key_step<'a>(keys: &HashMap<Box<str>, usize>, path: &'a str) -> Option<(usize, &'a str)> {
    let mut ends = path.match_indices(['.', '[']).map(|(end, _)| end).chain([path.len()]);
    let longest = ends.rfind(|end| keys.contains_key(&path[..*end]))?;
    let rest = &path[longest..];
    Some((*keys.get(&path[..longest])?, rest.strip_prefix('.').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use crate::{LoadOptions, ProjectFiles, load};

    #[test]
    fn positions_are_found_by_path_or_nearest_parent() {
        let text = "services:\n  web:\n    image: demo\n    ports: ['80', '81']\n  a.b: {image: demo}\n";
        let files = ProjectFiles::single("compose.yml", text);
        let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
        let spans = load(&files, &options).unwrap().spans;
        let get = |path: &str| spans.get(path).map(|span| span.to_string());
        assert_eq!(get("services.web.ports[1]").as_deref(), Some("compose.yml:4:19"));
        assert_eq!(get("services.web").as_deref(), Some("compose.yml:2:3"));
        assert_eq!(get("services.web.ports[2]"), None);
        assert_eq!(get("services.web[0]"), None);
        assert_eq!(get("services.a.b.image").as_deref(), Some("compose.yml:5:9"));
        assert!(spans.has("services.web.image") && !spans.has("services.db"));
        assert_eq!(spans.nearest("services.web.restart").unwrap().to_string(), "compose.yml:2:3");
        assert_eq!(spans.keys("services"), ["web", "a.b"]);
        assert_eq!(spans.keys("services.web.ports"), [""; 0]);
    }

    #[test]
    fn items_of_the_model_have_their_source_path() {
        let text = "services:\n  web:\n    image: demo\n    ports: [80-81, '90']\n    volumes: ['/x', '/y', './z:/x']\n\
            \x20   environment: [A=1, 'B=${C:-2}']\n    env_file: [e.env]\n";
        let mut files = ProjectFiles::single("compose.yml", text);
        files.add("e.env", "D=1\n");
        let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
        let loaded = load(&files, &options).unwrap();
        let spans = &loaded.spans;
        let ports: Vec<String> = (0..3).map(|index| spans.port_path("web", index)).collect();
        assert_eq!(ports, ["services.web.ports[0]", "services.web.ports[0]", "services.web.ports[1]"]);
        assert_eq!(loaded.project.services["web"].volumes[0].target, "/x");
        assert_eq!(spans.mount_path("web", 0), "services.web.volumes[2]", "the last on a target wins");
        assert_eq!(spans.mount_path("web", 1), "services.web.volumes[1]");
        assert_eq!(spans.variable_path("web", "B"), "services.web.environment[1]");
        assert_eq!(spans.variable_path("web", "D"), "services.web.env_file");
        assert!(spans.is_interpolated("services.web.environment[1]"));
        assert!(!spans.is_interpolated("services.web.environment[0]"));
    }
}
