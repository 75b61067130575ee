//! Instances of templates, and the ports of the host that they have.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{CommandId, StackId, TemplateId, VersionNumber};
use core_monitor_domain::ports::{
    AuditFilter, Finish, IfMatch, InstanceChange, InstanceFilter, LaunchError, NewApply, NewInstance,
    SaveError, StackChange,
};
use core_monitor_domain::template::{ParameterName, Template};
use serde_json::{Value, json};

use crate::fixture::{Fixture, ann, at, done_with};
use crate::template_store::{new_version, template};

contract!(
    a_launched_instance_is_a_stack_with_its_apply,
    a_launch_is_all_or_nothing,
    a_key_belongs_to_one_instance,
    only_a_version_of_a_live_template_is_launched,
    ports_are_free_again_when_the_stack_is_deleted,
    a_change_replaces_ports_and_values_and_applies,
    a_refused_change_changes_nothing,
    instances_are_listed_across_templates_in_pages,
    what_has_stopped_is_noted,
    an_instance_is_held_until_it_is_released,
    a_change_keeps_what_is_known_of_an_instance,
    the_applied_version_tells_where_an_instance_is_reached,
    the_ports_of_the_applied_version_stay_claimed,
);

/// An instance of the newest version of `template` by `ann` at second 0.
pub(crate) fn new_instance(
    f: &Fixture,
    template: &Template,
    key: &str,
    taken: &[(&str, u16)],
) -> NewInstance {
    NewInstance {
        template: template.id,
        template_version: template.latest_version,
        key: key.parse().unwrap(),
        values: values(3),
        ports: ports(taken),
        stack: f.new_stack(&format!("{}-{key}", template.name)),
        apply: apply(f),
    }
}

fn apply(f: &Fixture) -> NewApply {
    let options = ApplyOptions::default();
    NewApply { command_id: CommandId(f.id()), options, leaves_on_failure: true }
}

fn values(size: i64) -> BTreeMap<ParameterName, Value> {
    let values = [("SIZE", json!(size)), ("NAME", json!("Café \"x\"")), ("DEBUG", json!(true))];
    values.into_iter().map(|(name, value)| (name.parse().unwrap(), value)).collect()
}

fn ports(ports: &[(&str, u16)]) -> BTreeMap<ParameterName, u16> {
    ports.iter().map(|(name, port)| (name.parse().unwrap(), *port)).collect()
}

fn change(f: &Fixture, stack: StackId, taken: &[(&str, u16)]) -> InstanceChange {
    InstanceChange {
        stack,
        template_version: VersionNumber(1),
        values: values(4),
        ports: ports(taken),
        if_match: IfMatch::Any,
        version: f.new_version(),
        apply: apply(f),
    }
}

async fn all_ports(f: &Fixture) -> Vec<u16> {
    f.instances.ports().await.unwrap().into_iter().collect()
}

async fn a_launched_instance_is_a_stack_with_its_apply(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let new = new_instance(f, &shop, "one", &[("PORT", 8002), ("ADMIN", 9000)]);
    let launched = f.instances.launch(new.clone()).await.unwrap();
    let (instance, deployed) = (launched.instance, launched.deployed);
    assert_eq!(instance, new.instance());
    assert_eq!((deployed.stack.id, deployed.stack.name.as_str()), (new.stack.id, "shop-one"));
    let version = VersionNumber(1);
    assert_eq!((deployed.version.version, deployed.replayed), (version, false));
    assert_eq!(deployed.command.payload, CommandPayload::Apply { version, options: ApplyOptions::default() });
    assert_eq!(deployed.command.status, CommandStatus::Pending);
    assert_eq!(f.stacks.find(new.stack.id).await.unwrap(), Some(deployed.stack));
    assert_eq!(f.stacks.find_version(new.stack.id, version).await.unwrap(), Some(deployed.version));
    assert_eq!(f.queue.find(deployed.command.id).await.unwrap(), Some(deployed.command));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY PENDING\n");
    assert_eq!(f.instances.find(shop.id, &new.key).await.unwrap().as_ref(), Some(&instance));
    assert_eq!(f.instances.of_stack(new.stack.id).await.unwrap(), Some(instance));
    assert_eq!(f.instances.ports().await.unwrap(), BTreeSet::from([8002, 9000]));
    let other = f.stack("web").await.stack.id;
    assert_eq!(f.instances.of_stack(other).await.unwrap(), None);
    assert_eq!(f.instances.find(shop.id, &"two".parse().unwrap()).await.unwrap(), None);
    assert_eq!(f.instances.find(TemplateId(f.id()), &new.key).await.unwrap(), None);
}

