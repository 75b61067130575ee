//! Builds nodes from parser events, within the limits.

use super::said;
use super::{Edit, Entry, Mapping, Node, Value, merge_key, scalar, small};
use crate::report::{Mark, Report};
use crate::{Code, Limits};
use core_monitor_message::Message;
use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};
use std::collections::HashMap;
use std::rc::Rc;

/// Reads all documents of a file. Errors go to the report; the documents that could be read are returned.
pub(crate) fn parse(
    text: &str,
    file: u16,
    limits: &Limits,
    budget: &mut Budget,
    report: &Report,
) -> Vec<Rc<Node>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = granit_parser::options! { emit_comments: false };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { parser, text, file, limits, budget, report, anchors: HashMap::new() };
    let mut documents = Vec::new();
    // An aborted file has already reported its error.
    let _ = builder.stream(&mut documents);
    documents
}

/// The remaining budget for all files of a project.
#[derive(Debug)]
pub(crate) struct Budget {
    bytes: usize,
    nodes: usize,
    alias_nodes: usize,
    merged_entries: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            bytes: limits.total_bytes,
            nodes: limits.nodes,
            alias_nodes: limits.alias_nodes,
            merged_entries: limits.merged_entries,
        }
    }

    /// Charges for reading a file, each time it is read; `false` if the limit is exceeded.
    pub(crate) fn read(&mut self, bytes: usize) -> bool {
        self.bytes.checked_sub(bytes).map(|left| self.bytes = left).is_some()
    }
}

/// The rest of the file cannot be read; the error has been reported.
struct Aborted;

type Built<T> = Result<T, Aborted>;

/// A node with the cost of an alias to it.
#[derive(Clone)]
struct Subtree {
    node: Rc<Node>,
    size: usize,
    height: usize,
}

struct Builder<'a> {
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    text: &'a str,
    file: u16,
    limits: &'a Limits,
    budget: &'a mut Budget,
    report: &'a Report,
    anchors: HashMap<usize, Subtree>,
}

