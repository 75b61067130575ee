use super::*;
use crate::artifact::{ArtifactDigest, ArtifactForm, Owner};

fn content(digest: u8) -> SlotContent {
    SlotContent {
        digest: ArtifactDigest([digest; 32]),
        path: "/app.war".to_owned(),
        form: ArtifactForm::File,
        owner: Owner::default(),
        mode: 0o644,
    }
}

fn slot() -> SlotName {
    "app".parse().unwrap()
}

fn placed(digest: u8) -> SlotChange {
    let place = SlotPlace { container: ContainerId::from("c"), slot: slot() };
    let content = content(digest);
    SlotChange::Placed(Box::new(Placed { place, content, run: None, active: false, log_from: None }))
}

fn after(changes: impl IntoIterator<Item = SlotChange>) -> Option<Placement> {
    changes.into_iter().fold(None, |known, change| change.applied(&slot(), known))
}

#[test]
fn a_put_without_an_end_leaves_both_contents_as_remains() {
    let known = after([placed(1), SlotChange::Activated, SlotChange::Verified]).unwrap();
    assert_eq!((known.content, known.active, known.verified), (Some(content(1)), true, true));
    let begun = after([placed(1), SlotChange::Activated, SlotChange::Begun(Box::new(content(2)))]).unwrap();
    assert_eq!(begun.content, None);
    assert_eq!(begun.remains, [content(1), content(2)]);
    assert!(!begun.active && !begun.verified);
    let again = [SlotChange::Begun(Box::new(content(2))), SlotChange::Begun(Box::new(content(2)))];
    assert_eq!(after(again).unwrap().remains, [content(2)]);
}

#[test]
fn a_put_that_ended_is_the_whole_content() {
    let known = after([SlotChange::Begun(Box::new(content(1))), placed(1)]).unwrap();
    assert_eq!(known.contents().collect::<Vec<_>>(), [&content(1)]);
}

#[test]
fn nothing_is_active_that_was_never_put_in() {
    assert_eq!(after([SlotChange::Activated, SlotChange::Verified]), None);
}
