//! Compares the problems an operation documents with those the tests have seen it return.

use std::collections::BTreeSet;

use core_monitor_domain::ports::StoreError;
use core_monitor_simulation::store::StoreFault;

use crate::api::Limits;
use crate::problem::Problem;
use crate::streaming::StreamLimits;
use crate::testing::statistics::collected;
use crate::testing::templates::TEMPLATE;
use crate::testing::witness::{Operation, Pair, operations, seen_by_all_tests};
use crate::testing::{Answer, TAR, WEB, World, YAML, filled, tar};

mod elsewhere;
mod single;

use elsewhere::PROVOKED_THERE;

/// Documented codes that no test provokes. This list must only shrink.
struct Unseen {
    code: &'static str,
    /// Empty: every operation that documents the code.
    operations: &'static [&'static str],
    reason: &'static str,
}

const UNSEEN: &[Unseen] = &[
    Unseen {
        code: "logs-unreadable",
        operations: &[],
        reason: "only an engine has log drivers, see `tests/e2e/logs.rs`",
    },
    Unseen {
        code: "secrets-unreadable",
        operations: &[],
        reason: "the vault of these tests opens whatever it has sealed",
    },
    Unseen {
        code: "too-many-containers",
        operations: &["show_stack_logs"],
        reason: "of more than 200 containers, which take too long to start",
    },
    Unseen { code: "internal", operations: &[], reason: "a bug: nothing provokes it on purpose" },
    Unseen {
        code: "database-corrupt",
        operations: &[],
        reason: "every operation uses the same conversion, see `a_corrupt_database_has_its_own_code`",
    },
    Unseen {
        code: "invalid-definition",
        operations: &[
            "apply_version",
            "deploy_artifact",
            "import_project",
            "list_stack_containers",
            "make_plan",
            "propose_definition",
            "roll_back_to_version",
            "show_project_definition",
            "show_stack_status",
            "try_policy",
        ],
        reason: "of a version that an older release saved and this one would refuse, or an import that wrote nonsense",
    },
    Unseen {
        code: "not-observed",
        operations: &["apply_version", "delete_stack", "roll_back_to_version"],
        reason: "the confirmed plan was made from a look; only an import by its side can make that look too old",
    },
];

/// Documented pairs that were neither seen nor excused, and excuses that are not needed.
fn violations(documented: &BTreeSet<Pair>, seen: &BTreeSet<Pair>, unseen: &[Unseen]) -> Vec<String> {
    let excuses = |row: &Unseen, (operation, code): &Pair| {
        row.code == code && (row.operations.is_empty() || row.operations.contains(&operation.as_str()))
    };
    let missing: Vec<&Pair> = documented.difference(seen).collect();
    let bare = missing.iter().filter(|pair| !unseen.iter().any(|row| excuses(row, pair)));
    let mut violations: Vec<_> =
        bare.map(|(operation, code)| format!("no test sees `{operation}` answer `{code}`")).collect();
    for row in unseen {
        assert!(!row.reason.is_empty(), "`{}` is excused without a reason", row.code);
        let is_idle =
            |operation: &&str| !missing.iter().any(|(other, code)| other == operation && code == row.code);
        let idle = row.operations.iter().copied().filter(is_idle);
        violations.extend(idle.map(|operation| format!("`{}` of `{operation}` needs no excuse", row.code)));
        if row.operations.is_empty() && !missing.iter().any(|(_, code)| code == row.code) {
            violations.push(format!("`{}` needs no excuse", row.code));
        }
    }
    violations
}

#[test]
fn every_documented_problem_is_seen_by_a_test() {
    let own = "every_documented_problem_is_seen_by_a_test";
    let Some(seen) = seen_by_all_tests(own) else { return };
    let documented: BTreeSet<Pair> = operations()
        .iter()
        .flat_map(|operation| operation.codes.iter().map(|code| (operation.id.clone(), code.clone())))
        .collect();
    assert!(seen.len() > 100, "only {} answers were gathered", seen.len());
    let violations = violations(&documented, &seen, UNSEEN);
    assert!(
        violations.is_empty(),
        "\n  {}\nTake the code out of the operation's `answers!`, let a test provoke it, or say in UNSEEN why none can.\n",
        violations.join("\n  ")
    );
}

