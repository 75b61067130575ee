use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Answer, World, YAML};

const IMPORT: &str = "/api/v1/templates/import";
const JSON: (&str, &str) = ("Content-Type", "application/json");

/// One template with everything that a file can say, one that needs nothing, and some that cannot be converted.
fn file() -> Value {
    json!({"version": "3", "templates": [
        {
            "id": 1, "type": 1, "title": "My Blog", "description": "A blog that costs $5", "platform": "linux",
            "note": "Sign in as <b>admin</b>.", "categories": ["CMS"], "image": "blog:2", "registry": "registry.example.com",
            "command": "serve --root $HOME", "hostname": "blog", "network": "front", "restart_policy": "always",
            "privileged": true, "interactive": true,
            "ports": ["8080:80/tcp", "53:53/tcp", "53:53/udp", "443", "127.0.0.1:9000:9000"],
            "labels": [{"name": "com.example.team", "value": "web"}],
            "volumes": [
                {"container": "/data"},
                {"container": "/uploads", "bind": "/srv/blog/uploads"},
                {"container": "/etc/localtime", "bind": "/etc/localtime", "readonly": true},
            ],
            "env": [
                {"name": "TITLE", "label": "Title", "default": "a $5 blog", "description": "On the first page"},
                {"name": "WORKERS", "default": 4},
                {"name": "PORT", "default": "80", "preset": true},
                {"name": "DB_PASSWORD", "label": "Password"},
                {"name": "API_TOKEN"},
                {"name": "log.level", "select": [
                    {"text": "Much", "value": "debug"}, {"text": "Little", "value": "warn", "default": true},
                ]},
                {"name": "INSTANCE"},
            ],
        },
        {"type": 1, "title": "my blog", "image": "blog:1"},
        {"type": 3, "title": "Shop", "repository": {"url": "https://git.example.com/shop", "stackfile": "stack.yml"}},
        {"type": 1, "title": "Broken", "image": "no image:1"},
    ]})
}

async fn import(world: &World, body: &Value) -> Answer {
    world.send("POST", IMPORT, &[JSON], &body.to_string()).await
}

#[actix_web::test]
async fn what_comes_out_is_saved_like_any_template() {
    let world = World::new().await;
    let converted = import(&world, &json!({"portainer": file()})).await;
    assert_eq!(converted.status, StatusCode::OK, "{}", converted.text);
    let body = converted.json();
    let items = body["items"].as_array().unwrap();
    let names: Vec<_> = items.iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["my-blog", "my-blog-2", "shop", "broken"]);
    for item in &items[..2] {
        assert_eq!(item["problem"], Value::Null, "{item}");
        let (name, compose) = (item["name"].as_str().unwrap(), item["compose"].as_str().unwrap());
        let saved = world.send("POST", &format!("/api/v1/templates?name={name}"), &[YAML], compose).await;
        assert_eq!(saved.status, StatusCode::CREATED, "{}\n{compose}", saved.text);
        assert_eq!(saved.json()["declaration"]["title"], item["title"]);
        assert_eq!(saved.json()["declaration"]["description"], item["description"]);
    }
    let key = json!({"key": "demo", "values": {"DB_PASSWORD": "kanary"}}).to_string();
    let rendered = world.send("POST", "/api/v1/templates/my-blog/render", &[JSON], &key).await;
    assert_eq!(rendered.status, StatusCode::OK, "{}", rendered.text);
    let model = rendered.json()["model"]["services"]["my-blog"].clone();
    assert_eq!(
        model["environment"],
        json!({
            "TITLE": "a $5 blog", "WORKERS": "4", "PORT": "80", "DB_PASSWORD": "${DB_PASSWORD}", "API_TOKEN": "",
            "log.level": "warn", "INSTANCE": "",
        })
    );
    assert_eq!(model["image"], "registry.example.com/blog:2");
    assert_eq!(rendered.json()["ports"], json!({"PORT": 8080, "PORT_2": 53, "PORT_3": 8443, "PORT_4": 9000}));
    let published: Vec<_> =
        model["ports"].as_array().unwrap().iter().map(|port| &port["published"]).collect();
    assert_eq!(published, ["8080", "53", "53", "8443", "9000"]);
}

#[actix_web::test]
async fn what_cannot_be_saved_says_why() {
    let world = World::new().await;
    let body = import(&world, &json!({"portainer": file()})).await.json();
    let problem = |at: usize| body["items"][at]["problem"]["text"].as_str().unwrap().to_owned();
    assert!(problem(2).contains("https://git.example.com/shop stack.yml"), "{}", problem(2));
    assert_eq!(body["items"][2]["compose"], Value::Null);
    assert!(problem(3).starts_with("it cannot be read as a template: "), "{}", problem(3));
    assert!(body["items"][3]["compose"].is_string(), "it can be corrected");
    let templates = world.send("GET", "/api/v1/templates", &[], "").await.json();
    assert_eq!(templates["items"], json!([]), "nothing was saved");
}

#[actix_web::test]
async fn titles_choose_templates() {
    let world = World::new().await;
    let chosen = import(&world, &json!({"portainer": file(), "titles": ["my blog"]})).await.json();
    assert_eq!(chosen["items"].as_array().unwrap().len(), 1, "{chosen}");
    assert_eq!(chosen["items"][0]["title"], "my blog");
    let unknown = import(&world, &json!({"portainer": file(), "titles": ["Wiki"]})).await;
    assert_eq!(unknown.code(), "invalid-request");
    assert!(unknown.text.contains("no template with the title `Wiki`"), "{}", unknown.text);
}

#[actix_web::test]
async fn what_is_no_file_of_templates_is_refused() {
    let world = World::new().await;
    let none = import(&world, &json!({"portainer": {"version": "3"}})).await;
    assert_eq!(none.code(), "invalid-request");
    assert!(none.text.contains("no list of `templates`"), "{}", none.text);
    let plain = import(&world, &file()).await;
    assert_eq!(plain.code(), "invalid-request");
    assert!(plain.text.contains("has the file as `portainer`"), "{}", plain.text);
    let list = import(&world, &json!({"portainer": []})).await;
    assert_eq!((list.status, list.json()), (StatusCode::OK, json!({"items": []})));
}
