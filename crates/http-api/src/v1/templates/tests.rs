use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::templates::TEMPLATE;
use crate::testing::{Answer, TAR, World, YAML, tar};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const SHOP: &str = "/api/v1/templates/shop";

/// Sends a template as JSON, with these fields beside it.
async fn save(world: &World, address: &str, compose: &str, beside: Value) -> Answer {
    let mut body = json!({"compose": compose});
    body.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
    world.send("POST", address, &[JSON], &body.to_string()).await
}

async fn render(world: &World, body: Value) -> Answer {
    world.send("POST", &format!("{SHOP}/render"), &[JSON], &body.to_string()).await
}

#[actix_web::test]
async fn a_template_is_created_shown_and_deleted() {
    let world = World::new().await;
    let made = save(&world, "/api/v1/templates", TEMPLATE, json!({"name": "shop", "comment": "first"})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!((made.header("location"), made.header("etag")), (Some(SHOP), Some("\"v1\"")));
    let body = made.json();
    assert_eq!((&body["template"]["name"], &body["version"]["comment"]), (&json!("shop"), &json!("first")));
    let shown = world.send("GET", SHOP, &[], "").await;
    assert_eq!(shown.header("etag"), Some("\"v1\""));
    let shown = shown.json();
    assert_eq!((&shown["latest_version"], &shown["latest"]["version"]), (&json!(1), &json!(1)));
    assert_eq!(shown["declaration"], body["declaration"]);
    let parameters = shown["declaration"]["parameters"].as_array().unwrap();
    let kinds: Vec<_> = parameters.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["host_port", "string", "secret"]);
    assert_eq!(parameters[1]["default_value"], "hello");
    assert_eq!(shown["declaration"]["key"], json!({"pattern": "[a-z0-9]+", "example": "demo"}));
    let deleted = world.send("DELETE", SHOP, &[], "").await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{}", deleted.text);
    assert_eq!(world.send("GET", SHOP, &[], "").await.code(), "template-not-found");
    world.create_template("shop").await;
}

#[actix_web::test]
async fn templates_are_listed_by_name() {
    let world = World::new().await;
    for name in ["shop", "blog", "wiki"] {
        world.create_template(name).await;
    }
    let names = |page: &Value| -> Vec<_> {
        page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = world.send("GET", "/api/v1/templates?limit=2", &[], "").await.json();
    assert_eq!(names(&first), ["blog", "shop"]);
    let item = &first["items"][0];
    assert_eq!((&item["title"], &item["instances"]), (&json!("Shop preview"), &json!(0)));
    let address = format!("/api/v1/templates?limit=2&cursor={}", first["next"].as_str().unwrap());
    let second = world.send("GET", &address, &[], "").await.json();
    assert_eq!((names(&second), &second["next"]), (vec!["wiki".to_owned()], &Value::Null));
}

#[actix_web::test]
async fn versions_are_saved_one_after_the_other_and_compared() {
    let world = World::new().await;
    world.create_template("shop").await;
    let versions = format!("{SHOP}/versions");
    let other = TEMPLATE.replace("busybox:1", "busybox:2");
    let send = async |tag: &str| world.send("POST", &versions, &[YAML, ("If-Match", tag)], &other).await;
    let saved = send("\"v1\"").await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    assert_eq!(
        (saved.header("location"), saved.header("etag")),
        (Some("/api/v1/templates/shop/versions/2"), Some("\"v2\""))
    );
    let late = send("\"v1\"").await;
    assert_eq!((late.status, late.code()), (StatusCode::PRECONDITION_FAILED, "template-changed".to_owned()));
    assert_eq!(late.header("etag"), Some("\"v2\""), "the answer says what to send next time");
    assert_eq!(send("\"v9.99\"").await.code(), "invalid-request");
    let archive = tar(&[("compose.yaml", TEMPLATE), ("conf/a.txt", "a\n")]);
    let address = format!("{versions}/archive");
    let late = world.send_bytes("POST", &address, &[TAR, ("If-Match", "\"v1\"")], archive.clone()).await;
    assert_eq!(late.code(), "template-changed");
    let third = world.send_bytes("POST", &address, &[TAR], archive).await;
    assert_eq!(third.status, StatusCode::CREATED, "{}", third.text);
    let page = world.send("GET", &format!("{versions}?limit=2"), &[], "").await.json();
    assert_eq!((&page["items"][0]["version"], &page["items"][1]["version"]), (&json!(3), &json!(2)));
    assert!(page["next"].is_string(), "{page}");
    let shown = world.send("GET", &format!("{versions}/3"), &[], "").await.json();
    let paths: Vec<_> =
        shown["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["compose.yaml", "conf/a.txt"]);
    let file = world.send("GET", &format!("{versions}/3/files/conf/a.txt"), &[], "").await;
    assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, "a\n"));
    let tag = file.header("etag").unwrap().to_owned();
    let known = [("If-None-Match", tag.as_str())];
    let again = world.send("GET", &format!("{versions}/3/files/conf/a.txt"), &known, "").await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let diff = world.send("GET", &format!("{versions}/1/diff/2"), &[], "").await.json();
    let text = diff["text"].as_str().unwrap();
    assert!(text.contains("-    image: test/busybox:1\n+    image: test/busybox:2\n"), "{text}");
    assert_eq!(diff["files"][0]["path"], "compose.yaml");
}

