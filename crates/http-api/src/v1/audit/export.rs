//! `GET /audit/export`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use std::io;

use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpResponse, get};
use core_monitor_application::server::{BlockingWork, run_blocking_async};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::AuditFilter;
use futures::{Stream, stream};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::streaming::{self, Form, OpenStream};
use crate::v1::audit::AuditBody;
use crate::v1::audit::filter::Asked;
use crate::v1::words::ActionWord;

/// Records that are read and sent at a time.
const PAGE: u32 = 500;

/// Which audit records to export.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportAuditQuery {
    /// Only what this actor did, written as in the list.
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
}

answers!(Answers, Read, [InvalidRequest, TooManyStreams]);

/// Export the audit, oldest first.
///
/// Lines of JSON, each a record with its value in the chain. An export that is cut short breaks the connection off, and has no end. Without a
/// filter, the chain of the whole can be verified from the lines; `docs/operating.md` says how.
#[utoipa::path(
    tag = "monitoring",
    params(ExportAuditQuery),
    responses(
        (status = 200, description = "The records, one in each line.", body = AuditBody, content_type = "application/x-ndjson"),
        Answers,
    )
)]
#[get("/audit/export")]
pub(crate) async fn export_audit(
    api: Data<Api>,
    query: Query<ExportAuditQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let asked = Asked {
        actor: query.actor.as_deref(),
        action: query.action.as_deref(),
        resource: query.resource.as_deref(),
        since: query.since.as_deref(),
        until: query.until.as_deref(),
    };
    let filter = AuditFilter { limit: PAGE, ..asked.read(api.clock.now())? };
    let open = streaming::open(&api, &caller.0)?;
    let mut export = Export { api, caller: caller.0, filter, is_done: false, _open: open };
    // What is wrong from the beginning has a status of its own.
    let first = export.next().await?;
    let mut head = streaming::head(Form::Lines.content_type());
    Ok(head.streaming(parts(first, export)))
}

/// An export that is under way.
struct Export {
    api: Data<Api>,
    caller: Actor,
    /// Of what has not been read yet.
    filter: AuditFilter,
    is_done: bool,
    _open: OpenStream,
}

impl Export {
    /// The next lines; none at the end.
    async fn next(&mut self) -> Result<Bytes, Problem> {
        if self.is_done {
            return Ok(Bytes::new());
        }
        let (api, caller, filter) = (Data::clone(&self.api), self.caller.clone(), self.filter.clone());
        let read = run_blocking_async(BlockingWork::Read, async move || {
            let page = api.server.export_audit(&caller, &filter).await?;
            let last = page.items.last().map(|record| record.id).filter(|_| page.more);
            let lines =
                page.items.into_iter().map(|record| Form::Lines.frame(None, &AuditBody::from(record)));
            Ok::<_, Problem>((lines.collect::<String>(), last))
        });
        let (lines, last) = read.await?;
        self.filter.after = last;
        self.is_done = last.is_none();
        Ok(Bytes::from(lines))
    }
}

/// The parts of an export. A failure breaks it off, which a client notices, and so does the end of the server.
fn parts(first: Bytes, export: Export) -> impl Stream<Item = Result<Bytes, Error>> + 'static {
    Box::pin(stream::try_unfold((first, export), async |(part, mut export): (Bytes, Export)| {
        if part.is_empty() {
            return Ok(None);
        }
        if export.api.stopping.is_cancelled() {
            return Err(Error::from(io::Error::other("the server stops")));
        }
        match export.next().await {
            Ok(next) => Ok(Some((part, (next, export)))),
            Err(problem) => {
                tracing::warn!(%problem, "an export of the audit was broken off");
                Err(Error::from(problem))
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::actor::Actor;
    use core_monitor_domain::audit::{AuditEntry, ChainValue};
    use core_monitor_simulation::store::StoreFault;
    use serde_json::Value;

    use crate::testing::{Answer, World};

    const PATH: &str = "/api/v1/audit/export";

    /// A world whose audit has more than one part.
    async fn world(count: u32) -> World {
        let world = World::new().await;
        let audit = world.database.audit_log();
        for number in 1..count {
            let name = format!("ci-{number}").parse().unwrap();
            audit.record(&AuditEntry::token_revoked(&name, &Actor::server(), now(&world))).await.unwrap();
        }
        world
    }

    fn now(world: &World) -> core_monitor_domain::time::Timestamp {
        use core_monitor_domain::ports::Clock as _;

        world.clock.now()
    }

    fn records(answer: &Answer) -> Vec<Value> {
        assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
        answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[actix_web::test]
    async fn the_whole_audit_is_exported_oldest_first_with_its_chain() {
        for count in [1, 499, 500, 501, 1_203] {
            let world = world(count).await;
            let records = records(&world.send("GET", PATH, &[], "").await);
            let ids: Vec<_> = records.iter().map(|record| record["id"].as_u64().unwrap()).collect();
            assert_eq!(ids, (1..=u64::from(count)).collect::<Vec<_>>());
            let head = world.database.audit_log().head().await.unwrap();
            let chain: ChainValue = records.last().unwrap()["chain"].as_str().unwrap().parse().unwrap();
            assert_eq!(chain, head.value);
            assert_eq!(world.shared().streams.count(), 0);
        }
    }

    #[actix_web::test]
    async fn an_export_has_the_filters_of_the_list() {
        let world = world(3).await;
        let found = async |query: &str| {
            let answer = world.send("GET", &format!("{PATH}?{query}"), &[], "").await;
            records(&answer).iter().map(|record| record["id"].as_u64().unwrap()).collect::<Vec<u64>>()
        };
        assert_eq!(found("action=revoke_token").await, [2, 3]);
        assert_eq!(found("resource=token:ci-2&actor=system:server").await, [3]);
        assert_eq!(found("actor=system:worker").await, [0; 0]);
        let answer = world.send("GET", &format!("{PATH}?actor=ann"), &[], "").await;
        assert_eq!(answer.code(), "invalid-request");
    }

    #[actix_web::test]
    async fn an_export_that_cannot_begin_says_why() {
        let world = world(1).await;
        world.database.inject("AuditLog::list", StoreFault::Refused);
        assert_eq!(world.send("GET", PATH, &[], "").await.code(), "database-unavailable");
        assert_eq!(world.shared().streams.count(), 0);
    }
}
