//! `GET /commands`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::ids::{Seq, StackId};
use core_monitor_domain::ports::CommandFilter;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, moment, several};
use crate::v1::commands::{CommandBody, CommandPage};
use crate::v1::words::{CommandKindWord, CommandStatusWord};

/// Which commands to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListCommandsQuery {
    /// Only commands of this stack, which may be deleted.
    stack_id: Option<Uuid>,
    /// Only commands with one of these statuses, separated by commas.
    #[param(value_type = Option<Vec<CommandStatusWord>>, style = Form, explode = false)]
    status: Option<String>,
    /// Only commands of one of these kinds, separated by commas.
    #[param(value_type = Option<Vec<CommandKindWord>>, style = Form, explode = false)]
    kind: Option<String>,
    /// Only commands accepted at this time or later: a time, or how long ago, such as `10m`.
    since: Option<String>,
    /// Only commands accepted before this time, written as `since`.
    until: Option<String>,
    /// `newest_first` by default.
    #[param(inline)]
    order: Option<OrderWord>,
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderWord {
    NewestFirst,
    OldestFirst,
}

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// List commands, newest first unless `order` says otherwise.
#[utoipa::path(
    tag = "commands",
    params(ListCommandsQuery),
    responses((status = 200, description = "A page of the list.", body = CommandPage), Answers)
)]
#[get("/commands")]
pub(crate) async fn list_commands(
    api: web::Data<Api>,
    query: Query<ListCommandsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let now = api.clock.now();
    let filter = CommandFilter {
        seqs: Vec::new(),
        stack_id: query.stack_id.map(StackId),
        stacks: Vec::new(),
        statuses: several("status", query.status.as_deref(), &CommandStatus::ALL, CommandStatus::as_str)?,
        kinds: several("kind", query.kind.as_deref(), &CommandKind::ALL, CommandKind::as_str)?,
        since: moment("since", query.since.as_deref(), now)?,
        until: moment("until", query.until.as_deref(), now)?,
        oldest_first: query.order == Some(OrderWord::OldestFirst),
        beyond: Cursor::read(query.cursor.as_deref())?.map(Seq),
        limit: limit(query.limit)?,
    };
    answer(&api, BlockingWork::Read, async move |api| {
        let page = api.server.list_commands(&caller.0, &filter).await?;
        let next =
            page.more.then(|| page.items.last().map(|shown| Cursor::write(&shown.command.seq))).flatten();
        let items = page.items.into_iter().map(CommandBody::from).collect();
        Ok(Answer::ok(CommandPage { items, next }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    async fn kinds(world: &World, query: &str) -> String {
        let page = world.send("GET", &format!("/api/v1/commands?{query}"), &[], "").await.json();
        let line = |command: &serde_json::Value| {
            format!(
                "{} {} {}",
                command["seq"],
                command["kind"].as_str().unwrap(),
                command["status"].as_str().unwrap()
            )
        };
        page["items"].as_array().unwrap().iter().map(line).collect::<Vec<_>>().join(", ")
    }

    #[actix_web::test]
    async fn commands_are_found_by_stack_and_status() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        let blog = world.create_stack("blog").await;
        world.apply("shop", 1).await;
        world.apply("blog", 1).await;
        assert_eq!(kinds(&world, "").await, "4 APPLY PENDING, 3 APPLY PENDING, 2 CREATE DONE, 1 CREATE DONE");
        assert_eq!(kinds(&world, &format!("stack_id={shop}")).await, "3 APPLY PENDING, 1 CREATE DONE");
        assert_eq!(kinds(&world, &format!("stack_id={blog}&status=DONE")).await, "2 CREATE DONE");
        assert_eq!(kinds(&world, "limit=1").await, "4 APPLY PENDING");
        assert_eq!(kinds(&world, "status=DONE,PENDING&kind=APPLY").await, "4 APPLY PENDING, 3 APPLY PENDING");
        assert_eq!(kinds(&world, "kind=CREATE&order=oldest_first").await, "1 CREATE DONE, 2 CREATE DONE");
        assert_eq!(kinds(&world, "since=2026-01-26T10:00:01Z").await, "");
        assert_eq!(
            kinds(&world, "until=2026-01-26T10:00:01Z&kind=CREATE,UPDATE&limit=1").await,
            "2 CREATE DONE"
        );
    }

    #[actix_web::test]
    async fn a_time_is_written_as_in_bodies() {
        let world = World::new().await;
        let answer = world.send("GET", "/api/v1/commands?since=yesterday", &[], "").await;
        assert_eq!(answer.code(), "invalid-request");
        assert!(answer.text.contains("2026-01-26T10:00:00Z"), "{}", answer.text);
    }

    #[actix_web::test]
    async fn an_unknown_status_is_refused_with_the_known_ones() {
        let world = World::new().await;
        let answer = world.send("GET", "/api/v1/commands?status=done", &[], "").await;
        assert!(answer.text.contains("PENDING"), "{}", answer.text);
        assert_eq!(answer.code(), "invalid-request");
    }
}
