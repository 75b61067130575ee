//! `GET /events`

use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_domain::ports::EventFilter;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, limit};
use crate::sse;
use crate::v1::events::{EventListBody, EventsQuery, LastEventId};

answers!(Answers, Read, []);

/// What happens in the whole system.
///
/// As JSON: the events behind `after`, oldest first, from the beginning of the record when `after` is left out. With
/// `Accept: text/event-stream`: a stream without an end, from now on unless `after` or `Last-Event-ID` say from where.
#[utoipa::path(
    tag = "commands",
    params(EventsQuery, LastEventId),
    responses(
        (status = 200, description = "The events.", content(
            (EventListBody = "application/json"),
            (String = "text/event-stream", example = "id: 17\nevent: CLAIMED\ndata: {\"id\":17,\"kind\":\"CLAIMED\"}\n\n"),
        )),
        Answers,
    )
)]
#[get("/events")]
pub(crate) async fn list_events(
    api: web::Data<Api>,
    query: Query<EventsQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let after = sse::resume_from(&request, query.after)?;
    let limit = limit(query.limit)?;
    if sse::wants_stream(&request) {
        let after = match after {
            Some(after) => after,
            None => api.server.queue.last_event().await?,
        };
        return Ok(sse::answer(api, None, after));
    }
    let after = after.unwrap_or(0);
    let events = api.server.queue.events(&EventFilter { command_id: None, after, limit }).await?;
    Ok(HttpResponse::Ok().json(EventListBody::new(events, after)))
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn the_record_of_the_system_goes_on_where_it_was_left() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let first = world.send("GET", "/api/v1/events", &[], "").await.json();
        assert_eq!(first["items"][0]["actor"], "admin");
        let last = first["last"].as_i64().unwrap();
        world.apply("shop", 1).await;
        let second = world.send("GET", &format!("/api/v1/events?after={last}"), &[], "").await.json();
        assert_eq!(second["items"].as_array().unwrap().len(), 1);
        assert_eq!(second["items"][0]["kind"], "ENQUEUED");
        let third =
            world.send("GET", &format!("/api/v1/events?after={}", second["last"]), &[], "").await.json();
        assert_eq!((third["items"].as_array().unwrap().len(), &third["last"]), (0, &second["last"]));
    }
}
