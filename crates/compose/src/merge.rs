//! Merges trees: later documents over earlier ones, a service over the one it extends.
//!
//! Mappings merge by key and lists append; `rules` lists the attributes that merge differently.

mod rules;

use crate::report::{Advice, Mark, Report};
use crate::said;
use crate::yaml::{Edit, Entry, Mapping, Node, Value};
use crate::{Code, Limits};
use rules::Rule;
use std::collections::HashMap;
use std::rc::Rc;

/// Merges trees of one project under a shared limit.
pub(crate) struct Merger<'a> {
    /// Remaining entries and items that may be visited.
    budget: usize,
    limit: usize,
    report: &'a Report,
}

impl<'a> Merger<'a> {
    pub(crate) fn new(limits: &Limits, report: &'a Report) -> Self {
        Self { budget: limits.merged_entries, limit: limits.merged_entries, report }
    }

    /// Merges `over` over `base`; `path` is the list of keys that leads to both.
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
            Rule::OfOneKind(key) if rules::agree_on(base, over, key) => self.deep(base, over, path),
            Rule::OfOneKind(_) | Rule::Replace => taken(over),
        }
    }

    /// Merges a service over the one it extends. The whole copy is charged, since many services may extend a large one.
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
            // Null over a value keeps the value.
            (_, Value::Null) => return Rc::clone(base),
            (below @ (Value::Mapping(_) | Value::Sequence(_)), above) if *above != Value::Invalid => {
                self.report_mismatch(below, over, path);
                Value::Invalid
            }
            _ => return taken(over),
        };
        Rc::new(Node { mark: over.mark, value, edit: None })
    }

    fn report_mismatch(&self, below: &Value, over: &Node, path: &[&str]) {
        let (place, kind, earlier) = (path.join("."), over.value.kind(), below.kind());
        let message = said::merged_types_differ(place, kind, earlier.clone());
        let advice = Advice::expected(earlier).hint(said::same_type_or_override());
        self.report.error_with_advice(Code::InvalidType, over.mark, message, advice);
    }

    /// Merges address pools by subnet; pools missing from the later list are dropped.
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
                // A variable without a value overrides one with a value: it is looked up again.
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
        let message = said::too_much_merged(self.limit);
        self.report.error(Code::LimitExceeded, mark, message);
        false
    }
}

/// A new node without `!reset` entries, which have nothing to reset.
fn taken(node: &Rc<Node>) -> Rc<Node> {
    let mut node = Rc::clone(node);
    drop_resets(&mut node);
    node
}

/// A list item, unless it is marked `!reset`.
fn item(item: &Rc<Node>) -> Option<Rc<Node>> {
    (item.edit != Some(Edit::Reset)).then(|| taken(item))
}

/// Removes `!reset` nodes that had nothing to reset.
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

/// Checks first, to avoid copying shared nodes.
fn has_resets(node: &Node) -> bool {
    let marked = |node: &Node| node.edit == Some(Edit::Reset) || has_resets(node);
    match &node.value {
        Value::Mapping(entries) => entries.values().any(|entry| marked(&entry.value)),
        Value::Sequence(items) => items.iter().any(|item| marked(item)),
        _ => false,
    }
}
