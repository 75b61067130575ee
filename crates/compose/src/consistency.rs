//! Checks that need the whole model: references, exclusions, cycles.

mod cycles;
mod exclusions;
mod references;

use crate::model::Project;
use crate::report::{Mark, Report};
use crate::spans::Spans;

/// What the checks look at.
pub(crate) struct Subject<'a> {
    pub(crate) project: &'a Project,
    /// Names of services whose profile is not active.
    pub(crate) inactive: &'a [String],
    pub(crate) spans: &'a Spans,
    pub(crate) report: &'a Report,
}

impl Subject<'_> {
    /// The place of a path, or of the nearest thing around it.
    fn mark(&self, path: &str) -> Option<Mark> {
        self.spans.nearest_mark(path)
    }
}

/// Runs every check.
pub(crate) fn check(subject: &Subject<'_>) {
    for (name, service) in &subject.project.services {
        references::check(subject, name, service);
        exclusions::check(subject, name, service);
    }
    exclusions::container_names(subject);
    cycles::check(subject);
}
