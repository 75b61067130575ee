//! An alert as a mail, in plain text and in HTML.

use std::time::{Duration, SystemTime};

use core_monitor_domain::alerts::{Alert, InstanceInfo, Phase};
use core_monitor_domain::ports::SendFailure;
use core_monitor_domain::time::Timestamp;
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

use crate::settings::MailSettings;
use crate::{hex, prose};

/// How many characters a subject has at most.
const SUBJECT: usize = 200;

/// Tells mail servers that nobody waits for an answer, so that absent people do not send one.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The mail about an alert. The same alert gives the same mail.
pub(super) fn of(
    alert: &Alert,
    instance: &InstanceInfo,
    settings: &MailSettings,
) -> Result<Message, SendFailure> {
    let domain = settings.from.email.domain();
    let began = format!("<{}.began@{domain}>", story(alert));
    let mut mail = Message::builder()
        .from(settings.from.clone())
        .subject(subject(alert, instance))
        .date(date(alert))
        .header(AutoSubmitted);
    for mailbox in settings.to.iter() {
        mail = mail.to(mailbox.clone());
    }
    // What follows a beginning is shown below it.
    mail = match alert.phase {
        Phase::Began => mail.message_id(Some(began)),
        phase => {
            let own = format!("<{}.{phase}.{}@{domain}>", story(alert), alert.at.as_millis());
            mail.message_id(Some(own)).in_reply_to(began.clone()).references(began)
        }
    };
    let link = instance.link(&alert.link_path);
    let parts = MultiPart::alternative()
        .boundary(format!("core-monitor-{}", story(alert)))
        .singlepart(SinglePart::plain(plain(alert, instance, link.as_deref())))
        .singlepart(SinglePart::html(html(alert, instance, link.as_deref())));
    mail.multipart(parts).map_err(|error| SendFailure::Unusable { reason: error.to_string() })
}

/// The time of an alert for the header.
fn date(alert: &Alert) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(alert.at.as_millis()).unwrap_or_default())
}

/// A word that all mails of one story share.
fn story(alert: &Alert) -> String {
    let name = format!("{} {}", alert.id_key, alert.since);
    let digits = hex::digits(&Sha256::digest(name));
    digits.chars().take(24).collect()
}

fn subject(alert: &Alert, instance: &InstanceInfo) -> String {
    let subject = format!("[{}] {}", prose::instance(instance), prose::title(alert));
    subject.chars().take(SUBJECT).collect()
}

/// The times of an alert, as people read them.
fn times(alert: &Alert) -> [(&'static str, String); 2] {
    let until = if alert.phase == Phase::Resolved { "Until" } else { "Now" };
    let time = |at: Timestamp| at.0.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    [("Since", time(alert.since)), (until, time(alert.at))]
}

fn plain(alert: &Alert, instance: &InstanceInfo, link: Option<&str>) -> String {
    let mut lines = vec![prose::title(alert), String::new(), prose::sentence(alert), String::new()];
    lines.extend(rows(alert, instance).into_iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend(link.into_iter().flat_map(|link| [String::new(), link.to_owned()]));
    lines.push(String::new());
    lines.join("\n")
}

fn html(alert: &Alert, instance: &InstanceInfo, link: Option<&str>) -> String {
    let rows = rows(alert, instance).into_iter().map(|(name, value)| {
        let cell = "<td style=\"padding:2px 16px 2px 0\">";
        format!("<tr>{cell}{name}</td><td>{}</td></tr>", escaped(&value))
    });
    let rows = rows.collect::<Vec<_>>().join("\n");
    let link = link.map(escaped).map(|link| format!("<p><a href=\"{link}\">{link}</a></p>\n"));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><body style=\"font-family:sans-serif\">\n<h2>{}</h2>\n<p>{}</p>\n\
         <table>\n{rows}\n</table>\n{}</body></html>\n",
        escaped(&prose::title(alert)),
        escaped(&prose::sentence(alert)),
        link.unwrap_or_default(),
    )
}

/// What is told beside the sentence.
fn rows(alert: &Alert, instance: &InstanceInfo) -> Vec<(&'static str, String)> {
    let mut rows = vec![("Installation", prose::instance(instance))];
    rows.extend(alert.subject.stack.as_ref().map(|stack| ("Stack", stack.name.to_string())));
    rows.extend(
        alert.subject.service.as_ref().map(|service| ("Service", service.replace(char::is_control, " "))),
    );
    rows.push(("Severity", alert.severity.to_string()));
    rows.extend(times(alert));
    rows
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
