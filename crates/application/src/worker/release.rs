//! The release recorded after a successful apply.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::ids::{CommandId, ContainerId, ImageId, StackId, VersionNumber};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{ContainerState, Observation, ObservedContainer};
use core_monitor_domain::release::{ImagePin, Release, ReleasedContainer};
use core_monitor_domain::stack::{RunId, Stack};
use core_monitor_domain::time::Timestamp;

use super::goal::{Goal, GoalKind};

/// What a release is recorded under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReleaseKey {
    pub(crate) stack_id: StackId,
    /// The command that applied it.
    pub(crate) command_id: CommandId,
    pub(crate) at: Timestamp,
}

/// The release of `version`, from an observation of the stack for which the plan was empty.
pub(crate) fn release(
    goal: &Goal,
    version: VersionNumber,
    observed: &Observation,
    key: ReleaseKey,
) -> Release {
    let mut containers: Vec<_> = observed
        .containers
        .iter()
        .filter_map(|container| {
            let (service, slot) = (container.service()?, container.slot()?);
            Some(ReleasedContainer { service, slot, id: container.id.clone(), name: container.name.clone() })
        })
        .collect();
    containers.sort_by(|a, b| (&a.service, a.slot, &a.id).cmp(&(&b.service, b.slot, &b.id)));
    let ReleaseKey { stack_id, command_id, at } = key;
    Release { stack_id, version, command_id, at, images: images(goal, observed), containers }
}

fn images(goal: &Goal, observed: &Observation) -> BTreeMap<ServiceName, ImagePin> {
    let services = goal.desired.services.iter();
    let pins = services.filter_map(|service| {
        let pinned = goal.pins.get(&service.name).filter(|pin| pin.reference == service.image().to_string());
        // What a deployment into another service has left as it is may be anything.
        if let (Some(only), Some(pin)) = (&goal.only, pinned)
            && *only != service.name
        {
            return Some((service.name.clone(), pin.clone()));
        }
        let of_service = |c: &&_| ObservedContainer::service(c).as_ref() == Some(&service.name);
        let running = observed.containers.iter().find(of_service).map(|container| container.image_id.clone());
        // A service without replicas has no container to ask.
        let id = running.or_else(|| observed.host.image(service.image()).map(|image| image.id.clone()))?;
        let digest = digest(service.image(), &id, observed);
        Some((service.name.clone(), ImagePin { reference: service.image().to_string(), id, digest }))
    });
    pins.collect()
}

/// The digest under the repository name that the definition uses, else any: they all identify the same image.
fn digest(reference: &ImageRef, id: &ImageId, observed: &Observation) -> Option<String> {
    let image = observed.host.images.iter().find(|image| image.id == *id)?;
    let name = |digest: &str| ImageRef::from(digest).familiar().split('@').next().map(str::to_owned);
    let wanted = ImageRef(format!("{}@sha256:0", reference.name())).familiar();
    let wanted = wanted.split('@').next().map(str::to_owned);
    image.digests.iter().find(|digest| name(digest) == wanted).or(image.digests.first()).cloned()
}

/// The containers that are down on purpose once a command with this goal is done: those that it has stopped, and those that had
/// failed before a STOP. What has succeeded has done its work, and goes on counting as done.
pub(crate) fn stopping(
    kind: &GoalKind,
    stopped: &BTreeSet<ContainerId>,
    observed: &Observation,
) -> BTreeSet<ContainerId> {
    let chosen = match kind {
        GoalKind::Pause(_) => return stopped.clone(),
        GoalKind::Stop(chosen) => chosen,
        _ => return BTreeSet::new(),
    };
    let is_meant = |container: &ObservedContainer| {
        chosen.is_all() || container.service().is_some_and(|name| chosen.contains(&name))
    };
    let failed = observed.containers.iter().filter(|container| {
        matches!(container.state, ContainerState::Exited { code } if code != 0) && is_meant(container)
    });
    stopped.iter().chain(failed.map(|container| &container.id)).cloned().collect()
}

