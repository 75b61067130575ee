use std::sync::Arc;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{Clock as _, SealedSecret, StoredRegistry};
use core_monitor_domain::stack_version::Source;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;
use uuid::Uuid;

use super::*;
use crate::server::{CreateStack, Form, Server, untouchable_ports};

struct World {
    database: SimDatabase,
    clock: Arc<ManualClock>,
    ids: Arc<SeededIdSource>,
    stacks: KnownStacks,
    changes: KnownChanges,
}

impl World {
    fn new() -> Self {
        Self {
            database: SimDatabase::new(),
            clock: Arc::new(ManualClock::new()),
            ids: Arc::new(SeededIdSource::new(1)),
            stacks: KnownStacks::default(),
            changes: KnownChanges::default(),
        }
    }

    fn ports(&self) -> ServerPorts {
        ServerPorts {
            stacks: self.database.stack_store(),
            secrets: self.database.secret_store(),
            policies: self.database.policy_store(),
            queue: self.database.command_queue(),
            audit: self.database.audit_log(),
            observations: self.database.observation_store(),
            marks: self.database.change_marks(),
            vault: Arc::new(SimVault::new("key")),
            ids: self.ids.clone(),
            clock: self.clock.clone(),
            ..untouchable_ports(InstanceId(Uuid::from_u128(1)))
        }
    }

    async fn create(&self, name: &str) {
        let request = CreateStack {
            name: Some(name.to_owned()),
            on_failure: OnFailure::Hold,
            form: Form::Text,
            source: Source::single("compose.yaml", "services:\n  web:\n    image: app:1\n"),
            comment: String::new(),
            idempotency: None,
        };
        Server::new(self.ports()).create_stack(&Actor::from_stored("ann"), request).await.unwrap();
    }

    async fn store_registry(&self) {
        let sealed = SealedSecret { key_id: "key".to_owned(), bytes: vec![0; 64] };
        let host = "docker.io".parse().unwrap();
        let registry = StoredRegistry { host, sealed, updated_at: self.clock.now() };
        self.database.registry_store().put(&registry, &Actor::from_stored("ann")).await.unwrap();
    }

    async fn begin(&self, commit: u64) -> u64 {
        self.changes.begin(&self.ports(), &self.stacks, commit).await.unwrap()
    }

    async fn since(&self, seen: u64, commit: u64) -> Told {
        self.changes.since(&self.ports(), &self.stacks, seen, commit).await.unwrap()
    }
}

fn topics(told: &Told) -> Vec<&'static str> {
    told.changes.topics().iter().map(|topic| topic.as_str()).collect()
}

#[tokio::test]
async fn changes_in_quick_succession_become_one_notice() {
    let world = World::new();
    world.create("old").await;
    let seen = world.begin(1).await;
    assert_eq!(
        world.since(seen, 1).await,
        Told { changes: Changes::default(), newest: seen, again_in: None }
    );
    world.create("shop").await;
    let early = world.since(seen, 2).await;
    assert_eq!((early.changes.is_empty(), early.again_in), (true, Some(PAUSE)));
    world.clock.advance(PAUSE / 2);
    world.store_registry().await;
    assert_eq!(world.since(seen, 3).await.again_in, Some(PAUSE / 2));
    world.clock.advance(PAUSE / 2);
    let told = world.since(seen, 3).await;
    assert_eq!(topics(&told), ["stacks", "commands", "registries", "audit"]);
    assert_eq!((told.changes.stacks().map(std::collections::BTreeSet::len), told.again_in), (Some(1), None));
    assert!(world.since(told.newest, 3).await.changes.is_empty(), "it is said once");
    assert_eq!(topics(&world.since(seen, 2).await), topics(&told), "whoever is behind is told the same");
}

#[tokio::test]
async fn a_commit_that_nobody_is_told_about_makes_no_notice() {
    let world = World::new();
    let seen = world.begin(1).await;
    world.clock.advance(PAUSE);
    assert_eq!(
        world.since(seen, 2).await,
        Told { changes: Changes::default(), newest: seen, again_in: None }
    );
}

#[tokio::test]
async fn whoever_is_far_behind_is_told_that_everything_may_have_changed() {
    let world = World::new();
    let seen = world.begin(1).await;
    for commit in 2..=REMEMBERED as u64 + 1 {
        world.clock.advance(PAUSE);
        world.store_registry().await;
        world.since(seen, commit).await;
    }
    assert_eq!(topics(&world.since(seen, 2).await), ["registries", "audit"], "so many are remembered");
    world.clock.advance(PAUSE);
    world.store_registry().await;
    let told = world.since(seen, 1_000).await;
    assert_eq!(told.changes, Changes::everything());
    assert_eq!(topics(&world.since(seen + 1, 1_000).await), ["registries", "audit"]);
}

#[tokio::test]
async fn behind_many_changes_it_may_be_any_stack() {
    let world = World::new();
    let seen = world.begin(1).await;
    for number in 0..=LOOKED_AT / 2 {
        world.create(&format!("s{number}")).await;
    }
    world.clock.advance(PAUSE);
    let told = world.since(seen, 2).await;
    assert_eq!((topics(&told), told.changes.stacks()), (vec!["stacks", "commands"], None));
}
