//! The body of a webhook. Its form is documented and has a version: fields are added, but none changes its meaning.

use core_monitor_domain::alerts::{Alert, InstanceInfo};
use core_monitor_domain::ports::SendFailure;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;

use crate::prose;

/// How many characters a message of a chat can have; Discord takes 2000.
const LONGEST: usize = 1_900;

#[derive(Serialize)]
struct Body<'a> {
    version: u32,
    id: &'a str,
    kind: &'static str,
    phase: &'static str,
    severity: &'static str,
    title: String,
    sentence: String,
    stack: Option<&'a str>,
    service: Option<&'a str>,
    since: Timestamp,
    at: Timestamp,
    url: Option<&'a str>,
    instance: String,
    /// What Slack and Mattermost show.
    text: String,
    /// What Discord shows.
    content: String,
    allowed_mentions: Mentions,
}

/// Whom Discord may call: nobody.
#[derive(Serialize)]
struct Mentions {
    parse: [&'static str; 0],
}

pub(super) fn of(alert: &Alert, instance: &InstanceInfo) -> Result<Vec<u8>, SendFailure> {
    let url = instance.link(&alert.link_path);
    let message = message(alert, instance, url.as_deref());
    let body = Body {
        version: 1,
        id: alert.id_key.as_str(),
        kind: alert.kind.as_str(),
        phase: alert.phase.as_str(),
        severity: alert.severity.as_str(),
        title: prose::title(alert),
        sentence: prose::sentence(alert),
        stack: alert.subject.stack.as_ref().map(|stack| stack.name.as_str()),
        service: alert.subject.service.as_deref(),
        since: alert.since,
        at: alert.at,
        url: url.as_deref(),
        instance: prose::instance(instance),
        text: escaped(&message),
        content: message,
        allowed_mentions: Mentions { parse: [] },
    };
    serde_json::to_vec(&body).map_err(|error| SendFailure::Unusable { reason: error.to_string() })
}

/// An alert as a message of a chat: the heading with the name of the installation, the sentence, the link.
fn message(alert: &Alert, instance: &InstanceInfo, url: Option<&str>) -> String {
    let heading = format!("[{}] {}", prose::instance(instance), prose::title(alert));
    let text = silent(&format!("{heading}\n{}", prose::sentence(alert)));
    let mut text: String = text.chars().take(LONGEST).collect();
    if let Some(url) = url {
        text.push('\n');
        text.push_str(url);
    }
    text
}

/// Words of a container or an engine must not call everybody in a channel.
fn silent(text: &str) -> String {
    ["all", "channel", "everyone", "here"]
        .iter()
        .fold(text.to_owned(), |text, word| text.replace(&format!("@{word}"), &format!("@\u{200b}{word}")))
}

/// Slack reads `<` as the beginning of a link or a command.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
