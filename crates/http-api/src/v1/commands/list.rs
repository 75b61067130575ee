//! `GET /commands`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::command::CommandStatus;
use core_monitor_domain::ids::{Seq, StackId};
use core_monitor_domain::ports::CommandFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, PageBody, Query, limit};
use crate::v1::commands::CommandBody;
use crate::v1::words::CommandStatusWord;

/// Which commands to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListCommandsQuery {
    /// Of one stack only; also of one that is deleted.
    stack_id: Option<Uuid>,
    /// With one status only.
    #[param(value_type = Option<CommandStatusWord>, inline)]
    status: Option<CommandStatus>,
    /// At most so many, from 1 to 200; 50 when left out.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the part before.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

answers!(Answers, Read, []);

/// List commands, newest first.
#[utoipa::path(
    tag = "commands",
    params(ListCommandsQuery),
    responses((status = 200, description = "A part of the list.", body = PageBody<CommandBody>), Answers)
)]
#[get("/commands")]
pub(crate) async fn list_commands(
    api: web::Data<Api>,
    query: Query<ListCommandsQuery>,
) -> Result<HttpResponse, Problem> {
    let filter = CommandFilter {
        stack_id: query.stack_id.map(StackId),
        status: query.status,
        before: Cursor::read(query.cursor.as_deref())?.map(Seq),
        limit: limit(query.limit)?,
    };
    let page = api.server.queue.list(&filter).await?;
    let next = page.more.then(|| page.items.last().map(|command| Cursor::write(&command.seq))).flatten();
    let items = page.items.into_iter().map(CommandBody::from).collect();
    Ok(HttpResponse::Ok().json(PageBody { items, next }))
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
                command["type"].as_str().unwrap(),
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
    }

    #[actix_web::test]
    async fn an_unknown_status_is_refused_with_the_known_ones() {
        let world = World::new().await;
        let answer = world.send("GET", "/api/v1/commands?status=done", &[], "").await;
        assert!(answer.text.contains("PENDING"), "{}", answer.text);
        assert_eq!(answer.code(), "invalid-request");
    }
}
