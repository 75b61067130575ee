//! `GET /events`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::EventFilter;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, limit};
use crate::v1::events::{AllEventsQuery, EventListBody, after};

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// List the events of all commands.
///
/// Returns the events after `after`, oldest first; without `after`, from the very first. `GET /events/stream` follows them. Whoever may see some
/// stacks gets the events of their commands.
#[utoipa::path(
    tag = "commands",
    params(AllEventsQuery),
    responses(
        (status = 200, description = "The events.", body = EventListBody),
        Answers,
    )
)]
#[get("/events")]
pub(crate) async fn list_events(
    api: web::Data<Api>,
    query: Query<AllEventsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (after, limit) = (after(query.after)?, limit(query.limit)?);
    let filter =
        EventFilter { stack_id: query.stack_id.map(StackId), after, limit, ..EventFilter::default() };
    answer(&api, BlockingWork::Read, async move |api| {
        let events = api.server.list_events(&caller.0, &filter).await?;
        Ok(Answer::ok(EventListBody::new(events, after)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn the_record_of_the_system_goes_on_where_it_was_left() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let first = world.send("GET", "/api/v1/events", &[], "").await.json();
        assert_eq!(first["items"][0]["actor"]["name"], "admin");
        let last = first["last"].as_i64().unwrap();
        world.apply("shop", 1).await;
        let second = world.send("GET", &format!("/api/v1/events?after={last}"), &[], "").await.json();
        assert_eq!(second["items"].as_array().unwrap().len(), 1);
        assert_eq!(second["items"][0]["kind"], "ENQUEUED");
        let third =
            world.send("GET", &format!("/api/v1/events?after={}", second["last"]), &[], "").await.json();
        assert_eq!((third["items"].as_array().unwrap().len(), &third["last"]), (0, &second["last"]));
    }

    #[actix_web::test]
    async fn the_events_of_one_stack_are_found() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.create_stack("blog").await;
        let body = world.send("GET", &format!("/api/v1/events?stack_id={shop}"), &[], "").await.json();
        let items = body["items"].as_array().unwrap();
        assert_eq!(items.len(), 2, "{body}");
        assert!(items.iter().all(|event| event["stack_id"] == shop.as_str()), "{body}");
    }

    #[actix_web::test]
    async fn a_stream_of_a_stack_has_its_events_alone() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.create_stack("blog").await;
        let address = format!("/api/v1/events/stream?after=0&stack_id={shop}");
        let streaming = world.send("GET", &address, &[], "");
        let stopping = async {
            world.somebody_waits().await;
            world.stopping.cancel();
        };
        let (answer, ()) = futures::join!(streaming, stopping);
        assert_eq!(answer.header("content-type"), Some("text/event-stream"));
        let ids: Vec<_> = answer.text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
        assert_eq!(ids, ["1", "2"], "{}", answer.text);
    }

    #[actix_web::test]
    async fn there_is_nothing_before_the_first_event() {
        let world = World::new().await;
        let refused = async |query: &str, headers: &[(&str, &str)]| {
            let answer = world.send("GET", &format!("/api/v1/events{query}"), headers, "").await;
            (answer.code(), answer.json()["detail"].as_str().unwrap().to_owned())
        };
        assert_eq!(
            refused("?after=-1", &[]).await,
            ("invalid-request".to_owned(), "`after` is -1, but must be 0 or greater".to_owned())
        );
        assert_eq!(
            refused("/stream?after=5", &[("Last-Event-ID", "-2")]).await,
            (
                "invalid-request".to_owned(),
                "the header `Last-Event-ID` is -2, but must be 0 or greater".to_owned()
            )
        );
    }
}
