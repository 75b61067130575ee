//! What becomes known of versions after they were saved: tags, and the images of releases.

use std::collections::BTreeMap;

use core_monitor_domain::ids::{ImageId, VersionNumber};
use core_monitor_domain::ports::{AuditFilter, IfMatch, StackChange, TagError};
use core_monitor_domain::release::{ImagePin, Release};
use core_monitor_domain::stack_version::VersionTag;

use crate::fixture::{Fixture, ann, at, done_with};

contract!(
    a_tag_is_given_moved_and_taken_away_with_a_line_in_the_audit,
    a_tag_is_unique_within_its_stack,
    only_what_is_there_is_tagged,
    a_version_has_the_images_of_its_last_release,
);

const V1: VersionNumber = VersionNumber(1);
const V2: VersionNumber = VersionNumber(2);

fn tag(text: &str) -> VersionTag {
    text.parse().unwrap()
}

async fn tags(f: &Fixture, stack: core_monitor_domain::ids::StackId) -> Vec<(u32, String)> {
    let records = f.version_records.between(stack, V1, VersionNumber(9)).await.unwrap();
    records.into_iter().filter_map(|(version, record)| Some((version.0, record.tag?.to_string()))).collect()
}

async fn a_tag_is_given_moved_and_taken_away_with_a_line_in_the_audit(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap();
    let give = async |version, tag| f.version_records.tag(stack, version, tag, &ann(), at(5)).await.unwrap();
    give(V1, Some(tag("good"))).await;
    give(V1, Some(tag("good"))).await;
    assert_eq!(tags(f, stack).await, [(1, "good".to_owned())]);
    give(V1, Some(tag("better"))).await;
    give(V2, Some(tag("good"))).await;
    assert_eq!(tags(f, stack).await, [(1, "better".to_owned()), (2, "good".to_owned())]);
    assert_eq!(f.version_records.between(stack, V2, V2).await.unwrap().len(), 1);
    give(V1, None).await;
    give(V1, None).await;
    assert_eq!(tags(f, stack).await, [(2, "good".to_owned())]);
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let lines: Vec<_> =
        page.items.iter().map(|line| format!("{} {}", line.entry.action, line.entry.change)).collect();
    let line = |change: &str| format!("tag_version {change}");
    assert_eq!(lines, [line("removed"), line("created"), line("replaced"), line("created")]);
}

async fn a_tag_is_unique_within_its_stack(f: &Fixture) {
    let (stack, other) = (f.stack("web").await.stack.id, f.stack("db").await.stack.id);
    f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap();
    f.version_records.tag(stack, V1, Some(tag("good")), &ann(), at(5)).await.unwrap();
    let taken = f.version_records.tag(stack, V2, Some(tag("good")), &ann(), at(6)).await;
    assert!(matches!(taken, Err(TagError::Taken { holder: V1 })), "{taken:?}");
    f.version_records.tag(other, V1, Some(tag("good")), &ann(), at(7)).await.unwrap();
    assert_eq!(tags(f, stack).await, tags(f, other).await);
}

async fn only_what_is_there_is_tagged(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let missing = f.version_records.tag(stack, V2, Some(tag("good")), &ann(), at(5)).await;
    assert!(matches!(missing, Err(TagError::VersionNotFound)), "{missing:?}");
    let nobody = core_monitor_domain::ids::StackId(f.id());
    let missing = f.version_records.tag(nobody, V1, Some(tag("good")), &ann(), at(5)).await;
    assert!(matches!(missing, Err(TagError::StackNotFound)), "{missing:?}");
    assert!(f.version_records.between(stack, V1, V2).await.unwrap().is_empty());
}

async fn a_version_has_the_images_of_its_last_release(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(1).await;
    for (second, digest) in [(2, "sha256:a"), (3, "sha256:b")] {
        let command = f.apply(stack).await;
        let pin = ImagePin {
            reference: "nginx:1.27".to_owned(),
            id: ImageId::from("sha256:1"),
            digest: Some(digest.to_owned()),
        };
        let images = BTreeMap::from([("web".parse().unwrap(), pin)]);
        let (command_id, containers) = (command.id, Vec::new());
        let release =
            Release { stack_id: stack, version: V1, command_id, at: at(second), images, containers };
        let change =
            StackChange { current_version: Some(V1), release: Some(release), ..StackChange::default() };
        f.run(&lease, second, done_with(change)).await;
    }
    let records = f.version_records.between(stack, V1, V2).await.unwrap();
    let images = &records[&V1].images;
    let digests: Vec<_> = images.values().map(|pin| pin.digest.as_deref()).collect();
    assert_eq!((records.len(), digests), (1, vec![Some("sha256:b")]));
}
