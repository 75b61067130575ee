use std::sync::Arc;

use super::*;
use crate::desired::{ContainerSpec, PullPolicy, SpecHash};
use crate::ids::{ContainerId, ImageId, StackId, StepId};
use crate::labels;
use crate::observation::{ContainerState, FileEdit, RunEnding};
use crate::plan::Target;

fn desired(replicas: u32) -> DesiredStack {
    let container = ContainerSpec::default();
    let web = ServiceSpec {
        name: "web".parse().unwrap(),
        replicas,
        container_name: None,
        pull_policy: PullPolicy::Missing,
        build: None,
        depends_on: Vec::new(),
        is_job: false,
        is_awaited: false,
        mounted: None,
        secrets: crate::desired::SecretVersions::default(),
        slots: Vec::new(),
        hash: SpecHash::of_container(None, &container),
        container: Arc::new(container),
    };
    DesiredStack { services: vec![web], ..DesiredStack::empty("shop".parse().unwrap()) }
}

fn container(slot: u32) -> ObservedContainer {
    let own = [(labels::SERVICE, "web".to_owned()), (labels::SLOT, slot.to_string())];
    ObservedContainer {
        id: ContainerId(format!("c{slot}")),
        name: format!("shop-web-{slot}"),
        labels: own.map(|(key, value)| (key.to_owned(), value)).into(),
        image: "app:1".to_owned(),
        image_id: ImageId::from("sha256:0"),
        state: ContainerState::Running,
        ending: RunEnding::default(),
        health: None,
        created_at: None,
        started_at: None,
        finished_at: None,
        restart_count: 0,
        error: String::new(),
        networks: BTreeMap::new(),
        network_mode: String::new(),
        pid_mode: String::new(),
        ipc_mode: String::new(),
        mounts: Vec::new(),
        ports: Vec::new(),
        placements: Vec::new(),
    }
}

fn start(slot: u32, cause: Cause) -> Step {
    let (id, name) = (ContainerId(format!("c{slot}")), format!("shop-web-{slot}"));
    let action = StepAction::StartContainer { container: Target::Existing { id, name } };
    Step {
        id: StepId(1),
        action,
        cause,
        service: "web".parse().ok(),
        slot: Some(Slot(slot)),
        after: Vec::new(),
    }
}

fn check(replicas: u32, there: &[u32], steps: &[Step], numbers: &[(u32, u32)], left: &[(&str, &str)]) {
    let containers: Vec<_> = there.iter().copied().map(container).collect();
    let found = sayable(&desired(replicas), steps, &containers, &[], &BTreeMap::new());
    let said: Vec<_> = found.numbers.iter().map(|number| (number.before, number.now)).collect();
    let kept: Vec<_> = found.left.iter().map(|left| (left.subject.as_str(), left.reason.code())).collect();
    assert_eq!((said.as_slice(), kept.as_slice()), (numbers, left), "{there:?} of {replicas}");
}

#[test]
fn a_number_of_containers_is_said_unless_there_is_a_gap() {
    check(2, &[1, 2], &[], &[], &[]);
    check(3, &[1], &[start(2, Cause::Missing), start(3, Cause::Missing)], &[(3, 1)], &[]);
    check(1, &[], &[start(1, Cause::Missing)], &[(1, 0)], &[]);
    check(1, &[1, 2], &[start(2, Cause::ScaledDown)], &[(1, 2)], &[]);
    check(2, &[2], &[start(1, Cause::Missing)], &[], &[("shop-web-1", "gap_in_containers")]);
}

#[test]
fn what_a_definition_cannot_say_is_named_once_with_its_reason() {
    let stopped = [start(1, Cause::NotRunning), start(1, Cause::NotRunning)];
    check(1, &[1], &stopped, &[], &[("shop-web-1", "running_is_no_definition")]);
    check(1, &[1], &[start(1, Cause::ImageChanged)], &[], &[("shop-web-1", "image_has_moved")]);
    check(1, &[1], &[start(1, Cause::Safety)], &[], &[]);
    // One that is gone is said, one that has stopped is not.
    let both = [start(1, Cause::NotRunning), start(2, Cause::Missing)];
    check(2, &[1], &both, &[(2, 1)], &[("shop-web-1", "running_is_no_definition")]);
}

#[test]
fn a_file_is_said_as_far_as_it_could_be_read() {
    let stack_id = StackId(uuid::Uuid::nil());
    let edited = |path: &str| EditedFile { stack_id, path: path.to_owned(), edit: FileEdit::Changed };
    let edited = ["away", "gone", "logo", "text"].map(edited);
    let text = HostFile::Text { text: "a=1\n".to_owned(), executable: false };
    let read = [("gone", HostFile::Gone), ("logo", HostFile::Other), ("text", text)];
    let read = read.map(|(path, file)| (path.to_owned(), file)).into();
    let found = sayable(&desired(0), &[], &[], &edited, &read);
    let files: Vec<_> = found
        .files
        .iter()
        .map(|now| (now.path.as_str(), now.file.as_ref().and_then(SourceFile::text)))
        .collect();
    assert_eq!(files, [("gone", None), ("text", Some("a=1\n"))]);
    let left: Vec<_> = found.left.iter().map(|left| (left.subject.as_str(), left.reason.code())).collect();
    assert_eq!(left, [("away", "file_only_on_the_host"), ("logo", "file_is_no_text")]);
}
