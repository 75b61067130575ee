//! Which choice wrote which lines.

use core_monitor_compose::outline::Node;

use crate::render::Rendered;

/// Lines of the file that a component wrote, from 1, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrote {
    /// The first line.
    pub since: u32,
    /// The last line.
    pub until: u32,
    /// The index of the component among the choices.
    pub component: usize,
}

/// The lines of every chosen component in `text`, in the order of the text.
pub fn origin(rendered: &Rendered, text: &str) -> Vec<Wrote> {
    let limits = core_monitor_compose::Limits::default();
    let Ok(outline) = Node::read("compose.yaml", text, &limits) else { return Vec::new() };
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |byte: usize| u32::try_from(breaks.partition_point(|at| *at < byte) + 1).unwrap_or(u32::MAX);
    let mut found: Vec<Wrote> = rendered
        .objects
        .iter()
        .filter_map(|object| {
            let entry = outline.get(object.section)?.entry(&object.name)?;
            let last = entry.value.end.max(entry.at.byte);
            Some(Wrote { since: entry.at.line, until: line(last), component: object.chosen })
        })
        .collect();
    found.sort_by_key(|wrote| wrote.since);
    found
}
