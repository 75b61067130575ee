//! Upgrading all instances of a template, a few at a time.

use std::collections::BTreeMap;
use std::num::NonZeroU8;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{CommandId, VersionNumber};
use crate::names::InstanceKey;
use crate::time::Timestamp;

/// The upgrade of all instances of a template to one version of it, by key, a few at a time. Each upgrade is the ordinary `APPLY`
/// of an instance; this only remembers how far it is, so that a server that was killed goes on where it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// The version of the template.
    pub version: VersionNumber,
    /// How many upgrades may be under way at once, at most [`AT_ONCE`](Self::AT_ONCE).
    pub at_once: NonZeroU8,
    /// What a failure means for the instances that wait.
    pub after_failure: AfterFailure,
    /// What the versions of the stacks say.
    pub comment: String,
    /// Who asked for it, and whose commands these are.
    pub by: Actor,
    /// When.
    pub started_at: Timestamp,
    /// When its last upgrade ended.
    pub ended_at: Option<Timestamp>,
    /// How it stands.
    pub state: RolloutState,
    /// The last instance that was looked at. Those after it wait.
    pub reached: Option<InstanceKey>,
    /// The instances whose upgrade has begun and not ended.
    pub under_way: BTreeMap<InstanceKey, CommandId>,
    /// How many instances it has upgraded.
    pub upgraded: u32,
    /// The instances that could not be upgraded, and why.
    pub failures: BTreeMap<InstanceKey, Message>,
}

/// What the failure of one upgrade means for the instances that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterFailure {
    /// They stay as they are.
    #[default]
    Stop,
    /// They are upgraded all the same.
    Continue,
}

impl AfterFailure {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Stop, Self::Continue];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Continue => "continue",
        }
    }
}

/// How a rollout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RolloutState {
    /// Instances are upgraded.
    Running,
    /// An upgrade has failed. No other begins, and those under way are waited for.
    Stopping,
    /// Somebody has cancelled it. No other begins, and those under way are waited for.
    Cancelling,
    /// Every instance was looked at.
    Done,
    /// It ended early because an upgrade failed.
    Stopped,
    /// It ended early because somebody cancelled it.
    Cancelled,
}

impl RolloutState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Stopping, Self::Cancelling, Self::Done, Self::Stopped, Self::Cancelled];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Cancelling => "cancelling",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether something is still to happen.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Stopping | Self::Cancelling)
    }
}

/// What came of looking at an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// This command upgrades it.
    Command(CommandId),
    /// There is nothing to do: it is of that version, or is being removed.
    AsItIs,
    /// It cannot be upgraded.
    Refused(Message),
}

impl Rollout {
    /// Most upgrades at once. The worker carries them out one after the other, and other commands wait behind them.
    pub const AT_ONCE: u8 = 50;
    /// After so many failures it stops, whatever a failure means.
    pub const FAILURES: usize = 100;

    /// One that has not looked at any instance yet.
    pub fn begun(
        version: VersionNumber,
        (at_once, after_failure): (NonZeroU8, AfterFailure),
        comment: String,
        by: Actor,
        now: Timestamp,
    ) -> Self {
        Self {
            version,
            at_once,
            after_failure,
            comment,
            by,
            started_at: now,
            ended_at: None,
            state: RolloutState::Running,
            reached: None,
            under_way: BTreeMap::new(),
            upgraded: 0,
            failures: BTreeMap::new(),
        }
    }

    /// How many upgrades may begin now.
    pub fn room(&self) -> u32 {
        let under_way = u32::try_from(self.under_way.len()).unwrap_or(u32::MAX);
        match self.state {
            RolloutState::Running => u32::from(self.at_once.get()).saturating_sub(under_way),
            _ => 0,
        }
    }

    /// With the next instance looked at.
    #[must_use]
    pub fn took(mut self, key: InstanceKey, taken: Taken) -> Self {
        self.reached = Some(key.clone());
        match taken {
            Taken::Command(command) => {
                self.under_way.insert(key, command);
            }
            Taken::AsItIs => {}
            Taken::Refused(why) => self.fail(key, why),
        }
        self
    }

    /// With an upgrade ended: successfully, or why not. One that is not under way is left out.
    #[must_use]
    pub fn settled(mut self, key: &InstanceKey, outcome: Result<(), Message>) -> Self {
        if self.under_way.remove(key).is_some() {
            match outcome {
                Ok(()) => self.upgraded += 1,
                Err(why) => self.fail(key.clone(), why),
            }
        }
        self
    }

    /// Without any more upgrades. One that is ending or over stays as it is.
    #[must_use]
    pub fn cancelled(mut self) -> Self {
        if self.state == RolloutState::Running {
            self.state = RolloutState::Cancelling;
        }
        self
    }

    /// Over, if nothing is under way and nothing else begins. `is_at_end` says that no instance waits.
    #[must_use]
    pub fn rested(mut self, is_at_end: bool, now: Timestamp) -> Self {
        let end = match self.state {
            RolloutState::Running if is_at_end => RolloutState::Done,
            RolloutState::Stopping => RolloutState::Stopped,
            RolloutState::Cancelling => RolloutState::Cancelled,
            _ => return self,
        };
        if self.under_way.is_empty() {
            (self.state, self.ended_at) = (end, Some(now));
        }
        self
    }

