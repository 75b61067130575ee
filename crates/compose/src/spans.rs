//! Where every value was written.

use crate::Span;
use crate::report::{Mark, Report};
use crate::yaml::{Node, Value};
use std::collections::HashMap;

/// The place of every key and list item of a project, by path: `services.web.ports[0]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spans {
    files: Vec<String>,
    /// The root first. A tree and not a table of paths: paths repeat their beginnings, which adds up.
    places: Vec<Place>,
}

#[derive(Debug, Clone, PartialEq)]
struct Place {
    mark: Mark,
    children: Children,
}

#[derive(Debug, Clone, PartialEq)]
enum Children {
    None,
    Keys(HashMap<Box<str>, usize>),
    Items(Vec<usize>),
}

impl Spans {
    pub(crate) fn collect(root: &Node, report: &Report) -> Self {
        let mut spans = Self { files: report.files(), places: Vec::new() };
        spans.add(root, root.mark);
        spans
    }

    fn add(&mut self, node: &Node, mark: Mark) -> usize {
        let index = self.places.len();
        self.places.push(Place { mark, children: Children::None });
        let children = match &node.value {
            Value::Mapping(entries) => {
                let children = entries
                    .iter()
                    .map(|(key, entry)| (key.as_str().into(), self.add(&entry.value, entry.key)));
                Children::Keys(children.collect())
            }
            Value::Sequence(items) => {
                Children::Items(items.iter().map(|item| self.add(item, item.mark)).collect())
            }
            _ => Children::None,
        };
        self.places[index].children = children;
        index
    }

    /// The place of a path; that of its key for a value in a mapping.
    pub fn get(&self, path: &str) -> Option<Span> {
        let (place, complete) = self.walk(path)?;
        complete.then(|| self.span(place.mark))
    }

    /// The place of a path, or of the nearest thing around it that was written.
    pub fn nearest(&self, path: &str) -> Option<Span> {
        self.walk(path).map(|(place, _)| self.span(place.mark))
    }

    /// Whether something was written at a path.
    pub fn has(&self, path: &str) -> bool {
        self.walk(path).is_some_and(|(_, complete)| complete)
    }

    /// The last place on the way that exists, and whether it is the end of the way.
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

/// The item that `[N]` names, and the path behind it.
fn item_step<'a>(items: &[usize], path: &'a str) -> Option<(usize, &'a str)> {
    let (number, rest) = path.strip_prefix('[')?.split_once(']')?;
    let item = items.get(number.parse::<usize>().ok()?)?;
    Some((*item, rest.strip_prefix('.').unwrap_or(rest)))
}

/// The longest key that the path starts with, for a key may have dots in it, and the path behind it.
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
    fn places_are_found_by_path_or_nearby() {
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
    }
}
