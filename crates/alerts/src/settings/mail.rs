//! Mail.

use core_monitor_domain::secret_variable::SecretValue;
use lettre::message::{Mailbox, Mailboxes};
use url::Url;

use super::{MAIL_FROM, MAIL_TO, SMTP, SMTP_PASSWORD, SettingsError, address};

/// An example of [`SMTP`].
const EXAMPLE: &str = "smtp://alerts@mail.example.org:587";
/// An example of [`SMTP_PASSWORD`].
const EXAMPLE_PASSWORD: &str = "correct-horse";
/// An example of [`MAIL_FROM`].
const EXAMPLE_FROM: &str = "'Core Monitor <alerts@example.org>'";
/// An example of [`MAIL_TO`].
const EXAMPLE_TO: &str = "ada@example.org,grace@example.org";

/// How mails are sent, and to whom.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// Who signs in; `None` for a server that asks nobody.
    pub sign_in: Option<SignIn>,
    /// Who sends the mails.
    pub from: Mailbox,
    /// Who receives them, at least one.
    pub to: Mailboxes,
}

/// A user of a mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretValue,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte (`smtps://`).
    Always,
    /// After `STARTTLS`, before anything else is said (`smtp://`). A server without it gets no mail.
    StartTls,
    /// Not at all (`smtp://…?tls=none`), for a relay on the same machine or network.
    None,
}

/// What is written about mail.
pub(super) struct Parts<'a> {
    pub(super) smtp: Option<&'a str>,
    pub(super) password: Option<&'a SecretValue>,
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
}

pub(super) fn parse(parts: &Parts<'_>) -> Result<Option<MailSettings>, SettingsError> {
    let wrong = |what: String| SettingsError::new(SMTP, what, EXAMPLE);
    let Some(smtp) = parts.smtp else {
        let others = [
            (SMTP_PASSWORD, parts.password.is_some()),
            (MAIL_FROM, parts.from.is_some()),
            (MAIL_TO, parts.to.is_some()),
        ];
        return match others.into_iter().find(|(_, is_set)| *is_set) {
            Some((other, _)) => Err(wrong(format!("is missing, although {other} is set"))),
            None => Ok(None),
        };
    };
    let url = address::parse(smtp, &["smtp", "smtps"]).map_err(wrong)?;
    let encryption = encryption(&url).map_err(wrong)?;
    let usual = match encryption {
        Encryption::Always => 465,
        Encryption::StartTls => 587,
        Encryption::None => 25,
    };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok(Some(MailSettings {
        host,
        port: url.port().unwrap_or(usual),
        encryption,
        sign_in: sign_in(&url, parts.password, encryption)?,
        from: from(parts.from)?,
        to: to(parts.to)?,
    }))
}

fn encryption(url: &Url) -> Result<Encryption, String> {
    if !matches!(url.path(), "" | "/") {
        return Err("has a path, which a mail server has not".to_owned());
    }
    match (url.scheme(), url.query()) {
        ("smtps", None) => Ok(Encryption::Always),
        ("smtps", Some(_)) => Err("has a query, but `smtps://` is always encrypted".to_owned()),
        (_, None | Some("tls=required")) => Ok(Encryption::StartTls),
        (_, Some("tls=none")) => Ok(Encryption::None),
        (_, Some(_)) => Err("has a query other than `tls=required` and `tls=none`".to_owned()),
    }
}

fn sign_in(
    url: &Url,
    password: Option<&SecretValue>,
    encryption: Encryption,
) -> Result<Option<SignIn>, SettingsError> {
    let wrong = |what: &str| Err(SettingsError::new(SMTP, what, EXAMPLE));
    if url.password().is_some() {
        return wrong(&format!("has a password in it, which belongs into {SMTP_PASSWORD}"));
    }
    match (url.username(), password) {
        ("", None) => Ok(None),
        ("", Some(_)) => wrong(&format!("names no user, although {SMTP_PASSWORD} is set")),
        (_, None) => {
            Err(SettingsError::new(SMTP_PASSWORD, "is missing, although a user is named", EXAMPLE_PASSWORD))
        }
        (_, Some(_)) if encryption == Encryption::None => {
            wrong("names a user, but a password is only sent over an encrypted connection")
        }
        (user, Some(password)) => Ok(Some(SignIn { user: decoded(user), password: password.clone() })),
    }
}

/// A user may be a mail address, with the `@` written as `%40`.
fn decoded(user: &str) -> String {
    let encoded = format!("u={}", user.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(encoded.as_bytes())
        .next()
        .map(|(_, user)| user.into_owned())
        .unwrap_or_default()
}

fn from(text: Option<&str>) -> Result<Mailbox, SettingsError> {
    let wrong = |what: String| SettingsError::new(MAIL_FROM, what, EXAMPLE_FROM);
    let text = text.ok_or_else(|| wrong(format!("is missing, although {SMTP} is set")))?;
    let from: Mailbox = text.parse().map_err(|error| wrong(format!("is not a mail address: {error}")))?;
    if is_plain(&from) { Ok(from) } else { Err(wrong(NOT_PLAIN.to_owned())) }
}

fn to(text: Option<&str>) -> Result<Mailboxes, SettingsError> {
    let wrong = |what: String| SettingsError::new(MAIL_TO, what, EXAMPLE_TO);
    let text = text.ok_or_else(|| wrong(format!("is missing, although {SMTP} is set")))?;
    let to: Mailboxes =
        text.parse().map_err(|error| wrong(format!("is not a list of mail addresses: {error}")))?;
    if to.iter().next().is_none() {
        return Err(wrong("names nobody".to_owned()));
    }
    if to.iter().all(is_plain) { Ok(to) } else { Err(wrong(NOT_PLAIN.to_owned())) }
}

/// What is wrong with an address that [`is_plain`] does not accept.
const NOT_PLAIN: &str = "has an address with letters other than those of ASCII";

/// Whether every mail server takes the address. A name before it may have any letters.
fn is_plain(mailbox: &Mailbox) -> bool {
    AsRef::<str>::as_ref(&mailbox.email).is_ascii()
}
