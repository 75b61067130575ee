use super::*;
use crate::api::Limits;
use crate::testing::{World, YAML};

/// A stack whose version has an answer of several parts.
async fn world_with_many_services() -> (World, String) {
    let limits = Limits { body_memory: 64 << 20, ..Limits::default() };
    let world = World::with_limits(limits).await;
    let services =
        (0..500).fold(String::new(), |text, number| text + &format!("  s{number}: {{image: x}}\n"));
    let definition = format!("services:\n{services}");
    let answer = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], &definition).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let stack = answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    (world, format!("/api/v1/stacks/{stack}/versions/1"))
}

#[actix_web::test]
async fn an_answer_takes_memory_until_it_is_sent() {
    let (world, address) = world_with_many_services().await;
    let all = world.body_memory().left();
    let (first, second) = (world.hold(&address).await, world.hold(&address).await);
    let (size, mut body) = first;
    assert!(size > 3 * PART, "the answer is too small for this test: {size}");
    let taken = all - world.body_memory().left();
    assert!((2 * size..2 * (size + PART)).contains(&taken), "{taken} bytes are taken for two times {size}");
    drop(second);
    let mut sent = 0;
    while sent < size {
        let part = std::future::poll_fn(|task| Pin::new(&mut body).poll_next(task)).await;
        sent += part.unwrap().unwrap().len();
        let taken = all - world.body_memory().left();
        assert!(taken <= size - sent + PART, "{taken} bytes are taken for the last {}", size - sent);
    }
    drop(body);
    assert_eq!(world.body_memory().left(), all);
}

#[actix_web::test]
async fn what_finds_no_memory_is_refused_and_a_small_answer_needs_none() {
    let (world, address) = world_with_many_services().await;
    let taken = world.body_memory().fill();
    let refused = world.send("GET", &address, &[], "").await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "server-busy"));
    assert_eq!(refused.header("retry-after"), Some("5"));
    let small = world.send("GET", "/api/v1/stacks", &[], "").await;
    assert_eq!(small.status, StatusCode::OK, "{}", small.text);
    drop(taken);
    let again = world.send("GET", &address, &[], "").await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.json()["model"]["services"].as_object().unwrap().len(), 500);
}
