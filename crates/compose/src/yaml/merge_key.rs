//! `<<`: what a merge key copies.

use super::{Mapping, Node, Value};
use crate::Code;
use crate::report::{Mark, Report};
use std::rc::Rc;

/// Copies the entries of the merged mappings into `target`. Shallow; what `target` has already wins, and of several
/// mappings the first. `budget` counts down the entries that may still be copied.
///
/// Returns `false` when the budget is exhausted.
pub(super) fn apply(
    target: &mut Mapping,
    key: Mark,
    merged: &Node,
    budget: &mut usize,
    report: &Report,
) -> bool {
    let sources: Vec<&Rc<Node>> = match &merged.value {
        Value::Mapping(entries) => return copy(target, entries, budget),
        Value::Sequence(items) => items.iter().collect(),
        Value::Invalid => return true,
        other => {
            let message = format!("a merge key needs a mapping or a list of mappings, not {}", other.kind());
            report.error(Code::InvalidMerge, key, message);
            return true;
        }
    };
    for source in sources {
        match &source.value {
            Value::Mapping(entries) => {
                if !copy(target, entries, budget) {
                    return false;
                }
            }
            Value::Invalid => {}
            other => {
                let message = format!("a merge key needs mappings in its list, not {}", other.kind());
                report.error(Code::InvalidMerge, source.mark, message);
            }
        }
    }
    true
}

fn copy(target: &mut Mapping, entries: &Mapping, budget: &mut usize) -> bool {
    // Every entry costs, copied or not: looking is what makes many merges of one big mapping quadratic.
    if entries.len() > *budget {
        return false;
    }
    *budget -= entries.len();
    for (key, entry) in entries {
        if !target.contains_key(key) {
            target.insert(key.clone(), entry.clone());
        }
    }
    true
}
