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

    /// The place of a path; that of its key for a value in a mapping. A key with a dot in it cannot be reached.
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
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match (&place.children, step.strip_suffix(']')) {
                (Children::Items(items), Some(index)) => {
                    index.parse::<usize>().ok().and_then(|index| items.get(index))
                }
                (Children::Keys(keys), None) => keys.get(step),
                _ => None,
            };
            match next.and_then(|next| self.places.get(*next)) {
                Some(next) => place = next,
                None => return Some((place, false)),
            }
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

#[cfg(test)]
mod tests {
    use crate::{LoadOptions, ProjectFiles, load};

    #[test]
    fn places_are_found_by_path_or_nearby() {
        let text = "services:\n  web:\n    image: demo\n    ports: ['80', '81']\n";
        let files = ProjectFiles::single("compose.yml", text);
        let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
        let spans = load(&files, &options).unwrap().spans;
        let get = |path: &str| spans.get(path).map(|span| span.to_string());
        assert_eq!(get("services.web.ports[1]").as_deref(), Some("compose.yml:4:19"));
        assert_eq!(get("services.web").as_deref(), Some("compose.yml:2:3"));
        assert_eq!(get("services.web.ports[2]"), None);
        assert_eq!(get("services.web[0]"), None);
        assert!(spans.has("services.web.image") && !spans.has("services.db"));
        assert_eq!(spans.nearest("services.web.restart").unwrap().to_string(), "compose.yml:2:3");
    }
}
