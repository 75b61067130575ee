//! Lists of keys, and the marks of the instances that are missing from them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use core_monitor_domain::ids::{StackId, TemplateId};
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::AuditFilter;
use core_monitor_domain::template::{KeyList, KeySource, Template};
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;

use crate::fixture::{Fixture, ann, at};
use crate::instance_store::new_instance;
use crate::template_store::template;

contract!(
    a_list_says_nothing_before_it_was_taken,
    what_is_missing_from_a_list_is_marked,
    a_list_says_nothing_about_what_came_later,
    an_older_list_changes_nothing,
    a_failure_keeps_keys_and_marks,
    another_source_forgets_what_was_known,
    a_removed_list_takes_its_marks_along,
    a_list_goes_with_its_template,
    a_template_without_a_list_takes_none,
    what_changes_lists_is_in_the_audit,
);

fn keys(keys: &[&str]) -> BTreeSet<InstanceKey> {
    keys.iter().map(|key| key.parse().unwrap()).collect()
}

fn polled(url: &str) -> KeySource {
    KeySource::Polled { url: url.to_owned(), every: Duration::from_mins(1) }
}

/// A template with a list from `source`, and instances that were launched at second 0.
async fn listed(f: &Fixture, source: KeySource, launched: &[&str]) -> Template {
    let shop = template(f, "shop").await.template;
    f.key_lists.set_source(shop.id, source, &ann(), at(0)).await.unwrap();
    for key in launched {
        launch(f, &shop, key, 0).await;
    }
    shop
}

async fn launch(f: &Fixture, template: &Template, key: &str, second: i64) -> StackId {
    let mut new = new_instance(f, template, key, &[]);
    new.stack.version.now = at(second);
    f.instances.launch(new).await.unwrap().instance.stack
}

async fn take(f: &Fixture, template: &Template, listed: &[&str], second: i64) {
    let from = f.key_lists.find(template.id).await.unwrap().map_or(KeySource::Sent, |list| list.source);
    f.key_lists.take(template.id, &from, keys(listed), at(second)).await.unwrap();
}

async fn find(f: &Fixture, template: &Template) -> KeyList {
    f.key_lists.find(template.id).await.unwrap().unwrap()
}

async fn mark(f: &Fixture, template: &Template, key: &str) -> Option<Timestamp> {
    let found = f.instances.find(template.id, &key.parse().unwrap()).await.unwrap();
    found.unwrap().unlisted_since
}

async fn a_list_says_nothing_before_it_was_taken(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    assert_eq!(f.key_lists.find(shop.id).await.unwrap(), None);
    let list = f.key_lists.set_source(shop.id, polled("http://a/"), &ann(), at(0)).await.unwrap();
    assert_eq!(list, KeyList::from_now_on(polled("http://a/")));
    launch(f, &shop, "one", 1).await;
    assert_eq!(mark(f, &shop, "one").await, None);
    let blog = template(f, "blog").await.template;
    f.key_lists.set_source(blog.id, KeySource::Sent, &ann(), at(0)).await.unwrap();
    let all = BTreeMap::from([(shop.id, list), (blog.id, KeyList::from_now_on(KeySource::Sent))]);
    assert_eq!(f.key_lists.all().await.unwrap(), all);
}

async fn what_is_missing_from_a_list_is_marked(f: &Fixture) {
    let shop = listed(f, polled("http://a/"), &["one", "two"]).await;
    let blog = template(f, "blog").await.template;
    launch(f, &blog, "one", 0).await;
    take(f, &shop, &["one", "unknown"], 5).await;
    let list = find(f, &shop).await;
    assert_eq!((list.keys, list.taken_at), (keys(&["one", "unknown"]), Some(at(5))));
    assert_eq!((list.asked_at, list.trouble), (Some(at(5)), None));
    assert_eq!((mark(f, &shop, "one").await, mark(f, &shop, "two").await), (None, Some(at(5))));
    // Since the first list without it.
    take(f, &shop, &[], 8).await;
    assert_eq!((mark(f, &shop, "one").await, mark(f, &shop, "two").await), (Some(at(8)), Some(at(5))));
    take(f, &shop, &["two"], 9).await;
    assert_eq!((mark(f, &shop, "one").await, mark(f, &shop, "two").await), (Some(at(8)), None), "it is back");
    assert_eq!(mark(f, &blog, "one").await, None, "it is of another template");
}

