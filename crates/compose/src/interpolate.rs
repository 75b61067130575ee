//! Replaces variables in values, then casts text to the type its path requires.
//!
//! Only values are interpolated, never keys; services of inactive profiles are included.

mod cast;
mod template;

pub(crate) use template::{Expanded, Expansion, expand};

use crate::report::{Mark, Report};
use crate::said;
use crate::schema::Shape;
use crate::yaml::{Edit, Node, Value};
use crate::{Code, Limits};
use indexmap::IndexMap;
use std::cell::Cell;
use std::rc::Rc;

/// Variables by name, with a bound on what they may expand to.
pub(crate) struct Variables<'a> {
    values: &'a IndexMap<String, String>,
    /// Variables of the including files, which take precedence.
    outer: Option<&'a Variables<'a>>,
    /// Remaining bytes that interpolation may produce in all files.
    budget: Rc<Cell<usize>>,
}

impl<'a> Variables<'a> {
    pub(crate) fn new(values: &'a IndexMap<String, String>, limits: &Limits) -> Self {
        Self { values, outer: None, budget: Rc::new(Cell::new(limits.interpolated_bytes)) }
    }

    /// These variables, with `values` of an included file as a fallback.
    pub(crate) fn with<'b>(&'b self, values: &'b IndexMap<String, String>) -> Variables<'b> {
        Variables { values, outer: Some(self), budget: Rc::clone(&self.budget) }
    }

    /// Expands a text like the whole tree, without reporting problems.
    pub(crate) fn expand(&self, text: &str) -> Option<String> {
        let lookup = |name: &str| self.get(name).map(str::to_owned);
        expand(text, self.budget.get(), &lookup).ok().map(|expanded| expanded.text)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let outer = self.outer.and_then(|outer| outer.get(name));
        outer.or_else(|| self.values.get(name).map(String::as_str))
    }
}

/// Replaces the variables of a tree and casts its text by the attribute table.
pub(crate) fn interpolate(root: &mut Rc<Node>, shape: &Shape, variables: &Variables<'_>, report: &Report) {
    // A `!reset` value is removed, so it is not interpolated.
    if root.edit == Some(Edit::Reset) {
        return;
    }
    let shape = shape.pick(&root.value);
    let node = Rc::make_mut(root);
    match &mut node.value {
        Value::String(text) => {
            if let Some(value) = interpolate_text(text, node.mark, shape, variables, report) {
                node.value = value;
            }
        }
        Value::Sequence(items) => {
            for item in items {
                interpolate(item, shape.at_item(), variables, report);
            }
        }
        Value::Mapping(entries) => {
            for (key, entry) in entries {
                interpolate(&mut entry.value, shape.at_key(key), variables, report);
            }
        }
        _ => {}
    }
}

/// The new value of a string; `None` if it is unchanged.
fn interpolate_text(
    text: &str,
    mark: Mark,
    shape: &Shape,
    variables: &Variables<'_>,
    report: &Report,
) -> Option<Value> {
    let cast = match shape {
        Shape::Scalar(scalar) => scalar.cast,
        _ => None,
    };
    let expanded = if text.contains('$') {
        let Some(expanded) = expand_reporting(text, mark, variables, report) else {
            return Some(Value::Invalid);
        };
        Some(expanded)
    } else {
        None
    };
    match cast {
        Some(cast) => Some(cast::apply(cast, expanded.as_deref().unwrap_or(text), text, mark, report)),
        None => expanded.map(Value::String),
    }
}

fn expand_reporting(text: &str, mark: Mark, variables: &Variables<'_>, report: &Report) -> Option<String> {
    match expand(text, variables.budget.get(), &|name| variables.get(name).map(str::to_owned)) {
        Ok(Expanded { text, unset, .. }) => {
            for name in unset {
                report.warning_with_hint(
                    Code::UnsetVariable,
                    mark,
                    said::variable_unset(&name),
                    said::set_it_or_write_default(name),
                );
            }
            variables.budget.set(variables.budget.get().saturating_sub(text.len()));
            report.note_interpolated(mark);
            Some(text)
        }
        Err(Expansion::TooLong) => {
            report.error(Code::LimitExceeded, mark, said::variables_too_long());
            None
        }
        Err(error) => {
            let (code, hint) = match &error {
                Expansion::Required { .. } => (Code::RequiredVariable, said::set_the_variable()),
                _ => (Code::InvalidInterpolation, said::write_two_dollars()),
            };
            report.error_with_hint(code, mark, error.message(), hint.clone());
            None
        }
    }
}