#[actix_web::test]
async fn values_become_the_variables_of_a_stack() {
    let world = World::new().await;
    world.create_template("shop").await;
    let body = json!({"key": "a1", "version": 1, "values": {"GREETING": "moin", "PASSWORD": "kanary"}});
    let rendered = render(&world, body).await;
    assert_eq!(rendered.status, StatusCode::OK, "{}", rendered.text);
    assert!(!rendered.text.contains("kanary"), "{}", rendered.text);
    let body = rendered.json();
    assert_eq!(
        body["variables"],
        json!({"GREETING": "moin", "INSTANCE": "a1", "PORT": "8002", "TEMPLATE_NAME": "shop"})
    );
    assert_eq!((&body["stack_name"], &body["ports"]), (&json!("shop-a1"), &json!({"PORT": 8002})));
    assert_eq!((&body["url"], &body["version"]), (&json!("http://a1.localhost:8002/"), &json!(1)));
    assert_eq!(body["secret_variables"], json!(["PASSWORD"]));
    let environment = &body["model"]["services"]["web"]["environment"];
    assert_eq!(environment, &json!({"GREETING": "moin", "PASSWORD": "${PASSWORD}"}));
    let given = render(&world, json!({"key": "a1", "values": {"PORT": 8004}})).await.json();
    assert_eq!(given["url"], "http://a1.localhost:8004/");
    let stacks = world.send("GET", "/api/v1/stacks", &[], "").await.json();
    assert_eq!(stacks["items"], json!([]), "nothing was saved");
}

#[actix_web::test]
async fn what_is_wrong_with_a_value_is_said_where_its_parameter_is_declared() {
    let world = World::new().await;
    world.create_template("shop").await;
    let refused = render(&world, json!({"key": "a1", "values": {"GREETING": "NO", "PORT": 8002}})).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert_eq!(refused.code(), "invalid-definition");
    let error = &refused.json()["errors"][0];
    assert_eq!(
        (&error["code"], &error["file"], &error["line"], &error["column"]),
        (&json!("invalid-parameter"), &json!("compose.yaml"), &json!(8), &json!(7)),
        "{error}"
    );
    let refused = render(&world, json!({"key": "a1", "values": {"PORT": 80}})).await.json();
    assert_eq!((&refused["code"], &refused["errors"][0]["line"]), (&json!("invalid-definition"), &json!(7)));
    for key in ["A1", "a-1"] {
        assert_eq!(render(&world, json!({"key": key})).await.code(), "invalid-name", "{key}");
    }
    let twice = r#"{"key": "a1", "values": {"GREETING": "a", "GREETING": "b"}}"#;
    let twice = world.send("POST", &format!("{SHOP}/render"), &[JSON], twice).await;
    assert_eq!(twice.code(), "invalid-request");
}

