//! Rollouts of templates.

use std::num::NonZeroU8;

use core_monitor_domain::ids::{CommandId, VersionNumber};
use core_monitor_domain::ports::AuditFilter;
use core_monitor_domain::template::{AfterFailure, Rollout, RolloutState, Taken};
use core_monitor_message::Message;
use uuid::Uuid;

use crate::fixture::{Fixture, ann, at};
use crate::template_store::template;

contract!(
    one_rollout_of_a_template_is_under_way_at_a_time,
    a_rollout_goes_on_from_what_was_seen,
    a_rollout_is_cancelled_once,
    a_rollout_goes_with_its_template,
    what_begins_and_cancels_rollouts_is_in_the_audit,
);

fn rollout(version: u32, second: i64) -> Rollout {
    let pace = (NonZeroU8::MIN, AfterFailure::Continue);
    Rollout::begun(VersionNumber(version), pace, "newer image".to_owned(), ann(), at(second))
}

async fn one_rollout_of_a_template_is_under_way_at_a_time(f: &Fixture) {
    let shop = template(f, "shop").await.template.id;
    let blog = template(f, "blog").await.template.id;
    assert_eq!(f.rollouts.find(shop).await.unwrap(), None);
    let first = rollout(1, 1);
    assert_eq!(f.rollouts.begin(shop, &first).await.unwrap(), None);
    assert_eq!(f.rollouts.begin(shop, &rollout(2, 2)).await.unwrap(), Some(first.clone()));
    assert_eq!(f.rollouts.find(shop).await.unwrap(), Some(first.clone()));
    assert_eq!(f.rollouts.begin(blog, &rollout(1, 3)).await.unwrap(), None, "another template");
    assert_eq!(f.rollouts.open().await.unwrap().len(), 2);
    let over = first.clone().rested(true, at(4));
    assert!(f.rollouts.advance(shop, &first, &over).await.unwrap());
    assert_eq!(f.rollouts.open().await.unwrap(), [(blog, rollout(1, 3))]);
    assert_eq!(f.rollouts.begin(shop, &rollout(2, 5)).await.unwrap(), None, "the first one is over");
    assert_eq!(f.rollouts.find(shop).await.unwrap(), Some(rollout(2, 5)));
}

async fn a_rollout_goes_on_from_what_was_seen(f: &Fixture) {
    let shop = template(f, "shop").await.template.id;
    let first = rollout(1, 1);
    assert!(!f.rollouts.advance(shop, &first, &first).await.unwrap(), "there is none");
    f.rollouts.begin(shop, &first).await.unwrap();
    let key = || "one".parse().unwrap();
    let next = first.clone().took(key(), Taken::Command(CommandId(Uuid::from_u128(7))));
    assert!(f.rollouts.advance(shop, &first, &next).await.unwrap());
    let other = first.clone().took(key(), Taken::AsItIs);
    assert!(!f.rollouts.advance(shop, &first, &other).await.unwrap(), "somebody was quicker");
    assert_eq!(f.rollouts.find(shop).await.unwrap(), Some(next.clone()));
    let failed = next.clone().settled(&key(), Err(Message::foreign("no such image")));
    assert!(f.rollouts.advance(shop, &next, &failed).await.unwrap());
    assert_eq!(f.rollouts.find(shop).await.unwrap(), Some(failed));
}

async fn a_rollout_is_cancelled_once(f: &Fixture) {
    let shop = template(f, "shop").await.template.id;
    assert_eq!(f.rollouts.cancel(shop, &ann(), at(2)).await.unwrap(), None);
    f.rollouts.begin(shop, &rollout(1, 1)).await.unwrap();
    let cancelled = f.rollouts.cancel(shop, &ann(), at(2)).await.unwrap().unwrap();
    assert_eq!(cancelled.state, RolloutState::Cancelling);
    assert_eq!(f.rollouts.find(shop).await.unwrap(), Some(cancelled.clone()));
    let over = cancelled.clone().rested(false, at(3));
    assert!(f.rollouts.advance(shop, &cancelled, &over).await.unwrap());
    assert_eq!(f.rollouts.cancel(shop, &ann(), at(4)).await.unwrap(), Some(over));
}

async fn a_rollout_goes_with_its_template(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    f.rollouts.begin(shop.id, &rollout(1, 1)).await.unwrap();
    f.templates.delete(&shop.name, &ann(), at(2)).await.unwrap();
    assert_eq!(f.rollouts.find(shop.id).await.unwrap(), None);
    assert_eq!(f.rollouts.open().await.unwrap(), []);
    assert!(f.rollouts.begin(shop.id, &rollout(1, 3)).await.is_err());
}

async fn what_begins_and_cancels_rollouts_is_in_the_audit(f: &Fixture) {
    let shop = template(f, "shop").await.template.id;
    f.rollouts.begin(shop, &rollout(1, 1)).await.unwrap();
    f.rollouts.begin(shop, &rollout(2, 2)).await.unwrap();
    for second in [3, 4] {
        f.rollouts.cancel(shop, &ann(), at(second)).await.unwrap();
    }
    let filter = AuditFilter { limit: 10, ..AuditFilter::default() };
    let records = f.audit.list(&filter).await.unwrap().items;
    let actions: Vec<_> =
        records.iter().map(|record| (record.entry.action.as_str(), record.entry.at)).collect();
    assert_eq!(actions, [("cancel_rollout", at(3)), ("start_rollout", at(1)), ("create_template", at(0))]);
}
