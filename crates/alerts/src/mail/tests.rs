//! Conversations with a mail server.

use super::*;
use crate::fixture::mail_server::{Heard, MailServer, Manners};
use crate::fixture::{StoppedClock, alert, certificates, clock, instance, secret};
use crate::settings::SignIn;

fn settings(server: &MailServer, encryption: Encryption) -> MailSettings {
    let sign_in = SignIn { user: "ada".to_owned(), password: secret("hunter22") };
    MailSettings {
        host: server.address.ip().to_string(),
        port: server.address.port(),
        encryption,
        sign_in: (encryption != Encryption::None).then_some(sign_in),
        from: "Core Monitor <alerts@example.org>".parse().unwrap(),
        to: "ada@example.org, grace@example.org".parse().unwrap(),
    }
}

/// How sending ends, and what the server heard.
async fn sent(manners: Manners, encryption: Encryption) -> (Result<(), SendFailure>, Heard) {
    let (tls, trust) = certificates::tls();
    let server = MailServer::start(manners, encryption, tls).await;
    let mail = Mail::new(settings(&server, encryption), &trust, clock()).unwrap();
    let sent = mail.send(&alert(), &instance()).await;
    (sent, server.heard().await)
}

fn starttls() -> Manners {
    Manners { offers_tls: true, ..Manners::default() }
}

async fn refused(verb: &'static str, answer: &'static str) -> SendFailure {
    let manners = Manners { refuses: Some((verb, answer)), ..starttls() };
    sent(manners, Encryption::StartTls).await.0.unwrap_err()
}

#[tokio::test]
async fn nothing_is_said_before_encryption_but_the_wish_for_it() {
    let (sent, heard) = sent(starttls(), Encryption::StartTls).await;
    assert_eq!(sent, Ok(()));
    assert_eq!(heard.commands[..heard.in_the_clear], ["EHLO example.org", "STARTTLS"]);
    let expected = [
        "EHLO example.org",
        "AUTH PLAIN AGFkYQBodW50ZXIyMg==",
        "MAIL FROM:<alerts@example.org>",
        "RCPT TO:<ada@example.org>",
        "RCPT TO:<grace@example.org>",
        "DATA",
        "QUIT",
    ];
    assert_eq!(heard.commands[heard.in_the_clear..], expected);
    assert!(heard.mail.contains("From: \"Core Monitor\" <alerts@example.org>\r\n"), "{}", heard.mail);
}

#[tokio::test]
async fn a_connection_may_be_encrypted_from_the_start_or_not_at_all() {
    for encryption in [Encryption::Always, Encryption::None] {
        let (sent, heard) = sent(Manners::default(), encryption).await;
        assert_eq!(sent, Ok(()), "{encryption:?}");
        assert_eq!(
            heard.commands.iter().any(|command| command.starts_with("AUTH")),
            encryption != Encryption::None
        );
        assert!(heard.mail.contains("Subject:"));
    }
}

