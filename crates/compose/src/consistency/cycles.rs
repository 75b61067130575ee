//! Dependency cycles, including those through implied dependencies.

use super::Subject;
use super::said;
use crate::Code;
use crate::model::Project;

/// Reports every cycle found by a depth-first walk over the services.
pub(super) fn check(subject: &Subject<'_>) {
    for cycle in find(subject.project) {
        let Some(first) = cycle.first() else { continue };
        let path: Vec<String> = cycle.iter().chain([first]).map(|name| format!("`{name}`")).collect();
        let next = cycle.get(1).unwrap_or(first);
        let mark = subject.mention(first, "depends_on", next).or_else(|| subject.mark(first, "depends_on"));
        let message = said::circular_dependency(path.join(" -> "));
        subject.report.error(Code::DependencyCycle, mark, message);
    }
}

/// Most cycles reported: cycles tend to overlap, and each may name every service.
const MAX_CYCLES: usize = 10;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unseen,
    Open,
    Done,
}

/// Depth-first without recursion: a dependency chain may be as long as the file.
fn find(project: &Project) -> Vec<Vec<&str>> {
    let services = &project.services;
    let mut states = vec![State::Unseen; services.len()];
    let mut cycles = Vec::new();
    for start in 0..services.len() {
        if states[start] != State::Unseen {
            continue;
        }
        states[start] = State::Open;
        // Each entry is a service and how many of its dependencies were already followed.
        let mut stack: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((here, followed)) = stack.last_mut() {
            let here = *here;
            let dependency = services[here].depends_on.get_index(*followed).map(|(name, _)| name);
            *followed += 1;
            let Some(dependency) = dependency else {
                states[here] = State::Done;
                stack.pop();
                continue;
            };
            let Some(next) = services.get_index_of(dependency) else { continue };
            match states[next] {
                State::Done => {}
                State::Unseen => {
                    states[next] = State::Open;
                    stack.push((next, 0));
                }
                State::Open => {
                    let from = stack.iter().position(|(index, _)| *index == next).unwrap_or(0);
                    let name = |(index, _): &(usize, usize)| {
                        services.get_index(*index).map_or("", |(name, _)| name.as_str())
                    };
                    cycles.push(stack[from..].iter().map(name).collect());
                    if cycles.len() == MAX_CYCLES {
                        return cycles;
                    }
                }
            }
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dependency, Service};

    fn check(edges: &[(&str, &str)]) -> String {
        let mut project = Project::default();
        for (from, to) in edges {
            project.services.entry((*to).to_owned()).or_insert_with(Service::default);
            let service = project.services.entry((*from).to_owned()).or_default();
            service.depends_on.insert((*to).to_owned(), Dependency::default());
        }
        find(&project).iter().map(|cycle| cycle.join(">")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn cycles_are_found_wherever_they_start() {
        assert_eq!(check(&[("a", "b"), ("b", "c"), ("a", "c")]), "");
        assert_eq!(check(&[("a", "a")]), "a");
        assert_eq!(check(&[("a", "b"), ("b", "c"), ("c", "b")]), "b>c");
        assert_eq!(check(&[("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]), "b>a d>c");
    }
}
