//! The policy on what may run, over the real programs and a real engine.

use serde_json::{Value, json};

use crate::harness::{Api, Installation, Stack, inspect};

const ANY: [(&str, &str); 2] = [("If-Match", "*"), ("Content-Type", "application/json")];
const ROOT: &str =
    "services:\n  web: { image: 'test/busybox:1', command: sleep 600, cap_add: [NET_ADMIN] }\n";

fn apply(api: &Api, stack: &Stack) -> crate::harness::Answer {
    api.post(&format!("/api/v1/stacks/{}/apply/1?wait=60", stack.id), &ANY, "{}")
}

#[test]
fn a_deployer_runs_what_the_policy_allows() {
    let installation = Installation::start();
    let stack = installation.create("shop", ROOT);
    let token = json!({"name": "ci", "role": "deployer"}).to_string();
    let issued = installation.api.post("/api/v1/tokens", &ANY[1..], &token).expect(201);
    let deployer = installation.api.with_token(issued["secret"].as_str().unwrap());

    let refused = apply(&deployer, &stack);
    assert_eq!(refused.problem(403), "refused-by-policy");

    let before = installation.api.get("/api/v1/policy").expect(200);
    let allow = json!([{"what": "capabilities", "values": ["NET_ADMIN"]}]);
    let rule = json!({"roles": ["deployer"], "stacks": [stack.name], "preset": "locked", "allow": allow});
    let replace = |rule: &Value| {
        let current = installation.api.get("/api/v1/policy").expect(200);
        let mut rules = before["rules"].as_array().unwrap().clone();
        rules.insert(0, rule.clone());
        let body = json!({"revision": current["revision"], "rules": rules});
        installation.api.put("/api/v1/policy", &body).expect(200)
    };
    replace(&rule);
    assert_eq!(apply(&deployer, &stack).problem(403), "refused-by-policy", "its image has no digest");

    let allow = json!([{"what": "capabilities", "values": ["NET_ADMIN"]}, {"what": "images", "values": ["docker.io/test/*"]}]);
    replace(&json!({"roles": ["deployer"], "stacks": [stack.name], "preset": "locked", "allow": allow}));
    let done = apply(&deployer, &stack).expect(200);
    assert_eq!(done["status"], "DONE", "{done}");
    let container = inspect(&format!("{}-web-1", stack.name));
    let added = container["HostConfig"]["CapAdd"].to_string();
    assert!(added.contains("NET_ADMIN"), "{added}");
}
