//! `GET /containers`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ContainerQuery, ServiceState};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::StackFilter;
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, several};
use crate::v1::stacks::containers::ContainerBody;
use crate::v1::words::ServiceStateWord;

/// Which containers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListContainersQuery {
    /// Only containers of this stack, all of them on one page.
    #[param(value_type = Option<uuid::Uuid>)]
    stack_id: Option<StackId>,
    /// Only containers with this in the name of the container, its stack or service, or its image, in any case.
    #[param(max_length = 200)]
    text: Option<String>,
    /// Only containers in one of these states, separated by commas.
    #[param(value_type = Option<Vec<ServiceStateWord>>, style = Form, explode = false)]
    state: Option<String>,
    /// Maximum number of stacks whose containers are listed, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// A container with its stack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StackContainer {
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    /// The name of the stack.
    #[schema(value_type = String, example = "shop")]
    stack_name: StackName,
    container: ContainerBody,
}

/// Containers of stacks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContainerPage {
    /// By stack, then by service and name.
    items: Vec<StackContainer>,
    /// Send it as `cursor` to get the next page; null on the last page.
    #[schema(example = "c2hvcA")]
    next: Option<String>,
    /// When the worker last observed the engine; null before the first observation.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    observed_at: Option<Timestamp>,
}

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// List the containers of all stacks, by stack.
///
/// A page has all containers of some stacks. Answers from the worker's last observation, without asking the engine.
#[utoipa::path(
    tag = "stacks",
    params(ListContainersQuery),
    responses((status = 200, description = "A page of the list.", body = ContainerPage), Answers)
)]
#[get("/containers")]
pub(crate) async fn list_containers(
    api: web::Data<Api>,
    query: Query<ListContainersQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let after = Cursor::read(query.cursor.as_deref())?;
    let filter = StackFilter { name: None, after, limit: limit(query.limit)? };
    let states = several("state", query.state.as_deref(), &ServiceState::ALL, ServiceState::as_str)?;
    let query = ContainerQuery { filter, stack: query.stack_id, contains: query.text.clone(), states };
    answer(&api, BlockingWork::Read, async move |api| {
        let listed = api.server.list_containers(&caller.0, &query).await?;
        let last = listed.page.items.last().map(|(stack, _)| Cursor::write(&stack.name));
        let next = last.filter(|_| listed.page.more);
        let items = listed.page.items.into_iter().flat_map(|(stack, containers)| {
            containers.into_iter().map(move |container| StackContainer {
                stack_id: stack.id,
                stack_name: stack.name.clone(),
                container: container.into(),
            })
        });
        Ok(Answer::ok(ContainerPage { items: items.collect(), next, observed_at: listed.observed_at }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn containers_are_found_by_what_is_said_of_them_and_state() {
        let world = World::new().await;
        world.run_project("shop");
        let answer = world.send("POST", "/api/v1/projects/shop/import", &[], "").await;
        assert!(answer.status.is_success(), "{}", answer.text);
        let count = async |query: &str| {
            let page = world.send("GET", &format!("/api/v1/containers?{query}"), &[], "").await;
            page.json()["items"].as_array().unwrap().len()
        };
        let all = count("").await;
        assert!(all > 0);
        assert_eq!((count("text=shop").await, count("text=nothing-like-it").await), (all, 0));
        assert_eq!(count("text=SHOP").await, all);
        assert_eq!((count("state=running,completed").await, count("state=failed").await), (all, 0));
        assert_eq!(world.send("GET", "/api/v1/containers?state=up", &[], "").await.code(), "invalid-request");
    }

    #[actix_web::test]
    async fn the_containers_of_one_stack_are_on_one_page() {
        let world = World::new().await;
        world.run_project("shop");
        let shop = world.send("POST", "/api/v1/projects/shop/import", &[], "").await.json();
        let blog = world.create_stack("blog").await;
        let of = async |stack: &str| {
            let address = format!("/api/v1/containers?limit=1&stack_id={stack}");
            let page = world.send("GET", &address, &[], "").await.json();
            assert!(page["next"].is_null(), "{page}");
            let name = |item: &serde_json::Value| item["container"]["name"].as_str().unwrap().to_owned();
            page["items"].as_array().unwrap().iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(of(shop["stack"]["stack_id"].as_str().unwrap()).await, ["shop-web-1"]);
        assert!(of(&blog).await.is_empty());
        assert!(
            of("0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10").await.is_empty(),
            "a stack that there is not has none"
        );
        let wrong = world.send("GET", "/api/v1/containers?stack_id=shop", &[], "").await;
        assert_eq!(wrong.code(), "invalid-request");
    }

    #[actix_web::test]
    async fn containers_of_all_stacks_are_found_in_one_request() {
        let world = World::new().await;
        world.run_project("shop");
        let answer = world.send("POST", "/api/v1/projects/shop/import", &[], "").await;
        assert!(answer.status.is_success(), "{}", answer.text);
        world.create_stack("blog").await;
        let mut pages = Vec::new();
        let mut address = "/api/v1/containers?limit=1".to_owned();
        loop {
            let page = world.send("GET", &address, &[], "").await.json();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let line = |item: &serde_json::Value| {
                let container = &item["container"];
                format!(
                    "{} {} {}",
                    text(&item["stack_name"]),
                    text(&container["name"]),
                    text(&container["state"])
                )
            };
            pages.push(page["items"].as_array().unwrap().iter().map(line).collect::<Vec<_>>().join(", "));
            match page["next"].as_str() {
                Some(next) => address = format!("/api/v1/containers?limit=1&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(pages, ["", "shop shop-web-1 running"], "a stack without containers is on a page too");
    }
}