#[test]
fn a_documented_problem_that_nobody_saw_is_found() {
    let pairs = |pairs: &[(&str, &str)]| -> BTreeSet<Pair> {
        pairs.iter().map(|(operation, code)| ((*operation).to_owned(), (*code).to_owned())).collect()
    };
    let documented = pairs(&[("a", "x"), ("a", "y"), ("b", "y"), ("b", "z")]);
    let seen = pairs(&[("a", "x"), ("b", "y")]);
    let found = violations(&documented, &seen, &[]);
    assert_eq!(found, ["no test sees `a` answer `y`", "no test sees `b` answer `z`"]);
    let excused = [
        Unseen { code: "y", operations: &["a", "b"], reason: "hard" },
        Unseen { code: "z", operations: &[], reason: "hard" },
        Unseen { code: "x", operations: &[], reason: "hard" },
    ];
    assert_eq!(
        violations(&documented, &seen, &excused),
        ["`y` of `b` needs no excuse", "`x` needs no excuse"]
    );
}

#[test]
fn a_corrupt_database_has_its_own_code() {
    let problem = Problem::from(StoreError::Corrupt { what: "row 7 of stack".to_owned(), source: None });
    let body = serde_json::to_value(problem.body()).unwrap();
    assert_eq!((&body["code"], &body["status"]), (&"database-corrupt".into(), &500.into()));
    assert!(!body.to_string().contains("row 7"), "stored data appears only in the log: {body}");
}

// --- problems common to many operations, provoked at each operation that documents them ---------------------------------

/// Provokes `code` at every operation that documents it.
async fn provoke(code: &str, provocation: impl AsyncFn(&Operation) -> Answer) {
    let mut others = Vec::new();
    let documenting = operations()
        .iter()
        .filter(|operation| operation.codes.contains(code))
        .filter(|operation| !PROVOKED_THERE.contains(&(operation.id.as_str(), code)))
        .collect::<Vec<_>>();
    assert!(!documenting.is_empty(), "no operation documents `{code}`");
    for operation in documenting {
        let answer = provocation(operation).await;
        let is_problem = answer.status.is_client_error() || answer.status.is_server_error();
        let found = if is_problem { answer.code() } else { answer.status.to_string() };
        if found != code {
            others.push(format!("{}: {found}", operation.id));
        }
    }
    assert!(others.is_empty(), "these document `{code}`, and answer:\n  {}", others.join("\n  "));
}

const UNKNOWN_ID: &str = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10";