/// The runs that are stopped on purpose: the known ones that nothing has restarted since, and those of the containers
/// in `stopping`. `None` if the stack already records exactly these.
pub(crate) fn stopped_runs(
    stack: &Stack,
    stopping: &BTreeSet<ContainerId>,
    observed: &Observation,
) -> Option<Vec<RunId>> {
    let down = observed.containers.iter().filter(|container| !container.state.is_up());
    let mut runs: Vec<_> = down
        .filter_map(ObservedContainer::run)
        .filter(|run| stopping.contains(&run.container) || stack.stopped_runs.contains(run))
        .collect();
    runs.sort_unstable();
    let mut known = stack.stopped_runs.clone();
    known.sort_unstable();
    (runs != known).then_some(runs)
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::labels;
    use core_monitor_domain::observation::ObservedImage;
    use core_monitor_domain::planner::Chosen;

    use super::*;
    use crate::worker::fixture;

    #[test]
    fn a_run_is_stopped_on_purpose_until_the_container_runs_again() {
        let stopped = fixture::container("shop-web-1", ContainerState::Exited { code: 143 });
        let ended = fixture::container("shop-etl-1", ContainerState::Exited { code: 0 });
        let mut stack = fixture::stack();
        let mut observed = fixture::observation(vec![stopped.clone(), ended]);
        let runs = stopped_runs(&stack, &BTreeSet::from([stopped.id.clone()]), &observed).unwrap();
        assert_eq!(runs, [stopped.run().unwrap()]);

        stack.stopped_runs = runs;
        assert_eq!(stopped_runs(&stack, &BTreeSet::new(), &observed), None);
        observed.containers[0] = ObservedContainer { state: ContainerState::Running, ..stopped };
        assert_eq!(stopped_runs(&stack, &BTreeSet::new(), &observed), Some(Vec::new()));
    }

    #[test]
    fn what_had_failed_before_a_stop_is_stopped_by_it() {
        let mut failed = fixture::container("shop-web-1", ContainerState::Exited { code: 137 });
        failed.labels.insert(labels::SERVICE.into(), "web".into());
        let done = fixture::container("shop-etl-1", ContainerState::Exited { code: 0 });
        let observed = fixture::observation(vec![failed.clone(), done.clone()]);
        let ended = BTreeSet::from([done.id.clone()]);
        let of = |kind: &GoalKind| stopping(kind, &ended, &observed);
        assert_eq!(of(&GoalKind::Stop(Chosen::All)), BTreeSet::from([failed.id.clone(), done.id.clone()]));
        assert_eq!(
            of(&GoalKind::Stop(Chosen::Named("web".parse().unwrap()))),
            BTreeSet::from([failed.id.clone(), done.id.clone()])
        );
        let other = GoalKind::Stop(Chosen::Named("other".parse().unwrap()));
        assert_eq!(of(&other), ended);
        assert_eq!(of(&GoalKind::Pause(Chosen::All)), ended);
        assert_eq!(of(&GoalKind::Start(Chosen::All)), BTreeSet::new());
    }

    #[test]
    fn the_digest_goes_by_the_name_that_the_definition_uses() {
        let mut observed = fixture::observation(Vec::new());
        let id = ImageId::from("sha256:1");
        observed.host.images.push(ObservedImage {
            id: id.clone(),
            tags: vec!["app:1".to_owned()],
            digests: vec!["mirror.example/app@sha256:a".to_owned(), "app@sha256:b".to_owned()],
            build: None,
        });
        let find = |reference: &str| digest(&ImageRef::from(reference), &id, &observed);
        assert_eq!(find("docker.io/library/app:1").as_deref(), Some("app@sha256:b"));
        assert_eq!(find("other:1").as_deref(), Some("mirror.example/app@sha256:a"));
        assert_eq!(digest(&ImageRef::from("app:1"), &ImageId::from("sha256:2"), &observed), None);
    }
}
