//! The merge key `<<`.

use super::said;
use super::{Mapping, Node, Value};
use crate::Code;
use crate::report::{Mark, Report};
use std::rc::Rc;

/// Copies the entries of the merged mappings into `target`. Shallow; existing entries of `target` win, then those of the
/// first mapping. `budget` counts down the entries that may be copied.
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
            let message = said::merge_key_needs_mapping(other.kind());
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
                let message = said::merge_key_needs_mappings(other.kind());
                report.error(Code::InvalidMerge, source.mark, message);
            }
        }
    }
    true
}

fn copy(target: &mut Mapping, entries: &Mapping, budget: &mut usize) -> bool {
    // Every entry is charged, copied or not: visiting them is what makes many merges of a big mapping quadratic.
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
