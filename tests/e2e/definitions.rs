//! Invalid definitions.

use serde_json::json;

use crate::harness::Installation;

#[test]
fn every_error_has_its_position_and_nothing_is_stored() {
    let installation = Installation::without_worker(&[]);
    let wrong = [
        ("services:\n  web:\n    imgae: x\n", 3, 5, "imgae"),
        ("services:\n  web:\n    image: [\n", 3, 12, "never closed"),
        ("services:\n  web:\n    image: x\n    networks: [nowhere]\n", 4, 16, "nowhere"),
        (
            "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n",
            2,
            30,
            "circular dependency",
        ),
        ("services:\n  web:\n    image: x\n    ports: ['99999:80']\n", 4, 13, "99999"),
    ];
    for (definition, line, column, word) in wrong {
        let answer = installation.api.post(
            "/api/v1/stacks?name=wrong",
            &[("Content-Type", "application/yaml")],
            definition,
        );
        assert_eq!(answer.problem(422), "invalid-definition", "{definition}");
        let errors = answer.body["errors"].as_array().unwrap();
        let place = [json!("compose.yaml"), json!(line), json!(column)];
        let there = errors
            .iter()
            .find(|error| [&error["file"], &error["line"], &error["column"]] == place.each_ref());
        let message =
            there.unwrap_or_else(|| panic!("{definition}{errors:#?}"))["message"]["text"].as_str().unwrap();
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(installation.api.get("/api/v1/stacks").expect(200)["items"], json!([]));
    assert_eq!(installation.api.get("/api/v1/commands").expect(200)["items"], json!([]));
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let installation = Installation::without_worker(&[("CORE_MONITOR_BODY_LIMIT", "64KiB")]);
    let padded = format!("services: {{web: {{image: x}}}}\n# {}\n", "x".repeat(100_000));
    let answer =
        installation.api.post("/api/v1/stacks?name=large", &[("Content-Type", "application/yaml")], &padded);
    assert_eq!(answer.problem(413), "body-too-large");
    let answer = installation.api.post(
        "/api/v1/stacks?name=Not%2FA%2FName",
        &[("Content-Type", "application/yaml")],
        "services: {web: {image: x}}",
    );
    assert_eq!(answer.problem(422), "invalid-name");
    assert_eq!(installation.api.get("/api/v1/stacks").expect(200)["items"], json!([]));
}

#[test]
fn a_definition_in_json_is_the_same_as_in_yaml() {
    let installation = Installation::start();
    let stack =
        installation.create("yaml", "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s}}");
    let body = json!({
        "compose": {"services": {"web": {"image": "test/busybox:${TAG}", "stop_grace_period": "1s"}}},
        "variables": {"TAG": "1"},
        "comment": "the same in JSON",
    });
    let headers = [("Content-Type", "application/json"), ("If-Match", "*")];
    installation.api.post(&stack.path("/versions"), &headers, &body.to_string()).expect(201);
    let diff = installation.api.get(&stack.path("/versions/1/diff/2")).expect(200);
    assert_eq!(diff["model"], json!([]), "{diff:#}");
    stack.apply(1).done();
    assert_eq!(stack.apply(2).done().effects(), 0);
}
