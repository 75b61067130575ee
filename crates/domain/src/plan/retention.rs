//! How long stored plans are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::ids::{PlanId, StackId};
use crate::time::Timestamp;

/// How many plans are kept, and for how long. A plan that an open command confirmed is always kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanRetention {
    /// The newest plans of each stack that are kept, at least 1.
    pub per_stack: usize,
    /// How old a plan may become.
    pub age: Duration,
}

impl Default for PlanRetention {
    fn default() -> Self {
        Self { per_stack: 20, age: Duration::from_hours(30 * 24) }
    }
}

/// What decides about a stored plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanHead {
    /// The plan.
    pub id: PlanId,
    /// Its stack.
    pub stack_id: StackId,
    /// When it was made.
    pub created_at: Timestamp,
}

impl PlanRetention {
    /// Those of all `plans` that are not kept any longer at `now`. Open commands confirmed those in `confirmed`.
    pub fn outdated(
        &self,
        mut plans: Vec<PlanHead>,
        confirmed: &BTreeSet<PlanId>,
        now: Timestamp,
    ) -> Vec<PlanId> {
        plans.sort_unstable_by_key(|plan| std::cmp::Reverse((plan.created_at, plan.id)));
        let mut newer: BTreeMap<StackId, usize> = BTreeMap::new();
        plans.retain(|plan| {
            let newer = newer.entry(plan.stack_id).or_default();
            *newer += 1;
            (*newer > self.per_stack || now.since(plan.created_at) > self.age)
                && !confirmed.contains(&plan.id)
        });
        plans.into_iter().map(|plan| plan.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn plan(id: u128, stack: u128, second: i64) -> PlanHead {
        PlanHead {
            id: PlanId(Uuid::from_u128(id)),
            stack_id: StackId(Uuid::from_u128(stack)),
            created_at: Timestamp::from_millis(second * 1_000).unwrap(),
        }
    }

    #[test]
    fn the_newest_plans_of_each_stack_and_confirmed_ones_are_kept() {
        let keep = PlanRetention { per_stack: 2, age: Duration::from_secs(100) };
        let plans = vec![plan(1, 1, 10), plan(2, 1, 20), plan(3, 1, 30), plan(4, 2, 5), plan(5, 1, 15)];
        let outdated = |confirmed: &[u128], now: i64| {
            let confirmed = confirmed.iter().map(|id| PlanId(Uuid::from_u128(*id))).collect();
            let now = Timestamp::from_millis(now * 1_000).unwrap();
            let ids = keep.outdated(plans.clone(), &confirmed, now);
            ids.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(outdated(&[], 30), [5, 1]);
        assert_eq!(outdated(&[1], 30), [5]);
        assert_eq!(outdated(&[1], 106), [5, 4], "too old");
        assert_eq!(outdated(&[], 1_000), [3, 2, 5, 1, 4]);
    }
}
