//! How many errors the lint finds in the newest version of each stack.
//!
//! A version never changes and neither do the rules of a running program, so each version is linted once. That takes
//! milliseconds for each, so what is not known yet is found out by and by.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use core_monitor_compose::Severity;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;

use super::ServerPorts;
use super::lint_version::lint_version;

/// How many versions are linted at most for one answer.
const AT_ONCE: usize = 20;
/// How long that takes at most, and one more.
const BUDGET: Duration = Duration::from_millis(15);

/// The newest version of each stack that was linted, and how many errors it has.
#[derive(Debug, Default)]
pub(super) struct KnownLint(Mutex<BTreeMap<StackId, (VersionNumber, usize)>>);

/// What is known now.
#[derive(Debug, Default)]
pub(super) struct LintErrors {
    /// How many errors the newest version of a stack has.
    pub(super) of: BTreeMap<StackId, usize>,
    /// Of how many stacks that is not known yet.
    pub(super) unknown: usize,
}

impl KnownLint {
    /// The errors of these stacks, which are all that there are.
    pub(super) async fn errors(
        &self,
        ports: &ServerPorts,
        stacks: &[Stack],
    ) -> Result<LintErrors, StoreError> {
        let mut errors = LintErrors::default();
        let mut missing = Vec::new();
        {
            let known = self.known();
            for stack in stacks {
                match known.get(&stack.id) {
                    Some((version, count)) if *version == stack.latest_version => {
                        errors.of.insert(stack.id, *count);
                    }
                    _ => missing.push(stack),
                }
            }
        }
        // What somebody has just saved is what they want to know about.
        missing.sort_by_key(|stack| std::cmp::Reverse(stack.updated_at));
        errors.unknown = missing.len();
        let until = ports.clock.elapsed() + BUDGET;
        for stack in missing.into_iter().take(AT_ONCE) {
            if ports.clock.elapsed() > until {
                break;
            }
            errors.of.insert(stack.id, self.lint(ports, stack).await?);
            errors.unknown -= 1;
        }
        self.known().retain(|stack, _| errors.of.contains_key(stack));
        Ok(errors)
    }

    async fn lint(&self, ports: &ServerPorts, stack: &Stack) -> Result<usize, StoreError> {
        let version = ports.stacks.find_version(stack.id, stack.latest_version).await?;
        let report = match &version {
            Some(version) => lint_version(ports, stack, version).await?,
            None => None,
        };
        let is_error = |severity| severity == Severity::Error;
        let count = report
            .map_or(0, |report| report.findings.iter().filter(|found| is_error(found.severity)).count());
        self.known().insert(stack.id, (stack.latest_version, count));
        Ok(count)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<StackId, (VersionNumber, usize)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
