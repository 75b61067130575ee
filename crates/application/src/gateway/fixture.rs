//! Doors as the tests need them.

use std::collections::BTreeSet;
use std::sync::Arc;

use core_monitor_domain::command::{PowerCause, SleepMode};
use core_monitor_domain::on_demand::{
    DoorKey, OnDemand, OnDemandTimes, Readiness, ThemeName, WaitMode, WakeBy,
};
use core_monitor_simulation::runtime_clock::RuntimeClock;
use tokio::sync::mpsc;

use super::door::{Door, Face, Knock};

/// What a service declares that says only its hosts and paths.
pub(super) fn declared(hosts: &[&str], paths: &[&str]) -> OnDemand {
    OnDemand {
        hosts: hosts.iter().map(|host| host.parse().unwrap()).collect(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        port: 8080,
        mode: WaitMode::Dynamic,
        theme: ThemeName::default(),
        show_logs: false,
        times: OnDemandTimes::DEFAULT,
        readiness: Readiness::default(),
        stop: SleepMode::Stop,
        schedule: None,
        always_on: false,
        wake: WakeBy::Anyone,
        ignore_user_agents: Vec::new(),
        companions: BTreeSet::new(),
        needs: BTreeSet::new(),
        not_with: BTreeSet::new(),
        cold_start_worth: None,
    }
}

pub(super) fn key(stack: u128, service: &str) -> DoorKey {
    DoorKey {
        stack: core_monitor_domain::ids::StackId(uuid::Uuid::from_u128(stack)),
        service: service.parse().unwrap(),
    }
}

/// A door of `stack/service`, and what is heard of knocks.
pub(super) fn door(stack: &str, service: &str, declared: OnDemand) -> (Arc<Door>, mpsc::Receiver<Knock>) {
    let (knocks, heard) = mpsc::channel(64);
    let number = stack.bytes().fold(0_u128, |number, byte| number * 31 + u128::from(byte));
    let face = Face { stack: stack.parse().unwrap(), declared };
    let clock = Arc::new(RuntimeClock::new());
    (Arc::new(Door::new(key(number, service), face, knocks, clock)), heard)
}

pub(super) fn request(service: &str) -> PowerCause {
    PowerCause::request(service.parse().unwrap(), "shop.example.org", "/")
}
