//! Whether a policy can be one.

use std::collections::BTreeSet;

use core_monitor_message::Message;

use super::values::{EVERYTHING, range, subnet};
use super::{Allowance, Policy, PolicyRule, Restricted, said};

/// Why something is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidPolicy {
    /// What is wrong.
    pub message: Message,
    /// What to try.
    pub hint: Box<Message>,
}

impl Policy {
    /// Most rules.
    pub const MOST_RULES: usize = 64;
    /// Most patterns of stacks in a rule.
    pub const MOST_STACKS: usize = 64;
    /// Most values of one allowance.
    pub const MOST_VALUES: usize = 256;
    /// Most bytes of a value.
    pub const LONGEST_VALUE: usize = 512;

    /// The policy, if it is one.
    pub fn checked(self) -> Result<Self, InvalidPolicy> {
        if self.rules.len() > Self::MOST_RULES {
            return Err(invalid(said::policy_too_many_rules(Self::MOST_RULES), said::leave_out_the_rest()));
        }
        // Rules are counted from one, as people do.
        for (rule, number) in self.rules.iter().zip(1..) {
            check(rule, number)?;
        }
        Ok(self)
    }
}

fn invalid(message: Message, hint: Message) -> InvalidPolicy {
    InvalidPolicy { message, hint: Box::new(hint) }
}

fn check(rule: &PolicyRule, number: usize) -> Result<(), InvalidPolicy> {
    if rule.stacks.len() > Policy::MOST_STACKS {
        let message = said::policy_too_many_stacks(number, Policy::MOST_STACKS);
        return Err(invalid(message, said::leave_out_the_rest()));
    }
    let mut seen = BTreeSet::new();
    for Allowance { what, values } in &rule.allow {
        if !seen.insert(*what) {
            return Err(invalid(said::policy_allows_twice(number, what), said::leave_out_the_rest()));
        }
        if values.len() > Policy::MOST_VALUES {
            let message = said::policy_too_many_values(number, what, Policy::MOST_VALUES);
            return Err(invalid(message, said::leave_out_the_rest()));
        }
        if let Some(value) = values.iter().find(|value| !is_value(*what, value)) {
            let value: String = value.chars().take(80).collect();
            return Err(invalid(said::policy_value_is_invalid(number, what, value), expected(*what)));
        }
    }
    Ok(())
}

fn is_value(what: Restricted, value: &str) -> bool {
    let is_short = (1..=Policy::LONGEST_VALUE).contains(&value.len());
    let is_plain = value.chars().all(|c| !c.is_control()) && value.trim() == value;
    let is_right = match what {
        Restricted::Ports => value == EVERYTHING || range(value).is_some(),
        Restricted::Binds => value == EVERYTHING || value.starts_with('/'),
        Restricted::Subnets => value == EVERYTHING || subnet(value).is_some(),
        _ => true,
    };
    is_short && is_plain && is_right
}

fn expected(what: Restricted) -> Message {
    match what {
        Restricted::Ports => said::policy_value_is_port(),
        Restricted::Binds => said::policy_value_is_path(),
        Restricted::Subnets => said::policy_value_is_subnet(),
        _ => said::policy_value_is_pattern(Policy::LONGEST_VALUE),
    }
}
