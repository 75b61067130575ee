use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ids::{InstanceId, VersionNumber};
use core_monitor_domain::ports::{IfMatch, SaveError};
use core_monitor_domain::secret_variable::{Alphabet, Recipe};
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;
use uuid::Uuid;

use super::*;
use crate::server::{
    CreateStack, CreateStackError, Form, SaveVersion, SaveVersionError, Server, Write, untouchable_ports,
};

const FILE: &str = "services:\n  web:\n    image: app\n    environment: {A: '${A:-}', B: '${B:-}'}\n";

struct World {
    database: SimDatabase,
    ids: Arc<SeededIdSource>,
    stack: StackId,
}

fn ports(database: &SimDatabase, ids: &Arc<SeededIdSource>, key: &str) -> ServerPorts {
    ServerPorts {
        stacks: database.stack_store(),
        secrets: database.secret_store(),
        policies: database.policy_store(),
        observations: database.observation_store(),
        vault: Arc::new(SimVault::new(key)),
        ids: ids.clone(),
        clock: Arc::new(ManualClock::new()),
        ..untouchable_ports(InstanceId(Uuid::from_u128(1)))
    }
}

fn source(changes: &[(&str, SecretChange)]) -> Source {
    let mut source = Source::single("compose.yaml", FILE);
    for (name, change) in changes {
        source.secret_changes.insert(name.parse().unwrap(), change.clone());
    }
    source
}

fn set(value: &str) -> SecretChange {
    SecretChange::Set(SecretValue::new(value).unwrap())
}

impl World {
    async fn with(changes: &[(&str, SecretChange)]) -> Result<Self, CreateStackError> {
        let (database, ids) = (SimDatabase::new(), Arc::new(SeededIdSource::new(1)));
        let server = Server::new(ports(&database, &ids, "key"));
        let request = CreateStack {
            name: Some("shop".to_owned()),
            on_failure: OnFailure::Hold,
            form: Form::Text,
            source: source(changes),
            comment: String::new(),
            idempotency: None,
        };
        let saved = server.create_stack(&Actor::from_stored("ann"), request).await?;
        Ok(Self { database, ids, stack: saved.saved.stack.id })
    }