async fn a_list_says_nothing_about_what_came_later(f: &Fixture) {
    let shop = listed(f, KeySource::Sent, &["one"]).await;
    take(f, &shop, &[], 5).await;
    assert_eq!(find(f, &shop).await.asked_at, None, "nobody asks for one that is sent");
    launch(f, &shop, "two", 6).await;
    launch(f, &shop, "three", 8).await;
    take(f, &shop, &[], 7).await;
    assert_eq!(mark(f, &shop, "one").await, Some(at(5)));
    assert_eq!(mark(f, &shop, "two").await, Some(at(7)));
    assert_eq!(mark(f, &shop, "three").await, None);
}

async fn an_older_list_changes_nothing(f: &Fixture) {
    let shop = listed(f, KeySource::Sent, &["one", "two"]).await;
    take(f, &shop, &["one"], 5).await;
    let before = find(f, &shop).await;
    for second in [3, 4] {
        take(f, &shop, &["two"], second).await;
    }
    assert_eq!(find(f, &shop).await, before);
    assert_eq!((mark(f, &shop, "one").await, mark(f, &shop, "two").await), (None, Some(at(5))));
}

async fn a_failure_keeps_keys_and_marks(f: &Fixture) {
    let shop = listed(f, polled("http://a/"), &["one", "two"]).await;
    take(f, &shop, &["one"], 5).await;
    let before = find(f, &shop).await;
    let trouble = Message::foreign("nobody answers");
    f.key_lists.fail(shop.id, &polled("http://a/"), trouble.clone(), at(7)).await.unwrap();
    let failed = KeyList { asked_at: Some(at(7)), trouble: Some(trouble), ..before };
    assert_eq!(find(f, &shop).await, failed);
    let before = Message::foreign("that was before");
    f.key_lists.fail(shop.id, &polled("http://a/"), before, at(6)).await.unwrap();
    assert_eq!(find(f, &shop).await, failed);
    assert_eq!((mark(f, &shop, "one").await, mark(f, &shop, "two").await), (None, Some(at(5))));
    take(f, &shop, &["one"], 8).await;
    let again = KeyList { taken_at: Some(at(8)), asked_at: Some(at(8)), trouble: None, ..failed };
    assert_eq!(find(f, &shop).await, again);
}

async fn another_source_forgets_what_was_known(f: &Fixture) {
    let shop = listed(f, polled("http://a/"), &["one"]).await;
    take(f, &shop, &["two"], 5).await;
    let known = find(f, &shop).await;
    let set = async |source| f.key_lists.set_source(shop.id, source, &ann(), at(6)).await.unwrap();
    assert_eq!(set(polled("http://a/")).await, known);
    let sooner = KeySource::Polled { url: "http://a/".to_owned(), every: Duration::from_secs(5) };
    let asked_sooner = KeyList { source: sooner.clone(), ..known };
    assert_eq!(set(sooner).await, asked_sooner);
    assert_eq!(find(f, &shop).await, asked_sooner);
    assert_eq!(mark(f, &shop, "one").await, Some(at(5)), "it is the same place");
    for source in [polled("http://b/"), KeySource::Sent] {
        take(f, &shop, &["two"], 7).await;
        let forgotten = KeyList::from_now_on(source.clone());
        assert_eq!(set(source).await, forgotten);
        assert_eq!((find(f, &shop).await, mark(f, &shop, "one").await), (forgotten, None));
    }
    take(f, &shop, &[], 3).await;
    assert_eq!(mark(f, &shop, "one").await, Some(at(3)), "what another source said later is forgotten too");
    // An answer that was on its way while the source was changed.
    let before = find(f, &shop).await;
    f.key_lists.take(shop.id, &polled("http://b/"), keys(&["one"]), at(9)).await.unwrap();
    f.key_lists.fail(shop.id, &polled("http://b/"), Message::foreign("too late"), at(9)).await.unwrap();
    assert_eq!(find(f, &shop).await, before);
}

