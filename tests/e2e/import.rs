//! Importing a running Docker Compose project as a stack.

use serde_json::{Value, json};

use crate::harness::{Installation, Project, Stack, docker, free_port, try_docker};

fn import(installation: &Installation, project: &Project) -> (Stack, Value) {
    let address = format!("/api/v1/projects/{}/import", project.name);
    let made = installation.api.post(&address, &[], "").expect(201);
    let id = made["stack"]["stack_id"].as_str().unwrap().to_owned();
    (Stack { api: installation.api.clone(), id, name: project.name.clone() }, made)
}

fn mount_of(container: &Value, target: &str) -> String {
    let mounts = container["Mounts"].as_array().unwrap();
    let found = mounts.iter().find(|mount| mount["Destination"] == target).unwrap();
    found["Name"].as_str().unwrap().to_owned()
}

#[test]
fn a_running_project_becomes_a_stack_and_nothing_restarts() {
    let project = Project::up(free_port());
    let installation = Installation::start();
    let listed = installation.api.get("/api/v1/projects").expect(200);
    let found =
        listed["items"].as_array().unwrap().iter().find(|found| found["name"] == project.name.as_str());
    let found = found.unwrap();
    assert_eq!(found["services"], json!(["db", "job", "web"]));
    assert_eq!(
        (&found["containers"], &found["running"], &found["importable"]),
        (&json!(3), &json!(2), &json!(true))
    );

    let (before, runs) = (project.containers(), project.runs());
    let (stack, made) = import(&installation, &project);
    assert_eq!(made["stack"]["current_version"], 1);
    assert_eq!(made["preview"]["plan"]["empty"], true, "{:#}", made["preview"]);
    let notes = made["preview"]["notes"].as_array().unwrap();
    assert!(
        notes.iter().all(|note| !note["text"].as_str().unwrap().contains("not carried over")),
        "{notes:#?}"
    );

    let plan = stack.plan(1);
    assert_eq!((&plan["empty"], &plan["steps"]), (&json!(true), &json!([])), "{}", plan["text"]);
    let command = stack.apply(1).done();
    assert_eq!(command.effects(), 0);
    // Health checks go on, so not every byte stays.
    let unchanged = |containers: &std::collections::BTreeMap<String, Value>| {
        let of = |container: &Value| {
            ["Id", "Config", "HostConfig", "Name", "RestartCount"].map(|key| container[key].clone())
        };
        containers.iter().map(|(service, container)| (service.clone(), of(container))).collect::<Vec<_>>()
    };
    assert_eq!(unchanged(&project.containers()), unchanged(&before));
    assert_eq!(project.runs(), runs, "nothing was started again");

    let status = stack.status();
    assert_eq!(status["state"], "running", "{status:#}");
    let again = installation.api.post(&format!("/api/v1/projects/{}/import", project.name), &[], "");
    assert_eq!(again.problem(409), "project-owned");
}

#[test]
fn an_unhealthy_project_is_reported_and_not_touched() {
    let project = Project::up(free_port());
    project.feels("unhealthy");
    let installation = Installation::start();
    let runs = project.runs();
    let (stack, made) = import(&installation, &project);
    let steps = made["preview"]["plan"]["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["waits"] == true), "{steps:#?}");
    assert_eq!(steps.len(), 1, "the one that is not ready: {steps:#?}");

    let command = stack.apply(1);
    command.failed("SERVICE_UNHEALTHY");
    project.feels("healthy");
    assert_eq!(command.retry().done().effects(), 0);
    assert_eq!(project.runs(), runs, "nothing was started again");
}

#[test]
fn a_change_replaces_one_service_and_keeps_its_volumes() {
    let project = Project::up(free_port());
    let installation = Installation::start();
    let (stack, made) = import(&installation, &project);
    let name = project.name.as_str();
    docker(&[
        "exec",
        &project.container("db"),
        "sh",
        "-c",
        "echo kept > /data/mark; echo too > /scratch/mark",
    ]);
    let (runs, db) = (project.runs(), project.containers().remove("db").unwrap());
    let compose = made["preview"]["compose"].as_str().unwrap();
    assert!(compose.contains("SECRET"), "{compose}");

    stack.update(&compose.replace("SECRET", "OTHER")).done();
    let (after, now) = (project.runs(), project.containers());
    assert_ne!(after["db"].0, runs["db"].0, "its definition has changed");
    assert_eq!((&after["web"], &after["job"]), (&runs["web"], &runs["job"]), "the others were not touched");
    assert_eq!(mount_of(&now["db"], "/data"), format!("{name}_data"));
    assert_eq!(mount_of(&now["db"], "/scratch"), mount_of(&db, "/scratch"));
    assert_eq!(
        docker(&["exec", &project.container("db"), "cat", "/data/mark", "/scratch/mark"]),
        "kept\ntoo"
    );
    assert_eq!(
        now["db"]["Config"]["Labels"]["io.core-monitor.stack"],
        stack.id.as_str(),
        "the new one says whose it is"
    );
    assert_eq!(stack.plan(2)["empty"], true);
}

#[test]
fn power_and_delete_reach_what_was_imported() {
    let project = Project::up(free_port());
    let installation = Installation::start();
    let (stack, _) = import(&installation, &project);
    let scratch = mount_of(&project.containers()["db"], "/scratch");
    stack.ask("stop", &json!({})).done();
    let up = |project: &Project| {
        let containers = project.containers();
        ["db", "web"].map(|service| containers[service]["State"]["Running"] == true)
    };
    assert_eq!(up(&project), [false, false]);
    stack.ask("start", &json!({})).done();
    assert_eq!(up(&project), [true, true]);

    stack.ask("delete", &json!({"volumes": true})).done();
    assert_eq!(project.left(), [0, 0, 0]);
    assert!(try_docker(&["volume", "inspect", &scratch]).is_err(), "the anonymous volume went too");
    let gone = installation.api.post(&format!("/api/v1/projects/{}/import", project.name), &[], "");
    assert_eq!(gone.problem(404), "project-not-found");
}

#[test]
fn a_deleted_stack_leaves_its_volumes_to_the_next_import() {
    let project = Project::up(free_port());
    let installation = Installation::start();
    let (stack, _) = import(&installation, &project);
    stack.ask("delete", &json!({})).done();
    assert_eq!(project.left(), [0, 0, 1], "the data stays");
}

#[test]
fn without_a_worker_imports_are_unavailable() {
    let installation = Installation::without_worker(&[]);
    let answer = installation.api.get("/api/v1/projects");
    assert_eq!(answer.problem(503), "worker-away");
    assert!(answer.header("retry-after").is_some());
}
