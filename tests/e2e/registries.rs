//! Credentials of registries: stored, shown to the registry, and to nobody else.

use serde_json::json;

use crate::harness::{Installation, Registry};

const PASSWORD: &str = "canary-password";

#[test]
fn a_registry_that_asks_for_credentials_gets_them_and_nobody_else_does() {
    let registry = Registry::start_locked("ann", PASSWORD);
    let installation = Installation::start();
    let definition = format!(
        "services: {{web: {{image: '{}', command: [sleep, '86400'], stop_grace_period: 1s}}}}",
        registry.image(1)
    );
    let stack = installation.create("locked", &definition);
    let address = format!("/api/v1/registries/{}", registry.host());

    // Without: refused, and it says what to do.
    let refused = stack.apply(1);
    let failure = refused.failed("REGISTRY_DENIED").clone();
    let hint = failure["hint"]["text"].as_str().unwrap();
    assert!(hint.contains(&format!("PUT {address}")), "{failure:#}");

    // With wrong ones: refused, and it says that there were some.
    installation.api.put(&address, &json!({ "username": "ann", "password": "wrong-canary" })).expect(201);
    let refused = refused.retry();
    let failure = refused.failed("REGISTRY_DENIED").clone();
    assert!(
        failure["hint"]["text"].as_str().unwrap().contains("the registry rejected the stored credentials"),
        "{failure:#}"
    );

    installation.api.put(&address, &json!({ "username": "ann", "password": PASSWORD })).expect(200);
    let done = refused.retry().done();
    assert_eq!(stack.container("web-1")["State"]["Running"], true);

    // A build takes its base image with them as well.
    let base = format!(
        "services: {{web: {{build: {{dockerfile_inline: 'FROM {}'}}, command: [sleep, '86400'], stop_grace_period: 1s}}}}",
        registry.image(2)
    );
    stack.update(&base).done();

    let events = done.events().until("the end", |event| event.kind == "SETTLED");
    let told = events.iter().map(|event| event.data.to_string()).collect::<String>();
    let listed = installation.api.get("/api/v1/registries").expect(200).to_string();
    for text in [told, listed, done.body.to_string(), failure.to_string(), installation.said()] {
        assert!(!text.contains("canary"), "{text}");
    }
    let stored = installation.database_bytes();
    assert!(
        !stored.windows(6).any(|window| window == b"canary"),
        "only sealed credentials are in the database"
    );
    stack.ask("delete", &json!({})).done();
}