async fn a_removed_list_takes_its_marks_along(f: &Fixture) {
    let shop = listed(f, KeySource::Sent, &["one"]).await;
    take(f, &shop, &[], 5).await;
    assert!(mark(f, &shop, "one").await.is_some());
    assert!(f.key_lists.remove(shop.id, &ann(), at(6)).await.unwrap());
    assert_eq!((f.key_lists.find(shop.id).await.unwrap(), mark(f, &shop, "one").await), (None, None));
    assert!(!f.key_lists.remove(shop.id, &ann(), at(7)).await.unwrap());
    take(f, &shop, &[], 8).await;
    assert_eq!((f.key_lists.find(shop.id).await.unwrap(), mark(f, &shop, "one").await), (None, None));
}

async fn a_list_goes_with_its_template(f: &Fixture) {
    let shop = listed(f, KeySource::Sent, &[]).await;
    take(f, &shop, &["one"], 5).await;
    f.templates.delete(&shop.name, &ann(), at(6)).await.unwrap();
    assert_eq!(f.key_lists.find(shop.id).await.unwrap(), None);
    assert_eq!(f.key_lists.all().await.unwrap(), BTreeMap::new());
    take(f, &shop, &[], 7).await;
    assert_eq!(f.key_lists.find(shop.id).await.unwrap(), None);
    let again = template(f, "shop").await.template;
    assert_eq!(f.key_lists.find(again.id).await.unwrap(), None);
}

async fn a_template_without_a_list_takes_none(f: &Fixture) {
    let shop = listed(f, KeySource::Sent, &[]).await;
    f.templates.delete(&shop.name, &ann(), at(1)).await.unwrap();
    for gone in [shop.id, TemplateId(f.id())] {
        f.key_lists.take(gone, &KeySource::Sent, keys(&["one"]), at(5)).await.unwrap();
        f.key_lists.fail(gone, &KeySource::Sent, Message::foreign("nobody answers"), at(6)).await.unwrap();
        assert!(!f.key_lists.remove(gone, &ann(), at(7)).await.unwrap());
        f.key_lists.set_source(gone, KeySource::Sent, &ann(), at(8)).await.unwrap_err();
        assert_eq!(f.key_lists.find(gone).await.unwrap(), None);
    }
}

async fn what_changes_lists_is_in_the_audit(f: &Fixture) {
    let shop = listed(f, KeySource::Sent, &[]).await;
    f.key_lists.set_source(shop.id, KeySource::Sent, &ann(), at(1)).await.unwrap();
    take(f, &shop, &["one"], 2).await;
    f.key_lists.set_source(shop.id, polled("http://a/"), &ann(), at(3)).await.unwrap();
    f.key_lists.fail(shop.id, &polled("http://a/"), Message::foreign("nobody answers"), at(4)).await.unwrap();
    for second in [5, 6] {
        f.key_lists.remove(shop.id, &ann(), at(second)).await.unwrap();
    }
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let line = |record: &core_monitor_domain::audit::AuditRecord| {
        let entry = &record.entry;
        format!("{} {} {} {}", entry.actor.label(), entry.action, entry.resource, entry.change)
    };
    assert_eq!(
        page.items.iter().map(line).collect::<Vec<_>>(),
        [
            "ann remove_keys template:shop removed",
            "ann set_keys template:shop replaced",
            "ann set_keys template:shop created",
            "ann create_template template:shop created",
        ]
    );
}