    async fn save_under(&self, key: &str, source: Source) -> Result<StackVersion, Vec<String>> {
        let server = Server::new(ports(&self.database, &self.ids, key));
        let request = SaveVersion {
            stack_id: self.stack,
            name: None,
            on_failure: None,
            form: Form::Text,
            source,
            comment: String::new(),
            write: Write { idempotency: None, if_match: IfMatch::Any },
        };
        match server.save_version(&Actor::from_stored("ann"), request).await {
            Ok(saved) => Ok(saved.saved.version),
            Err(SaveVersionError::Definition(refused)) => {
                Err(refused.issues.iter().map(|issue| issue.message.to_string()).collect())
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn save(&self, changes: &[(&str, SecretChange)]) -> Result<StackVersion, Vec<String>> {
        self.save_under("key", source(changes)).await
    }

    async fn value(&self, version: &StackVersion, name: &str) -> String {
        let name: SecretName = name.parse().unwrap();
        let reference =
            SecretRef { name: name.clone(), fingerprint: version.secrets[&name].fingerprint.clone() };
        let sealed =
            self.database.stack_store().sealed_secret(self.stack, &reference).await.unwrap().unwrap();
        open(&SimVault::new("key"), self.stack, &name, &sealed).unwrap().expose().to_owned()
    }
}

fn since(version: &StackVersion) -> Vec<String> {
    version.secrets.iter().map(|(name, used)| format!("{name} since {}", used.set_in)).collect()
}

#[tokio::test]
async fn a_version_keeps_what_it_does_not_mention() {
    let world = World::with(&[("A", set("first")), ("B", set("other"))]).await.unwrap();
    let second = world.save(&[("A", set("second"))]).await.unwrap();
    assert_eq!(since(&second), ["A since 2", "B since 1"]);
    assert_eq!(
        (world.value(&second, "A").await, world.value(&second, "B").await),
        ("second".into(), "other".into())
    );
    let third = world.save(&[("B", SecretChange::Keep), ("A", SecretChange::Remove)]).await.unwrap();
    assert_eq!(since(&third), ["B since 1"]);
    let first =
        world.database.stack_store().find_version(world.stack, VersionNumber(1)).await.unwrap().unwrap();
    assert_eq!(world.value(&first, "A").await, "first", "an old version keeps its values");
    assert_ne!(first.content_hash, second.content_hash);
    assert_eq!(world.save(&[]).await.unwrap().content_hash, third.content_hash);
}

#[tokio::test]
async fn a_repeated_request_gets_its_answer_even_if_what_it_keeps_is_gone() {
    let world = World::with(&[("A", set("first"))]).await.unwrap();
    let server = Server::new(ports(&world.database, &world.ids, "key"));
    let keyed = |comment: &str, fingerprint: &str| SaveVersion {
        stack_id: world.stack,
        name: None,
        on_failure: None,
        form: Form::Text,
        source: source(&[("A", SecretChange::Keep)]),
        comment: comment.to_owned(),
        write: Write {
            idempotency: Some(Idempotency { key: "k".to_owned(), fingerprint: fingerprint.to_owned() }),
            if_match: IfMatch::Any,
        },
    };
    let ann = Actor::from_stored("ann");
    let first = server.save_version(&ann, keyed("one", "sha256:00")).await.unwrap();
    world.save(&[("A", SecretChange::Remove)]).await.unwrap();
    let again = server.save_version(&ann, keyed("one", "sha256:00")).await.unwrap();
    assert!(again.saved.replayed && !first.saved.replayed);
    assert_eq!((&again.saved.version, &again.saved.command), (&first.saved.version, &first.saved.command));
    assert_eq!(again.lint, first.lint);
    let renamed = SaveVersion { name: Some("other".to_owned()), ..keyed("one", "sha256:00") };
    assert!(server.save_version(&ann, renamed).await.is_ok(), "it is the request that the key stands for");
    let other = server.save_version(&ann, keyed("two", "sha256:01")).await;
    assert!(matches!(other, Err(SaveVersionError::Save(SaveError::IdempotencyMismatch))), "{other:?}");
    let unkeyed = SaveVersion { write: Write { idempotency: None, if_match: IfMatch::Any }, ..keyed("", "") };
    assert!(matches!(server.save_version(&ann, unkeyed).await, Err(SaveVersionError::Definition(_))));
}

#[tokio::test]
async fn equal_values_have_one_fingerprint_and_new_ones_another() {
    let world = World::with(&[("A", set("first"))]).await.unwrap();
    let name: SecretName = "A".parse().unwrap();
    let print = |version: &StackVersion| version.secrets[&name].fingerprint.clone();
    let (rotated, back) = (
        world.save(&[("A", set("second"))]).await.unwrap(),
        world.save(&[("A", set("first"))]).await.unwrap(),
    );
    let first =
        world.database.stack_store().find_version(world.stack, VersionNumber(1)).await.unwrap().unwrap();
    assert_eq!(print(&first), print(&back));
    assert_ne!(print(&first), print(&rotated));
}

#[tokio::test]
async fn a_generated_value_is_random_and_kept() {
    let recipe = SecretChange::Generate(Recipe::new(24, Alphabet::Hex).unwrap());
    let world = World::with(&[("A", recipe.clone()), ("B", recipe.clone())]).await.unwrap();
    let kept = world.save(&[]).await.unwrap();
    let (a, b) = (world.value(&kept, "A").await, world.value(&kept, "B").await);
    assert_eq!((a.len(), b.len()), (24, 24));
    assert_ne!(a, b);
    let rotated = world.save(&[("A", recipe)]).await.unwrap();
    assert_ne!(world.value(&rotated, "A").await, a);
}

#[tokio::test]
async fn impossible_changes_are_refused_without_a_value() {
    let Err(CreateStackError::Definition(refused)) =
        World::with(&[("A", SecretChange::Keep)]).await.map(drop)
    else {
        panic!("there is nothing to keep")
    };
    assert_eq!(
        refused.issues[0].message.to_string(),
        "the secret variable `A` cannot be kept: the version before does not have it"
    );
    let world = World::with(&[("A", set("kanary"))]).await.unwrap();
    let mut both = source(&[]);
    both.variables.insert("A".to_owned(), "plain".to_owned());
    let said = world.save_under("key", both).await.unwrap_err();
    assert_eq!(said, ["`A` is a secret variable and is also given in `variables`"]);
    let said = world.save_under("another key", source(&[])).await.unwrap_err();
    assert!(said[0].starts_with("the value of the secret variable `A` cannot be opened"), "{said:?}");
    assert!(world.save_under("another key", source(&[("A", set("again"))])).await.is_ok());
}

#[tokio::test]
async fn the_fingerprint_of_a_request_with_secrets_cannot_be_guessed() {
    let ports = ports(&SimDatabase::new(), &Arc::new(SeededIdSource::new(1)), "key");
    let given = Idempotency { key: "k".to_owned(), fingerprint: "sha256:00".to_owned() };
    let plain = covered(&ports, &source(&[]), Some(given.clone())).unwrap();
    assert_eq!(plain, given);
    let secret = covered(&ports, &source(&[("A", set("x"))]), Some(given.clone())).unwrap();
    assert!(secret.fingerprint.starts_with("hmac-sha256:"), "{secret:?}");
    assert_eq!(
        covered(&ports, &source(&[("A", set("x"))]), Some(given)).unwrap(),
        secret,
        "a repeated request is recognised"
    );
}
