//! The conversation with a mail server, step by step, so that it is known which step failed.

use std::error::Error as _;
use std::net::SocketAddr;

use core_monitor_domain::ports::SendFailure;
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{self, Data, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Code;

use crate::answer::Hidden;
use crate::settings::{Encryption, MailSettings};
use crate::trust::{cause_in_tls, insecure};

/// How far the conversation got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Connect,
    Encrypt,
    SignIn,
    Send,
}

/// Sends a mail. `tls` is `None` if the connection is not encrypted.
pub(super) async fn send(
    settings: &MailSettings,
    tls: Option<&TlsParameters>,
    letter: &Message,
) -> Result<(), SendFailure> {
    let failed = |step| move |error: Error| failure(settings, step, &error);
    let name = ClientId::Domain(settings.from.email.domain().to_owned());
    let from_the_start = tls.filter(|_| settings.encryption == Encryption::Always).cloned();
    let addresses = addresses(settings).await?;
    let connected = AsyncSmtpConnection::connect_tokio1(&*addresses, None, &name, from_the_start, None).await;
    let mut connection = connected.map_err(failed(Step::Connect))?;
    if settings.encryption == Encryption::StartTls
        && let Some(tls) = tls
    {
        if !connection.can_starttls() {
            connection.abort().await;
            return Err(SendFailure::NoTls { host: settings.host.clone() });
        }
        connection.starttls(tls.clone(), &name).await.map_err(failed(Step::Encrypt))?;
    }
    if let Some(sign_in) = &settings.sign_in {
        let credentials = Credentials::new(sign_in.user.clone(), sign_in.password.expose().to_owned());
        connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(failed(Step::SignIn))?;
    }
    let sent = hand_over(&mut connection, letter).await.map_err(failed(Step::Send));
    // What was accepted or refused stays so, whatever becomes of the farewell.
    let _ = connection.quit().await;
    sent
}

/// Hands the mail over for everybody whom the server accepts. If it refuses somebody, that is told after the others have got it: one
/// address that no longer exists must not keep an alert from everybody.
async fn hand_over(connection: &mut AsyncSmtpConnection, letter: &Message) -> Result<(), Error> {
    let envelope = letter.envelope();
    connection.command(commands::Mail::new(envelope.from().cloned(), Vec::new())).await?;
    let mut refused = None;
    let mut accepted = 0_usize;
    for recipient in envelope.to() {
        match connection.command(Rcpt::new(recipient.clone(), Vec::new())).await {
            Ok(_) => accepted += 1,
            Err(error) if error.status().is_some() => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    if accepted > 0 {
        connection.command(Data).await?;
        connection.message(&letter.formatted()).await?;
    }
    refused.map_or(Ok(()), Err)
}

async fn addresses(settings: &MailSettings) -> Result<Vec<SocketAddr>, SendFailure> {
    let found = tokio::net::lookup_host((settings.host.as_str(), settings.port)).await;
    let addresses: Vec<_> = found.map(Iterator::collect).unwrap_or_default();
    if addresses.is_empty() {
        return Err(SendFailure::NoSuchName { host: settings.host.clone() });
    }
    Ok(addresses)
}

fn failure(settings: &MailSettings, step: Step, error: &Error) -> SendFailure {
    let host = settings.host.clone();
    if let Some(cause) = cause_in_tls(error) {
        return insecure(host, cause);
    }
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    let hidden = hidden(settings);
    match error.status() {
        Some(code) => refusal(settings, step, code, hidden.told(&code.to_string(), &words)),
        None if error.is_tls() || step == Step::Encrypt => {
            SendFailure::Tls { host, reason: hidden.first_line(&words) }
        }
        None if error.is_client() && step == Step::SignIn => {
            let answer =
                "it offers none of the ways to sign in that are known here, PLAIN and LOGIN".to_owned();
            SendFailure::Rejected { host, answer }
        }
        None if error.is_client() => SendFailure::Unusable { reason: hidden.first_line(&words) },
        None if error.is_response() => {
            SendFailure::Rejected { host, answer: "what it answers is not SMTP".to_owned() }
        }
        None => SendFailure::Unreachable { host, reason: hidden.first_line(&words) },
    }
}

fn refusal(settings: &MailSettings, step: Step, code: Code, answer: String) -> SendFailure {
    let host = settings.host.clone();
    let is_temporary = code.to_string().starts_with('4');
    // 530: the server wants somebody to sign in, or encryption first.
    let is_open = settings.encryption == Encryption::None;
    let wants_user = step == Step::SignIn || code.to_string() == "530" && !is_open;
    if is_temporary {
        SendFailure::Later { host, answer }
    } else if wants_user {
        SendFailure::Credentials { host, answer }
    } else {
        SendFailure::Rejected { host, answer }
    }
}

/// The password, also as it is said when signing in.
fn hidden(settings: &MailSettings) -> Hidden {
    let Some(sign_in) = &settings.sign_in else { return Hidden::default() };
    let password = sign_in.password.expose();
    Hidden::default().and(password).and(&format!("\0{}\0{password}", sign_in.user))
}
