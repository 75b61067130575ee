//! The end of a command.

use super::Decision;
use crate::command::{Command, Finish, Lease, Transition};
use crate::journal::{CancelledSummary, DoneSummary, Entry, Notes};
use crate::time::Timestamp;

impl Command {
    /// T3, T4 or T6 of a command that runs under `lease`. The store must have checked the lease.
    pub fn finish(&self, lease: &Lease, finish: &Finish, now: Timestamp) -> Decision {
        let (transition, entry) = match finish {
            Finish::Done { result, .. } => (Transition::Complete, Entry::Done(Some(DoneSummary::of(result)))),
            // The line does not contain the last output of a container, which may contain secrets. The command does.
            Finish::Failed { failure } => (Transition::Fail, Entry::failed(failure)),
            Finish::Cancelled { failure, result, .. } => {
                let code = failure.as_ref().map(|failure| failure.code);
                let summary = CancelledSummary { code, notes: Notes::new(&result.notes) };
                (Transition::Stop, Entry::Cancelled(Some(summary)))
            }
        };
        let (result, failure) = match finish {
            Finish::Done { result, .. } => (Some(result.clone()), None),
            Finish::Failed { failure } => (None, Some(failure.clone())),
            Finish::Cancelled { failure, result, .. } => (Some(result.clone()), failure.clone()),
        };
        let command =
            Self { status: transition.to(), finished_at: Some(now), result, failure, ..self.clone() };
        let lines = vec![command.line_of_worker(lease, entry)];
        Decision { transition: Some(transition), command, lines }
    }
}
