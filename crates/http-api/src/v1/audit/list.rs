//! `GET /audit`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ports::AuditFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, page_of};
use crate::v1::audit::AuditBody;
use crate::v1::audit::filter::Asked;
use crate::v1::words::ActionWord;

/// Which audit records to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAuditQuery {
    /// Only what this actor did, exactly: `token:ID:NAME` or `user:ID:NAME` with id and name of the `actor` in a record (`-` for a token
    /// without an id), or `system:` and the part.
    actor: Option<String>,
    /// Only this action.
    #[param(value_type = Option<ActionWord>)]
    action: Option<String>,
    /// Only what happened to this resource, as a record names it, exactly.
    resource: Option<String>,
    /// Only records from this time or later: a time, or how long ago, such as `10m`.
    since: Option<String>,
    /// Only records from before this time, written as `since`.
    until: Option<String>,
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

page_of! {
    /// Audit records.
    AuditPage of AuditBody
}

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// List the audit: who changed credentials, tokens and settings, who signed in and out, and who did what in containers, newest first.
///
/// The audit records registry credentials that were stored or removed, API tokens that were issued and settings of stacks that
/// were changed, each in the same transaction as the change; and terminals, commands and files in containers. What commands did is in the events. The audit never contains secrets.
#[utoipa::path(
    tag = "monitoring",
    params(ListAuditQuery),
    responses((status = 200, description = "A page of the list.", body = AuditPage), Answers)
)]
#[get("/audit")]
pub(crate) async fn list_audit(
    api: web::Data<Api>,
    query: Query<ListAuditQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let before = Cursor::read(query.cursor.as_deref())?;
    let asked = Asked {
        actor: query.actor.as_deref(),
        action: query.action.as_deref(),
        resource: query.resource.as_deref(),
        since: query.since.as_deref(),
        until: query.until.as_deref(),
    };
    let filter = AuditFilter { before, limit: limit(query.limit)?, ..asked.read(api.clock.now())? };
    answer(&api, BlockingWork::Read, async move |api| {
        let page = api.server.list_audit(&caller.0, &filter).await?;
        let next = page.more.then(|| page.items.last().map(|record| Cursor::write(&record.id))).flatten();
        let items = page.items.into_iter().map(AuditBody::from).collect();
        Ok(Answer::ok(AuditPage { items, next }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    const JSON: (&str, &str) = ("Content-Type", "application/json");
    const BODY: &str = r#"{"username": "canary", "password": "canary"}"#;

    #[actix_web::test]
    async fn the_audit_names_who_changed_credentials_but_not_the_credentials() {
        let world = World::new().await;
        let address = "/api/v1/registries/docker.io";
        world.send("PUT", address, &[JSON], BODY).await;
        world.send("PUT", address, &[JSON], BODY).await;
        world.send("DELETE", address, &[], "").await;
        world.send("DELETE", address, &[], "").await;
        let mut lines = Vec::new();
        let mut query = String::from("?limit=1");
        loop {
            let answer = world.send("GET", &format!("/api/v1/audit{query}"), &[], "").await;
            assert!(!answer.text.contains("canary"), "{}", answer.text);
            let page = answer.json();
            let line = &page["items"][0];
            let [action, resource, change] =
                ["action", "resource", "change"].map(|key| line[key].as_str().unwrap());
            let actor = line["actor"]["name"].as_str().unwrap();
            lines.push(format!("{} {actor} {action} {resource} {change}", line["id"]));
            match page["next"].as_str() {
                Some(next) => query = format!("?limit=1&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(
            lines,
            [
                "4 admin remove_registry registry:docker.io removed",
                "3 admin store_registry registry:docker.io replaced",
                "2 admin store_registry registry:docker.io created",
                "1 server issue_token token:admin created",
            ]
        );
    }

    /// The numbers of the records that a query finds.
    async fn found(world: &World, query: &str) -> Vec<i64> {
        let page = world.send("GET", &format!("/api/v1/audit?{query}"), &[], "").await.json();
        page["items"].as_array().unwrap().iter().map(|record| record["id"].as_i64().unwrap()).collect()
    }

    #[actix_web::test]
    async fn records_are_found_by_who_did_what_to_what_and_when() {
        let world = World::new().await;
        for host in ["docker.io", "ghcr.io"] {
            world.send("PUT", &format!("/api/v1/registries/{host}"), &[JSON], BODY).await;
        }
        world.clock.advance(std::time::Duration::from_mins(1));
        world.send("DELETE", "/api/v1/registries/docker.io", &[], "").await;
        assert_eq!(found(&world, "").await, [4, 3, 2, 1]);
        assert_eq!(found(&world, "actor=system:server").await, [1]);
        assert_eq!(found(&world, "actor=system:worker").await, [0; 0]);
        assert_eq!(found(&world, "action=store_registry").await, [3, 2]);
        assert_eq!(found(&world, "resource=registry:docker.io").await, [4, 2]);
        assert_eq!(found(&world, "resource=registry:docker.io&action=remove_registry").await, [4]);
        assert_eq!(found(&world, "since=30s").await, [4]);
        assert_eq!(found(&world, "until=30s&limit=2").await, [3, 2]);
        let record = world.send("GET", "/api/v1/audit?limit=1", &[], "").await.json()["items"][0].take();
        let actor = &record["actor"];
        let text = ["kind", "token_id", "name"].map(|part| actor[part].as_str().unwrap()).join(":");
        assert_eq!(found(&world, &format!("actor={text}")).await, [4, 3, 2]);
        assert_eq!(record["chain"].as_str().unwrap().len(), 64);
    }

    #[actix_web::test]
    async fn what_cannot_be_in_a_record_is_refused() {
        let world = World::new().await;
        for query in ["actor=ann", "action=explode", "resource=docker.io", "since=yesterday"] {
            let answer = world.send("GET", &format!("/api/v1/audit?{query}"), &[], "").await;
            assert_eq!(answer.code(), "invalid-request", "{query}");
        }
    }

    #[actix_web::test]
    async fn an_invalid_cursor_is_refused() {
        let world = World::new().await;
        assert_eq!(world.send("GET", "/api/v1/audit?cursor=!", &[], "").await.code(), "invalid-request");
    }
}
