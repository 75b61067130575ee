use actix_web::http::StatusCode;
use core_monitor_domain::command::{CommandResult, Finish, StackChange};

use crate::testing::World;

const IMPORT: &str = "/api/v1/projects/shop/import";
const DEFINITION: &str = "/api/v1/projects/shop/definition";

#[actix_web::test]
async fn an_import_is_a_stack_that_is_applied() {
    let world = World::new().await;
    world.run_project("shop");
    let preview = world.send("GET", DEFINITION, &[], "").await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
    assert_eq!(preview.json()["plan"]["empty"], true, "{}", preview.text);
    assert_eq!(preview.json()["compose"], "name: shop\n\nservices:\n  web:\n    image: app:1\n");
    let stacks = world.send("GET", "/api/v1/stacks", &[], "").await;
    assert_eq!(stacks.json()["items"].as_array().unwrap().len(), 0, "a preview saves nothing");

    let answer = world.send("POST", IMPORT, &[], "").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let made = answer.json();
    assert_eq!(made["stack"]["current_version"], 1);
    assert_eq!(
        (&made["command"]["kind"], &made["command"]["status"]),
        (&"CREATE".into(), &"DONE".into()),
        "{made}"
    );
    let stack = made["stack"]["stack_id"].as_str().unwrap();
    let plan = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await;
    assert_eq!(plan.json()["empty"], true, "{}", plan.text);
    let containers = world.send("GET", &format!("/api/v1/stacks/{stack}/containers"), &[], "").await;
    assert_eq!(containers.json()["items"][0]["name"], "shop-web-1", "{}", containers.text);
}

#[actix_web::test]
async fn a_project_is_imported_once() {
    let world = World::new().await;
    world.run_project("shop");
    assert_eq!(world.send("POST", IMPORT, &[], "").await.status, StatusCode::CREATED);
    for (method, address) in [("POST", IMPORT), ("GET", DEFINITION)] {
        let again = world.send(method, address, &[], "").await;
        assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "project-owned".to_owned()));
    }
}

#[actix_web::test]
async fn the_name_has_to_be_free() {
    let world = World::new().await;
    world.run_project("shop");
    world.create_stack("shop").await;
    for (method, address) in [("POST", IMPORT), ("GET", DEFINITION)] {
        let answer = world.send(method, address, &[], "").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "name-taken".to_owned()));
    }
}

#[actix_web::test]
async fn an_unknown_project_cannot_be_imported() {
    let world = World::new().await;
    world.run_project("shop");
    for (method, rest) in [("POST", "import"), ("GET", "definition")] {
        let check = async |name: &str| {
            world.send(method, &format!("/api/v1/projects/{name}/{rest}"), &[], "").await.code()
        };
        assert_eq!(check("other").await, "project-not-found");
        assert_eq!(check("Shop").await, "invalid-name");
    }
}

#[actix_web::test]
async fn an_observation_from_before_the_import_is_no_ground_for_a_plan() {
    let world = World::new().await;
    world.run_project("shop");
    world.forget_refresh();
    let answer = world.send("POST", IMPORT, &[], "").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let stack = answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    let plan = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await;
    assert_eq!(plan.code(), "not-observed", "its own containers would look like a stranger's");
}

#[actix_web::test]
async fn what_a_forgotten_stack_has_left_can_be_imported_again() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.succeed("shop").await;
    world.run_left_project("shop", &stack);
    let owned = world.send("GET", DEFINITION, &[], "").await;
    assert_eq!(owned.code(), "project-owned", "as long as the stack is there: {}", owned.text);

    let body = r#"{"containers": false}"#;
    let headers = [("If-Match", "*"), ("Content-Type", "application/json")];
    let forget = world.send("POST", &format!("/api/v1/stacks/{stack}/delete"), &headers, body).await;
    assert_eq!(forget.status, StatusCode::ACCEPTED, "{}", forget.text);
    let change = Box::new(StackChange { deleted: true, ..StackChange::default() });
    world.finish(Finish::Done { result: CommandResult::default(), change }).await;
    let listed = world.send("GET", "/api/v1/projects", &[], "").await.json();
    assert_eq!(listed["items"][0]["importable"], true, "{listed}");
    let preview = world.send("GET", DEFINITION, &[], "").await;
    assert_eq!(preview.json()["plan"]["empty"], true, "{}", preview.text);
    let made = world.send("POST", IMPORT, &[], "").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_ne!(made.json()["stack"]["stack_id"], stack);
    let again = world.send("POST", IMPORT, &[], "").await;
    assert_eq!(again.code(), "project-owned", "{}", again.text);
}
