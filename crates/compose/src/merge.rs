//! One tree over another: later documents over earlier ones, a service over the one it extends.
//!
//! Mappings merge by key and lists append, except where the meaning of an attribute asks for something else; those paths
//! are listed in `rules`.

mod rules;

use crate::report::{Advice, Mark, Report};
use crate::yaml::{Edit, Entry, Mapping, Node, Value};
use crate::{Code, Limits};
use rules::Rule;
use std::collections::HashMap;
use std::rc::Rc;

/// Merges trees of one project, under one cap.
pub(crate) struct Merger<'a> {
    /// Entries and items that may still be looked at.
    budget: usize,
    limit: usize,
    report: &'a Report,
}

impl<'a> Merger<'a> {
    pub(crate) fn new(limits: &Limits, report: &'a Report) -> Self {
        Self { budget: limits.merged_entries, limit: limits.merged_entries, report }
    }

    /// `over` over `base`, both standing at `path`, a list of keys.
    pub(crate) fn merge(&mut self, base: &Rc<Node>, over: &Rc<Node>, path: &[&str]) -> Rc<Node> {
        match over.edit {
            Some(Edit::Override | Edit::Reset) => return taken(over),
            None => {}
        }
        match rules::rule(path) {
            Rule::Deep => self.deep(base, over, path),
            Rule::Keyed(from_list) => {
                let base = rules::keyed(base, from_list);
                let over = rules::keyed(over, from_list);
                self.deep(&base, &over, path)
            }
            Rule::Words => self.deep(&rules::listed(base), &rules::listed(over), path),
            Rule::Pairs => {
                let (base, over) = (rules::paired(base), rules::paired(over));
                self.deep(&base, &rules::without(&over, &base), path)
            }
            Rule::Build => self.deep(&rules::build(base), &rules::build(over), path),
            Rule::Pools => self.pools(base, over, path),
            Rule::OfOneKind(key) if rules::of_one_kind(base, over, key) => self.deep(base, over, path),
            Rule::OfOneKind(_) | Rule::Replace => taken(over),
        }
    }

    /// A service over the one it extends. The copy is charged whole: many services may extend a large one.
    pub(crate) fn inherit(&mut self, base: &Rc<Node>, service: &Rc<Node>, name: &str) -> Rc<Node> {
        if !self.charge(base.weight(), service.mark) {
            return Rc::clone(service);
        }
        self.merge(base, service, &["services", name])
    }

    fn deep(&mut self, base: &Rc<Node>, over: &Rc<Node>, path: &[&str]) -> Rc<Node> {
        let value = match (&base.value, &over.value) {
            (Value::Mapping(below), Value::Mapping(above)) => {
                if !self.charge(below.len() + above.len(), over.mark) {
                    return Rc::clone(over);
                }
                Value::Mapping(self.mappings(below, above, path))
            }
            (Value::Sequence(below), Value::Sequence(above)) => {
                if !self.charge(below.len() + above.len(), over.mark) {
                    return Rc::clone(over);
                }
                Value::Sequence(below.iter().cloned().chain(above.iter().filter_map(item)).collect())
            }
            // Nothing written over something leaves it.
            (_, Value::Null) => return Rc::clone(base),
            (below @ (Value::Mapping(_) | Value::Sequence(_)), above) if *above != Value::Invalid => {
                self.misfit(below, over, path);
                Value::Invalid
            }
            _ => return taken(over),
        };
        Rc::new(Node { mark: over.mark, value, edit: None })
    }

    fn misfit(&self, below: &Value, over: &Node, path: &[&str]) {
        let (place, kind, earlier) = (path.join("."), over.value.kind(), below.kind());
        let message = format!("`{place}` is {kind} here and {earlier} in what it is merged over");
        let advice =
            Advice::expected(earlier).hint("write `!override` before it to replace what is there".to_owned());
        self.report.error_with_advice(Code::InvalidType, over.mark, message, advice);
    }

    /// Pools over those with their subnets; a pool that no later one names is gone.
    fn pools(&mut self, base: &Rc<Node>, over: &Rc<Node>, path: &[&str]) -> Rc<Node> {
        let (Value::Sequence(below), Value::Sequence(above)) = (&base.value, &over.value) else {
            return self.deep(base, over, path);
        };
        if !self.charge(below.len() + above.len(), over.mark) {
            return Rc::clone(over);
        }
        let known: HashMap<Option<String>, &Rc<Node>> =
            below.iter().map(|pool| (rules::subnet(pool), pool)).collect();
        let pools = above.iter().filter_map(item).map(|pool| match known.get(&rules::subnet(&pool)) {
            Some(below) => self.deep(below, &pool, path),
            None => pool,
        });
        Rc::new(Node { mark: over.mark, value: Value::Sequence(pools.collect()), edit: None })
    }

    fn mappings(&mut self, below: &Mapping, above: &Mapping, path: &[&str]) -> Mapping {
        let mut merged = below.clone();
        for (key, entry) in above {
            let value = match merged.get(key) {
                _ if entry.value.edit == Some(Edit::Reset) => {
                    merged.shift_remove(key);
                    continue;
                }
                // A variable without a value is written over one with a value: it is looked up anew.
                Some(_) if entry.value.value == Value::Null && rules::null_counts(path) => {
                    Rc::clone(&entry.value)
                }
                Some(known) => {
                    let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
                    self.merge(&Rc::clone(&known.value), &entry.value, &path)
                }
                None => taken(&entry.value),
            };
            merged.insert(key.clone(), Entry { key: entry.key, value });
        }
        merged
    }

    fn charge(&mut self, entries: usize, mark: Mark) -> bool {
        if let Some(left) = self.budget.checked_sub(entries) {
            self.budget = left;
            return true;
        }
        let message = format!("merging copies more than {} entries", self.limit);
        self.report.error(Code::LimitExceeded, mark, message);
        false
    }
}

/// What is new, as it is to stay: whatever `!reset` stands over nothing is gone.
fn taken(node: &Rc<Node>) -> Rc<Node> {
    let mut node = Rc::clone(node);
    drop_resets(&mut node);
    node
}

/// An item of a list as it is to stay.
fn item(item: &Rc<Node>) -> Option<Rc<Node>> {
    (item.edit != Some(Edit::Reset)).then(|| taken(item))
}

/// Removes what is marked `!reset` and stands over nothing.
pub(crate) fn drop_resets(node: &mut Rc<Node>) {
    if !has_resets(node) {
        return;
    }
    match &mut Rc::make_mut(node).value {
        Value::Mapping(entries) => {
            entries.retain(|_, entry| entry.value.edit != Some(Edit::Reset));
            entries.values_mut().for_each(|entry| drop_resets(&mut entry.value));
        }
        Value::Sequence(items) => {
            items.retain(|item| item.edit != Some(Edit::Reset));
            items.iter_mut().for_each(drop_resets);
        }
        _ => {}
    }
}

/// Looks before anything shared is copied.
fn has_resets(node: &Node) -> bool {
    let marked = |node: &Node| node.edit == Some(Edit::Reset) || has_resets(node);
    match &node.value {
        Value::Mapping(entries) => entries.values().any(|entry| marked(&entry.value)),
        Value::Sequence(items) => items.iter().any(|item| marked(item)),
        _ => false,
    }
}
