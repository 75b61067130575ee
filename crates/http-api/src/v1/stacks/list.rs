//! `GET /stacks`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::StackFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, PageBody, Query, limit};
use crate::v1::stacks::{ContainerCount, StackBody};

/// Which stacks to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListStacksQuery {
    /// With this name only.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 63)]
    name: Option<String>,
    /// At most so many, from 1 to 200; 50 when left out.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the part before.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// A stack in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StackListItem {
    #[serde(flatten)]
    stack: StackBody,
    containers: ContainerCount,
}

answers!(Answers, Read, [InvalidName]);

/// List stacks, by name.
#[utoipa::path(
    tag = "stacks",
    params(ListStacksQuery),
    responses((status = 200, description = "A part of the list.", body = PageBody<StackListItem>), Answers)
)]
#[get("/stacks")]
pub(crate) async fn list_stacks(
    api: web::Data<Api>,
    query: Query<ListStacksQuery>,
) -> Result<HttpResponse, Problem> {
    let name = query.name.clone().map(StackName::new).transpose()?;
    let after = Cursor::read(query.cursor.as_deref())?;
    let filter = StackFilter { name, after, limit: limit(query.limit)? };
    let page = api.server.stacks.list(&filter).await?;
    let next = page.more.then(|| page.items.last().map(|stack| Cursor::write(&stack.name))).flatten();
    let ids: Vec<_> = page.items.iter().map(|stack| stack.id).collect();
    let containers = api.server.observations.containers_of(&ids).await?;
    let count = |stack| {
        let found = containers.iter().find(|(id, _)| *id == stack);
        found.map(|(_, containers)| ContainerCount::of(containers)).unwrap_or_default()
    };
    let items = page
        .items
        .into_iter()
        .map(|stack| StackListItem { containers: count(stack.id), stack: stack.into() });
    Ok(HttpResponse::Ok().json(PageBody { items: items.collect(), next }))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn parts_follow_each_other_by_name() {
        let world = World::new().await;
        for name in ["c", "a", "e", "b", "d"] {
            world.create_stack(name).await;
        }
        let mut names = Vec::new();
        let mut address = "/api/v1/stacks?limit=2".to_owned();
        loop {
            let page = world.send("GET", &address, &[], "").await.json();
            names.push(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|s| s["name"].as_str().unwrap().to_owned())
                    .collect::<String>(),
            );
            match page["next"].as_str() {
                Some(next) => address = format!("/api/v1/stacks?limit=2&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(names, ["ab", "cd", "e"]);
    }

    #[actix_web::test]
    async fn a_name_finds_one_stack() {
        let world = World::new().await;
        world.create_stack("shop").await;
        world.create_stack("shop2").await;
        let page = world.send("GET", "/api/v1/stacks?name=shop", &[], "").await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        assert_eq!(page["items"][0]["name"], "shop");
        let page = world.send("GET", "/api/v1/stacks?name=nobody", &[], "").await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), 0);
    }

    #[actix_web::test]
    async fn wrong_parameters_are_named() {
        let world = World::new().await;
        for (query, words) in [
            ("limit=0", "`limit` is 0"),
            ("limit=201", "`limit` is 201"),
            ("limit=many", "the query is wrong"),
            ("cursor=!", "`cursor` is not one that this list gave"),
            ("nmae=shop", "unknown field `nmae`"),
        ] {
            let answer = world.send("GET", &format!("/api/v1/stacks?{query}"), &[], "").await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(answer.text.contains(words), "{query}: {}", answer.text);
        }
    }
}
