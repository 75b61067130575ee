//! `GET /audit/verification`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{AuditVerification, BlockingWork};
use core_monitor_domain::audit::ChainPlace;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query};
use crate::v1::words::AuditFaultWord;

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VerifyAuditQuery {
    /// The `next` of a verification that did not come to the end.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// What was found of the audit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditVerification)]
pub(crate) struct AuditVerificationBody {
    /// How many records are as they were written.
    #[schema(example = 1200)]
    checked: u64,
    /// How many records are from before there was a chain, which does not cover them.
    #[schema(example = 0)]
    uncovered: u64,
    /// How many records left with record files that were removed because of their age.
    #[schema(example = 0)]
    gone: u64,
    /// The last record that is in order; 0 if there is none.
    #[schema(example = 1200)]
    last: i64,
    /// Its value in the chain: keep it somewhere else, and compare it later. 64 zeros before there was a chain.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    chain: String,
    /// The first record that is not in order; null if all of these are.
    broken: Option<BrokenRecordBody>,
    /// Send it as `cursor` to go on: one request verifies about 20,000 records. Null at the end.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// A record of the audit that is not in order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BrokenAuditRecord)]
pub(crate) struct BrokenRecordBody {
    /// Its number.
    #[schema(example = 57)]
    id: i64,
    /// What is wrong with it.
    #[schema(value_type = AuditFaultWord, example = "changed")]
    fault: &'static str,
}

impl From<AuditVerification> for AuditVerificationBody {
    fn from(verification: AuditVerification) -> Self {
        let AuditVerification { found, next } = verification;
        Self {
            checked: found.checked,
            uncovered: found.uncovered,
            gone: found.gone,
            last: found.place.id,
            chain: found.place.value.to_string(),
            broken: found.broken.map(|(id, fault)| BrokenRecordBody { id, fault: fault.as_str() }),
            next: next.map(|place| Cursor::write(&place)),
        }
    }
}

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// Verify that the audit is as it was written.
///
/// Walks along the chain of the audit, in the database and in record files, from the oldest record on, and stops at the first one that
/// was changed, removed, inserted or moved. A request verifies about 20,000 records; `next` goes on. Whoever can write to the database
/// can write the whole chain anew: compare `last` and `chain` with what was kept somewhere else.
#[utoipa::path(
    tag = "monitoring",
    params(VerifyAuditQuery),
    responses((status = 200, description = "What was found.", body = AuditVerificationBody), Answers)
)]
#[get("/audit/verification")]
pub(crate) async fn verify_audit(
    api: web::Data<Api>,
    query: Query<VerifyAuditQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let from = Cursor::read(query.cursor.as_deref())?.unwrap_or(ChainPlace::BEGINNING);
    answer(&api, BlockingWork::Read, async move |api| {
        let verification = api.server.verify_audit(&caller.0, from).await?;
        Ok(Answer::ok(AuditVerificationBody::from(verification)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::Cursor;
    use crate::testing::World;

    const PATH: &str = "/api/v1/audit/verification";

    #[actix_web::test]
    async fn an_audit_that_nobody_touched_is_in_order() {
        let world = World::new().await;
        let found = world.send("GET", PATH, &[], "").await.json();
        let newest = world.send("GET", "/api/v1/audit?limit=1", &[], "").await.json()["items"][0].take();
        assert_eq!((&found["last"], &found["chain"]), (&newest["id"], &newest["chain"]));
        assert_eq!(found["checked"], newest["id"]);
        assert_eq!((&found["broken"], &found["next"]), (&json!(null), &json!(null)));
    }

    #[actix_web::test]
    async fn a_verification_goes_on_from_a_place_and_from_no_other() {
        let world = World::new().await;
        let first = world.send("GET", PATH, &[], "").await.json();
        let place = format!("{}:{}", first["last"], first["chain"].as_str().unwrap());
        let rest =
            world.send("GET", &format!("{PATH}?cursor={}", Cursor::write(&place)), &[], "").await.json();
        assert_eq!((&rest["checked"], &rest["last"]), (&json!(0), &first["last"]));
        assert_eq!(world.send("GET", &format!("{PATH}?cursor=!"), &[], "").await.code(), "invalid-request");
        let other = Cursor::write(&format!("0:{}", "7".repeat(64)));
        let found = world.send("GET", &format!("{PATH}?cursor={other}"), &[], "").await.json();
        assert_eq!(found["broken"], json!({"id": 1, "fault": "changed"}));
    }
}
