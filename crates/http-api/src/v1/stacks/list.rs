//! `GET /stacks`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{
    BlockingWork, ListedStack, ShownCommand, StackOrder, StackPlace, StackQuery, StackSort, StackState,
};
use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::ids::{CommandId, Seq, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, one, page_of, several};
use crate::v1::commands::HolderBody;
use crate::v1::offer::{OfferBody, offers};
use crate::v1::stacks::{ContainerCount, StackBody, labels};
use crate::v1::words::{
    CommandKindWord, CommandStatusWord, FailureCodeWord, HealthWord, StackSortWord, StackStateWord,
    health_word,
};

/// Which stacks to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListStacksQuery {
    /// Only the stack with this name.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 63)]
    name: Option<String>,
    /// Only stacks whose name has this in it.
    #[param(max_length = 63)]
    text: Option<String>,
    /// Only stacks with this label: its key, `=` and its value.
    #[param(pattern = "^[a-z0-9]([a-z0-9_./-]{0,61}[a-z0-9])?=[A-Za-z0-9_.-]{0,63}$", max_length = 127)]
    label: Option<String>,
    /// Only stacks in one of these states, separated by commas.
    #[param(value_type = Option<Vec<StackStateWord>>, style = Form, explode = false)]
    state: Option<String>,
    /// Only stacks that are not as their applied versions say, or only those that are.
    drifted: Option<bool>,
    /// In which order; by name unless it says otherwise, the oldest change first, or the worst state first.
    #[param(value_type = Option<StackSortWord>, inline)]
    sort: Option<String>,
    /// The other way round.
    descending: Option<bool>,
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page of the same order. Stacks that change their place meanwhile may be in two pages or in
    /// none.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// A stack in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StackListItem {
    #[serde(flatten)]
    stack: StackBody,
    containers: ContainerCount,
    /// State of what is running.
    #[schema(value_type = StackStateWord, example = "running")]
    state: &'static str,
    /// The worst health of its containers; null if none has a health check.
    #[schema(value_type = Option<HealthWord>, example = "healthy")]
    health: Option<&'static str>,
    /// How many steps it would take to match the applied version again; null if nothing is applied or nothing was observed.
    #[schema(example = 0)]
    drift_count: Option<usize>,
    /// The newest command; its events tell the whole story.
    last_command: Option<LastCommand>,
    /// What can be done to it now.
    actions: Vec<OfferBody>,
}

/// The newest command of a stack, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastCommand {
    #[schema(value_type = uuid::Uuid, example = "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa")]
    command_id: CommandId,
    #[schema(value_type = i64, example = 42)]
    seq: Seq,
    #[schema(value_type = CommandKindWord, example = "APPLY")]
    kind: CommandKind,
    #[schema(value_type = CommandStatusWord, example = "DONE")]
    status: CommandStatus,
    /// The version it is for, if any.
    #[schema(value_type = Option<u32>, example = 2)]
    version: Option<VersionNumber>,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:07Z")]
    finished_at: Option<Timestamp>,
    /// Why it failed.
    #[schema(value_type = Option<FailureCodeWord>, example = json!(null))]
    failure_code: Option<&'static str>,
    /// The command that has to end, or to be retried or cancelled, before this one starts; null if it waits for none.
    waits_behind: Option<HolderBody>,
}

impl From<ShownCommand> for LastCommand {
    fn from(shown: ShownCommand) -> Self {
        let command = shown.command;
        Self {
            waits_behind: shown.waits_behind.map(HolderBody::from),
            command_id: command.id,
            seq: command.seq,
            kind: command.payload.kind(),
            status: command.status,
            version: command.payload.version(),
            created_at: command.created_at,
            finished_at: command.finished_at,
            failure_code: command.failure.map(|failure| failure.code.as_str()),
        }
    }
}

impl From<ListedStack> for StackListItem {
    fn from(listed: ListedStack) -> Self {
        Self {
            containers: ContainerCount::of(&listed.containers),
            stack: listed.stack.into(),
            state: listed.state.as_str(),
            health: listed.health.map(health_word),
            drift_count: listed.drift,
            last_command: listed.last_command.map(LastCommand::from),
            actions: offers(listed.offers),
        }
    }
}

page_of! {
    /// Stacks.
    StackPage of StackListItem
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, InvalidName]);

