//! What a webhook sends.

use serde_json::json;

use super::*;
use crate::fixture::web_server::{Request, WebServer};
use crate::fixture::{alert, alert_with, certificates, clock, instance, secret};

/// What arrives when an alert is sent.
async fn arrived(alert: &Alert, instance: &InstanceInfo, secret: Option<SecretValue>) -> Request {
    let server = WebServer::answering("200 OK", "ok");
    let settings = WebhookSettings { url: server.url("/hook"), secret };
    let webhook = Webhook::new(settings, &certificates::tls().1, clock());
    assert_eq!(webhook.send(alert, instance).await, Ok(()));
    server.request().unwrap()
}

#[tokio::test]
async fn the_body_is_as_documented() {
    let request = arrived(&alert(), &instance(), None).await;
    let text = "[hôme] shop: service web is unhealthy\nThe health check of service `web` fails; read its logs.\n\
                https://monitor.example.org/stacks/00000000-0000-0000-0000-000000000007";
    let expected = json!({
        "version": 1,
        "id": "service-unhealthy:00000000-0000-0000-0000-000000000007:web",
        "kind": "service-unhealthy",
        "phase": "began",
        "severity": "critical",
        "title": "shop: service web is unhealthy",
        "sentence": "The health check of service `web` fails; read its logs.",
        "stack": "shop",
        "service": "web",
        "since": "2026-12-01T09:57:00Z",
        "at": "2026-12-01T10:00:00Z",
        "url": "https://monitor.example.org/stacks/00000000-0000-0000-0000-000000000007",
        "instance": "hôme",
        "text": text,
        "content": text,
        "allowed_mentions": {"parse": []},
    });
    assert_eq!(request.json(), expected);
    assert_eq!(request.header(SIGNATURE), None);
}

#[tokio::test]
async fn a_signature_covers_time_and_body() {
    let request = arrived(&alert(), &instance(), Some(secret("a-secret-of-the-hook"))).await;
    let seconds: i64 = request.header(TIMESTAMP).unwrap().parse().unwrap();
    assert_eq!(seconds, 1_796_119_200);
    let sent = request.header(SIGNATURE).unwrap();
    let of = |secret: &SecretValue, seconds, body: &[u8]| signature(secret, seconds, body).unwrap();
    let known = secret("a-secret-of-the-hook");
    assert_eq!(sent, of(&known, seconds, &request.body));
    assert_ne!(sent, of(&known, seconds + 1, &request.body));
    assert_ne!(sent, of(&known, seconds, b"{}"));
    assert_ne!(sent, of(&secret("another-secret"), seconds, &request.body));
}

#[test]
fn a_signature_is_what_other_programs_compute() {
    // printf '1796119200.{"a":1}' | openssl dgst -sha256 -hmac key
    let known = "sha256=9556bd9a11ca26f62b2b78c7a29c4f7c3af5a78ae686cdebbf097d7696a1090e";
    assert_eq!(signature(&secret("key"), 1_796_119_200, b"{\"a\":1}").unwrap(), known);
}

#[tokio::test]
async fn words_of_a_container_call_nobody_in_a_chat() {
    let words = "@everyone <!channel> look at <https://evil.example|this> & @here, image nginx@sha256:0";
    let request = arrived(&alert_with("began", "shop", words), &instance(), None).await;
    let body = request.json();
    let text = body["text"].as_str().unwrap();
    assert!(!text.contains(['<', '>']) && !text.contains("@everyone") && !text.contains("@here"), "{text}");
    assert!(text.contains("&lt;!channel&gt;") && text.contains("nginx@sha256:0"), "{text}");
    let content = body["content"].as_str().unwrap();
    assert!(!content.contains("@everyone") && content.contains("<!channel>"), "{content}");
    assert_eq!(body["sentence"].as_str().unwrap(), format!("{words}."));
}

#[tokio::test]
async fn a_message_fits_into_a_chat_and_keeps_its_link() {
    let long = "é".repeat(4_000);
    let body = arrived(&alert_with("resolved", "shop", &long), &instance(), None).await.json();
    let content = body["content"].as_str().unwrap();
    assert!(content.chars().count() < 2_000 && content.ends_with("000000000007"), "{content}");
}

#[tokio::test]
async fn without_an_address_of_the_installation_there_is_no_link() {
    let nowhere = InstanceInfo { url: None, ..instance() };
    let body = arrived(&alert(), &nowhere, None).await.json();
    assert!(body["url"].is_null() && !body["text"].as_str().unwrap().contains("https"));
}

#[tokio::test]
async fn a_secret_that_an_answer_repeats_is_not_told() {
    let server = WebServer::answering("400 Bad Request", "bad key a-secret-of-the-hook");
    let settings = WebhookSettings { url: server.url("/"), secret: Some(secret("a-secret-of-the-hook")) };
    let shown = format!("{settings:?}");
    let webhook = Webhook::new(settings, &certificates::tls().1, clock());
    let failure = webhook.send(&alert(), &instance()).await.unwrap_err();
    assert!(failure.to_string().ends_with("400 Bad Request: bad key …"), "{failure}");
    assert!(!format!("{failure:?}{shown}").contains("a-secret"), "{failure:?}");
}