impl<'a> Builder<'a> {
    fn stream(&mut self, documents: &mut Vec<Rc<Node>>) -> Built<()> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(()),
                Event::StreamStart | Event::DocumentStart(..) => {}
                // Anchors end with their document.
                Event::DocumentEnd => self.anchors.clear(),
                event => documents.push(self.node(event, span, 0)?.node),
            }
        }
    }

    fn next(&mut self) -> Built<(Event<'a>, Span)> {
        match self.parser.next() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => {
                super::explain_into(self.report, &error, self.text, self.file);
                Err(Aborted)
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn mark(&self, span: Span) -> Mark {
        let single_line = span.start.line() == span.end.line();
        let length = if single_line { span.end.col().saturating_sub(span.start.col()) } else { 1 };
        Mark {
            file: self.file,
            line: small(span.start.line()),
            column: small(span.start.col()) + 1,
            length: small(length).max(1),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Built<Subtree> {
        let mark = self.mark(span);
        if depth > self.limits.depth {
            return self.over(mark, said::nesting_too_deep(self.limits.depth));
        }
        if let Event::Alias(id) = event {
            return self.alias(id, mark, depth);
        }
        let Some(left) = self.budget.nodes.checked_sub(1) else {
            return self.over(mark, said::too_many_values(self.limits.nodes));
        };
        self.budget.nodes = left;
        let edit = event.tag().and_then(edit);
        let (anchor, mut subtree) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), mark);
                (
                    anchor,
                    Subtree {
                        node: Rc::new(Node { mark, value, edit: None }),
                        size: super::text_weight(&text),
                        height: 0,
                    },
                )
            }
            Event::SequenceStart(_, anchor, _) => (anchor, self.sequence(mark, depth)?),
            Event::MappingStart(_, anchor, _) => (anchor, self.mapping(mark, depth)?),
            _ => (
                0,
                Subtree { node: Rc::new(Node { mark, value: Value::Null, edit: None }), size: 1, height: 0 },
            ),
        };
        if edit.is_some() {
            Rc::make_mut(&mut subtree.node).edit = edit;
        }
        if anchor != 0 {
            self.anchors.insert(anchor, subtree.clone());
        }
        Ok(subtree)
    }

    fn alias(&mut self, id: usize, mark: Mark, depth: usize) -> Built<Subtree> {
        let Some(target) = self.anchors.get(&id).cloned() else {
            // The parser knows the anchor but it is not finished: the alias is inside its own anchor.
            self.report.error(Code::InvalidAlias, mark, said::alias_inside_itself());
            return Ok(Subtree {
                node: Rc::new(Node { mark, value: Value::Invalid, edit: None }),
                size: 1,
                height: 0,
            });
        };
        if depth + target.height > self.limits.depth {
            return self.over(mark, said::nesting_too_deep(self.limits.depth));
        }
        let Some(left) = self.budget.alias_nodes.checked_sub(target.size) else {
            return self.over(mark, said::aliases_expand_too_far(self.limits.alias_nodes));
        };
        self.budget.alias_nodes = left;
        Ok(target)
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, mark: Mark) -> Value {
        let core = tag.filter(|tag| tag.handle() == "tag:yaml.org,2002:");
        match core {
            Some(tag) => scalar::resolve_tagged(tag.suffix(), text).unwrap_or_else(|| {
                let message = said::value_not_of_tag(tag.suffix());
                self.report.error(Code::InvalidType, mark, message);
                Value::Invalid
            }),
            None if tag.is_none() && style == ScalarStyle::Plain => scalar::resolve_plain(text),
            // An unknown tag, including `!override`, disables scalar resolution.
            None => Value::String(text.to_owned()),
        }
    }

    fn sequence(&mut self, mark: Mark, depth: usize) -> Built<Subtree> {
        let (mut items, mut size, mut height) = (Vec::new(), 1, 0);
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                break;
            }
            let item = self.node(event, span, depth + 1)?;
            size += item.size;
            height = height.max(item.height + 1);
            items.push(item.node);
        }
        Ok(Subtree { node: Rc::new(Node { mark, value: Value::Sequence(items), edit: None }), size, height })
    }

    fn mapping(&mut self, mark: Mark, depth: usize) -> Built<Subtree> {
        let (mut entries, mut size, mut height) = (Mapping::new(), 1, 0);
        let mut merge: Option<(Mark, Rc<Node>)> = None;
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let key_mark = self.mark(span);
            let is_merge = is_merge_key(&event);
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            size += key.size + value.size;
            height = height.max(value.height + 1);
            if is_merge {
                match &merge {
                    Some((first, _)) => self.duplicate("<<", key_mark, *first),
                    None => merge = Some((key_mark, value.node)),
                }
                continue;
            }
            let Value::String(name) = &key.node.value else {
                let message = said::key_must_be_string(key.node.value.kind());
                let hint = match key.node.value.scalar_text() {
                    Some(text) => said::write_key_in_quotes(text),
                    None if matches!(key.node.value, Value::Mapping(_)) => said::render_template_first(),
                    None => said::put_it_in_quotes(),
                };
                self.report.error_with_hint(Code::InvalidKey, key_mark, message, hint);
                continue;
            };
            if let Some(first) = entries.get(name) {
                self.duplicate(name, key_mark, first.key);
                continue;
            }
            entries.insert(name.clone(), Entry { key: key_mark, value: value.node });
        }
        if let Some((key, merged)) = merge
            && !merge_key::apply(&mut entries, key, &merged, &mut self.budget.merged_entries, self.report)
        {
            let message = said::merge_keys_copy_too_much(self.limits.merged_entries);
            return self.over(key, message);
        }
        Ok(Subtree { node: Rc::new(Node { mark, value: Value::Mapping(entries), edit: None }), size, height })
    }

    fn duplicate(&self, key: &str, mark: Mark, first: Mark) {
        let hint = said::first_defined_on(first.line);
        self.report.error_with_hint(Code::DuplicateKey, mark, said::duplicate_key(key), hint);
    }

    fn over<T>(&self, mark: Mark, message: Message) -> Built<T> {
        self.report.error(Code::LimitExceeded, mark, message);
        Err(Aborted)
    }
}

fn edit(tag: &Tag) -> Option<Edit> {
    match (tag.handle(), tag.suffix()) {
        ("!", "reset") => Some(Edit::Reset),
        ("!", "override") => Some(Edit::Override),
        _ => None,
    }
}

fn is_merge_key(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<")
}
