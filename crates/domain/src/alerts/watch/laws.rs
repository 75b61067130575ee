//! What holds whatever happens.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::alerts::{AlertKind, Phase, Restarts, StackRef, Unseen};
use crate::command::{CommandKind, FailureScope};
use crate::ids::{CommandId, ContainerId, StackId};

/// How many different facts there are: more than are told within an hour.
const FACTS: usize = 45;

fn stack(number: u128) -> StackRef {
    StackRef { id: StackId(Uuid::from_u128(number)), name: format!("s{number}").parse().unwrap() }
}

fn fact(number: usize) -> Fact {
    let service = format!("web{number}");
    let command = CommandId(Uuid::from_u128(number as u128));
    let stack = stack(number as u128 % 2);
    match number {
        0 => Fact::WorkerSilent { since: None },
        1 => Fact::EngineUnreachable { since: None },
        2..10 => Fact::DiskLow { path: format!("/disk/{number}"), free_bytes: 1, total_bytes: 2 },
        10..15 => Fact::QueueBlocked {
            stack: Some(stack),
            command,
            request: CommandKind::Apply,
            why: None,
            scope: FailureScope::Related,
            since: None,
        },
        15..30 => Fact::ServiceFailed { stack, service, status: "Exited (1)".to_owned(), since: None },
        _ => Fact::ServiceUnhealthy { stack, service, since: None },
    }
}

/// What happens between two looks.
#[derive(Debug, Clone)]
struct Turn {
    /// Facts that begin or end.
    change: Vec<usize>,
    /// What cannot be seen.
    blind: u8,
    /// Restarts of a container.
    restarts: u32,
    /// How much time passes.
    seconds: u64,
    /// Whether the program is restarted.
    is_restart: bool,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let change = prop_oneof![
        6 => prop::collection::vec(0..FACTS, 0..3),
        1 => prop::collection::vec(0..FACTS, 20..60),
    ];
    let seconds = prop_oneof![8 => 1_u64..120, 3 => 120_u64..2_000, 1 => 2_000_u64..200_000];
    let blind = prop_oneof![5 => Just(0_u8), 1 => 0_u8..16];
    let turn = (change, blind, 0_u32..3, seconds, prop::bool::weighted(0.2));
    let turn = turn.prop_map(|(change, blind, restarts, seconds, is_restart)| Turn {
        change,
        blind,
        restarts,
        seconds,
        is_restart,
    });
    prop::collection::vec(turn, 1..120)
}

/// The world that a watch looks at.
struct World {
    now: Timestamp,
    holding: BTreeMap<usize, Fact>,
    count: u32,
    blind: u8,
}

impl World {
    fn new() -> Self {
        Self {
            now: Timestamp::from_millis(1_800_000_000_000).unwrap(),
            holding: BTreeMap::new(),
            count: 0,
            blind: 0,
        }
    }

    fn turn(&mut self, turn: &Turn) {
        for number in &turn.change {
            if self.holding.remove(number).is_none() {
                self.holding.insert(*number, fact(*number));
            }
        }
        self.count += turn.restarts;
        self.blind = turn.blind;
    }

    /// What cannot be seen is not among the facts.
    fn facts(&self) -> Facts {
        let mut unseen = Unseen {
            disks: self.blind & 1 > 0,
            engine: self.blind & 2 > 0,
            services: self.blind & 4 > 0,
            ..Unseen::default()
        };
        if self.blind & 8 > 0 {
            unseen.stacks.insert(stack(1).id);
        }
        let restarts = Restarts {
            container: ContainerId("c".to_owned()),
            stack: stack(0),
            service: "crashing".to_owned(),
            count: self.count,
        };
        let holding = self.holding.values().filter(|fact| !unseen.hides(fact)).cloned().collect();
        Facts { holding, restarts: vec![restarts], unseen }
    }
}

/// Everything that is told.
fn told(turns: &[Turn], restarts: bool) -> (Watch, World, Vec<Alert>) {
    let (mut watch, mut world, mut told) = (Watch::default(), World::new(), Vec::new());
    for turn in turns {
        world.turn(turn);
        told.extend(watch.look(&world.facts(), world.now));
        world.now = world.now.plus(Duration::from_secs(turn.seconds));
        if restarts && turn.is_restart {
            let stored = serde_json::to_string(watch.state()).unwrap();
            watch = Watch::resume(serde_json::from_str(&stored).unwrap());
        }
    }
    (watch, world, told)
}

/// The stories that are open, if each was told in order.
fn open(told: &[Alert]) -> Result<BTreeMap<AlertKey, Timestamp>, TestCaseError> {
    let mut open = BTreeMap::new();
    for alert in told {
        let key = alert.id_key.clone();
        match alert.phase {
            Phase::Began => {
                prop_assert_eq!(open.insert(key, alert.since), None, "it began twice: {:?}", alert);
            }
            Phase::Reminder => {
                prop_assert_eq!(open.get(&key), Some(&alert.since), "{:?}", alert);
            }
            Phase::Resolved => {
                prop_assert_eq!(open.remove(&key), Some(alert.since), "{:?}", alert);
            }
        }
        prop_assert!(alert.since <= alert.at);
    }
    Ok(open)
}

/// Looks every five minutes until nothing new can happen.
fn settle(watch: &mut Watch, world: &mut World, told: &mut Vec<Alert>) {
    for _ in 0..(12 * 12) {
        told.extend(watch.look(&world.facts(), world.now));
        world.now = world.now.plus(Duration::from_mins(5));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_story_begins_before_it_ends_and_not_twice(turns in turns()) {
        let (.., told) = told(&turns, false);
        open(&told)?;
    }

    #[test]
    fn no_hour_has_more_alerts_than_the_limit(turns in turns()) {
        let (.., told) = told(&turns, false);
        for first in &told {
            let within = told.iter().filter(|alert| alert.at >= first.at && alert.at.since(first.at) < LIMIT_WITHIN);
            let (about, alerts): (Vec<_>, Vec<_>) = within.partition(|alert| alert.kind == AlertKind::AlertsLeftOut);
            prop_assert!(alerts.len() <= LIMIT && about.len() <= 1, "{} and {}", alerts.len(), about.len());
        }
    }

    #[test]
    fn a_state_that_was_stored_tells_the_same(turns in turns()) {
        let ((one, _, without), (other, _, with)) = (told(&turns, false), told(&turns, true));
        prop_assert_eq!(without, with);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn what_lasts_is_told_in_the_end_and_nothing_else_stays_open(turns in turns()) {
        let (mut watch, mut world, mut told) = told(&turns, false);
        world.blind = 0;
        settle(&mut watch, &mut world, &mut told);
        let lasting: Vec<_> = world.holding.values().map(Fact::key).collect();
        let open: Vec<_> = open(&told)?.into_keys().collect();
        prop_assert!(lasting.iter().all(|key| open.contains(key)), "{open:?} of {lasting:?}");
        prop_assert_eq!(open.len(), lasting.len(), "{:?} of {:?}", open, lasting);
    }
}