    fn fail(&mut self, key: InstanceKey, why: Message) {
        self.failures.insert(key, why);
        let is_enough = self.after_failure == AfterFailure::Stop || self.failures.len() >= Self::FAILURES;
        if is_enough && self.state == RolloutState::Running {
            self.state = RolloutState::Stopping;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000).unwrap()
    }

    fn key(text: &str) -> InstanceKey {
        text.parse().unwrap()
    }

    fn command(number: u128) -> CommandId {
        CommandId(uuid::Uuid::from_u128(number))
    }

    fn begun(at_once: u8, after_failure: AfterFailure) -> Rollout {
        let pace = (NonZeroU8::new(at_once).unwrap(), after_failure);
        Rollout::begun(VersionNumber(2), pace, String::new(), Actor::server(), at(0))
    }

    fn why() -> Message {
        Message::foreign("the image is missing")
    }

    #[test]
    fn no_more_begin_at_once_than_are_allowed() {
        let rollout = begun(2, AfterFailure::Stop);
        assert_eq!(rollout.room(), 2);
        let rollout = rollout.took(key("a"), Taken::Command(command(1))).took(key("b"), Taken::AsItIs);
        assert_eq!((rollout.room(), rollout.reached.clone()), (1, Some(key("b"))));
        let rollout = rollout.took(key("c"), Taken::Command(command(2)));
        assert_eq!(rollout.room(), 0);
        let rollout = rollout.settled(&key("a"), Ok(())).settled(&key("a"), Ok(()));
        assert_eq!((rollout.room(), rollout.upgraded), (1, 1), "an end counts once");
        let rollout = rollout.rested(true, at(9));
        assert_eq!(rollout.state, RolloutState::Running, "one is under way");
        let rollout = rollout.settled(&key("c"), Ok(())).rested(false, at(9));
        assert_eq!(rollout.state, RolloutState::Running, "others wait");
        let rollout = rollout.rested(true, at(9));
        assert_eq!((rollout.state, rollout.ended_at), (RolloutState::Done, Some(at(9))));
        assert_eq!(rollout.clone().rested(true, at(10)), rollout, "it is over");
    }

    #[test]
    fn a_failure_stops_it_once_what_is_under_way_has_ended() {
        let rollout = begun(3, AfterFailure::Stop).took(key("a"), Taken::Command(command(1)));
        let rollout = rollout.took(key("b"), Taken::Command(command(2))).settled(&key("a"), Err(why()));
        assert_eq!((rollout.state, rollout.room()), (RolloutState::Stopping, 0));
        let rollout = rollout.rested(false, at(8));
        assert_eq!(rollout.state, RolloutState::Stopping);
        let rollout = rollout.cancelled().settled(&key("b"), Ok(())).rested(false, at(9));
        assert_eq!((rollout.state, rollout.upgraded), (RolloutState::Stopped, 1));
        assert_eq!(rollout.failures, [(key("a"), why())].into());
    }

    #[test]
    fn failures_can_be_passed_over_up_to_a_limit() {
        let mut rollout = begun(1, AfterFailure::Continue);
        for number in 1..Rollout::FAILURES {
            rollout = rollout.took(key(&format!("k{number}")), Taken::Refused(why()));
            assert_eq!(rollout.state, RolloutState::Running, "{number}");
        }
        let rollout = rollout.took(key("last"), Taken::Refused(why())).rested(false, at(9));
        assert_eq!(rollout.state, RolloutState::Stopped);
    }

    #[test]
    fn one_that_is_cancelled_begins_nothing_and_waits_for_what_is_under_way() {
        let rollout = begun(2, AfterFailure::Stop).took(key("a"), Taken::Command(command(1))).cancelled();
        assert_eq!((rollout.state, rollout.room()), (RolloutState::Cancelling, 0));
        let rollout = rollout.rested(true, at(8));
        assert!(rollout.state.is_open());
        let rollout = rollout.settled(&key("a"), Err(why())).rested(true, at(9));
        assert_eq!((rollout.state, rollout.failures.len()), (RolloutState::Cancelled, 1));
        assert_eq!(rollout.clone().cancelled(), rollout);
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let rollout = begun(2, AfterFailure::Continue).took(key("a"), Taken::Command(command(1)));
        let rollout = rollout.took(key("b"), Taken::Refused(why()));
        let text = serde_json::to_string(&rollout).unwrap();
        assert_eq!(serde_json::from_str::<Rollout>(&text).unwrap(), rollout);
        for (state, word) in RolloutState::ALL.map(|state| (state, state.as_str())) {
            assert_eq!(serde_json::to_value(state).unwrap(), word);
        }
        for (after, word) in AfterFailure::ALL.map(|after| (after, after.as_str())) {
            assert_eq!(serde_json::to_value(after).unwrap(), word);
        }
    }
}
