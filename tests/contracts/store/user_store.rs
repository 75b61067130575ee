//! Users.

use core_monitor_domain::access::{Grant, Role};
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ids::{SessionId, UserId};
use core_monitor_domain::ports::{AuditFilter, SealedSecret, UserError};
use core_monitor_domain::session::{Session, SessionLimits};
use core_monitor_domain::user::{
    Invitation, PasswordHash, ProviderSubject, Totp, TotpStep, User, UserChange, UserChangeError, UserGrants,
};

use crate::fixture::{Fixture, ann, at};

contract!(
    a_user_is_found_by_id_name_and_invitation,
    names_and_their_number_are_limited,
    the_first_user_is_only_the_first,
    users_come_in_pages_by_name,
    a_change_is_stored_with_its_line,
    sessions_end_with_a_password,
    a_code_is_used_once,
    one_administrator_stays,
    a_removed_user_is_gone_with_their_sessions,
    somebody_from_a_provider_is_who_they_are_there,
);

fn user(f: &Fixture, name: &str, grants: UserGrants) -> User {
    User {
        id: UserId(f.id()),
        name: name.parse().unwrap(),
        grants,
        password: Some(PasswordHash::new("$argon2id$old")),
        totp: None,
        invitation: None,
        provided: None,
        created_at: at(1),
        signed_in_at: None,
    }
}

fn viewer() -> UserGrants {
    UserGrants::new(vec![Grant::everything(Role::Viewer)]).unwrap()
}

fn invited(user: User, byte: u8) -> User {
    User { password: None, invitation: Some(Invitation { hash: [byte; 32], expires_at: at(90) }), ..user }
}

async fn session_of(f: &Fixture, user: &User, byte: u8) -> SessionId {
    let session = Session {
        id: SessionId(f.id()),
        actor: user.actor(),
        hash: [byte; 32],
        created_at: at(2),
        used_at: at(2),
        client: String::new(),
        address: None,
    };
    f.sessions.open(&session, &SessionLimits::default()).await.unwrap();
    session.id
}

async fn sessions(f: &Fixture) -> Vec<SessionId> {
    let mut ids: Vec<_> = f.sessions.list().await.unwrap().into_iter().map(|session| session.id).collect();
    ids.sort();
    ids
}

async fn a_user_is_found_by_id_name_and_invitation(f: &Fixture) {
    let secret = SealedSecret { key_id: "k".to_owned(), bytes: vec![1, 2] };
    let bob = User {
        totp: Some(Totp { secret, used: TotpStep(7) }),
        signed_in_at: Some(at(3)),
        ..user(f, "bob", UserGrants::administrator())
    };
    let eve = invited(user(f, "eve", viewer()), 1);
    for user in [&bob, &eve] {
        f.users.add(user, 9, &ann()).await.unwrap();
    }
    assert_eq!(f.users.find(bob.id).await.unwrap(), Some(bob.clone()));
    assert_eq!(f.users.find(UserId(f.id())).await.unwrap(), None);
    assert_eq!(f.users.named(&bob.name).await.unwrap(), Some(bob));
    assert_eq!(f.users.named(&"mallory".parse().unwrap()).await.unwrap(), None);
    assert_eq!(f.users.invited(&[1; 32]).await.unwrap(), Some(eve));
    assert_eq!(f.users.invited(&[2; 32]).await.unwrap(), None);
    assert_eq!(audit(f).await, ["invite_user user:eve created", "invite_user user:bob created"]);
}

async fn names_and_their_number_are_limited(f: &Fixture) {
    f.users.add(&user(f, "bob", viewer()), 2, &ann()).await.unwrap();
    let same = f.users.add(&user(f, "Bob", viewer()), 2, &ann()).await;
    assert!(matches!(same, Err(UserError::NameTaken)), "{same:?}");
    f.users.add(&user(f, "eve", viewer()), 2, &ann()).await.unwrap();
    let third = f.users.add(&user(f, "third", viewer()), 2, &ann()).await;
    assert!(matches!(third, Err(UserError::TooMany { most: 2 })), "{third:?}");
    assert_eq!(audit(f).await.len(), 2);
}

async fn the_first_user_is_only_the_first(f: &Fixture) {
    let first = user(f, "bob", UserGrants::administrator());
    f.users.add_first(&first).await.unwrap();
    let second = f.users.add_first(&user(f, "eve", UserGrants::administrator())).await;
    assert!(matches!(second, Err(UserError::NotFirst)), "{second:?}");
    assert_eq!(f.users.list(None, 9).await.unwrap(), [first]);
    assert_eq!(audit(f).await, ["set_up user:bob created"]);
}

