//! `PUT /policy`

use actix_web::{HttpResponse, put, web};
use core_monitor_application::server::ReplacePolicyError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NewRuleBody, PolicyBody, policy_of};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::said;

/// What may run from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyRequest)]
pub(crate) struct NewPolicyBody {
    /// The `revision` of the policy that it replaces. Where the stored policy cannot be read, any number will do.
    #[schema(example = 3)]
    revision: u32,
    /// The first rule that is for a role and a stack decides. Where none is, it is the preset `locked`.
    #[schema(max_items = 64)]
    rules: Vec<NewRuleBody>,
}

answers!(Answers, Write, [PolicyChanged]);

/// Replace the policy on what may run.
///
/// It counts at once, for everybody, and also for commands that wait. What runs already is left as it is until it would be created
/// again. It is in the audit who replaced it. A stored policy that cannot be read (`database-corrupt`) allows nothing until it is replaced.
#[utoipa::path(
    tag = "policy",
    request_body(content = NewPolicyBody, content_type = "application/json"),
    responses((status = 200, description = "The policy.", body = PolicyBody), Answers)
)]
#[put("/policy")]
pub(crate) async fn replace_policy(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let NewPolicyBody { revision, rules } = body.json()?;
    let stored = api.server.replace_policy(&caller.0, revision, policy_of(rules)?).await?;
    Ok(HttpResponse::Ok().json(PolicyBody::from(stored)))
}

impl From<ReplacePolicyError> for Problem {
    fn from(error: ReplacePolicyError) -> Self {
        match error {
            ReplacePolicyError::Forbidden(error) => error.into(),
            ReplacePolicyError::Invalid(error) => {
                Self::new(ErrorCode::InvalidRequest, error.message).with_hint(*error.hint)
            }
            ReplacePolicyError::Changed { revision } => {
                Self::new(ErrorCode::PolicyChanged, said::policy_changed(revision))
                    .with_hint(said::read_policy_again())
            }
            ReplacePolicyError::Store(error) => error.into(),
        }
    }
}