#[actix_web::test]
async fn what_no_instance_could_be_made_from_is_not_saved() {
    let world = World::new().await;
    world.create_template("shop").await;
    let plain = "services: {web: {image: 'test/busybox:1'}}\n";
    let versions = format!("{SHOP}/versions");
    for wrong in [plain, &TEMPLATE.replace("image:", "imgae:"), &TEMPLATE.replace("host_port", "port")] {
        for address in ["/api/v1/templates?name=blog", &versions] {
            let text = world.send("POST", address, &[YAML], wrong).await;
            assert_eq!(text.code(), "invalid-definition", "{wrong}");
            let address = match address.split_once('?') {
                Some((path, query)) => format!("{path}/archive?{query}"),
                None => format!("{address}/archive"),
            };
            let packed = world.send_bytes("POST", &address, &[TAR], tar(&[("compose.yaml", wrong)])).await;
            assert_eq!(packed.code(), "invalid-definition", "{wrong}");
        }
    }
    let secret = json!({"name": "blog", "secret_variables": {"PASSWORD": {"value": "kanary"}}});
    let refused = save(&world, "/api/v1/templates", TEMPLATE, secret).await;
    assert_eq!(refused.code(), "invalid-definition");
    assert!(refused.text.contains("declare `PASSWORD` as a parameter"), "{}", refused.text);
    let on_failure = json!({"name": "blog", "on_failure": "hold"});
    assert_eq!(save(&world, "/api/v1/templates", TEMPLATE, on_failure).await.code(), "invalid-request");
    assert_eq!(world.send("GET", "/api/v1/templates/blog", &[], "").await.code(), "template-not-found");
    let listed = world.send("GET", &versions, &[], "").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_version_is_shown_with_its_plain_variables() {
    let world = World::new().await;
    let variables = json!({"REGISTRY": "registry.example.com"});
    let body = json!({"name": "blog", "variables": variables});
    let saved = save(&world, "/api/v1/templates", TEMPLATE, body).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    let shown = world.send("GET", "/api/v1/templates/blog/versions/1", &[], "").await.json();
    assert_eq!(shown["variables"], variables);
}

#[actix_web::test]
async fn a_template_has_a_name_of_its_own_and_keeps_it() {
    let world = World::new().await;
    world.create_template("shop").await;
    let archive = || tar(&[("compose.yaml", TEMPLATE)]);
    let long = format!("?name={}", "a".repeat(41));
    for (query, code) in [
        ("?name=shop", "template-name-taken"),
        ("?name=No", "invalid-name"),
        (long.as_str(), "invalid-name"),
        ("", "invalid-name"),
    ] {
        let text = world.send("POST", &format!("/api/v1/templates{query}"), &[YAML], TEMPLATE).await;
        assert_eq!(text.code(), code, "{query}");
        let address = format!("/api/v1/templates/archive{query}");
        assert_eq!(world.send_bytes("POST", &address, &[TAR], archive()).await.code(), code, "{query}");
    }
    let versions = format!("{SHOP}/versions");
    let renamed = save(&world, &versions, TEMPLATE, json!({"name": "blog"})).await;
    assert_eq!(renamed.code(), "invalid-request");
    assert!(renamed.text.contains("cannot rename it to `blog`"), "{}", renamed.text);
    let same = save(&world, &versions, TEMPLATE, json!({"name": "shop"})).await;
    assert_eq!(same.status, StatusCode::CREATED, "{}", same.text);
}

#[actix_web::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let both = async |below: &str, code: &str| {
        for template in ["none", "No%20name"] {
            let address = format!("/api/v1/templates/{template}{below}");
            assert_eq!(world.send("GET", &address, &[], "").await.code(), code, "{address}");
        }
    };
    for below in ["", "/versions", "/versions/1", "/versions/1/files/compose.yaml", "/versions/1/diff/1"] {
        both(below, "template-not-found").await;
    }
    let none = "/api/v1/templates/none";
    assert_eq!(world.send("DELETE", none, &[], "").await.code(), "template-not-found");
    let rendered = world.send("POST", &format!("{none}/render"), &[JSON], r#"{"key": "a1"}"#).await;
    assert_eq!(rendered.code(), "template-not-found");
    let saved = world.send("POST", &format!("{none}/versions"), &[YAML], TEMPLATE).await;
    assert_eq!(saved.code(), "template-not-found");
    let archive = tar(&[("compose.yaml", TEMPLATE)]);
    let saved = world.send_bytes("POST", &format!("{none}/versions/archive"), &[TAR], archive).await;
    assert_eq!(saved.code(), "template-not-found");
    world.create_template("shop").await;
    for (below, code) in [
        ("9", "template-version-not-found"),
        ("1/diff/9", "template-version-not-found"),
        ("1/files/none", "file-not-found"),
        ("x", "not-found"),
        ("x/diff/1", "not-found"),
        ("x/files/compose.yaml", "not-found"),
    ] {
        let address = format!("{SHOP}/versions/{below}");
        assert_eq!(world.send("GET", &address, &[], "").await.code(), code, "{address}");
    }
    let rendered = render(&world, json!({"key": "a1", "version": 9})).await;
    assert_eq!(rendered.code(), "template-version-not-found");
}

#[actix_web::test]
async fn what_no_instance_could_be_made_from_is_refused_where_it_is() {
    let world = World::new().await;
    let refused = async |from: &str, to: &str| {
        let answer =
            save(&world, "/api/v1/templates", &TEMPLATE.replace(from, to), json!({"name": "shop"})).await;
        assert_eq!(answer.code(), "invalid-definition", "{to}: {}", answer.text);
        let error = answer.json()["errors"][0].clone();
        (error["line"].clone(), error["message"]["text"].as_str().unwrap().to_owned())
    };
    let (line, text) = refused("    parameters:", "    build: nope\n    parameters:").await;
    assert_eq!(line, 6);
    assert!(text.contains("the definition has no such service"), "{text}");
    let (line, text) =
        refused("    parameters:", "    parameters:\n      D: {type: folder, root: projects, path: ../x}")
            .await;
    assert_eq!(line, 7);
    assert!(text.contains("is no path below the allowed folder"), "{text}");
    let (line, text) = refused("http://{key}", "javascript:{key}").await;
    assert_eq!(line, 5);
    assert!(text.contains("begin with `http://` or `https://`"), "{text}");
    // One that may come later is only warned about.
    let later = TEMPLATE.replace("    parameters:", "    parameters:\n      D: {type: folder, root: maps}");
    let saved = save(&world, "/api/v1/templates", &later, json!({"name": "shop"})).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    let warning = saved.json()["warnings"][0].clone();
    assert_eq!((&warning["code"], &warning["line"]), (&json!("undefined-reference"), &json!(7)), "{warning}");
}
