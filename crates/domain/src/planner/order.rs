//! Sorts services so that dependencies come first.

use std::collections::HashMap;

use crate::desired::{DesiredStack, ServiceSpec};
use crate::names::ServiceName;

use super::namespaces::Kin;

/// Dependencies come before dependants; otherwise the order of the file is kept. The loader rejects cycles; if one gets
/// here anyway, or by a reference to a container of the stack, its members keep the order of the file and the function still
/// terminates.
pub(super) fn dependencies_first(stack: &DesiredStack) -> Vec<&ServiceSpec> {
    let kin = Kin::of(stack);
    let position: HashMap<&ServiceName, usize> =
        stack.services.iter().enumerate().map(|(index, service)| (&service.name, index)).collect();
    let mut marks = vec![Mark::New; stack.services.len()];
    let mut sorted = Vec::with_capacity(stack.services.len());
    for start in 0..stack.services.len() {
        visit(stack, &kin, &position, start, &mut marks, &mut sorted);
    }
    sorted
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

/// Depth first with an explicit stack: a chain of 10,000 services must not overflow the call stack.
fn visit<'a>(
    stack: &'a DesiredStack,
    kin: &Kin<'a>,
    position: &HashMap<&ServiceName, usize>,
    start: usize,
    marks: &mut [Mark],
    sorted: &mut Vec<&'a ServiceSpec>,
) {
    let mut open = vec![(start, 0)];
    while let Some((index, next)) = open.pop() {
        if next == 0 {
            if marks[index] != Mark::New {
                continue;
            }
            marks[index] = Mark::Open;
        }
        let service = &stack.services[index];
        let declared = service.depends_on.get(next).map(|dependency| &dependency.service);
        let dependency = declared.or_else(|| {
            let referred = next.checked_sub(service.depends_on.len())?;
            kin.referred(service).nth(referred).map(|(parent, _)| parent)
        });
        if let Some(dependency) = dependency {
            open.push((index, next + 1));
            if let Some(&other) = position.get(dependency)
                && marks[other] == Mark::New
            {
                open.push((other, 0));
            }
        } else {
            marks[index] = Mark::Done;
            sorted.push(service);
        }
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::Project;
    use serde_json::json;

    use super::*;

    fn check(dependencies: &[(&str, &[&str])], expected: &str) {
        let mut services = serde_json::Map::new();
        for (name, needs) in dependencies {
            let needs: serde_json::Map<_, _> = needs
                .iter()
                .map(|n| ((*n).to_owned(), json!({ "condition": "service_started", "required": true })))
                .collect();
            services.insert((*name).to_owned(), json!({ "image": "a", "depends_on": needs }));
        }
        let project: Project = serde_json::from_value(json!({ "name": "s", "services": services })).unwrap();
        let stack = DesiredStack::from_project(&project).unwrap();
        let order: Vec<_> = dependencies_first(&stack).iter().map(|s| s.name.as_str().to_owned()).collect();
        assert_eq!(order.join(" "), expected);
    }

    #[test]
    fn dependencies_come_first() {
        check(&[("a", &["c"]), ("b", &[]), ("c", &["b"])], "b c a");
        check(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &[])], "d b c a");
    }

    #[test]
    fn a_cycle_does_not_hang() {
        check(&[("a", &["b"]), ("b", &["a"])], "b a");
    }
}
