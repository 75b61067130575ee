use std::time::Duration;

use crate::api::Limits;
use crate::streaming::StreamLimits;
use crate::testing::World;

const STREAM: &str = "/api/v1/events/stream";

async fn world(streams: StreamLimits) -> World {
    World::with_limits(Limits { streams, ..Limits::default() }).await
}

#[actix_web::test]
async fn a_stream_ends_when_it_is_old_and_the_next_one_misses_nothing() {
    let world = world(StreamLimits { age: Duration::from_secs(20), ..StreamLimits::default() }).await;
    world.create_stack("shop").await;
    let growing_old = async {
        for _ in 0..2 {
            world.somebody_waits().await;
            world.clock.advance(Duration::from_secs(15));
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        }
    };
    let (first, ()) = futures::join!(world.send("GET", STREAM, &[], ""), growing_old);
    assert_eq!(
        first.text, ": still here\n\nretry: 1000\nid: 2\n\n",
        "the client sends this id with the next request"
    );
    world.apply("shop", 1).await;
    let next = world.send("GET", STREAM, &[("Last-Event-ID", "2")], "");
    let stopping = async {
        world.somebody_waits().await;
        world.stopping.cancel();
    };
    let (next, ()) = futures::join!(next, stopping);
    assert!(next.text.starts_with("id: 3\n"), "{}", next.text);
}

#[actix_web::test]
async fn a_caller_has_so_many_streams() {
    let world = world(StreamLimits { per_caller: 2, ..StreamLimits::default() }).await;
    let mut open =
        [Box::pin(world.send("GET", STREAM, &[], "")), Box::pin(world.send("GET", STREAM, &[], ""))];
    for stream in &mut open {
        for _ in 0..50 {
            assert!(futures::poll!(&mut *stream).is_pending());
            tokio::task::yield_now().await;
        }
    }
    let refused = world.send("GET", STREAM, &[], "").await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "too-many-streams"));
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    drop(open);
    let again = world.send("GET", STREAM, &[], "");
    let stopping = async {
        world.somebody_waits().await;
        world.stopping.cancel();
    };
    let (again, ()) = futures::join!(again, stopping);
    assert_eq!(again.status.as_u16(), 200, "a closed stream makes room: {}", again.text);
}
