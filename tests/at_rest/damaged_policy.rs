//! A policy that somebody has damaged in the database: nothing is applied by it, and an administrator puts another one in its place.

use core_monitor_store_seaorm::default_url;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::http::Http;
use crate::installation::Installation;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_replaces_a_policy_that_cannot_be_read() {
    let installation = Installation::new().await;
    let http = Http::of(&installation).await;
    let compose = json!({"name": "shop", "compose": "services: {web: {image: 'app:1'}}"});
    let (status, made) = http.post("/stacks", &compose).await;
    assert_eq!(status, 201, "{made:#}");
    let apply = format!("/stacks/{}/apply/1", made["stack"]["stack_id"].as_str().unwrap());
    let open = json!({"revision": 0, "rules": [{"preset": "open"}]});
    assert_eq!(http.put("/policy", &open).await.1["revision"], 1);

    let shell = sea_orm::Database::connect(default_url(installation.folder.path())).await.unwrap();
    let damage = "UPDATE setting SET value = '{\"revision\": 1' WHERE name = 'policy'";
    assert_eq!(shell.execute_unprepared(damage).await.unwrap().rows_affected(), 1);
    let (status, unread) = http.get("/policy").await;
    assert_eq!((status, &unread["code"]), (500, &json!("database-corrupt")), "{unread:#}");
    let (status, refused) = http.post(&apply, &json!({})).await;
    assert_eq!((status, &refused["code"]), (500, &json!("database-corrupt")), "{refused:#}");

    let (status, replaced) = http.put("/policy", &open).await;
    assert_eq!(status, 200, "{replaced:#}");
    assert_eq!(http.get("/policy").await, (200, replaced));
    let (status, applied) = http.post(&apply, &json!({})).await;
    assert_eq!(status, 202, "{applied:#}");
}
