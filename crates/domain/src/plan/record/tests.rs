use core_monitor_message::Message;

use super::*;
use crate::desired::InjectedFile;
use crate::plan::{Cause, StepAction, Target};

fn plan() -> Plan {
    let new = || Target::New { step: StepId(1), name: "shop-web-1".to_owned() };
    let file = InjectedFile {
        path: "/run/secrets/pin".to_owned(),
        content: "4711".to_owned(),
        uid: 0,
        gid: 0,
        mode: InjectedFile::DEFAULT_MODE,
    };
    let step = |id, action, after: &[u32]| Step {
        id: StepId(id),
        action,
        cause: Cause::Missing,
        service: Some("web".parse().unwrap()),
        slot: Some(Slot(1)),
        after: after.iter().copied().map(StepId).collect(),
    };
    Plan {
        steps: vec![
            step(1, StepAction::CopyFiles { container: new(), files: vec![file] }, &[]),
            step(2, StepAction::StartContainer { container: new() }, &[1]),
            step(3, StepAction::AwaitStable { container: new() }, &[2]),
        ],
        blockers: Vec::new(),
        notes: vec![Message::foreign("a note")],
    }
}

fn key() -> PlanKey {
    PlanKey::new([5; 32])
}

#[test]
fn a_record_has_the_text_of_its_plan() {
    assert_eq!(plan().record(&key()).to_string(), plan().to_string());
    let nothing = Plan::default();
    assert_eq!(nothing.record(&key()).to_string(), nothing.to_string());
    assert!(nothing.record(&key()).is_empty() && !plan().record(&key()).is_empty());
}

#[test]
fn a_record_reveals_no_content_not_even_by_guessing() {
    let stored = serde_json::to_string(&plan().record(&key())).unwrap();
    assert!(!stored.contains("4711"), "{stored}");
    assert_eq!(serde_json::from_str::<PlanRecord>(&stored).unwrap(), plan().record(&key()));
    // A reader of the record who tries every possible content without the key never matches a fingerprint.
    let guess = plan().record(&PlanKey::new([0; 32]));
    assert_ne!(guess.steps[0].fingerprint, plan().record(&key()).steps[0].fingerprint);
}

#[test]
fn a_record_of_an_earlier_release_says_no_purpose_and_confirms_either_command() {
    let options = crate::command::ApplyOptions::default();
    let apply = CommandPayload::Apply { version: crate::ids::VersionNumber(1), options };
    let rollback = PlanRecord { purpose: Some(PlanFor::Rollback), ..plan().record(&key()) };
    let mut stored = serde_json::to_value(&rollback).unwrap();
    assert!(serde_json::from_value::<PlanRecord>(stored.clone()).unwrap().is_for_another(&apply));
    stored.as_object_mut().unwrap().remove("purpose");
    let earlier: PlanRecord = serde_json::from_value(stored).unwrap();
    assert_eq!((earlier.purpose, earlier.is_for_another(&apply)), (None, false));
}

#[test]
fn a_step_belongs_to_its_confirmed_plan() {
    let confirmed = ConfirmedPlan::new(&plan().record(&key()), key());
    assert!(confirmed.is(&plan()));
    assert!(plan().steps.iter().all(|step| confirmed.contains(step, &OwnObjects::default())));

    let mut other = plan();
    let StepAction::CopyFiles { files, .. } = &mut other.steps[0].action else { panic!("not the files") };
    files[0].content = "4712".to_owned();
    assert!(!confirmed.is(&other));
    assert!(!confirmed.contains(&other.steps[0], &OwnObjects::default()));
    assert!(confirmed.contains(&other.steps[1], &OwnObjects::default()));

    let mut wait = plan().steps.remove(2);
    wait.service = Some("other".parse().unwrap());
    assert!(confirmed.contains(&wait, &OwnObjects::default()), "a wait writes nothing");
}

#[test]
fn under_another_key_nothing_belongs_to_the_plan() {
    let confirmed = ConfirmedPlan::new(&plan().record(&key()), PlanKey::new([6; 32]));
    assert!(!confirmed.is(&plan()));
    assert!(!confirmed.contains(&plan().steps[0], &OwnObjects::default()));
}

#[test]
fn waits_and_notes_do_not_change_the_fingerprint() {
    let mut other = plan();
    other.steps.pop();
    other.notes.clear();
    assert!(ConfirmedPlan::new(&plan().record(&key()), key()).is(&other));
}

#[test]
fn a_stale_plan_says_what_would_be_done_now_and_what_not() {
    let confirmed = ConfirmedPlan::new(&plan().record(&key()), key());
    assert!(confirmed.differences(&plan()).is_empty());
    let mut now = plan();
    now.steps.remove(0);
    now.steps[0].action = StepAction::PauseContainer {
        container: Target::Existing { id: "c1".into(), name: "shop-web-1".to_owned() },
    };
    let differences: Vec<_> = confirmed.differences(&now).iter().map(ToString::to_string).collect();
    assert_eq!(
        differences,
        [
            "`pause shop-web-1` would be needed now (does not exist)",
            "`put /run/secrets/pin into shop-web-1` is not needed any more",
            "`start shop-web-1` is not needed any more",
        ]
    );
}
