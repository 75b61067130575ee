//! `POST /policy/trial`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{Trial, TryPolicyError};
use core_monitor_domain::access::Role;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::policy::{Demand, Finding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{NewRuleBody, policy_of, refused};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::version_not_found;
use crate::request::{Body, NoQuery};
use crate::said;
use crate::v1::message::MessageBody;
use crate::v1::words::{RestrictedWord, RoleWord};

/// Who would apply what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyTrialRequest)]
pub(crate) struct TrialBody {
    /// The role that somebody has for the stack.
    #[schema(value_type = RoleWord, example = "deployer")]
    role: String,
    /// The stack.
    stack: Uuid,
    /// The version; the newest if null or left out.
    #[serde(default)]
    #[schema(example = 1)]
    version: Option<u32>,
    /// The rules of a policy that is not stored; those that count now if null or left out.
    #[serde(default)]
    #[schema(max_items = 64)]
    rules: Option<Vec<NewRuleBody>>,
}

/// What the policy says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrial)]
pub(crate) struct TrialResultBody {
    /// Whether the version could be applied.
    #[schema(example = false)]
    allowed: bool,
    /// Everything that is not allowed, in the order of the definition.
    findings: Vec<PolicyFindingBody>,
}

/// Something that the policy does not allow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyFinding)]
pub(crate) struct PolicyFindingBody {
    /// What it is about.
    #[schema(value_type = RestrictedWord, example = "ports")]
    what: &'static str,
    /// The service, or the key of the volume or network, that asks for it.
    #[schema(example = "web")]
    owner: String,
    /// The value that would have to be allowed.
    #[schema(example = "80")]
    value: String,
    /// Where in the definition.
    #[schema(example = "services.web.ports")]
    path: String,
    /// What is not allowed.
    message: MessageBody,
    /// What to try.
    hint: MessageBody,
}

impl From<Finding> for PolicyFindingBody {
    fn from(finding: Finding) -> Self {
        let (message, hint) = (finding.message().into(), finding.hint().into());
        let Demand { what, owner, value, path, .. } = finding.0;
        Self { what: what.as_str(), owner, value, path, message, hint }
    }
}

answers!(Answers, Write, [StackNotFound, VersionNotFound, InvalidDefinition]);

/// Try what the policy would refuse.
///
/// Says whether somebody with a role could apply a version, under the policy that counts now or under one that is not stored.
/// Nothing is changed. Where links on the host lead is known only when the version is applied.
#[utoipa::path(
    tag = "policy",
    request_body(content = TrialBody, content_type = "application/json"),
    responses((status = 200, description = "What the policy says.", body = TrialResultBody), Answers)
)]
#[post("/policy/trial")]
pub(crate) async fn try_policy(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let TrialBody { role, stack, version, rules } = body.json()?;
    let known = || Role::ALL.map(Role::as_str).join(", ");
    let role = role.parse().map_err(|_| refused(said::no_such_role(&role, known())))?;
    let policy = rules.map(policy_of).transpose()?;
    let trial = Trial { role, stack: StackId(stack), version: version.map(VersionNumber), policy };
    let findings = api.server.try_policy(&caller.0, trial).await?;
    let findings: Vec<_> = findings.into_iter().map(PolicyFindingBody::from).collect();
    Ok(HttpResponse::Ok().json(TrialResultBody { allowed: findings.is_empty(), findings }))
}

impl From<TryPolicyError> for Problem {
    fn from(error: TryPolicyError) -> Self {
        match error {
            TryPolicyError::Forbidden(error) => error.into(),
            TryPolicyError::Invalid(error) => {
                Self::new(ErrorCode::InvalidRequest, error.message).with_hint(*error.hint)
            }
            TryPolicyError::StackNotFound => crate::refusal::stack_not_found(),
            TryPolicyError::VersionNotFound => version_not_found(),
            TryPolicyError::Definition(error) => Self::new(ErrorCode::InvalidDefinition, error.message()),
            TryPolicyError::Store(error) => error.into(),
        }
    }
}