async fn a_launch_is_all_or_nothing(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let first = f.instances.launch(new_instance(f, &shop, "one", &[("PORT", 8002)])).await.unwrap();
    f.stack("shop-named").await;
    let before = (f.queue().await, f.record().await);

    let taken = f.instances.launch(new_instance(f, &shop, "two", &[("ADMIN", 9000), ("PORT", 8002)])).await;
    assert!(matches!(taken, Err(LaunchError::PortTaken { port: 8002 })), "{taken:?}");
    let named = f.instances.launch(new_instance(f, &shop, "named", &[("PORT", 8003)])).await;
    assert!(matches!(named, Err(LaunchError::Save(SaveError::NameTaken { .. }))), "{named:?}");
    let mut twice = new_instance(f, &shop, "twice", &[("PORT", 8004)]);
    twice.apply.command_id = first.deployed.command.id;
    let twice = f.instances.launch(twice).await;
    assert!(matches!(twice, Err(LaunchError::Save(SaveError::Store(_)))), "{twice:?}");
    let same = f.instances.launch(new_instance(f, &shop, "same", &[("ADMIN", 8005), ("PORT", 8005)])).await;
    assert!(matches!(same, Err(LaunchError::Save(SaveError::Store(_)))), "{same:?}");

    for key in ["two", "named", "twice", "same"] {
        assert_eq!(f.instances.find(shop.id, &key.parse().unwrap()).await.unwrap(), None, "{key}");
    }
    for name in ["shop-two", "shop-twice", "shop-same"] {
        assert_eq!(f.stacks.find_by_name(&name.parse().unwrap()).await.unwrap(), None, "{name}");
    }
    assert_eq!(all_ports(f).await, [8002]);
    assert_eq!((f.queue().await, f.record().await), before);
}

async fn a_key_belongs_to_one_instance(f: &Fixture) {
    let (shop, blog) = (template(f, "shop").await.template, template(f, "blog").await.template);
    let first = f.instances.launch(new_instance(f, &shop, "one", &[("PORT", 8002)])).await.unwrap();
    // Whoever launches it again is told of it, whatever else would be wrong.
    let again = f.instances.launch(new_instance(f, &shop, "one", &[("PORT", 8002)])).await.unwrap_err();
    let LaunchError::Exists(instance) = again else { panic!("{again}") };
    assert_eq!(*instance, first.instance);
    f.instances.launch(new_instance(f, &blog, "one", &[("PORT", 8003)])).await.unwrap();
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY PENDING\n3 CREATE DONE\n4 APPLY PENDING\n");
}

async fn only_a_version_of_a_live_template_is_launched(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let later = NewInstance { template_version: VersionNumber(2), ..new_instance(f, &shop, "one", &[]) };
    let unknown = NewInstance { template: TemplateId(f.id()), ..new_instance(f, &shop, "one", &[]) };
    f.templates.add_version(&shop.name, None, new_version(1)).await.unwrap();
    f.instances.launch(later).await.unwrap();
    let gone = template(f, "gone").await.template;
    f.templates.delete(&gone.name, &ann(), at(1)).await.unwrap();
    let third = NewInstance { template_version: VersionNumber(3), ..new_instance(f, &shop, "two", &[]) };
    for new in [unknown, third, new_instance(f, &gone, "one", &[])] {
        let refused = f.instances.launch(new).await;
        assert!(matches!(refused, Err(LaunchError::TemplateNotFound)), "{refused:?}");
    }
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY PENDING\n");
}

