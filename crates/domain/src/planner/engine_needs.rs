//! Refuses what the engine is too old for. It would not refuse it itself, but create the container without it.

use crate::command::FailureCode;
use crate::desired::DesiredStack;

use super::PlanningInput;
use super::builder::Builder;
use super::said;

pub(super) fn check(input: &PlanningInput<'_>, builder: &mut Builder, desired: &DesiredStack) {
    let engine = &input.observed.host.engine;
    for need in &desired.needs {
        if engine.api.major > 1 || engine.api.minor >= need.since.api_minor {
            continue;
        }
        let needed = format!("{} (API 1.{})", need.since.release, need.since.api_minor);
        let here = format!("{} (API {})", engine.version, engine.api);
        let message = said::engine_too_old(need.attribute, &need.owner, needed, here);
        builder.blocker(
            FailureCode::EngineTooOld,
            &need.owner,
            message,
            Some(said::update_engine_or_leave_out(need.attribute)),
        );
    }
}
