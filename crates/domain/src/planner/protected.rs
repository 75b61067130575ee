//! Refuses what no stack gets, before the first step. The worker asks once more before it creates something.

use std::collections::BTreeSet;

use super::PlanningInput;
use super::index::HostIndex;
use crate::command::FailureCode;
use crate::desired::MountKind;
use crate::ids::ContainerId;
use crate::plan::{Blocker, CreateContainer, Plan, StepAction, Target};
use crate::protection::{Asking, Protected, Refusal, VolumeSource, own_container, shared_containers};
use crate::stack_version::folder_in;

/// Refuses a plan that would create a container or a volume with something that is protected. What exists already is left as
/// it is.
pub(super) fn guard(plan: &mut Plan, input: &PlanningInput<'_>, index: &HostIndex<'_>) {
    let root = input.observed.host.stacks_dir.as_deref();
    let folder = root.map(|root| folder_in(root, input.provenance.stack_id)).unwrap_or_default();
    let asking = Asking { stack: &input.provenance.stack, folder: &folder };
    let scene = Scene { input, index, asking, protected: &input.observed.host.protected };
    let mut refusals: Vec<Refusal> = Vec::new();
    // All containers of a service have the same definition.
    let mut seen = BTreeSet::new();
    for step in &plan.steps {
        match &step.action {
            StepAction::CreateContainer(create) if seen.insert(&create.service) => {
                refusals.extend(scene.of_container(create));
            }
            StepAction::CreateVolume { volume, .. } => {
                let source = VolumeSource { driver: volume.driver.as_deref(), options: &volume.driver_opts };
                refusals.extend(scene.protected.of_volume(asking, &volume.name, source));
            }
            _ => {}
        }
    }
    plan.blockers.extend(refusals.iter().map(blocker));
}

fn blocker(refusal: &Refusal) -> Blocker {
    Blocker {
        code: FailureCode::SelfProtected,
        message: refusal.message(),
        hint: Some(refusal.hint()),
        subject: refusal.owner.clone(),
    }
}

struct Scene<'a> {
    input: &'a PlanningInput<'a>,
    index: &'a HostIndex<'a>,
    asking: Asking<'a>,
    protected: &'a Protected,
}

impl Scene<'_> {
    fn of_container(&self, create: &CreateContainer) -> Vec<Refusal> {
        let owner = create.service.as_str();
        let mut refusals = self.protected.of_container(self.asking, owner, &create.spec);
        // A volume that was made by hand can be any folder, too.
        for mount in &create.spec.mounts {
            let MountKind::Volume { name: Some(name), .. } = &mount.kind else { continue };
            let Some(volume) = self.index.volumes.get(name.as_str()) else { continue };
            let source = VolumeSource { driver: Some(&volume.driver), options: &volume.options };
            refusals.extend(self.protected.of_volume(self.asking, name, source));
        }
        let own = self.own_containers(create);
        refusals.extend(own.into_iter().map(|name| Refusal::of_container(self.asking.stack, owner, name)));
        refusals
    }

    /// The names of Core Monitor's own containers that it would share something with.
    fn own_containers(&self, create: &CreateContainer) -> BTreeSet<&str> {
        let host = &self.input.observed.host;
        let is_service = |name: &str| create.parents.keys().any(|service| service.as_str() == name);
        let named = shared_containers(&create.spec, is_service);
        let existing = create.parents.values().filter_map(Target::existing).map(ContainerId::as_str);
        let all = named.chain(existing);
        all.filter_map(|reference| own_container(host, reference)).map(|one| one.name.as_str()).collect()
    }
}
