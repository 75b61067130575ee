//! Whether a plan that a person has reviewed still says what a command would do.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::{PlanId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::plan::{ConfirmedPlan, Plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::StoredPlan;
use core_monitor_domain::stack::Stack;

use super::plan_delete::preview_delete;
use super::preview::{pins_of, preview, version_of};
use super::{RefusedCommand, ServerPorts};

/// Lines of a plan in a refusal.
const LINES_SHOWN: usize = 100;

/// Differences from a confirmed plan in a refusal.
const DIFFERENCES_SHOWN: usize = 10;

/// An APPLY or a ROLLBACK that confirms a plan.
pub(super) struct Convergence<'a> {
    pub(super) version: VersionNumber,
    pub(super) payload: &'a CommandPayload,
    /// Services whose containers are replaced in any case.
    pub(super) recreate: &'a BTreeSet<ServiceName>,
    /// What may be created.
    pub(super) rules: Rules,
}

/// Refuses an APPLY or a ROLLBACK that would not do what its plan says.
pub(super) async fn confirms_convergence(
    ports: &ServerPorts,
    stack: &Stack,
    id: PlanId,
    Convergence { version, payload, recreate, rules }: Convergence<'_>,
) -> Result<(), RefusedCommand> {
    let confirmed = find(ports, stack, id).await?;
    let confirmed =
        confirmed.filter(|plan| plan.version == version).ok_or(RefusedCommand::PlanNotFound { id })?;
    if let Some(purpose) = confirmed.plan.purpose.filter(|_| confirmed.plan.is_for_another(payload)) {
        return Err(RefusedCommand::PlanForAnother { id, purpose });
    }
    let version = version_of(ports, stack, version).await?;
    let pinned = matches!(payload, CommandPayload::Rollback { refresh_images: false, .. });
    let pins = if pinned { pins_of(ports, stack, version.version).await? } else { BTreeMap::new() };
    let fresh = preview(ports, stack, &version, &pins, recreate, rules).await?.plan;
    compare(ports, confirmed, &fresh)
}

/// Refuses a DELETE that would not do what its plan says.
pub(super) async fn confirms_delete(
    ports: &ServerPorts,
    stack: &Stack,
    id: PlanId,
    payload: &CommandPayload,
) -> Result<(), RefusedCommand> {
    let CommandPayload::Delete { what, .. } = payload else { return Ok(()) };
    let confirmed = find(ports, stack, id).await?.ok_or(RefusedCommand::PlanNotFound { id })?;
    if confirmed.plan.is_for_another(payload) {
        return Err(RefusedCommand::PlanForOtherDelete { id, stack: stack.id });
    }
    let fresh = preview_delete(ports, stack, *what).await?.plan;
    compare(ports, confirmed, &fresh)
}

async fn find(ports: &ServerPorts, stack: &Stack, id: PlanId) -> Result<Option<StoredPlan>, RefusedCommand> {
    Ok(ports.plans.find(id).await?.filter(|plan| plan.stack_id == stack.id))
}

fn compare(ports: &ServerPorts, confirmed: StoredPlan, fresh: &Plan) -> Result<(), RefusedCommand> {
    let expected = ConfirmedPlan::new(&confirmed.plan, ports.plan_key());
    if !expected.is(fresh) {
        let mut differences = expected.differences(fresh);
        differences.truncate(DIFFERENCES_SHOWN);
        let (confirmed, now) = (Box::new(confirmed), beginning(fresh));
        return Err(RefusedCommand::PlanStale { confirmed, differences, now });
    }
    if !fresh.blockers.is_empty() {
        let blockers = fresh.blockers.iter().map(|blocker| blocker.message.clone()).collect();
        return Err(RefusedCommand::PlanBlocked { blockers });
    }
    Ok(())
}

/// The plan as text, as far as somebody reads it in a sentence.
fn beginning(plan: &Plan) -> String {
    let text = plan.to_string();
    match text.match_indices('\n').nth(LINES_SHOWN) {
        Some((end, _)) => format!("{}\n...\n", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