/// List stacks, each with what an overview shows of it.
#[utoipa::path(
    tag = "stacks",
    params(ListStacksQuery),
    responses((status = 200, description = "A page of the list.", body = StackPage), Answers)
)]
#[get("/stacks")]
pub(crate) async fn list_stacks(
    api: web::Data<Api>,
    query: Query<ListStacksQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let name = query.name.clone().map(StackName::new).transpose()?;
    let sort = one("sort", query.sort.as_deref(), &StackSort::ALL, StackSort::as_str)?;
    let order =
        StackOrder { sort: sort.unwrap_or_default(), descending: query.descending.unwrap_or_default() };
    let states = several("state", query.state.as_deref(), &StackState::ALL, StackState::as_str)?;
    let query = StackQuery {
        name,
        order,
        after: Cursor::read_if(query.cursor.as_deref(), |place: &StackPlace| place.order() == order)?,
        limit: limit(query.limit)?,
        contains: query.text.clone(),
        label: query.label.as_deref().map(labels::read).transpose()?,
        states,
        drifted: query.drifted,
    };
    answer(&api, BlockingWork::Read, async move |api| {
        let page = api.server.list_stacks(&caller.0, &query).await?;
        let last = page.items.last().filter(|_| page.more);
        let next = last.map(|listed| Cursor::write(&order.place(&listed.stack, listed.state)));
        let items = page.items.into_iter().map(StackListItem::from);
        Ok(Answer::ok(StackPage { items: items.collect(), next }))
    })
    .await
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
    async fn an_overview_needs_no_further_request() {
        let world = World::new().await;
        world.create_stack("shop").await;
        world.observe(&[]).await;
        let item = async || {
            let page = world.send("GET", "/api/v1/stacks", &[], "").await.json();
            page["items"][0].clone()
        };
        let offered = |item: &serde_json::Value, name: &str| {
            let actions = item["actions"].as_array().unwrap();
            actions.iter().find(|action| action["name"] == name).unwrap().clone()
        };
        let saved = item().await;
        assert_eq!(
            (&saved["state"], &saved["last_command"]["kind"]),
            (&"not_applied".into(), &"CREATE".into())
        );
        assert!(saved["drift_count"].is_null() && saved["health"].is_null(), "{saved}");
        let start = offered(&saved, "start_stack");
        assert_eq!((&start["allowed"], &start["reason"]["code"]), (&false.into(), &"never_applied".into()));
        world.succeed("shop").await;
        let applied = item().await;
        assert_eq!(applied["last_command"]["status"], "DONE");
        assert_eq!(applied["state"], "stopped", "its container is missing: {applied}");
        assert!(applied["drift_count"].as_u64().unwrap() > 0, "{applied}");
        assert_eq!(offered(&applied, "start_stack")["allowed"], true);
        world.apply("shop", 1).await;
        world.fail().await;
        let failed = item().await;
        assert_eq!(failed["last_command"]["failure_code"], "SERVICE_EXITED", "{failed}");
        assert!(failed["last_command"]["waits_behind"].is_null(), "{failed}");
    }

    #[actix_web::test]
    async fn a_stack_shows_what_it_waits_behind_wherever_it_is_shown() {
        let world = World::new().await;
        let (first, second) = (world.create_stack("first").await, world.create_stack("second").await);
        let holder = world.apply("first", 1).await;
        world.apply("second", 1).await;
        world.apply("second", 1).await;
        world.fail().await;
        let page = world.send("GET", "/api/v1/stacks", &[], "").await.json();
        let get =
            async |rest: &str| world.send("GET", &format!("/api/v1/stacks/{rest}"), &[], "").await.json();
        let (shown, status) = (get(&second).await, get(&format!("{second}/status")).await);
        let [of_first, of_second] =
            [0, 1].map(|item| page["items"][item]["last_command"]["waits_behind"].clone());
        for waits_behind in [&of_second, &shown["waits_behind"], &status["waits_behind"]] {
            assert_eq!(
                (&waits_behind["command_id"], &waits_behind["stack_id"]),
                (&holder.clone().into(), &first.clone().into())
            );
            assert_eq!((&waits_behind["status"], &waits_behind["seq"]), (&"FAILED".into(), &3.into()));
            assert_eq!(waits_behind["since"], page["items"][0]["last_command"]["finished_at"]);
        }
        assert!(of_first.is_null(), "{page}");
        for shown in [get(&first).await, get(&format!("{first}/status")).await] {
            assert!(shown["waits_behind"].is_null(), "it waits for a person, not for a command: {shown}");
        }
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
    async fn stacks_are_found_by_part_of_the_name_state_and_drift() {
        let world = World::new().await;
        for name in ["shop", "workshop", "blog", "wiki"] {
            world.create_stack(name).await;
        }
        world.observe(&[]).await;
        world.succeed("shop").await;
        world.succeed("wiki").await;
        let names = async |query: &str| {
            let page = world.send("GET", &format!("/api/v1/stacks?{query}"), &[], "").await.json();
            let items = page["items"].as_array().unwrap().iter();
            let names: Vec<_> = items.map(|item| item["name"].as_str().unwrap().to_owned()).collect();
            (names.join(" "), page["next"].as_str().map(str::to_owned))
        };
        assert_eq!(names("text=shop").await, ("shop workshop".to_owned(), None));
        assert_eq!(names("state=not_applied").await.0, "blog workshop");
        assert_eq!(names("state=running,stopped").await.0, "shop wiki", "their containers are missing");
        assert_eq!(names("drifted=true&text=w").await.0, "wiki");
        assert_eq!(names("drifted=false").await.0, "blog workshop");
        assert_eq!(names("state=degraded").await, (String::new(), None));
        let (first, next) = names("state=not_applied&limit=1").await;
        assert_eq!(first, "blog");
        let rest = format!("state=not_applied&limit=1&cursor={}", next.unwrap());
        assert_eq!(names(&rest).await, ("workshop".to_owned(), None));
    }

    #[actix_web::test]
    async fn every_order_holds_across_pages() {
        let world = World::new().await;
        for name in ["d", "b", "a", "c"] {
            world.create_stack(name).await;
            world.clock.advance(std::time::Duration::from_secs(1));
        }
        world.observe(&[]).await;
        world.succeed("b").await;
        let names = async |order: &str, limit: u32| {
            let first = format!("/api/v1/stacks?{order}&limit={limit}");
            let (mut names, mut address) = (String::new(), first.clone());
            loop {
                let page = world.send("GET", &address, &[], "").await.json();
                names.extend(page["items"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()));
                match page["next"].as_str() {
                    Some(next) => address = format!("{first}&cursor={next}"),
                    None => return names,
                }
            }
        };
        for (order, expected) in [
            ("sort=name", "abcd"),
            ("descending=true", "dcba"),
            ("sort=updated_at", "dacb"),
            ("sort=updated_at&descending=true", "bcad"),
            ("sort=state", "bacd"),
            ("sort=state&descending=true", "acdb"),
            ("sort=state&drifted=false", "acd"),
            ("sort=updated_at&state=not_applied&text=a", "a"),
            ("sort=updated_at&name=c", "c"),
        ] {
            for limit in [1, 2, 4] {
                assert_eq!(names(order, limit).await, expected, "{order}, {limit} at a time");
            }
        }
    }

    #[actix_web::test]
    async fn a_page_goes_on_where_the_last_one_ended_although_stacks_come_and_move() {
        let world = World::new().await;
        for name in ["b", "d", "f"] {
            world.create_stack(name).await;
        }
        let first = "/api/v1/stacks?descending=true&limit=2";
        let page = world.send("GET", first, &[], "").await.json();
        let next = page["next"].as_str().unwrap().to_owned();
        world.create_stack("e").await;
        world.create_stack("a").await;
        let page = world.send("GET", &format!("{first}&cursor={next}"), &[], "").await.json();
        let names: String =
            page["items"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
        assert_eq!(names, "ba", "neither `d` again nor a gap");
        let other = world.send("GET", &format!("/api/v1/stacks?cursor={next}"), &[], "").await;
        assert_eq!(other.status, StatusCode::BAD_REQUEST, "it is of another order: {}", other.text);
    }

    #[actix_web::test]
    async fn wrong_parameters_are_named() {
        let world = World::new().await;
        for (query, words) in [
            ("limit=0", "`limit` is 0"),
            ("limit=201", "`limit` is 201"),
            ("limit=many", "`limit` is `many`: it has to be a whole number of at least 0"),
            ("state=sleepy", "`state` has `sleepy`"),
            ("sort=age", "`sort` has `age`, but must have words from name, updated_at, state"),
            ("cursor=!", "`cursor` is not a cursor of this list"),
            ("nmae=shop", "there is no parameter `nmae`"),
        ] {
            let answer = world.send("GET", &format!("/api/v1/stacks?{query}"), &[], "").await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(answer.text.contains(words), "{query}: {}", answer.text);
        }
    }
}
