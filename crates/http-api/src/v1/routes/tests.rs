use std::path::Path;
use std::process::Command;

use actix_web::http::StatusCode;

use crate::testing::templates::TEMPLATE;
use crate::testing::{World, YAML};

const NGINX: &str = "/api/v1/routes/nginx.conf";
const ALL: [&str; 3] = [NGINX, "/api/v1/routes/Caddyfile", "/api/v1/routes/traefik.yml"];

/// Two templates, each with an instance: one with paths of its own, one with hosts.
async fn world() -> World {
    let world = World::new().await;
    world.observe(&[]).await;
    let hosts = TEMPLATE.replace(
        "    parameters:\n",
        "    prefix: \"/p/{key}/\"\n    parameters:\n      HOST: {type: host, pattern: \"{key}.preview.localhost\"}\n",
    );
    let saved = world.send("POST", "/api/v1/templates?name=preview", &[YAML], &hosts).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    world.create_template("shop").await;
    for (template, key) in [("preview", "one"), ("shop", "two")] {
        world.launch(template, key).await;
        world.carry_out(1).await;
    }
    world
}

async fn text(world: &World, address: &str) -> String {
    let answer = world.send("GET", address, &[], "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    answer.text
}

#[actix_web::test]
async fn every_proxy_gets_the_hosts_and_paths_of_instances() {
    let world = world().await;
    let expected: [&[&str]; 3] = [
        &[
            "server_name one.preview.localhost;",
            "location /p/one/ {\n        proxy_pass http://127.0.0.1:8002/;",
            "location /shop/two/ {\n        proxy_pass http://127.0.0.1:8003/;",
        ],
        &[
            "http://one.preview.localhost {\n\treverse_proxy http://127.0.0.1:8002\n",
            "handle_path /p/one/* {\n\t\treverse_proxy http://127.0.0.1:8002 ",
            "handle_path /shop/two/* {\n\t\treverse_proxy http://127.0.0.1:8003 ",
        ],
        &[
            "rule: 'Host(`one.preview.localhost`)'",
            "rule: 'PathPrefix(`/p/one/`)'",
            "url: 'http://127.0.0.1:8003'",
        ],
    ];
    for (address, expected) in ALL.into_iter().zip(expected) {
        let text = text(&world, address).await;
        for part in expected {
            assert!(text.contains(part), "`{part}` is not in {text}");
        }
    }
}

#[actix_web::test]
async fn routes_are_those_of_a_template_on_a_machine_until_an_instance_goes() {
    let world = world().await;
    for address in ALL {
        let chosen = text(&world, &format!("{address}?template=shop&upstream=docker.internal")).await;
        assert!(chosen.contains("http://docker.internal:8003"), "{chosen}");
        assert!(!chosen.contains("8002"), "{chosen}");
    }
    let removed = world.send("DELETE", "/api/v1/templates/shop/instances/two", &[], "").await;
    assert_eq!(removed.status, StatusCode::ACCEPTED, "{}", removed.text);
    for address in ALL {
        assert!(!text(&world, address).await.contains("8003"));
    }
}

#[actix_web::test]
async fn only_templates_and_machines_that_there_are_can_be_asked_for() {
    let world = World::new().await;
    world.observe(&[]).await;
    for address in ALL {
        let code = async |query: &str| world.send("GET", &format!("{address}?{query}"), &[], "").await.code();
        assert_eq!(code("template=none").await, "template-not-found");
        assert_eq!(code("template=No%20name").await, "template-not-found");
        for upstream in ["", "*.internal", "a%3B", "http%3A%2F%2Fa"] {
            assert_eq!(code(&format!("upstream={upstream}")).await, "invalid-request", "{upstream}");
        }
    }
}

/// What nginx itself says about a file for its `http` section.
#[expect(clippy::disallowed_methods, reason = "the words of this command are the test's own")]
fn checked(folder: &Path, included: &str) -> (bool, String) {
    // Not everybody may listen on port 80. A port that somebody else has is no mistake in a file.
    std::fs::write(folder.join("routes.conf"), included.replace("listen 80", "listen 127.0.0.1:18080"))
        .unwrap();
    let shown = folder.display();
    let main = format!(
        "pid {shown}/nginx.pid;\nerror_log {shown}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {shown}/body;\nproxy_temp_path {shown}/proxy;\nfastcgi_temp_path {shown}/fastcgi;\n\
         uwsgi_temp_path {shown}/uwsgi;\nscgi_temp_path {shown}/scgi;\ninclude {shown}/routes.conf;\n}}\n"
    );
    let configuration = folder.join("nginx.conf");
    std::fs::write(&configuration, main).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-t").arg("-c").arg(&configuration).arg("-p").arg(folder).arg("-e").arg("stderr");
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("nginx does not start ({error}): install the package `nginx-light`"));
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[actix_web::test]
async fn nginx_takes_its_configuration_with_and_without_instances() {
    let folder = std::env::temp_dir().join(format!("core-monitor-routes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let full = text(&world().await, NGINX).await;
    let empty = World::new().await;
    empty.observe(&[]).await;
    let empty = text(&empty, NGINX).await;
    let said = [full, empty].map(|text| checked(&folder, &text));
    std::fs::remove_dir_all(&folder).unwrap();
    for (is_fine, words) in said {
        assert!(is_fine && !words.contains("[warn]"), "{words}");
    }
}
