//! What an ntfy server gets, in the form that it documents for JSON: `topic`, `title`, `message`, `priority` from 1 to 5, `tags` and
//! `click`, posted to its root.

use serde_json::json;

use super::*;
use crate::fixture::web_server::WebServer;
use crate::fixture::{alert, alert_with, certificates, instance, secret};

fn ntfy(server: &WebServer, token: Option<&str>) -> Ntfy {
    let settings =
        NtfySettings { server: server.url("/"), topic: "secret-topic".to_owned(), token: token.map(secret) };
    Ntfy::new(settings, &certificates::tls().1)
}

#[tokio::test]
async fn an_alert_is_published_as_json_to_the_root() {
    let server = WebServer::answering("200 OK", "{}");
    assert_eq!(ntfy(&server, Some("tk_abc123")).send(&alert(), &instance()).await, Ok(()));
    let request = server.request().unwrap();
    assert_eq!(request.line, "POST / HTTP/1.1\r\n");
    assert_eq!(request.header("Authorization"), Some("Bearer tk_abc123"));
    let expected = json!({
        "topic": "secret-topic",
        "title": "shop: service web is unhealthy (hôme)",
        "message": "The health check of service `web` fails; read its logs.",
        "priority": 4,
        "tags": ["rotating_light"],
        "click": "https://monitor.example.org/stacks/00000000-0000-0000-0000-000000000007",
    });
    assert_eq!(request.json(), expected);
}

#[tokio::test]
async fn an_end_is_told_more_quietly_than_a_beginning() {
    let server = WebServer::answering("200 OK", "{}");
    let nowhere = InstanceInfo { url: None, ..instance() };
    let over = alert_with("resolved", "shop: service web is no longer unhealthy", "it lasted 3 min");
    assert_eq!(ntfy(&server, None).send(&over, &nowhere).await, Ok(()));
    let request = server.request().unwrap();
    assert_eq!(request.header("Authorization"), None);
    let body = request.json();
    assert_eq!(
        (&body["priority"], &body["tags"], body.get("click")),
        (&json!(3), &json!(["white_check_mark"]), None)
    );
}

#[tokio::test]
async fn neither_topic_nor_token_is_told_in_an_error() {
    let server = WebServer::answering("403 Forbidden", "tk_abc123 may not write to secret-topic");
    let failure = ntfy(&server, Some("tk_abc123")).send(&alert(), &instance()).await.unwrap_err();
    assert!(failure.to_string().contains("403 Forbidden: … may not write to …"), "{failure}");
    assert!(!failure.is_worth_another_try());
}
