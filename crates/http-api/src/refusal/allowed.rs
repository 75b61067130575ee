//! Problems of what the policy does not allow.

use core_monitor_application::server::NotAllowed;
use core_monitor_domain::policy::Finding;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// How many findings are in a sentence.
const SHOWN: usize = 20;

impl From<NotAllowed> for Problem {
    fn from(refused: NotAllowed) -> Self {
        let NotAllowed { findings } = refused;
        let all = findings.iter().take(SHOWN).map(Finding::message).reduce(said::and_also);
        let detail =
            all.map_or_else(said::plan_not_possible, |all| said::version_not_allowed(findings.len(), all));
        let problem = Self::new(ErrorCode::RefusedByPolicy, detail);
        match findings.first() {
            Some(finding) => problem.with_hint(finding.hint()),
            None => problem,
        }
    }
}
