use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Answer, World, YAML};

const POLICY: &str = "/api/v1/policy";
const TRIAL: &str = "/api/v1/policy/trial";
const JSON: (&str, &str) = ("Content-Type", "application/json");
/// What the preset `careful` refuses twice.
const ROOT: &str = "
services:
  web:
    image: test/busybox:1
    privileged: true
    ports: ['80:80', '8080:80']
    x-core-monitor: {deploy: {app: {target: /webapps/, form: file}}}
";
const PLAIN: &str = "services: {web: {image: 'test/busybox:1'}}";

async fn replace(world: &World, body: &Value) -> Answer {
    world.send("PUT", POLICY, &[JSON], &body.to_string()).await
}

async fn try_it(world: &World, body: &Value) -> Answer {
    world.send("POST", TRIAL, &[JSON], &body.to_string()).await
}

/// Creates a stack and gives its id.
async fn create(world: &World, name: &str, text: &str) -> String {
    let answer = world.send("POST", &format!("/api/v1/stacks?name={name}"), &[YAML], text).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned()
}

/// Issues a token with this role and gives its secret.
async fn holder(world: &World, role: &str) -> String {
    let body = json!({"name": role, "role": role}).to_string();
    let issued = world.send("POST", "/api/v1/tokens", &[JSON], &body).await.json();
    format!("Bearer {}", issued["secret"].as_str().unwrap())
}

async fn with(world: &World, bearer: &str, method: &str, address: &str, body: (&str, &str)) -> Answer {
    let headers = [("Authorization", bearer), ("If-Match", "*"), ("Content-Type", body.0)];
    world.send_anonymously(method, address, &headers, body.1).await
}

fn codes(answer: &Answer) -> Vec<Value> {
    let warnings = answer.json()["warnings"].take();
    warnings.as_array().unwrap().iter().map(|warning| warning["message"]["code"].clone()).collect()
}

#[actix_web::test]
async fn a_policy_is_replaced_and_shown() {
    let world = World::new().await;
    let first = world.send("GET", POLICY, &[], "").await.json();
    let rule =
        |roles: &[&str], preset: &str| json!({"roles": roles, "stacks": [], "preset": preset, "allow": []});
    let expected = json!({"revision": 0, "rules": [rule(&["administrator"], "open"), rule(&[], "careful")]});
    assert_eq!(first, expected);
    let allow = json!([{"what": "ports", "values": ["80", "443"]}]);
    let rules = json!([{"roles": ["deployer"], "stacks": ["proxy-*"], "preset": "locked", "allow": allow}]);
    let stored = replace(&world, &json!({"revision": 0, "rules": rules})).await;
    assert_eq!((stored.status, stored.json()), (StatusCode::OK, json!({"revision": 1, "rules": rules})));
    assert_eq!(world.send("GET", POLICY, &[], "").await.json(), stored.json());
    let audit = world.send("GET", "/api/v1/audit?limit=1", &[], "").await.json()["items"][0].take();
    assert_eq!((&audit["action"], &audit["change"]), (&json!("replace_policy"), &json!("replaced")));
}

#[actix_web::test]
async fn of_two_who_replace_it_the_second_is_told() {
    let world = World::new().await;
    let body = json!({"revision": 0, "rules": []});
    assert_eq!(replace(&world, &body).await.status, StatusCode::OK);
    let late = replace(&world, &body).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::CONFLICT, "policy-changed"));
    assert!(late.json()["detail"].as_str().unwrap().contains("revision 1"), "{}", late.text);
}

#[actix_web::test]
async fn what_cannot_be_a_policy_is_refused_with_its_place() {
    let world = World::new().await;
    let ports = |value: &str| json!([{"preset": "careful", "allow": [{"what": "ports", "values": [value]}]}]);
    let binds = json!([{"preset": "careful", "allow": [{"what": "binds", "values": ["conf"]}]}]);
    let twice = json!({"what": "images", "values": []});
    let cases = [
        (json!([{"preset": "loose"}]), "`loose` is no preset: use one of open, careful, locked"),
        (json!([{"preset": "open", "roles": ["root"]}]), "`root` is no role"),
        (json!([{"preset": "open", "stacks": ["A"]}]), "`A` in `stacks` matches no name of a stack"),
        (json!([{"preset": "open", "allow": [{"what": "root", "values": []}]}]), "no policy is about `root`"),
        (ports("90-80"), "rule 1 has `90-80` for `ports`"),
        (binds, "rule 1 has `conf` for `binds`"),
        (json!([{"preset": "open", "allow": [twice, twice]}]), "rule 1 has two entries for `images`"),
        (json!(vec![json!({"preset": "open"}); 65]), "a policy has at most 64 rules"),
        (json!([{"preset": "open", "denied": []}]), "there is no field `denied`"),
    ];
    for (rules, expected) in cases {
        let refused = replace(&world, &json!({"revision": 0, "rules": rules})).await;
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert_eq!(refused.code(), "invalid-request", "{expected}");
        assert!(detail.contains(expected), "{detail}");
    }
    assert_eq!(world.send("GET", POLICY, &[], "").await.json()["revision"], 0);
}