/// The path of an operation for this stack or command.
fn address(operation: &Operation, id: &str) -> String {
    let query = match operation.id.as_str() {
        "create_stack" | "create_stack_from_archive" | "create_template" | "create_template_from_archive" => {
            "?name=other"
        }
        "deploy_artifact" => "?service=web&slot=app",
        "upload_container_file" | "upload_volume_file" => "?path=/file",
        "show_statistics" | "stream_statistics" => &format!("?stack_id={id}"),
        _ => "",
    };
    filled(&operation.path, id) + query
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// A valid request for the operation.
fn body(operation: &Operation) -> (&'static [(&'static str, &'static str)], Vec<u8>) {
    match operation.id.as_str() {
        "create_stack" | "save_version" | "lint_definition" => (&[YAML], WEB.into()),
        "create_stack_from_archive" | "save_version_from_archive" | "lint_archive" => {
            (&[TAR], tar(&[("compose.yaml", WEB)]))
        }
        "create_template" | "save_template_version" => (&[YAML], TEMPLATE.into()),
        "create_template_from_archive" | "save_template_version_from_archive" => {
            (&[TAR], tar(&[("compose.yaml", TEMPLATE)]))
        }
        "render_template" => (&[JSON], br#"{"key": "demo"}"#.into()),
        "change_stack" => (&[], br#"{"on_failure": "rollback"}"#.into()),
        "set_stack_labels" => (&[JSON], br#"{"labels": {"team": "payments"}}"#.into()),
        "exec_in_container" => (&[JSON], br#"{"command": ["true"]}"#.into()),
        "open_terminal" | "set_on_demand_service" => (&[JSON], b"{}".into()),
        "scale_service" => (&[JSON], br#"{"service": "web", "replicas": 2}"#.into()),
        "tag_version" => (&[JSON], br#"{"tag": "good"}"#.into()),
        "sign_in" => (&[JSON], br#"{"token": "wrong"}"#.into()),
        "sign_in_with_password" => (&[JSON], br#"{"name": "ann", "password": "wrong"}"#.into()),
        "sign_in_with_provider" => (&[JSON], br#"{"code": "wrong", "state": "wrong"}"#.into()),
        "set_up" => (&[JSON], br#"{"token": "wrong", "name": "ann", "password": "correct horse"}"#.into()),
        "accept_invitation" => (&[JSON], br#"{"invitation": "wrong", "password": "correct horse"}"#.into()),
        "change_password" => (&[JSON], br#"{"password": "x", "new_password": "correct horse"}"#.into()),
        "set_up_totp" => (&[JSON], br#"{"secret": "00", "code": "123456", "password": "wrong"}"#.into()),
        "remove_totp" => (&[JSON], br#"{"password": "wrong"}"#.into()),
        "invite_user" => (&[JSON], br#"{"name": "eve", "grants": [{"role": "viewer"}]}"#.into()),
        "set_user_grants" => (&[JSON], br#"{"grants": [{"role": "viewer"}]}"#.into()),
        "create_secret" => {
            (&[JSON], br#"{"name": "db-password", "value": "s3cret", "stacks": ["*"]}"#.into())
        }
        "change_secret" => (&[JSON], br#"{"description": "for the shop"}"#.into()),
        "add_secret_version" => (&[JSON], br#"{"value": "s3cret"}"#.into()),
        "replace_policy" => (&[JSON], br#"{"revision": 0, "rules": []}"#.into()),
        "try_policy" => (&[JSON], format!(r#"{{"role": "deployer", "stack": "{UNKNOWN_ID}"}}"#).into_bytes()),
        "import_templates" => (&[JSON], br#"{"templates": []}"#.into()),
        "convert_templates" => (&[JSON], br#"{"portainer": []}"#.into()),
        "draft_wizard" | "save_wizard" => (&[JSON], br#"{"name": "wizard", "components": []}"#.into()),
        _ => (&[], Vec::new()),
    }
}

/// Sends a valid request except for these headers.
async fn send(world: &World, operation: &Operation, id: &str, headers: &[(&str, &str)]) -> Answer {
    let (own, body) = body(operation);
    world.send_bytes(&operation.method, &address(operation, id), &[own, headers].concat(), body).await
}

#[actix_web::test]
async fn every_operation_requires_a_token() {
    let world = World::new().await;
    provoke("unauthorized", async |operation| {
        world.anonymous(&operation.method, &address(operation, UNKNOWN_ID)).await
    })
    .await;
}

#[actix_web::test]
async fn every_operation_is_closed_to_a_session_that_has_ended() {
    let world = World::new().await;
    let name = world.sign_in(&[]).await.cookie_name().to_owned();
    let cookie = [("Cookie", &*format!("{name}=u6eDqYtE0fYJ1s2rGm9XcVbNhKpLwQzA3Zs5Td7Fg8E"))];
    provoke("session-ended", async |operation| {
        world.send_anonymously(&operation.method, &address(operation, UNKNOWN_ID), &cookie, "").await
    })
    .await;
}

#[actix_web::test]
async fn a_session_writes_only_with_its_csrf_token() {
    let world = World::new().await;
    let browser = world.sign_in(&[]).await;
    provoke("csrf-invalid", async |operation| {
        let headers = [("Cookie", browser.cookie.as_str()), ("If-Match", "*")];
        world.send_anonymously(&operation.method, &address(operation, UNKNOWN_ID), &headers, "").await
    })
    .await;
}

#[actix_web::test]
async fn other_sites_cannot_write() {
    let world = World::new().await;
    let headers = [("Host", "monitor:8080"), ("Origin", "http://evil.example")];
    provoke("cross-site", async |operation| send(&world, operation, UNKNOWN_ID, &headers).await).await;
}

#[actix_web::test]
async fn every_operation_reports_an_unavailable_database() {
    let world = World::new().await;
    provoke("database-unavailable", async |operation| {
        world.database.inject("TokenStore::of_hash", StoreFault::Refused);
        let answer = send(&world, operation, UNKNOWN_ID, &[]).await;
        assert!(answer.header("retry-after").is_some(), "{}", operation.id);
        answer
    })
    .await;
    assert_eq!(world.database.pending_faults(), []);
}

#[actix_web::test]
async fn malformed_requests_are_refused() {
    let world = World::new().await;
    provoke("invalid-request", async |operation| {
        let address = address(operation, UNKNOWN_ID);
        let address =
            format!("{address}{}no_such_parameter=1", if address.contains('?') { '&' } else { '?' });
        let headers = [("Content-Type", "application/json"), ("If-Match", "nonsense")];
        let body = if operation.method == "GET" { "" } else { "{" };
        world.send(&operation.method, &address, &headers, body).await
    })
    .await;
}

#[actix_web::test]
async fn bodies_have_a_limit() {
    let world = World::new().await;
    let headers = [("Content-Length", "999999999999"), ("If-Match", "*")];
    provoke("body-too-large", async |operation| {
        world.send(&operation.method, &address(operation, UNKNOWN_ID), &headers, "").await
    })
    .await;
}

#[actix_web::test]
async fn encoded_bodies_are_refused() {
    let world = World::new().await;
    provoke("unsupported-media-type", async |operation| {
        let headers = [("Content-Encoding", "br"), ("If-Match", "*")];
        world.send(&operation.method, &address(operation, UNKNOWN_ID), &headers, "x").await
    })
    .await;
}

#[actix_web::test]
async fn bodies_that_never_arrive_time_out() {
    let world = World::new().await;
    world.run_container(UNKNOWN_ID).await;
    provoke("request-timeout", async |operation| {
        world.send_without_end(&operation.method, &address(operation, UNKNOWN_ID)).await
    })
    .await;
}

#[actix_web::test]
async fn bodies_and_answers_that_find_no_memory_are_refused_and_leave_none_taken() {
    let world = World::with_limits(Limits { small_answer: 0, ..Limits::default() }).await;
    world.observe(&[]).await;
    world.run_project("blog");
    world.create_template("shop").await;
    world.launch("shop", "demo").await;
    world.send("PUT", "/api/v1/templates/shop/keys", &[JSON], r#"{"keys": []}"#).await;
    world.send("POST", "/api/v1/templates/shop/rollout", &[JSON], "{}").await;
    let stack = world.create_stack("shop").await;
    let plan = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await.json();
    let plan = plan["plan_id"].as_str().unwrap().to_owned();
    let command = world.apply("shop", 1).await;
    world.collect(collected(&stack));
    let all = world.body_memory().left();
    let taken = world.body_memory().fill();
    provoke("server-busy", async |operation| {
        let id = match operation.path.strip_prefix("/api/v1/").unwrap().split('/').next() {
            Some("plans") => &plan,
            Some("commands") => &command,
            _ => &stack,
        };
        let headers = [("Content-Type", "application/json"), ("If-Match", "*")];
        let answer = world.send(&operation.method, &address(operation, id), &headers, "{}").await;
        assert_eq!(answer.header("retry-after"), Some("5"), "{}: {}", operation.id, answer.text);
        answer
    })
    .await;
    drop(taken);
    assert_eq!(world.body_memory().left(), all);
}

#[actix_web::test]
async fn every_stream_counts_among_those_of_its_caller() {
    let streams = StreamLimits { per_caller: 0, ..StreamLimits::default() };
    let world = World::with_limits(Limits { streams, ..Limits::default() }).await;
    provoke("too-many-streams", async |operation| send(&world, operation, UNKNOWN_ID, &[]).await).await;
}

#[actix_web::test]
async fn malformed_ids_are_not_found() {
    let world = World::new().await;
    let headers = [("If-Match", "*")];
    provoke("not-found", async |operation| send(&world, operation, "shop", &headers).await).await;
}

#[actix_web::test]
async fn each_kind_of_missing_object_has_its_code() {
    let world = World::new().await;
    let headers = [("If-Match", "*")];
    for code in ["stack-not-found", "command-not-found"] {
        provoke(code, async |operation| send(&world, operation, UNKNOWN_ID, &headers).await).await;
    }
    let stack = world.create_stack("shop").await;
    world.observe(&[]).await;
    provoke("version-not-found", async |operation| {
        let address = operation.path.replace("{version}", "99").replace("{from_version}", "99");
        let unknown = Operation { path: address, ..operation.clone() };
        send(&world, &unknown, &stack, &headers).await
    })
    .await;
}

#[actix_web::test]
async fn writes_to_a_stack_say_which_state_they_are_for() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.succeed("shop").await;
    provoke("precondition-required", async |operation| send(&world, operation, &stack, &[]).await).await;
    let other = [("If-Match", "\"v9.99\"")];
    provoke("precondition-failed", async |operation| send(&world, operation, &stack, &other).await).await;
}

#[actix_web::test]
async fn a_key_is_for_one_request() {
    let world = World::new().await;
    world.run_project("blog");
    let key = ("Idempotency-Key", "k-1");
    let first = world.send("POST", "/api/v1/stacks?name=shop", &[YAML, key], WEB).await;
    let stack = first.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    world.succeed("shop").await;
    provoke("idempotency-mismatch", async |operation| {
        send(&world, operation, &stack, &[key, ("If-Match", "*")]).await
    })
    .await;
}
