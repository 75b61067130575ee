use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::access::Grant;
use crate::ids::SessionId;

fn at(seconds: u64) -> Timestamp {
    Timestamp::beginning().plus(Duration::from_secs(seconds))
}

fn ann() -> User {
    User {
        id: UserId(Uuid::nil()),
        name: "ann".parse().unwrap(),
        grants: UserGrants::administrator(),
        password: None,
        totp: None,
        invitation: Some(Invitation { hash: [1; 32], expires_at: at(100) }),
        provided: None,
        created_at: at(0),
        signed_in_at: None,
    }
}

fn totp(used: u64) -> Totp {
    let secret = SealedSecret { key_id: "key".to_owned(), bytes: vec![1] };
    Totp { secret, used: TotpStep(used) }
}

#[test]
fn names_are_plain_and_their_case_does_not_matter() {
    let read = |text: &str| text.parse::<UserName>().map(|name| name.to_string());
    assert_eq!(read(" Ann.Lee+ops@Example.org ").as_deref(), Ok("ann.lee+ops@example.org"));
    assert_eq!(read("7").as_deref(), Ok("7"));
    assert!(read(&"a".repeat(64)).is_ok());
    for refused in ["", " ", "-ann", "ann lee", "ann:1", "änn", "a\u{200b}nn", "ann/..", &"a".repeat(65)] {
        assert_eq!(read(refused), Err(UserNameError), "{refused}");
    }
}

#[test]
fn a_password_is_long_and_not_one_that_is_tried_first() {
    let name: UserName = "bartholomew".parse().unwrap();
    let chosen = |text: &str| Password::chosen(text.to_owned(), &name).map(|_| ());
    for good in [
        "correct horse battery",
        "Tr0ub4dor&3xx",
        "пароль-для-сервера",
        "xK9#mQ2$vL7p",
        "bartholomew likes tea",
    ] {
        assert_eq!(chosen(good), Ok(()), "{good}");
    }
    assert_eq!(chosen("xK9#mQ2$vL7"), Err(PasswordError::TooShort { least: 12 }));
    assert_eq!(chosen(&"xK9#".repeat(200)), Err(PasswordError::TooLong { most: 512 }));
    for weak in [
        "aaaaaaaaaaaa",
        "abababababab",
        "ab1!ab1!ab1!ab1!",
        "123456789012",
        "qwertyuiop12345",
        "poiuytrewq4321",
        "1q2w3e4r5t6y",
        "Bartholomew1!",
        "abcdefghijkl1!",
    ] {
        assert_eq!(chosen(weak), Err(PasswordError::Guessable), "{weak}");
    }
}

#[test]
fn a_user_has_some_grants_and_not_too_many() {
    let of = |count: usize| {
        UserGrants::new(vec![Grant::administrator(); count]).map(|grants| grants.iter().count())
    };
    assert_eq!(of(0), Err(UserGrantsError { count: 0, most: 16 }));
    assert_eq!(of(16), Ok(16));
    assert_eq!(of(17), Err(UserGrantsError { count: 17, most: 16 }));
    let stored = serde_json::to_string(&UserGrants::administrator()).unwrap();
    assert_eq!(serde_json::from_str::<UserGrants>(&stored).unwrap(), UserGrants::administrator());
    assert!(serde_json::from_str::<UserGrants>("[]").is_err(), "damaged rows grant nothing");
}

#[test]
fn an_invitation_is_accepted_once_and_in_time() {
    let accept = |hash: u8| UserChange::Accept { invitation: [hash; 32], password: PasswordHash::new("new") };
    let mut user = User { totp: Some(totp(1)), ..ann() };
    assert_eq!(accept(2).apply(&mut user, at(1)), Err(UserChangeError::NotInvited), "a wrong secret");
    assert_eq!(accept(1).apply(&mut user, at(100)), Err(UserChangeError::NotInvited), "its time has run out");
    assert!(!user.administers(), "nobody can sign in yet");
    assert_eq!(accept(1).apply(&mut user, at(99)), Ok(()));
    assert_eq!((&user.password, &user.totp), (&Some(PasswordHash::new("new")), &None));
    assert!(user.administers());
    assert_eq!(accept(1).apply(&mut user, at(99)), Err(UserChangeError::NotInvited), "it was accepted");
}

#[test]
fn a_code_is_valid_once() {
    let sign_in = |step| UserChange::SignIn { code: Some(TotpStep(step)) };
    let mut user = User { totp: Some(totp(7)), ..ann() };
    assert_eq!(sign_in(7).apply(&mut user, at(1)), Err(UserChangeError::CodeUsed));
    assert_eq!(sign_in(8).apply(&mut user, at(2)), Ok(()));
    assert_eq!(sign_in(8).apply(&mut user, at(3)), Err(UserChangeError::CodeUsed));
    assert_eq!(user.signed_in_at, Some(at(2)));
}

#[test]
fn sessions_end_when_the_password_is_another_one() {
    let (own, other) = (SessionId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
    let password = PasswordHash::new("new");
    let changed = UserChange::Password { password: password.clone(), keep: own };
    assert_eq!((changed.ends(own), changed.ends(other)), (false, true));
    let accepted = UserChange::Accept { invitation: [1; 32], password };
    assert!(accepted.ends(own) && accepted.ends(other));
    assert!(!UserChange::SignIn { code: None }.ends(other));
}

#[test]
fn a_code_is_six_digits_and_a_secret_twenty_bytes() {
    let digits = |text: &str| text.parse::<OneTimeCode>().map(|code| code.digits().to_owned()).ok();
    assert_eq!(digits("123 456").as_deref(), Some("123456"));
    for refused in ["", "12345", "1234567", "12345a", "１２３４５６"] {
        assert_eq!(digits(refused), None, "{refused}");
    }
    assert!(TotpSecret::new(&[1; 32]).is_ok_and(|secret| *secret.expose() == [1; 20]));
    assert_eq!(TotpSecret::new(&[1; 19]).err(), Some(TotpSecretError));
}

#[test]
fn secrets_are_not_printed() {
    let user = User { password: Some(PasswordHash::new("$argon2id$secret")), totp: Some(totp(1)), ..ann() };
    let printed = format!("{user:?} {:?}", "123456".parse::<OneTimeCode>().unwrap());
    assert!(!printed.contains("argon2id") && !printed.contains("123456"), "{printed}");
}
