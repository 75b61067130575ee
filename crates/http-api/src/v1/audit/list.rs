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

/// Which audit records to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAuditQuery {
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
    let filter = AuditFilter { before, limit: limit(query.limit)? };
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

    #[actix_web::test]
    async fn an_invalid_cursor_is_refused() {
        let world = World::new().await;
        assert_eq!(world.send("GET", "/api/v1/audit?cursor=!", &[], "").await.code(), "invalid-request");
    }
}
