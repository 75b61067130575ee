//! Prints a rendered file.

use core_monitor_compose::document::{self, Item};
use core_monitor_compose::outline::Node;

use crate::mark;
use crate::read::SECTIONS;
use crate::render::Rendered;

/// The compose file of what was rendered, with a title above each component.
pub fn print(rendered: &Rendered) -> String {
    let mut entries = vec![("name".to_owned(), Item::literal(&rendered.name))];
    for section in SECTIONS {
        let objects = rendered.section(section).map(|object| (object.name.clone(), object.value.clone()));
        let objects: Vec<_> = objects.collect();
        if !objects.is_empty() || *section == "services" {
            entries.push(((*section).to_owned(), Item::Map(objects)));
        }
    }
    entries.push((mark::KEY.to_owned(), rendered.mark.clone()));
    titled(&document::print(&entries), rendered)
}

/// Puts titles and empty lines between services.
fn titled(text: &str, rendered: &Rendered) -> String {
    let outline = Node::read("compose.yaml", text, &core_monitor_compose::Limits::default());
    let Ok(outline) = outline else { return text.to_owned() };
    let places: Vec<(u32, &str)> = rendered
        .section("services")
        .filter_map(|object| {
            let services = outline.get("services")?;
            Some((services.entry(&object.name)?.at.line, object.name.as_str()))
        })
        .collect();
    let mut out = String::with_capacity(text.len() + 1024);
    for (number, line) in (1_u32..).zip(text.lines()) {
        if let Some(at) = places.iter().position(|(place, _)| *place == number) {
            out.push_str(&lead(rendered, places[at].1, at > 0));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// What stands above a service.
pub(crate) fn lead(rendered: &Rendered, service: &str, with_gap: bool) -> String {
    let title = rendered.section("services").find(|object| object.name == service);
    let gap = if with_gap { "\n" } else { "" };
    match title.and_then(|object| object.comment.as_ref()) {
        Some(title) => format!("{gap}  {title}\n"),
        None => gap.to_owned(),
    }
}
