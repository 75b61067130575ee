//! A set of predecessor steps.

use std::iter::Copied;
use std::slice;
use std::vec;

use crate::ids::StepId;

/// Steps in the order of the plan, without duplicates. It nearly always has one or two, added in order: a list is
/// smaller than a tree and is copied at once, which planning does for every step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct StepSet(Vec<StepId>);

impl StepSet {
    pub(super) fn insert(&mut self, step: StepId) {
        if self.0.last().is_none_or(|last| *last < step) {
            self.0.push(step);
        } else if let Err(place) = self.0.binary_search(&step) {
            self.0.insert(place, step);
        }
    }

    pub(super) fn iter(&self) -> Copied<slice::Iter<'_, StepId>> {
        self.0.iter().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The set without steps that another member directly follows, according to `before`, so that people can read the
    /// list. Long lists are not reduced, since that would make planning quadratic.
    pub(super) fn without_implied<'p>(&self, before: impl Fn(StepId) -> &'p [StepId]) -> Vec<StepId> {
        const LOOKED_INTO: usize = 16;
        if self.0.len() < 2 {
            return self.0.clone();
        }
        let mut implied = vec![false; self.0.len()];
        for before in self.iter().map(before).filter(|before| before.len() <= LOOKED_INTO) {
            for place in before.iter().filter_map(|step| self.0.binary_search(step).ok()) {
                implied[place] = true;
            }
        }
        self.iter().zip(implied).filter(|(_, implied)| !implied).map(|(step, _)| step).collect()
    }
}

impl<'s> IntoIterator for &'s StepSet {
    type Item = StepId;
    type IntoIter = Copied<slice::Iter<'s, StepId>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for StepSet {
    type Item = StepId;
    type IntoIter = vec::IntoIter<StepId>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<StepId> for StepSet {
    fn from(step: StepId) -> Self {
        Self(vec![step])
    }
}

impl Extend<StepId> for StepSet {
    fn extend<T: IntoIterator<Item = StepId>>(&mut self, steps: T) {
        steps.into_iter().for_each(|step| self.insert(step));
    }
}

impl FromIterator<StepId> for StepSet {
    fn from_iter<T: IntoIterator<Item = StepId>>(steps: T) -> Self {
        let mut list: Vec<StepId> = steps.into_iter().collect();
        list.sort_unstable();
        list.dedup();
        Self(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(set: &StepSet, expected: &[u32]) {
        assert_eq!(set.iter().map(|step| step.0).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn steps_are_unique_and_ordered() {
        let mut set: StepSet = [3, 1, 3].map(StepId).into_iter().collect();
        check(&set, &[1, 3]);
        set.extend([2, 9, 2, 3].map(StepId));
        check(&set, &[1, 2, 3, 9]);
    }

    #[test]
    fn a_step_that_another_member_follows_is_omitted() {
        let plan: [&[StepId]; 4] = [&[], &[StepId(1)], &[StepId(2)], &[]];
        let before = |step: StepId| plan[step.0 as usize - 1];
        let left = |steps: &[u32]| {
            let set: StepSet = steps.iter().copied().map(StepId).collect();
            set.without_implied(before).iter().map(|step| step.0).collect::<Vec<_>>()
        };
        assert_eq!(left(&[1, 2, 4]), [2, 4]);
        // Only direct predecessors: a step two places before is kept.
        assert_eq!(left(&[1, 3]), [1, 3]);
        assert_eq!(left(&[1]), [1]);
    }
}
