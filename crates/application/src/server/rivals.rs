//! What the other stacks of this installation have to do with a definition: they may have the hosts that it asks for, or lack the
//! services that it names.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::{Code, Diagnostic, Project, Severity, Span};
use core_monitor_domain::desired::declared_on_demand;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::on_demand::hosts::{Claimant, Clash, clashes};
use core_monitor_domain::on_demand::{HostPattern, OnDemand};
use core_monitor_domain::ports::StoreError;
use core_monitor_message::Message;

use super::definition::place;
use super::on_demand::KnownOnDemand;
use super::{Definition, ServerPorts, said};
use crate::gateway::declared::DeclaredStack;

/// Something that another stack has to do with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remark {
    /// The service.
    service: ServiceName,
    /// The attribute under `on-demand` that it is about.
    key: &'static str,
    /// What will happen, or will not.
    pub(super) message: Message,
    /// What to try.
    hint: Message,
}

impl Remark {
    fn warning(self, places: &BTreeMap<String, Span>) -> Diagnostic {
        let code = if self.key == "hosts" { Code::Conflict } else { Code::UndefinedReference };
        Diagnostic {
            code,
            severity: Severity::Warning,
            message: self.message,
            expected: None,
            hint: Some(self.hint),
            span: places.get(&place(self.service.as_str(), self.key)).cloned(),
        }
    }
}

/// The warnings about a definition of the stack that has this name, or will have it.
pub(super) async fn warnings(
    ports: &ServerPorts,
    known: &KnownOnDemand,
    stack: &StackName,
    definition: &Definition,
) -> Result<Vec<Diagnostic>, StoreError> {
    let remarks = remarks(ports, known, stack, &definition.model).await?;
    Ok(remarks.into_iter().map(|remark| remark.warning(&definition.shared)).collect())
}

/// The same for a model, by the versions that are applied now.
pub(super) async fn remarks(
    ports: &ServerPorts,
    known: &KnownOnDemand,
    stack: &StackName,
    model: &Project,
) -> Result<Vec<Remark>, StoreError> {
    // A version that an earlier release has saved may not be read any more, which is said elsewhere.
    let doors = declared_on_demand(model).unwrap_or_default();
    if doors.is_empty() {
        return Ok(Vec::new());
    }
    let stacks = known.stacks(ports).await?;
    let mut remarks = hosts(ports, &stacks, stack, &doors).await?;
    remarks.extend(relations(ports, &stacks, stack, &doors).await?);
    Ok(remarks)
}

/// The hosts that another stack has, or loses.
async fn hosts(
    ports: &ServerPorts,
    stacks: &[DeclaredStack],
    stack: &StackName,
    doors: &[(ServiceName, OnDemand)],
) -> Result<Vec<Remark>, StoreError> {
    let asked = claims(doors.iter().map(|(_, door)| door));
    let is_rival = |other: &&DeclaredStack| {
        other.units.name != *stack && !claims(other.units.doors.values()).is_disjoint(&asked)
    };
    let rivals: Vec<&DeclaredStack> = stacks.iter().filter(is_rival).collect();
    if rivals.is_empty() {
        return Ok(Vec::new());
    }
    let own = ports.stacks.find_by_name(stack).await?.map(|found| (found.created_at, found.id));
    let ours = Claimant { stack, doors: doors.iter().map(|(service, door)| (service, door)).collect() };
    // One that does not exist yet is younger than all that do.
    let mut order = vec![((own.is_none(), own), ours)];
    for DeclaredStack { units, .. } in rivals {
        let Some(found) = ports.stacks.find(units.id).await? else { continue };
        let seniority = (false, Some((found.created_at, found.id)));
        order.push((seniority, Claimant { stack: &units.name, doors: units.doors.iter().collect() }));
    }
    order.sort_by_key(|(seniority, _)| *seniority);
    let applied = stacks.iter().find(|known| known.units.name == *stack);
    let had = applied.map(|applied| claims(applied.units.doors.values())).unwrap_or_default();
    let found = clashes(order.into_iter().map(|(_, claimant)| claimant));
    Ok(found.into_iter().filter_map(|clash| about(clash, stack, &had)).collect())
}

/// What a clash means for this stack, whose applied version had these claims; nothing if it is one of others, or if nothing changes
/// for the other one.
fn about(clash: Clash, stack: &StackName, had: &BTreeSet<(HostPattern, String)>) -> Option<Remark> {
    let address = clash.address();
    let Clash { host, path, taken_by, refused_to } = clash;
    let remark = |service, message, hint| Some(Remark { service, key: "hosts", message, hint });
    if refused_to.0 == *stack {
        let (other, by) = taken_by;
        return remark(refused_to.1, said::route_is_taken(address, by, other), said::give_up_route());
    }
    if taken_by.0 == *stack && !had.contains(&(host, path)) {
        let (other, from) = refused_to;
        return remark(
            taken_by.1,
            said::route_is_taken_over(address, from, other),
            said::choose_other_route(),
        );
    }
    None
}

fn claims<'a>(doors: impl Iterator<Item = &'a OnDemand>) -> BTreeSet<(HostPattern, String)> {
    doors.flat_map(OnDemand::claims).collect()
}

/// The services that other stacks do not have.
async fn relations(
    ports: &ServerPorts,
    stacks: &[DeclaredStack],
    stack: &StackName,
    doors: &[(ServiceName, OnDemand)],
) -> Result<Vec<Remark>, StoreError> {
    let mut remarks = Vec::new();
    for (service, door) in doors {
        for (key, named) in [("needs", &door.needs), ("not-with", &door.not_with)] {
            for (other, wanted) in named {
                let applied = stacks.iter().find(|known| known.units.name == *other);
                // What is of this stack itself is seen in the definition.
                if other == stack || applied.is_some_and(|applied| applied.units.doors.contains_key(wanted)) {
                    continue;
                }
                let message = match ports.stacks.find_by_name(other).await? {
                    None => said::related_stack_unknown(key, other),
                    // What it will have is seen when it is applied.
                    Some(found) if found.current_version.is_none() => continue,
                    Some(_) => said::related_service_unknown(key, other, wanted),
                };
                let hint = said::check_related_names();
                remarks.push(Remark { service: service.clone(), key, message, hint });
            }
        }
    }
    Ok(remarks)
}
