//! Changes of a text in place.

use super::{Content, Entry, Node, Style};
use crate::document::{Item, flow, fragment};

/// Changes of the text that an outline was read from. Everything they do not touch stays as it is, byte for byte.
#[derive(Debug)]
pub struct Patch<'a> {
    text: &'a str,
    /// What replaces which bytes. They never overlap.
    changes: Vec<(std::ops::Range<usize>, String)>,
}

impl<'a> Patch<'a> {
    /// No changes of `text` yet.
    pub fn new(text: &'a str) -> Self {
        Self { text, changes: Vec::new() }
    }

    /// Gives an entry of a mapping another value. `flow_around` says that the mapping, or one around it, is in brackets.
    pub fn set(&mut self, entry: &Entry, value: &Item, flow_around: bool) {
        let node = &entry.value;
        let is_block = |content: &Content| {
            matches!(content, Content::List(_, Style::Block) | Content::Map(_, Style::Block))
        };
        let written = &self.text[node.start.byte..node.end];
        let is_inline = !is_block(&node.content) && !written.contains('\n') && !node.is_null();
        if flow_around {
            return self.replace(node.start.byte..node.end, flow(value));
        }
        match one_line(value) {
            Some(text) if is_inline => self.replace(node.start.byte..node.end, text),
            // The whole entry is written anew at its indentation.
            _ => {
                let indent = self.indent_at(entry.at.byte);
                let printed = fragment(&entry.key, value, indent);
                let end = self.line_end(node.end.max(entry.at.byte));
                // From the key on: a dash may be before it.
                self.replace(entry.at.byte..end, printed.trim().to_owned());
            }
        }
    }

    /// Adds entries to the end of a mapping. `lead` gives the lines above each, such as a comment; only a block has them.
    pub fn insert(&mut self, map: &Node, entries: &[(String, Item)], lead: &dyn Fn(&str) -> String) {
        if entries.is_empty() {
            return;
        }
        let Content::Map(known, style) = &map.content else { return };
        if let (Style::Block, Some(first)) = (style, known.first()) {
            let indent = self.indent_at(first.at.byte);
            let fragment = |(key, value): &(String, Item)| lead(key) + &fragment(key, value, indent);
            let added: String = entries.iter().map(fragment).collect();
            self.append_lines(map.end, &added);
        } else {
            let added: Vec<String> = entries.iter().map(|(key, value)| flow_entry(key, value)).collect();
            self.append_in_brackets(map, !known.is_empty(), &added.join(", "));
        }
    }

    /// Adds top-level entries to the end of the text.
    pub fn append(&mut self, entries: &[(String, Item)]) {
        if !entries.is_empty() {
            self.write_tail(self.text.trim_end().len(), entries);
        }
    }

    /// Writes top-level entries in place of `last`, if nothing follows it. Otherwise, the one of them that has its key takes its
    /// place, and the others are added to the end.
    pub fn replace_tail(&mut self, last: &Entry, mut entries: Vec<(String, Item)>) {
        let behind = self.line_end(last.value.end.max(last.at.byte));
        if self.text[behind..].trim().is_empty() {
            return self.write_tail(self.text[..last.at.byte].trim_end().len(), &entries);
        }
        if let Some(at) = entries.iter().position(|(key, _)| *key == last.key) {
            let (_, value) = entries.remove(at);
            self.set(last, &value, false);
        }
        self.append(&entries);
    }

    fn write_tail(&mut self, start: usize, entries: &[(String, Item)]) {
        let added: Vec<String> = entries.iter().map(|(key, value)| fragment(key, value, 0)).collect();
        // What is added to the end of a block before goes behind the break of its line, and so before this.
        let end = self.line_end(start);
        let (start, gap) = match start {
            0 => (0, ""),
            _ if end < self.text.len() => (end + 1, "\n"),
            _ => (start, "\n\n"),
        };
        self.replace(start..self.text.len(), format!("{gap}{}", added.join("\n")));
    }

    /// Removes the entry of a mapping, with the comment behind it and the lines directly above it that `is_ours` knows.
    pub fn remove(&mut self, map: &Node, index: usize, is_ours: &dyn Fn(&str) -> bool) {
        let Content::Map(entries, style) = &map.content else { return };
        let starts: Vec<usize> = entries.iter().map(|entry| entry.at.byte).collect();
        let ends: Vec<usize> = entries.iter().map(|entry| entry.value.end.max(entry.at.byte + 1)).collect();
        self.take_out(*style, &starts, &ends, index, is_ours);
    }

    /// Adds items to the end of a list.
    pub fn push(&mut self, list: &Node, items: &[Item]) {
        if items.is_empty() {
            return;
        }
        let Content::List(known, style) = &list.content else { return };
        if *style == Style::Block && !known.is_empty() {
            let indent = self.indent_at(list.start.byte);
            let added: String = items.iter().map(|item| crate::document::item_line(item, indent)).collect();
            self.append_lines(list.end, &added);
        } else {
            let added: Vec<String> = items.iter().map(flow).collect();
            self.append_in_brackets(list, !known.is_empty(), &added.join(", "));
        }
    }

