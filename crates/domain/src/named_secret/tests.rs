use std::collections::BTreeMap;

use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use uuid::Uuid;

use super::*;
use crate::desired::{DesiredStack, NamedSecrets};
use crate::secret_variable::{SecretRef, SecretUse, SecretUses, masked};

const TEXT: &str = "services:\n  web:\n    image: x\n    secrets: [db, {source: key, target: /etc/key, mode: 0400}]\n    \
                    environment: {TOKEN: 'x${TOKEN}'}\nsecrets:\n  db: {external: true}\n  key: {external: true, name: api-key}\n";

fn latest(name: &str, stacks: &str, number: u32) -> (NamedSecretName, LatestSecret) {
    let name: NamedSecretName = name.parse().unwrap();
    let id = NamedSecretId(Uuid::from_u128(u128::from(name.as_str().len() as u64)));
    let stacks = [stacks.parse().unwrap()].into();
    (name.clone(), LatestSecret { id, name, stacks, number: VersionNumber(number) })
}

/// The stack `shop`, whose variable `TOKEN` is the secret `token`, with these secrets.
fn resolved(available: &[(NamedSecretName, LatestSecret)]) -> (DesiredStack, Vec<UnavailableSecret>) {
    let reference = SecretRef { name: "TOKEN".parse().unwrap(), fingerprint: "0a".into() };
    let token = SecretUse {
        fingerprint: reference.fingerprint.clone(),
        set_in: VersionNumber(1),
        from: Some("token".parse().unwrap()),
    };
    let uses = SecretUses::from([(reference.name.clone(), token)]);
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yaml", TEXT);
    let options = LoadOptions {
        project_name: Some("shop".to_owned()),
        project_directory: "/shop".to_owned(),
        variables: [("TOKEN".to_owned(), reference.marker())].into_iter().collect(),
        ..LoadOptions::default()
    };
    let project = load(&files, &options).unwrap().project;
    let available: BTreeMap<_, _> = available.iter().cloned().collect();
    let Pinned { project, versions, unavailable } = pinned(project, &uses, &available);
    let desired = DesiredStack::from_project(&project).unwrap();
    let named = NamedSecrets { pinned: versions, unavailable: unavailable.clone() };
    (desired.with_named_secrets(named), unavailable)
}

#[test]
fn a_name_has_no_character_that_means_something_elsewhere() {
    for right in ["a", "db-password", "A.b_c-9", &"x".repeat(64)] {
        assert!(right.parse::<NamedSecretName>().is_ok(), "{right}");
    }
    for wrong in ["", "-a", ".", "..", "a/b", "a b", "a=b", "a,b", "ä", "a\n", &"x".repeat(65)] {
        assert_eq!(wrong.parse::<NamedSecretName>(), Err(NamedSecretNameError), "{wrong}");
    }
}

#[test]
fn a_plan_gets_the_newest_version_of_each_secret() {
    let secrets = [latest("db", "*", 3), latest("api-key", "sh*", 1), latest("token", "shop", 2)];
    let (desired, unavailable) = resolved(&secrets);
    assert_eq!(unavailable, []);
    let web = &desired.services[0];
    let shown: Vec<_> = web
        .container
        .files
        .iter()
        .map(|file| (file.path.as_str(), masked(&file.content), file.mode))
        .collect();
    let expected =
        [("/run/secrets/db", "${secret/db}".into(), 0o444), ("/etc/key", "${secret/api-key}".into(), 0o400)];
    assert_eq!(shown, expected);
    let token = web.container.environment["TOKEN"].as_deref().unwrap();
    assert_eq!(masked(token), "x${secret/token}");
    assert_eq!(web.secrets.to_string(), "api-key=1,db=3,token=2");
    assert_eq!(desired.named_secrets.pinned.len(), 3);
}

#[test]
fn a_new_version_is_another_definition_and_is_named() {
    let with =
        |number| resolved(&[latest("db", "*", number), latest("api-key", "*", 1), latest("token", "*", 1)]).0;
    let (second, third) = (with(2), with(3));
    assert_ne!(second.services[0].hash, third.services[0].hash);
    assert_eq!(with(3).services[0].hash, third.services[0].hash);
    let label = second.services[0].secrets.to_string();
    assert_eq!(third.services[0].secrets.renewed_since(&label), ["db"]);
    assert_eq!(second.services[0].secrets.renewed_since(&label), [""; 0]);
    assert_eq!(third.services[0].secrets.renewed_since("nonsense"), [""; 0]);
}

#[test]
fn what_is_unknown_or_for_others_is_said_and_gets_no_version() {
    let (desired, unavailable) = resolved(&[latest("db", "blog-*", 1), latest("token", "*", 1)]);
    let said: Vec<_> = unavailable
        .iter()
        .map(|secret| (secret.needed.by.as_str(), secret.message().code().to_owned()))
        .collect();
    assert_eq!(said, [("db", "secret_for_others".to_owned()), ("key", "secret_unknown".to_owned())]);
    assert_eq!(unavailable[1].needed.path.as_deref(), Some("secrets.key"));
    assert_eq!(desired.services[0].secrets.to_string(), "token=1");
    assert!(
        desired.named_secrets.pinned.iter().all(|secret| secret.as_named().unwrap().0.as_str() == "token")
    );
}

/// A text that looks like a marker must not become the value of a secret that the stack does not get.
#[test]
fn a_marker_that_somebody_wrote_is_not_pinned() {
    let (_, foreign) = latest("foreign", "blog", 1);
    let forged = SecretRef::named(&foreign.name, foreign.id, foreign.number).marker();
    let mut files = ProjectFiles::new();
    files.add_compose(
        "compose.yaml",
        format!("services: {{web: {{image: x, environment: {{A: '{forged}'}}}}}}"),
    );
    let options = LoadOptions { project_name: Some("shop".to_owned()), ..LoadOptions::default() };
    let project = load(&files, &options).unwrap().project;
    let available = BTreeMap::from([(foreign.name.clone(), foreign)]);
    let Pinned { project, versions, .. } = pinned(project, &SecretUses::new(), &available);
    assert!(versions.is_empty());
    let named = NamedSecrets { pinned: versions, unavailable: Vec::new() };
    let desired = DesiredStack::from_project(&project).unwrap().with_named_secrets(named);
    assert!(desired.services[0].secrets.is_empty());
}