#[actix_web::test]
async fn a_trial_says_what_somebody_could_not_apply() {
    let world = World::new().await;
    let stack = create(&world, "shop", ROOT).await;
    let tried = try_it(&world, &json!({"role": "deployer", "stack": stack})).await.json();
    let found: Vec<_> = tried["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["what"].clone(), finding["value"].clone(), finding["path"].clone()))
        .collect();
    let expected = [
        (json!("privileged"), json!("container"), json!("services.web.privileged")),
        (json!("ports"), json!("80"), json!("services.web.ports")),
    ];
    assert_eq!((&tried["allowed"], found.as_slice()), (&json!(false), expected.as_slice()));
    let ours = try_it(&world, &json!({"role": "administrator", "stack": stack, "version": 1})).await.json();
    assert_eq!(ours, json!({"allowed": true, "findings": []}));
    let rules = json!([{"preset": "open"}]);
    let draft = try_it(&world, &json!({"role": "deployer", "stack": stack, "rules": rules})).await.json();
    assert_eq!(draft["allowed"], true, "{draft}");
    let none = try_it(&world, &json!({"role": "deployer", "stack": stack, "version": 7})).await;
    assert_eq!(none.code(), "version-not-found");
    let none = try_it(&world, &json!({"role": "king", "stack": stack})).await;
    assert_eq!(none.code(), "invalid-request");
}

#[actix_web::test]
async fn only_administrators_have_to_do_with_it() {
    let world = World::new().await;
    let stack = create(&world, "shop", PLAIN).await;
    let trial = json!({"role": "viewer", "stack": stack}).to_string();
    for role in ["viewer", "operator", "deployer"] {
        let bearer = holder(&world, role).await;
        for (method, address, body) in
            [("GET", POLICY, ""), ("PUT", POLICY, r#"{"revision": 0, "rules": []}"#), ("POST", TRIAL, &trial)]
        {
            let refused = with(&world, &bearer, method, address, (JSON.1, body)).await;
            assert_eq!(refused.code(), "forbidden", "{role} {method} {address}");
        }
    }
}

#[actix_web::test]
async fn a_deployer_saves_what_only_an_administrator_applies() {
    let world = World::new().await;
    let bearer = holder(&world, "deployer").await;
    let saved = with(&world, &bearer, "POST", "/api/v1/stacks?name=shop", ("application/yaml", ROOT)).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    assert_eq!(codes(&saved), ["policy_privileged", "policy_port"]);
    let warning = saved.json()["warnings"][1].take();
    assert_eq!((&warning["code"], &warning["line"]), (&json!("refused-by-policy"), &json!(6)), "{warning}");
    let stack = saved.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    let address = |what: &str| format!("/api/v1/stacks/{stack}/{what}");
    for what in ["apply/1", "rollback/1"] {
        let refused = with(&world, &bearer, "POST", &address(what), (JSON.1, "{}")).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "refused-by-policy"),
            "{what}"
        );
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(
            detail.contains("does not allow `web` to be privileged") && detail.contains("port `80`"),
            "{detail}"
        );
        assert!(
            refused.json()["hint"]["text"].as_str().unwrap().contains("`privileged`"),
            "{}",
            refused.text
        );
    }
    let applied = world.send("POST", &address("apply/1"), &[("If-Match", "*"), JSON], "{}").await;
    assert_eq!(applied.status, StatusCode::ACCEPTED, "{}", applied.text);
    world.succeed("shop").await;
    let scale = r#"{"service": "web", "replicas": 0}"#;
    let scaled = with(&world, &bearer, "POST", &address("scale"), (JSON.1, scale)).await;
    assert_eq!(scaled.code(), "refused-by-policy", "{}", scaled.text);
    let deploy = address("deploy?service=web&slot=app&file_name=a.war");
    let deployed = with(&world, &bearer, "POST", &deploy, ("application/octet-stream", "war")).await;
    assert_eq!(deployed.code(), "refused-by-policy", "{}", deployed.text);
}

#[actix_web::test]
async fn a_plan_is_blocked_by_what_its_author_may_not_apply() {
    let world = World::new().await;
    world.observe(&[]).await;
    let stack = create(&world, "shop", ROOT).await;
    let address = format!("/api/v1/stacks/{stack}/plan/1");
    let bearer = holder(&world, "deployer").await;
    let plan = with(&world, &bearer, "POST", &address, (JSON.1, "")).await.json();
    let blockers: Vec<_> =
        plan["blockers"].as_array().unwrap().iter().map(|blocker| blocker["code"].clone()).collect();
    assert_eq!(blockers, ["REFUSED_BY_POLICY", "REFUSED_BY_POLICY"], "{plan}");
    let ours = world.send("POST", &address, &[], "").await.json();
    assert_eq!(ours["blockers"], json!([]));
}

#[actix_web::test]
async fn a_rule_for_some_stacks_comes_before_one_for_all() {
    let world = World::new().await;
    let (shop, proxy) = (create(&world, "shop", ROOT).await, create(&world, "proxy-1", ROOT).await);
    let rules =
        json!([{"roles": ["deployer"], "stacks": ["proxy-*"], "preset": "open"}, {"preset": "careful"}]);
    assert_eq!(replace(&world, &json!({"revision": 0, "rules": rules})).await.status, StatusCode::OK);
    let bearer = holder(&world, "deployer").await;
    let apply = async |stack: &str| {
        with(&world, &bearer, "POST", &format!("/api/v1/stacks/{stack}/apply/1"), (JSON.1, "{}")).await
    };
    assert_eq!(apply(&shop).await.code(), "refused-by-policy");
    assert_eq!(apply(&proxy).await.status, StatusCode::ACCEPTED);
}