#[tokio::test]
async fn a_server_without_encryption_gets_neither_password_nor_mail() {
    let (sent, heard) = sent(Manners::default(), Encryption::StartTls).await;
    let failure = sent.unwrap_err();
    assert!(matches!(failure, SendFailure::NoTls { .. }) && !failure.is_worth_another_try(), "{failure}");
    assert_eq!(heard.commands, ["EHLO example.org", "QUIT"]);
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_not_trusted() {
    for encryption in [Encryption::StartTls, Encryption::Always] {
        let server = MailServer::start(starttls(), encryption, certificates::tls().0).await;
        let other = certificates::tls().1;
        let mail = Mail::new(settings(&server, encryption), &other, clock()).unwrap();
        let failure = mail.send(&alert(), &instance()).await.unwrap_err();
        assert!(
            matches!(failure, SendFailure::Certificate { .. }) && !failure.is_worth_another_try(),
            "{failure:?}"
        );
        assert!(server.heard().await.commands.iter().all(|command| !command.starts_with("AUTH")));
    }
}

#[tokio::test]
async fn a_port_for_another_kind_of_encryption_is_told() {
    let (tls, trust) = certificates::tls();
    let server = MailServer::start(starttls(), Encryption::StartTls, tls).await;
    let mail = Mail::new(settings(&server, Encryption::Always), &trust, clock()).unwrap();
    let failure = mail.send(&alert(), &instance()).await.unwrap_err();
    assert!(matches!(failure, SendFailure::Tls { .. }) && !failure.is_worth_another_try(), "{failure:?}");
}

#[tokio::test]
async fn a_refusal_says_what_it_is_about_and_keeps_the_password() {
    let failure = refused("AUTH", "535 5.7.8 wrong: hunter22 AGFkYQBodW50ZXIyMg==").await;
    assert!(
        matches!(failure, SendFailure::Credentials { .. }) && !failure.is_worth_another_try(),
        "{failure}"
    );
    assert!(failure.to_string().contains("(535: 5.7.8 wrong: … …)"), "{failure}");
    let failure = refused("MAIL", "530 5.7.0 sign in first").await;
    assert!(matches!(failure, SendFailure::Credentials { .. }), "{failure}");
    let manners = Manners { refuses: Some(("MAIL", "530 5.7.0 STARTTLS first")), ..Manners::default() };
    let failure = sent(manners, Encryption::None).await.0.unwrap_err();
    assert!(matches!(failure, SendFailure::Rejected { .. }), "{failure}");
    let failure = refused("RCPT", "550 5.1.1 no such user").await;
    assert!(
        failure.to_string().ends_with("550: 5.1.1 no such user") && !failure.is_worth_another_try(),
        "{failure}"
    );
    let failure = refused("RCPT", "450 4.2.0 greylisted").await;
    assert!(matches!(failure, SendFailure::Later { .. }) && failure.is_worth_another_try(), "{failure}");
}

#[tokio::test]
async fn one_recipient_who_is_refused_keeps_the_alert_from_nobody_else() {
    let manners = Manners { refuses: Some(("RCPT TO:<ada", "550 5.1.1 no such user")), ..starttls() };
    let (sent, heard) = sent(manners, Encryption::StartTls).await;
    assert!(matches!(sent, Err(SendFailure::Rejected { .. })), "{sent:?}");
    assert!(heard.mail.contains("Subject:") && heard.commands.last().unwrap() == "QUIT", "{heard:?}");
    let manners = Manners { refuses: Some(("RCPT", "550 5.1.1 no such user")), ..starttls() };
    let (sent, heard) = self::sent(manners, Encryption::StartTls).await;
    assert!(matches!(sent, Err(SendFailure::Rejected { .. })), "{sent:?}");
    assert!(!heard.commands.contains(&"DATA".to_owned()), "{heard:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let manners = Manners { is_silent: true, ..Manners::default() };
    let server = MailServer::start(manners, Encryption::None, certificates::tls().0).await;
    let settings = settings(&server, Encryption::None);
    let mail = Mail::new(settings, &certificates::tls().1, Arc::new(StoppedClock { rings: true })).unwrap();
    let failure = mail.send(&alert(), &instance()).await.unwrap_err();
    assert_eq!(failure, SendFailure::TimedOut { host: "127.0.0.1".to_owned(), seconds: 30 });
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let server = MailServer::start(Manners::default(), Encryption::None, certificates::tls().0).await;
    let settings = settings(&server, Encryption::None);
    let mail = Mail::new(settings.clone(), &certificates::tls().1, clock()).unwrap();
    mail.send(&alert(), &instance()).await.unwrap();
    server.heard().await;
    let failure = mail.send(&alert(), &instance()).await.unwrap_err();
    assert!(
        matches!(failure, SendFailure::Unreachable { .. }) && failure.is_worth_another_try(),
        "{failure}"
    );
    let nameless = MailSettings { host: "not a name".to_owned(), ..settings };
    let failure =
        Mail::new(nameless, &certificates::tls().1, clock()).unwrap().send(&alert(), &instance()).await;
    assert!(matches!(failure, Err(SendFailure::NoSuchName { .. })), "{failure:?}");
}
