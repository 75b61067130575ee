//! Which records of the audit are asked for, the same wherever they are read.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::AuditFilter;
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{moment, one, said};

/// Maximum number of characters of a value repeated in an error.
const SHOWN: usize = 60;

/// The parameters, as they were written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'q> {
    pub(super) actor: Option<&'q str>,
    pub(super) action: Option<&'q str>,
    pub(super) resource: Option<&'q str>,
    pub(super) since: Option<&'q str>,
    pub(super) until: Option<&'q str>,
}

impl Asked<'_> {
    /// What they mean.
    pub(super) fn read(self, now: Timestamp) -> Result<AuditFilter, Problem> {
        let actor = |text: &str| text.parse::<Actor>().map_err(|_| invalid(said::not_an_actor(shown(text))));
        let resource =
            |text: &str| text.parse::<Resource>().map_err(|_| invalid(said::not_a_resource(shown(text))));
        Ok(AuditFilter {
            actor: self.actor.map(actor).transpose()?,
            action: one("action", self.action, Action::ALL, Action::as_str)?,
            resource: self.resource.map(resource).transpose()?,
            since: moment("since", self.since, now)?,
            until: moment("until", self.until, now)?,
            ..AuditFilter::default()
        })
    }
}

fn invalid(words: Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, words)
}

fn shown(text: &str) -> String {
    text.escape_debug().take(SHOWN).collect()
}
