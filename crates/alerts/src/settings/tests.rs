//! What people write.

use super::*;
use crate::fixture::secret;

/// Everything that can be written.
fn all() -> Written {
    Written {
        webhook: Some(secret("https://hooks.example.org/services/T0/B0/x?y=1")),
        webhook_secret: Some(secret("0123456789abcdef")),
        ntfy: Some(secret("https://ntfy.example.org/push/my-topic/")),
        ntfy_token: Some(secret("tk_1")),
        smtp: Some("smtp://alerts%40example.org@mail.example.org".to_owned()),
        smtp_password: Some(secret("pass word")),
        mail_from: Some("Core Monitor <alerts@example.org>".to_owned()),
        mail_to: Some("ada@example.org, Grace <grace@example.org>".to_owned()),
    }
}

fn wrong(written: &Written) -> String {
    ChannelSettings::parse(written).unwrap_err().to_string()
}

fn mail(smtp: &str, password: Option<&str>) -> Result<MailSettings, SettingsError> {
    let written = Written {
        smtp: Some(smtp.to_owned()),
        smtp_password: password.map(secret),
        mail_from: Some("a@example.org".to_owned()),
        mail_to: Some("b@example.org".to_owned()),
        ..Written::default()
    };
    let mut channels = ChannelSettings::parse(&written)?;
    match channels.pop() {
        Some(ChannelSettings::Mail(mail)) => Ok(mail),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_written_is_no_channel() {
    assert!(ChannelSettings::parse(&Written::default()).unwrap().is_empty());
    let empty = Written { smtp: Some(" ".to_owned()), ..Written::default() };
    assert!(ChannelSettings::parse(&empty).unwrap().is_empty());
}

#[test]
fn every_channel_is_read() {
    let channels = ChannelSettings::parse(&all()).unwrap();
    let [ChannelSettings::Webhook(webhook), ChannelSettings::Ntfy(ntfy), ChannelSettings::Mail(mail)] =
        &channels[..]
    else {
        panic!("{channels:?}")
    };
    assert_eq!(webhook.url.as_str(), "https://hooks.example.org/services/T0/B0/x?y=1");
    assert_eq!((ntfy.server.as_str(), ntfy.topic.as_str()), ("https://ntfy.example.org/push/", "my-topic"));
    assert_eq!(
        (mail.host.as_str(), mail.port, mail.encryption),
        ("mail.example.org", 587, Encryption::StartTls)
    );
    assert_eq!(mail.sign_in.as_ref().unwrap().user, "alerts@example.org");
    assert_eq!(mail.to.iter().count(), 2);
    let shown = format!("{channels:?} {:?}", all());
    for hidden in ["T0", "my-topic", "tk_1", "pass word", "0123456789abcdef"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

#[test]
fn an_address_of_mail_says_how_it_is_encrypted() {
    let of = |smtp: &str| mail(smtp, None).map(|mail| (mail.host, mail.port, mail.encryption)).unwrap();
    assert_eq!(of("smtps://m.example.org"), ("m.example.org".to_owned(), 465, Encryption::Always));
    assert_eq!(of("smtp://m.example.org:25"), ("m.example.org".to_owned(), 25, Encryption::StartTls));
    assert_eq!(of("smtp://localhost?tls=none"), ("localhost".to_owned(), 25, Encryption::None));
    assert_eq!(of("smtp://[::1]:2525?tls=none"), ("::1".to_owned(), 2525, Encryption::None));
    assert_eq!(mail("smtp://a+b%26c@m", Some("pw")).unwrap().sign_in.unwrap().user, "a+b&c");
}

#[test]
fn an_error_says_what_is_wrong_and_shows_an_example() {
    let webhook = |text: &str| wrong(&Written { webhook: Some(secret(text)), ..Written::default() });
    assert_eq!(
        webhook("hooks.example.org"),
        "CORE_MONITOR_ALERT_WEBHOOK does not begin with https:// or http://, e.g. \
         CORE_MONITOR_ALERT_WEBHOOK=https://hooks.example.org/services/T0/B0/x"
    );
    assert!(webhook("ftp://example.org").contains("begins with ftp://, but must begin with"));
    assert!(webhook("https://u:p4ss@example.org").contains("has a user or password in it"));
    let short = Written { webhook_secret: Some(secret("short")), ..all() };
    assert!(wrong(&short).starts_with("CORE_MONITOR_ALERT_WEBHOOK_SECRET is shorter than 16 characters"));
    for topic in ["https://ntfy.sh", "https://ntfy.sh/", "https://ntfy.sh/a%20b", "https://ntfy.sh/a?b"] {
        let error = wrong(&Written { ntfy: Some(secret(topic)), ..Written::default() });
        assert!(error.starts_with("CORE_MONITOR_ALERT_NTFY ") && error.contains("e.g. "), "{error}");
    }
    let token = Written { ntfy_token: Some(secret("tk 1\n")), ..all() };
    assert!(wrong(&token).starts_with("CORE_MONITOR_ALERT_NTFY_TOKEN has spaces"));
}

#[test]
fn an_address_is_one_line() {
    let webhook = |text: &str| Written { webhook: Some(secret(text)), ..Written::default() };
    for inside in ["\n", "\r\n", "\t", "\u{b}", "\u{1b}[2J", "\u{7f}", "\u{85}"] {
        let hook = wrong(&webhook(&format!("https://hooks.example.org/T0{inside}B0")));
        assert!(
            hook.starts_with("CORE_MONITOR_ALERT_WEBHOOK has a line break") && !hook.contains("T0B0"),
            "{hook}"
        );
        let topic =
            Written { ntfy: Some(secret(&format!("https://ntfy.sh/my{inside}topic"))), ..Written::default() };
        assert!(wrong(&topic).starts_with("CORE_MONITOR_ALERT_NTFY has a line break"));
        let smtp = mail(&format!("smtp://mail.exa{inside}mple.org"), None).unwrap_err().to_string();
        assert!(smtp.starts_with("CORE_MONITOR_ALERT_SMTP has a line break"), "{smtp}");
    }
    let around = ChannelSettings::parse(&webhook("\thttps://hooks.example.org/x\n")).unwrap();
    assert_eq!(around.len(), 1, "what is around it belongs to the file that it was read from");
}

#[test]
fn mail_is_complete_or_not_at_all() {
    let without = |change: fn(&mut Written)| {
        let mut written = all();
        change(&mut written);
        wrong(&written)
    };
    assert!(without(|w| w.smtp = None).starts_with("CORE_MONITOR_ALERT_SMTP is missing, although"));
    assert!(without(|w| w.mail_from = None).starts_with("CORE_MONITOR_ALERT_MAIL_FROM is missing"));
    assert!(without(|w| w.mail_to = None).starts_with("CORE_MONITOR_ALERT_MAIL_TO is missing"));
    assert!(without(|w| w.mail_to = Some("nobody".to_owned())).contains("is not a list of mail addresses"));
    assert!(
        without(|w| w.mail_to = Some("Zoë <zoë@example.org>".to_owned()))
            .contains("other than those of ASCII")
    );
    assert!(without(|w| w.smtp_password = None).starts_with("CORE_MONITOR_ALERT_SMTP_PASSWORD is missing"));
    assert!(without(|w| w.webhook = None).starts_with("CORE_MONITOR_ALERT_WEBHOOK is missing, although"));
    assert!(without(|w| w.ntfy = None).starts_with("CORE_MONITOR_ALERT_NTFY is missing, although"));
}

#[test]
fn a_password_is_never_sent_in_the_clear_nor_written_into_an_address() {
    let error = |smtp: &str| mail(smtp, Some("pw")).unwrap_err().to_string();
    assert!(error("smtp://u@relay?tls=none").contains("only sent over an encrypted connection"));
    assert!(error("smtp://relay").contains("names no user"));
    let inside = error("smtp://u:hunter2@relay");
    assert!(
        inside.contains("belongs into CORE_MONITOR_ALERT_SMTP_PASSWORD") && !inside.contains("hunter2"),
        "{inside}"
    );
    assert!(error("smtp://u@relay?tls=maybe").contains("has a query other than"));
    assert!(error("smtps://u@relay?tls=none").contains("is always encrypted"));
    assert!(error("smtp://u@relay/inbox").contains("has a path"));
}
