//! The policy on what may run.

use core_monitor_domain::access::{Role, StackPattern};
use core_monitor_domain::policy::{Allowance, Policy, PolicyRule, Preset, Restricted};
use core_monitor_domain::ports::StoredPolicy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::words::{PresetWord, RestrictedWord, RoleWord};

pub(crate) mod replace;
pub(crate) mod show;
pub(crate) mod trial;

/// The policy on what may run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
pub(crate) struct PolicyBody {
    /// How often it was replaced; 0 as long as it is the one that comes with the program.
    #[schema(example = 3)]
    revision: u32,
    /// The first rule that is for a role and a stack decides. Where none is, it is the preset `locked`.
    rules: Vec<PolicyRuleBody>,
}

/// What may run, for some roles and stacks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyRule)]
pub(crate) struct PolicyRuleBody {
    /// The roles; empty for all of them.
    #[schema(value_type = Vec<RoleWord>, example = json!(["deployer"]))]
    roles: Vec<&'static str>,
    /// The stacks, as patterns of names; empty for all of them.
    #[schema(example = json!(["proxy-*"]))]
    stacks: Vec<String>,
    /// What is allowed in general.
    #[schema(value_type = PresetWord, example = "careful")]
    preset: &'static str,
    /// What is allowed instead of what the preset says about it.
    allow: Vec<AllowanceBody>,
}

/// What is allowed of one thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyAllowance)]
pub(crate) struct AllowanceBody {
    /// What it is about.
    #[schema(value_type = RestrictedWord, example = "ports")]
    what: &'static str,
    /// The allowed values; none if it is empty.
    #[schema(example = json!(["80", "443", "1024-65535"]))]
    values: Vec<String>,
}

impl From<StoredPolicy> for PolicyBody {
    fn from(stored: StoredPolicy) -> Self {
        let rules = stored.policy.rules.into_iter().map(PolicyRuleBody::from).collect();
        Self { revision: stored.revision, rules }
    }
}

impl From<PolicyRule> for PolicyRuleBody {
    fn from(rule: PolicyRule) -> Self {
        let PolicyRule { roles, stacks, preset, allow } = rule;
        let allowance = |Allowance { what, values }: Allowance| AllowanceBody { what: what.as_str(), values };
        Self {
            roles: roles.into_iter().map(Role::as_str).collect(),
            stacks: stacks.into_iter().map(String::from).collect(),
            preset: preset.as_str(),
            allow: allow.into_iter().map(allowance).collect(),
        }
    }
}

/// What is to be allowed, for some roles and stacks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyRuleRequest)]
pub(crate) struct NewRuleBody {
    /// The roles; all of them if it is empty or left out.
    #[serde(default)]
    #[schema(value_type = Vec<RoleWord>, example = json!(["deployer"]))]
    roles: Vec<String>,
    /// The stacks, as patterns of names in which `*` stands for anything; all of them if it is empty or left out.
    #[serde(default)]
    #[schema(example = json!(["proxy-*"]), max_items = 64)]
    stacks: Vec<String>,
    /// What is allowed in general: `open` allows anything, `careful` what an application needs that does not manage the host,
    /// `locked` only images with a digest, ports on the loopback address, and nothing of the host or of others.
    #[schema(value_type = PresetWord, example = "careful")]
    preset: String,
    /// What is allowed instead of what the preset says about it. Nothing may be in it twice.
    #[serde(default)]
    #[schema(max_items = 23)]
    allow: Vec<NewAllowanceBody>,
}

/// What is to be allowed of one thing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyAllowanceRequest)]
pub(crate) struct NewAllowanceBody {
    /// What it is about.
    #[schema(value_type = RestrictedWord, example = "ports")]
    what: String,
    /// The allowed values: patterns in which `*` stands for anything; for `ports` numbers and ranges, for `binds` absolute paths,
    /// each with everything in it, and with `:ro` behind them if they may only be read; for `subnets` address ranges. None if it is empty.
    #[schema(example = json!(["80", "443", "1024-65535"]), max_items = 256)]
    values: Vec<String>,
}

impl NewRuleBody {
    fn read(self) -> Result<PolicyRule, Problem> {
        let role = |word: String| {
            let known = || Role::ALL.map(Role::as_str).join(", ");
            word.parse::<Role>().map_err(|_| refused(said::no_such_role(&word, known())))
        };
        let stack = |text: String| {
            text.parse::<StackPattern>().map_err(|error| refused(said::pattern_invalid(&text, error)))
        };
        let known = || Preset::ALL.map(Preset::as_str).join(", ");
        let preset = self.preset.parse().map_err(|_| refused(said::no_such_preset(&self.preset, known())))?;
        Ok(PolicyRule {
            roles: self.roles.into_iter().map(role).collect::<Result<_, _>>()?,
            stacks: self.stacks.into_iter().map(stack).collect::<Result<_, _>>()?,
            preset,
            allow: self.allow.into_iter().map(NewAllowanceBody::read).collect::<Result<_, _>>()?,
        })
    }
}

impl NewAllowanceBody {
    fn read(self) -> Result<Allowance, Problem> {
        let known = || Restricted::ALL.map(Restricted::as_str).join(", ");
        let what = self.what.parse().map_err(|_| refused(said::not_restricted(&self.what, known())))?;
        Ok(Allowance { what, values: self.values })
    }
}

/// The policy that these rules make. Whether it can be one is for the use case to say.
fn policy_of(rules: Vec<NewRuleBody>) -> Result<Policy, Problem> {
    Ok(Policy { rules: rules.into_iter().map(NewRuleBody::read).collect::<Result<_, _>>()? })
}

fn refused(message: core_monitor_message::Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, message)
}

#[cfg(test)]
mod tests;