async fn users_come_in_pages_by_name(f: &Fixture) {
    for name in ["eve", "bob", "dan", "ada"] {
        f.users.add(&user(f, name, viewer()), 9, &ann()).await.unwrap();
    }
    let page = async |after: Option<&str>| {
        let after = after.map(|name| name.parse().unwrap());
        let users = f.users.list(after, 2).await.unwrap();
        users.into_iter().map(|user| user.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(page(None).await, ["ada", "bob"]);
    assert_eq!(page(Some("bob")).await, ["dan", "eve"]);
    assert_eq!(page(Some("c")).await, ["dan", "eve"], "one who is gone is a place all the same");
    assert_eq!(page(Some("eve")).await, [""; 0]);
}

async fn a_change_is_stored_with_its_line(f: &Fixture) {
    let eve = invited(user(f, "eve", viewer()), 1);
    f.users.add(&eve, 9, &ann()).await.unwrap();
    let wrong = UserChange::Accept { invitation: [2; 32], password: PasswordHash::new("new") };
    let refused = f.users.change(eve.id, &wrong, &eve.actor(), at(5)).await;
    assert!(matches!(refused, Err(UserError::Change(UserChangeError::NotInvited))), "{refused:?}");
    let accept = UserChange::Accept { invitation: [1; 32], password: PasswordHash::new("new") };
    let accepted = f.users.change(eve.id, &accept, &eve.actor(), at(5)).await.unwrap();
    let expected = User { password: Some(PasswordHash::new("new")), invitation: None, ..eve.clone() };
    assert_eq!(accepted, expected);
    let grants = UserChange::Grants(UserGrants::administrator());
    f.users.change(eve.id, &grants, &ann(), at(6)).await.unwrap();
    let expected = User { grants: UserGrants::administrator(), ..expected };
    assert_eq!(f.users.find(eve.id).await.unwrap(), Some(expected));
    let nobody = f.users.change(UserId(f.id()), &grants, &ann(), at(7)).await;
    assert!(matches!(nobody, Err(UserError::NotFound)), "{nobody:?}");
    let lines = [
        "set_user_grants user:eve replaced",
        "accept_invitation user:eve replaced",
        "invite_user user:eve created",
    ];
    assert_eq!(audit(f).await, lines);
}

async fn sessions_end_with_a_password(f: &Fixture) {
    let (bob, eve) = (user(f, "bob", viewer()), user(f, "eve", viewer()));
    for user in [&bob, &eve] {
        f.users.add(user, 9, &ann()).await.unwrap();
    }
    let (kept, ended) = (session_of(f, &bob, 1).await, session_of(f, &bob, 2).await);
    let other = session_of(f, &eve, 3).await;
    let change = UserChange::Password { password: PasswordHash::new("new"), keep: kept };
    f.users.change(bob.id, &change, &bob.actor(), at(5)).await.unwrap();
    let mut left = vec![kept, other];
    left.sort();
    assert_eq!(sessions(f).await, left, "{ended} has ended");
    assert_eq!(audit(f).await[0], "change_password user:bob replaced");
}

async fn a_code_is_used_once(f: &Fixture) {
    let bob = user(f, "bob", viewer());
    f.users.add(&bob, 9, &ann()).await.unwrap();
    let secret = SealedSecret { key_id: "k".to_owned(), bytes: vec![1] };
    let set_up = UserChange::SetUpTotp(Totp { secret, used: TotpStep(4) });
    f.users.change(bob.id, &set_up, &bob.actor(), at(5)).await.unwrap();
    let sign_in = |step| UserChange::SignIn { code: Some(TotpStep(step)) };
    f.users.change(bob.id, &sign_in(5), &bob.actor(), at(6)).await.unwrap();
    let again = f.users.change(bob.id, &sign_in(5), &bob.actor(), at(7)).await;
    assert!(matches!(again, Err(UserError::Change(UserChangeError::CodeUsed))), "{again:?}");
    assert_eq!(f.users.find(bob.id).await.unwrap().unwrap().signed_in_at, Some(at(6)));
    f.users.change(bob.id, &UserChange::RemoveTotp, &bob.actor(), at(8)).await.unwrap();
    assert_eq!(f.users.find(bob.id).await.unwrap().unwrap().totp, None);
    let lines =
        ["remove_totp user:bob removed", "set_up_totp user:bob created", "invite_user user:bob created"];
    assert_eq!(audit(f).await, lines);
}

async fn one_administrator_stays(f: &Fixture) {
    let bob = user(f, "bob", UserGrants::administrator());
    // Nobody can sign in as eve yet, so that she is no help.
    let eve = invited(user(f, "eve", UserGrants::administrator()), 1);
    for user in [&bob, &eve] {
        f.users.add(user, 9, &ann()).await.unwrap();
    }
    let less = UserChange::Grants(viewer());
    let changed = f.users.change(bob.id, &less, &ann(), at(5)).await;
    assert!(matches!(changed, Err(UserError::LastAdministrator)), "{changed:?}");
    let removed = f.users.remove(&bob.name, &ann(), at(5)).await;
    assert!(matches!(removed, Err(UserError::LastAdministrator)), "{removed:?}");
    assert_eq!(f.users.find(bob.id).await.unwrap(), Some(bob.clone()), "nothing has changed");
    let accept = UserChange::Accept { invitation: [1; 32], password: PasswordHash::new("new") };
    f.users.change(eve.id, &accept, &eve.actor(), at(6)).await.unwrap();
    f.users.change(bob.id, &less, &ann(), at(7)).await.unwrap();
    f.users.remove(&bob.name, &ann(), at(8)).await.unwrap();
}

async fn a_removed_user_is_gone_with_their_sessions(f: &Fixture) {
    let (bob, eve) = (user(f, "bob", viewer()), user(f, "eve", viewer()));
    for user in [&bob, &eve] {
        f.users.add(user, 9, &ann()).await.unwrap();
    }
    session_of(f, &bob, 1).await;
    let other = session_of(f, &eve, 2).await;
    f.users.remove(&bob.name, &ann(), at(5)).await.unwrap();
    let again = f.users.remove(&bob.name, &ann(), at(6)).await;
    assert!(matches!(again, Err(UserError::NotFound)), "{again:?}");
    assert_eq!(sessions(f).await, [other]);
    assert_eq!(f.users.list(None, 9).await.unwrap(), [eve]);
    assert_eq!(audit(f).await[0], "remove_user user:bob removed");
}

async fn somebody_from_a_provider_is_who_they_are_there(f: &Fixture) {
    let subject = |issuer: &str, subject: &str| ProviderSubject::new(issuer, subject).unwrap();
    let home = subject("https://id.example.org", "42");
    let bob = user(f, "bob", UserGrants::administrator());
    let eve =
        User { password: None, provided: Some(home.clone()), ..user(f, "eve", UserGrants::administrator()) };
    f.users.add(&bob, 9, &ann()).await.unwrap();
    f.users.add(&eve, 9, &ann()).await.unwrap();
    assert_eq!(f.users.provided(&home).await.unwrap(), Some(eve.clone()));
    for other in [subject("https://id.example.org", "43"), subject("https://id.example.com", "42")] {
        assert_eq!(f.users.provided(&other).await.unwrap(), None, "{other:?}");
    }
    let same_name =
        User { provided: Some(subject("https://id.example.org", "7")), id: UserId(f.id()), ..eve.clone() };
    let taken = f.users.add(&same_name, 9, &ann()).await;
    assert!(matches!(taken, Err(UserError::NameTaken)), "{taken:?}");

    let arrived = f.users.change(eve.id, &UserChange::Arrive(viewer()), &eve.actor(), at(5)).await.unwrap();
    assert_eq!(arrived, User { grants: viewer(), signed_in_at: Some(at(5)), ..eve.clone() });
    for change in [
        UserChange::Grants(UserGrants::administrator()),
        UserChange::Invitation(Invitation { hash: [1; 32], expires_at: at(90) }),
    ] {
        let refused = f.users.change(eve.id, &change, &ann(), at(6)).await;
        assert!(matches!(refused, Err(UserError::Change(UserChangeError::Provided))), "{refused:?}");
    }
    let local = f.users.change(bob.id, &UserChange::Arrive(viewer()), &bob.actor(), at(6)).await;
    assert!(matches!(local, Err(UserError::Change(UserChangeError::NotProvided))), "{local:?}");
    assert_eq!(f.users.provided(&home).await.unwrap(), Some(arrived));
    // The provider may be down: an administrator from there is not the one who stays.
    let removed = f.users.remove(&bob.name, &ann(), at(7)).await;
    assert!(matches!(removed, Err(UserError::LastAdministrator)), "{removed:?}");
    f.users.remove(&eve.name, &ann(), at(7)).await.unwrap();
    assert_eq!(f.users.provided(&home).await.unwrap(), None);
}

async fn audit(f: &Fixture) -> Vec<String> {
    let page = f.audit.list(&AuditFilter { limit: 9, ..AuditFilter::default() }).await.unwrap();
    let line = |record: AuditRecord| {
        let entry = record.entry;
        format!("{} {} {}", entry.action, entry.resource, entry.change)
    };
    // Sessions have a suite of their own.
    page.items.into_iter().map(line).filter(|line| !line.starts_with("sign_in ")).collect()
}