    /// Removes an item of a list.
    pub fn pull(&mut self, list: &Node, index: usize) {
        let Content::List(items, style) = &list.content else { return };
        let starts: Vec<usize> = match style {
            Style::Flow => items.iter().map(|item| item.start.byte).collect(),
            // The dash is the last one before the item.
            Style::Block => items.iter().map(|item| self.dash_before(item.start.byte)).collect(),
        };
        let ends: Vec<usize> = items.iter().map(|item| item.end).collect();
        self.take_out(*style, &starts, &ends, index, &|_| false);
    }

    /// Replaces an item of a list that is written on one line.
    pub fn exchange(&mut self, item: &Node, value: &Item) {
        self.replace(item.start.byte..item.end, flow(value));
    }

    /// The changed text.
    pub fn apply(mut self) -> String {
        self.changes.sort_by_key(|(range, _)| (range.start, range.end));
        let (mut out, mut at) = (String::with_capacity(self.text.len()), 0);
        for (range, new) in self.changes {
            let start = range.start.max(at);
            out.push_str(&self.text[at..start]);
            out.push_str(&new);
            at = range.end.max(at);
        }
        out.push_str(&self.text[at..]);
        out
    }

    fn replace(&mut self, range: std::ops::Range<usize>, new: String) {
        self.changes.push((range, new));
    }

    /// How many characters are before this byte on its line; those of a block are spaces, or the dash of an item.
    fn indent_at(&self, byte: usize) -> usize {
        byte - self.line_start(byte)
    }

    fn line_start(&self, byte: usize) -> usize {
        self.text[..byte].rfind('\n').map_or(0, |at| at + 1)
    }

    /// The end of the line, without its break.
    fn line_end(&self, byte: usize) -> usize {
        self.text[byte..].find('\n').map_or(self.text.len(), |at| byte + at)
    }

    fn dash_before(&self, byte: usize) -> usize {
        self.text[..byte].rfind('-').unwrap_or(byte)
    }

    /// Adds whole lines behind the line that ends a block.
    fn append_lines(&mut self, end: usize, lines: &str) {
        let at = self.line_end(end);
        if at < self.text.len() {
            self.replace(at + 1..at + 1, lines.to_owned());
        } else {
            self.replace(at..at, format!("\n{}", lines.trim_end_matches('\n')));
        }
    }

    fn append_in_brackets(&mut self, node: &Node, has_some: bool, added: &str) {
        let close = node.end.saturating_sub(1);
        let inside = self.text[..close].trim_end();
        let gap = if has_some && !inside.ends_with(',') { ", " } else { "" };
        self.replace(inside.len()..inside.len(), format!("{gap}{added}"));
    }

    fn take_out(
        &mut self,
        style: Style,
        starts: &[usize],
        ends: &[usize],
        index: usize,
        is_ours: &dyn Fn(&str) -> bool,
    ) {
        let (start, end) = (starts[index], ends[index]);
        if style == Style::Flow {
            // With the comma behind it, or before the last one.
            let range = match (index.checked_sub(1), starts.get(index + 1)) {
                (_, Some(next)) => start..*next,
                (Some(before), None) => ends[before]..end,
                (None, None) => start..end,
            };
            return self.replace(range, String::new());
        }
        let before = self.line_start(start);
        if !self.text[before..start].trim().is_empty() {
            // The first entry of an item shares the line of the dash: the next one takes its place.
            let range = starts.get(index + 1).map_or(start..end, |next| start..*next);
            return self.replace(range, String::new());
        }
        let mut from = before;
        while from > 0 {
            let above = self.line_start(from - 1);
            if !is_ours(self.text[above..from].trim()) {
                break;
            }
            from = above;
        }
        // The empty line that set it apart goes with it.
        let above = self.line_start(from.saturating_sub(1));
        if from > 0 && self.text[above..from].trim().is_empty() {
            from = above;
        }
        let to = self.line_end(end);
        let to = if to < self.text.len() { to + 1 } else { to };
        self.replace(from..to, String::new());
    }
}

fn one_line(value: &Item) -> Option<String> {
    match value {
        Item::List(items) if !items.is_empty() => None,
        Item::Map(entries) if !entries.is_empty() => None,
        Item::Text(text) if text.contains('\n') => None,
        other => Some(flow(other)),
    }
}

fn flow_entry(key: &str, value: &Item) -> String {
    let printed = flow(&Item::Map(vec![(key.to_owned(), value.clone())]));
    printed.trim_start_matches('{').trim_end_matches('}').trim().to_owned()
}