async fn ports_are_free_again_when_the_stack_is_deleted(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let one = f.instances.launch(new_instance(f, &shop, "one", &[("PORT", 8002)])).await.unwrap();
    let two = f.instances.launch(new_instance(f, &shop, "two", &[("PORT", 8003)])).await.unwrap();
    let lease = f.lease(1).await;
    f.run(&lease, 2, done_with(StackChange { deleted: true, ..StackChange::default() })).await;
    assert_eq!(f.instances.find(shop.id, &one.instance.key).await.unwrap(), None);
    assert_eq!(f.instances.of_stack(one.instance.stack).await.unwrap(), None);
    let other = f.instances.of_stack(two.instance.stack).await.unwrap();
    assert_eq!(other, Some(two.instance), "the other one stays");
    assert_eq!(all_ports(f).await, [8003]);
    let again = new_instance(f, &shop, "one", &[("PORT", 8002)]);
    let again = f.instances.launch(again).await.unwrap();
    assert_ne!(again.instance.stack, one.instance.stack);
    assert_eq!(all_ports(f).await, [8002, 8003]);
}

async fn a_change_replaces_ports_and_values_and_applies(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    f.templates.add_version(&shop.name, None, new_version(1)).await.unwrap();
    let new = new_instance(f, &shop, "one", &[("PORT", 8002), ("ADMIN", 9000)]);
    let launched = f.instances.launch(new).await.unwrap();
    let stack = launched.instance.stack;
    let mut wanted = change(f, stack, &[("ADMIN", 8002), ("PORT", 8005)]);
    (wanted.template_version, wanted.version.now) = (VersionNumber(2), at(5));
    wanted.if_match = IfMatch::Exactly(launched.deployed.stack.revision());
    let changed = f.instances.change(wanted.clone()).await.unwrap();
    let (instance, deployed) = (changed.instance, changed.deployed);
    assert_eq!((&instance.values, &instance.ports), (&wanted.values, &wanted.ports));
    assert_eq!(instance.template_version, VersionNumber(2));
    assert_eq!((instance.key.as_str(), instance.created_at), ("one", at(0)));
    let version = VersionNumber(2);
    assert_eq!((deployed.version.version, deployed.stack.latest_version), (version, version));
    assert_eq!(deployed.command.payload, CommandPayload::Apply { version, options: ApplyOptions::default() });
    assert_eq!(f.stacks.find(stack).await.unwrap(), Some(deployed.stack));
    assert_eq!(f.instances.of_stack(stack).await.unwrap(), Some(instance));
    assert_eq!(all_ports(f).await, [8002, 8005]);
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY PENDING\n3 UPDATE DONE\n4 APPLY PENDING\n");
    f.instances.change(change(f, stack, &[])).await.unwrap();
    assert_eq!(all_ports(f).await, [0; 0]);
}

async fn a_refused_change_changes_nothing(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let one = f.instances.launch(new_instance(f, &shop, "one", &[("PORT", 8002)])).await.unwrap();
    f.instances.launch(new_instance(f, &shop, "two", &[("PORT", 8003)])).await.unwrap();
    let plain = f.stack("web").await.stack.id;
    let before = (f.queue().await, f.record().await);
    let stack = one.instance.stack;
    for stack in [plain, StackId(f.id())] {
        let refused = f.instances.change(change(f, stack, &[])).await;
        assert!(matches!(refused, Err(LaunchError::NotFound)), "{refused:?}");
    }
    let taken = f.instances.change(change(f, stack, &[("ADMIN", 8002), ("PORT", 8003)])).await;
    assert!(matches!(taken, Err(LaunchError::PortTaken { port: 8003 })), "{taken:?}");
    let later = InstanceChange { template_version: VersionNumber(2), ..change(f, stack, &[]) };
    let later = f.instances.change(later).await;
    assert!(matches!(later, Err(LaunchError::TemplateNotFound)), "{later:?}");
    let mut stale = change(f, stack, &[("PORT", 8004)]);
    stale.version.based_on = Some(VersionNumber(7));
    let stale = f.instances.change(stale).await;
    assert!(matches!(stale, Err(LaunchError::Save(SaveError::PreconditionFailed { .. }))), "{stale:?}");
    assert_eq!(f.instances.of_stack(stack).await.unwrap(), Some(one.instance));
    assert_eq!(all_ports(f).await, [8002, 8003]);
    assert_eq!((f.queue().await, f.record().await), before);
}

