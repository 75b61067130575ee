use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn name(text: &str) -> ActorName {
    ActorName::new(text).unwrap()
}

fn token(id: Option<u128>, text: &str) -> Principal {
    Principal::Token { id: id.map(|id| TokenId(Uuid::from_u128(id))), name: name(text) }
}

fn check(actor: &Actor, text: &str) {
    assert_eq!(actor.to_string(), text);
    assert_eq!(text.parse::<Actor>().as_ref(), Ok(actor));
    assert_eq!(serde_json::to_value(actor).unwrap(), text);
    assert_eq!(&serde_json::from_value::<Actor>(text.into()).unwrap(), actor);
}

#[test]
fn every_actor_has_one_text() {
    let id = "00000000-0000-0000-0000-000000000007";
    check(
        &Principal::User { id: UserId(Uuid::nil()), name: name("Ann: the first") }.into(),
        "user:00000000-0000-0000-0000-000000000000:Ann: the first",
    );
    check(&token(Some(7), "ci").into(), &format!("token:{id}:ci"));
    check(&token(Some(7), "a for b:c").into(), &format!("token:{id}:a for b:c"));
    check(&token(None, "ci").into(), "token:-:ci");
    check(&Actor::worker(), "system:worker");
    check(&Actor::server(), "system:server");
    check(&Actor::system(SystemPart::Gateway), "system:gateway");
    let on_behalf_of = Some(token(Some(7), "x for y"));
    let carried_out = Actor::System { part: SystemPart::Worker, on_behalf_of };
    check(&carried_out, &format!("system:worker for token:{id}:x for y"));
    assert_eq!(carried_out.label(), "worker");
    assert_eq!(carried_out.principal(), Some(&token(Some(7), "x for y")));
}

#[test]
fn other_forms_of_the_text_are_rejected() {
    for text in [
        "",
        "admin",
        "worker",
        "system:",
        "system:kernel",
        "system:worker for",
        "system:worker for ",
        "system:worker for system:server",
        "user:",
        "user:00000000-0000-0000-0000-000000000000: ann",
        "user:00000000-0000-0000-0000-000000000000:ann\n",
        "user:ann",
        "token:ann",
        "token:7:ann",
        "token:00000000000000000000000000000007:ann",
        "token:00000000-0000-0000-0000-00000000000A:ann",
        "token:-:",
        "robot:x",
    ] {
        assert!(text.parse::<Actor>().is_err(), "{text}");
    }
    let error = "a\u{1b}[2Jb".parse::<Actor>().unwrap_err().to_string();
    assert!(error.starts_with("`a\\u{1b}[2Jb` is not an actor"), "{error}");
}

#[test]
fn names_with_invisible_characters_are_rejected() {
    assert_eq!(name("  ann "), name("ann"));
    assert_eq!(ActorName::new(" \t"), Err(ActorNameError::Empty));
    assert_eq!(ActorName::new(&"\u{e9}".repeat(64)).map(|name| name.as_str().len()), Ok(128));
    assert_eq!(ActorName::new(&"a".repeat(65)), Err(ActorNameError::TooLong { length: 65, limit: 64 }));
    for hidden in ["a\nb", "a\u{7}b", "a\u{202e}b", "a\u{200b}b", "a\u{feff}b", "a\u{2028}b"] {
        assert!(matches!(ActorName::new(hidden), Err(ActorNameError::Invisible { .. })), "{hidden:?}");
    }
}

#[test]
fn rows_of_the_first_releases_are_interpreted() {
    let stored = |text: &str| Actor::from_stored(text);
    assert_eq!(stored("worker"), Actor::worker());
    assert_eq!(stored("server"), Actor::server());
    assert_eq!(stored("admin"), token(None, "admin").into());
    // A token could have any name at that time; nobody used today's forms by accident.
    assert_eq!(stored("token:ci"), token(None, "token:ci").into());
    assert_eq!(stored("gateway"), token(None, "gateway").into());
    assert_eq!(stored("a\nb"), token(None, "a\u{fffd}b").into());
    assert_eq!(stored(""), token(None, "nameless").into());
    assert_eq!(stored(&"p".repeat(1_000)), token(None, &"p".repeat(64)).into());
}

#[test]
fn earlier_records_of_an_actor_can_be_found() {
    for text in ["admin", "worker", "server"] {
        assert_eq!(Actor::from_stored(text).former_text(), Some(text));
    }
    assert_eq!(Actor::from(token(Some(7), "admin")).former_text(), Some("admin"));
    assert_eq!(
        Actor::from(Principal::User { id: UserId(Uuid::nil()), name: name("worker") }).former_text(),
        None
    );
    assert_eq!(Actor::system(SystemPart::Gateway).former_text(), None);
    let for_somebody = Actor::System { part: SystemPart::Worker, on_behalf_of: Some(token(None, "a")) };
    assert_eq!(for_somebody.former_text(), None);
}

proptest! {
    #[test]
    fn any_stored_text_parses_to_a_stable_actor(text in "\\PC{0,90}|[ \\t\\n\\x00a-z:]{0,90}|(token|person|system):.{0,20}") {
        let actor = Actor::from_stored(&text);
        let written = actor.to_string();
        prop_assert_eq!(&Actor::from_stored(&written), &actor);
        prop_assert_eq!(written.parse::<Actor>(), Ok(actor));
        prop_assert!(written.len() <= Actor::LONGEST_TEXT && !written.chars().any(is_invisible), "{:?}", written);
    }
}
