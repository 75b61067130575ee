//! Adoptions.

use std::collections::BTreeMap;

use core_monitor_domain::adoption::{AdoptedContainer, AdoptedVolume, Adoption};
use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::desired::SpecHash;
use core_monitor_domain::ids::{ContainerId, Slot, StackId, VersionNumber};
use core_monitor_domain::ports::{Import, NewStack, SaveError, Saved};
use core_monitor_domain::release::Release;
use core_monitor_domain::stack::RunId;

use crate::fixture::{Fixture, at};

contract!(
    an_import_is_applied_as_it_is_saved,
    what_is_adopted_belongs_to_one_stack,
    a_name_in_use_cannot_be_imported,
    the_same_request_imports_once,
);

fn import(new: &NewStack, container: &str) -> Import {
    let spec = || SpecHash("hash".into());
    Import {
        adoption: Adoption {
            stack_id: new.id,
            version: VersionNumber(1),
            containers: vec![AdoptedContainer {
                id: ContainerId::from(container),
                service: "web".parse().unwrap(),
                slot: Slot(1),
                spec: spec(),
            }],
            networks: Vec::new(),
            volumes: vec![AdoptedVolume {
                name: "shop_data".to_owned(),
                key: "data".to_owned(),
                spec: spec(),
            }],
        },
        release: Release {
            stack_id: new.id,
            version: VersionNumber(1),
            command_id: new.version.command_id,
            at: new.version.now,
            images: BTreeMap::new(),
            containers: Vec::new(),
        },
        stopped_runs: vec![RunId { container: ContainerId::from(container), started_at: at(1) }],
    }
}

async fn imported(f: &Fixture, name: &str, container: &str) -> Result<Saved, SaveError> {
    let new = f.new_stack(name);
    let mut import = import(&new, container);
    import.adoption.volumes[0].name = format!("{container}_data");
    f.adoptions.import(new, import).await
}

async fn an_import_is_applied_as_it_is_saved(f: &Fixture) {
    let new = f.new_stack("shop");
    let wanted = import(&new, "c0");
    let saved = f.adoptions.import(new, wanted.clone()).await.unwrap();
    assert_eq!(saved.stack.current_version, Some(VersionNumber(1)));
    assert_eq!(
        (saved.command.payload.kind(), saved.command.status),
        (CommandKind::Create, CommandStatus::Done)
    );
    let stack = f.stacks.find(saved.stack.id).await.unwrap();
    assert_eq!(stack.as_ref(), Some(&saved.stack), "what is returned is what is stored");
    assert_eq!(stack.unwrap().stopped_runs, wanted.stopped_runs);
    assert_eq!(f.stacks.last_release(saved.stack.id, None).await.unwrap(), Some(wanted.release));
    assert_eq!(f.adoptions.list().await.unwrap(), [wanted.adoption]);
}

async fn what_is_adopted_belongs_to_one_stack(f: &Fixture) {
    let first = imported(f, "shop", "c0").await.unwrap();
    let second = imported(f, "other", "c0").await;
    assert!(matches!(second, Err(SaveError::Adopted { holder }) if holder == first.stack.id), "{second:?}");
    assert_eq!(f.stacks.find_by_name(&"other".parse().unwrap()).await.unwrap(), None, "nothing was saved");
    imported(f, "third", "c1").await.unwrap();
    let holders: Vec<StackId> = f.adoptions.list().await.unwrap().iter().map(|a| a.stack_id).collect();
    assert_eq!(holders.len(), 2);
}

async fn a_name_in_use_cannot_be_imported(f: &Fixture) {
    let taken = f.stack("shop").await.stack.id;
    let refused = imported(f, "shop", "c0").await;
    assert!(matches!(refused, Err(SaveError::NameTaken { holder, .. }) if holder == taken), "{refused:?}");
    assert_eq!(f.adoptions.list().await.unwrap(), []);
}

async fn the_same_request_imports_once(f: &Fixture) {
    let mut new = f.new_stack("shop");
    new.version.idempotency = Some(f.idempotency("once"));
    let mut again = f.new_stack("shop");
    again.version.idempotency.clone_from(&new.version.idempotency);
    let wish = import(&new, "c0");
    let first = f.adoptions.import(new, wish.clone()).await.unwrap();
    let second = f.adoptions.import(again, wish).await.unwrap();
    assert!(second.replayed && !first.replayed);
    assert_eq!(second.stack.id, first.stack.id);
    assert_eq!(f.adoptions.list().await.unwrap().len(), 1);
}