async fn instances_are_listed_across_templates_in_pages(f: &Fixture) {
    let (shop, blog) = (template(f, "shop").await.template, template(f, "blog").await.template);
    let launches = [(&blog, "b"), (&shop, "b"), (&shop, "a-b"), (&blog, "a"), (&shop, "a")];
    let mut all = Vec::new();
    for (port, (template, key)) in (8001..).zip(launches) {
        let new = new_instance(f, template, key, &[("PORT", port)]);
        all.push(f.instances.launch(new).await.unwrap().instance);
    }
    all.sort_by_key(|instance| (instance.template, instance.key.clone()));
    let mut filter = InstanceFilter { limit: 2, ..InstanceFilter::default() };
    let (mut found, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let page = f.instances.list(&filter).await.unwrap();
        filter.after = page.items.last().map(|instance| (instance.template, instance.key.clone()));
        sizes.push(page.items.len());
        found.extend(page.items);
        if !page.more {
            break;
        }
    }
    assert_eq!((found, sizes), (all, vec![2, 2, 1]));
    let after = Some((shop.id, "a".parse().unwrap()));
    let of_shop = InstanceFilter { template: Some(shop.id), after, limit: 9 };
    let page = f.instances.list(&of_shop).await.unwrap();
    let keys: Vec<_> = page.items.iter().map(|instance| instance.key.as_str()).collect();
    assert_eq!((keys, page.more), (vec!["a-b", "b"], false));
}

async fn what_has_stopped_is_noted(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let mut stacks = Vec::new();
    for key in ["one", "two"] {
        stacks.push(f.instances.launch(new_instance(f, &shop, key, &[])).await.unwrap().instance.stack);
    }
    let stopped = async || {
        let mut since = Vec::new();
        for stack in &stacks {
            since.push(f.instances.of_stack(*stack).await.unwrap().unwrap().stopped_since);
        }
        since
    };
    assert_eq!(stopped().await, [None, None]);
    let (one, two, plain) = (stacks[0], stacks[1], f.stack("web").await.stack.id);
    f.instances.note_stopped(&[(plain, Some(at(5))), (one, Some(at(5))), (two, Some(at(6)))]).await.unwrap();
    assert_eq!(stopped().await, [Some(at(5)), Some(at(6))]);
    f.instances.note_stopped(&[(StackId(f.id()), None), (two, None)]).await.unwrap();
    f.instances.note_stopped(&[]).await.unwrap();
    assert_eq!(stopped().await, [Some(at(5)), None]);
}

async fn an_instance_is_held_until_it_is_released(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let instance = f.instances.launch(new_instance(f, &shop, "one", &[])).await.unwrap().instance;
    f.instances.launch(new_instance(f, &shop, "two", &[])).await.unwrap();
    let plain = f.stack("web").await.stack.id;
    for nothing in [plain, StackId(f.id())] {
        assert!(!f.instances.hold(nothing, true, &ann(), at(1)).await.unwrap());
    }
    for (second, is_held) in [(2, false), (3, true), (4, true), (5, false), (6, false)] {
        assert!(f.instances.hold(instance.stack, is_held, &ann(), at(second)).await.unwrap());
        let found = f.instances.of_stack(instance.stack).await.unwrap().unwrap();
        assert_eq!(found.is_held, is_held, "{second}");
        let other = f.instances.find(shop.id, &"two".parse().unwrap()).await.unwrap().unwrap();
        assert!(!other.is_held, "{second}");
    }
    let page = f.audit.list(&AuditFilter { limit: 2, ..AuditFilter::default() }).await.unwrap();
    let line = |record: &core_monitor_domain::audit::AuditRecord| {
        let entry = &record.entry;
        let name = entry.detail.as_ref().and_then(|detail| detail.name.clone()).unwrap_or_default();
        (format!("{} {} {} {name}", entry.action, entry.resource, entry.change), entry.at)
    };
    assert_eq!(
        page.items.iter().map(line).collect::<Vec<_>>(),
        [
            ("release_instance template:shop replaced one".to_owned(), at(5)),
            ("hold_instance template:shop replaced one".to_owned(), at(3)),
        ]
    );
}

async fn a_change_keeps_what_is_known_of_an_instance(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let stack = f.instances.launch(new_instance(f, &shop, "one", &[])).await.unwrap().instance.stack;
    f.instances.note_stopped(&[(stack, Some(at(5)))]).await.unwrap();
    f.instances.hold(stack, true, &ann(), at(6)).await.unwrap();
    let changed = f.instances.change(change(f, stack, &[])).await.unwrap().instance;
    assert_eq!((changed.stopped_since, changed.is_held), (Some(at(5)), true));
    assert_eq!(f.instances.of_stack(stack).await.unwrap(), Some(changed));
}

fn applies(version: u32) -> Finish {
    done_with(StackChange { current_version: Some(VersionNumber(version)), ..StackChange::default() })
}

async fn the_applied_version_tells_where_an_instance_is_reached(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    f.templates.add_version(&shop.name, None, new_version(1)).await.unwrap();
    let launched = f.instances.launch(new_instance(f, &shop, "one", &[("PORT", 8002)])).await.unwrap();
    let (stack, first) = (launched.instance.stack, launched.instance.newest());
    let known = async || f.instances.of_stack(stack).await.unwrap().unwrap();
    assert_eq!((known().await.applied, known().await.reached()), (None, first.clone()));
    let lease = f.lease(1).await;
    f.run(&lease, 2, applies(1)).await;
    assert_eq!(known().await.applied, Some(first.clone()));

    let next = InstanceChange {
        template_version: VersionNumber(2),
        ..change(f, stack, &[("ADMIN", 9000), ("PORT", 8003)])
    };
    let changed = f.instances.change(next).await.unwrap().instance;
    assert_eq!(changed.applied, Some(first.clone()), "it waits for its turn");
    assert_eq!((known().await, known().await.reached()), (changed, first));
    f.run(&lease, 3, applies(2)).await;
    let now = known().await;
    assert_eq!((now.applied.clone(), now.reached().template_version), (Some(now.newest()), VersionNumber(2)));

    // A version that was saved without the template is made from what the one before it was.
    let saved = f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap();
    assert_eq!(saved.version.version, VersionNumber(3));
    f.queue.enqueue(f.new_apply(stack)).await.unwrap();
    f.run(&lease, 4, applies(3)).await;
    assert_eq!(known().await, now);
    let listed = f.instances.list(&InstanceFilter { limit: 9, ..InstanceFilter::default() }).await.unwrap();
    assert_eq!(listed.items, [now]);
}

async fn the_ports_of_the_applied_version_stay_claimed(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let one = f.instances.launch(new_instance(f, &shop, "one", &[("PORT", 8002)])).await.unwrap();
    let stack = one.instance.stack;
    let lease = f.lease(1).await;
    f.run(&lease, 2, applies(1)).await;
    let made = async || f.instances.newest_made(stack).await.unwrap().map(|version| version.0);
    assert_eq!(made().await, Some(1));
    f.instances.change(change(f, stack, &[("PORT", 8003)])).await.unwrap();
    assert_eq!(made().await, Some(2));
    let nobody = StackId(f.id());
    assert_eq!(f.instances.newest_made(nobody).await.unwrap(), None, "it is no instance");
    assert_eq!(all_ports(f).await, [8002, 8003]);
    let other = f.instances.launch(new_instance(f, &shop, "two", &[("PORT", 8002)])).await;
    assert!(matches!(other, Err(LaunchError::PortTaken { port: 8002 })), "{other:?}");
    // It was taken back: both stay, and it may have its former one again.
    f.run(&lease, 3, applies(1)).await;
    assert_eq!(all_ports(f).await, [8002, 8003]);
    f.instances.change(change(f, stack, &[("PORT", 8002)])).await.unwrap();
    assert_eq!(all_ports(f).await, [8002]);
    f.instances.change(change(f, stack, &[("PORT", 8004)])).await.unwrap();
    f.run(&lease, 4, applies(3)).await;
    f.run(&lease, 5, applies(4)).await;
    assert_eq!(all_ports(f).await, [8004], "it is applied");
    f.instances.launch(new_instance(f, &shop, "two", &[("PORT", 8002)])).await.unwrap();
}
