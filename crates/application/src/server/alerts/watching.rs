//! Looks for what is worth an alert, and sends it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::alerts::{InstanceInfo, Watch};
use core_monitor_domain::ports::{AlertChannel, AlertStore, Clock, StoreError, StoredAlert};
use tracing::{info, warn};

use super::AlertChannels;
use crate::server::{QueryError, Server};

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(15);
/// How often an alert is offered to a channel, and how long until the next try: a server that is being restarted is back then.
const TRIES: u32 = 5;
const REST: Duration = Duration::from_mins(1);
/// How many alerts wait at most for a channel that does not take them.
const WAITING: usize = 100;

/// What telling people needs beside the server.
#[derive(Clone)]
pub struct AlertPorts {
    /// What was told.
    pub store: Arc<dyn AlertStore>,
    /// Whom to tell.
    pub channels: AlertChannels,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// Watches an installation and tells people.
pub struct Alerting {
    server: Server,
    ports: AlertPorts,
    watch: Option<Watch>,
    waiting: VecDeque<Letter>,
    failing: bool,
}

/// An alert on its way to a channel.
struct Letter {
    alert: StoredAlert,
    channel: Arc<dyn AlertChannel>,
    tries: u32,
    /// When it is tried next, on the clock.
    due: Duration,
}

impl Alerting {
    /// That of this server.
    pub fn new(server: Server, ports: AlertPorts) -> Self {
        Self { server, ports, watch: None, waiting: VecDeque::new(), failing: false }
    }

    /// Goes on until it is dropped. Without a channel it does nothing.
    pub async fn run(mut self) {
        let AlertChannels { channels, instance } = self.ports.channels.clone();
        if channels.is_empty() {
            return;
        }
        let names: Vec<&str> = channels.iter().map(|channel| channel.name()).collect();
        info!(channels = names.join(", "), "tells people what needs them");
        loop {
            match self.look(&channels).await {
                Ok(()) => self.failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut self.failing, true) {
                        warn!(%error, "cannot look for what is worth an alert; it is tried again");
                    }
                }
            }
            self.send(&instance).await;
            self.ports.clock.sleep(EVERY).await;
        }
    }

    /// Looks once. What is told is stored first, so that nothing is told twice after a restart.
    async fn look(&mut self, channels: &[Arc<dyn AlertChannel>]) -> Result<(), QueryError> {
        let ports = self.ports.clone();
        let mut watch = if let Some(watch) = self.watch.take() {
            watch
        } else {
            self.take_up(channels).await?;
            Watch::resume(ports.store.watched().await?)
        };
        let before = watch.clone();
        let facts = match self.server.watch_for_alerts(&Actor::server()).await {
            Ok(facts) => facts,
            Err(error) => {
                self.watch = Some(before);
                return Err(error);
            }
        };
        let alerts = watch.look(&facts, ports.clock.now());
        if watch == before {
            self.watch = Some(watch);
            return Ok(());
        }
        match ports.store.tell(watch.state(), &alerts).await {
            Ok(told) => {
                self.watch = Some(watch);
                let now = ports.clock.elapsed();
                self.post(told, channels, now);
                Ok(())
            }
            Err(error) => {
                // It is not told, so it is still to be told.
                self.watch = Some(before);
                Err(error.into())
            }
        }
    }

    /// What an earlier run has told and not sent to a channel.
    async fn take_up(&mut self, channels: &[Arc<dyn AlertChannel>]) -> Result<(), StoreError> {
        let ports = self.ports.clone();
        let recent = |stored: &StoredAlert| ports.clock.now().since(stored.alert.at) < REST * TRIES;
        let last = ports.store.last(u32::try_from(WAITING).unwrap_or(u32::MAX)).await?;
        let now = ports.clock.elapsed();
        self.post(last.into_iter().rev().filter(recent).collect(), channels, now);
        Ok(())
    }

    fn post(&mut self, alerts: Vec<StoredAlert>, channels: &[Arc<dyn AlertChannel>], now: Duration) {
        for alert in alerts {
            for channel in channels.iter().filter(|channel| !alert.delivered.contains_key(channel.name())) {
                let (alert, channel) = (alert.clone(), Arc::clone(channel));
                self.waiting.push_back(Letter { alert, channel, tries: 0, due: now });
            }
        }
        while self.waiting.len() > WAITING {
            let dropped = self.waiting.pop_front();
            let what = dropped.map(|letter| letter.alert.alert.id_key.to_string());
            warn!(alert = what, "too many alerts wait to be sent; the oldest is given up");
        }
    }

    /// Sends what is due, one after the other: a channel says within seconds whether it takes an alert.
    async fn send(&mut self, instance: &InstanceInfo) {
        let ports = self.ports.clone();
        let mut later = VecDeque::new();
        while let Some(mut letter) = self.waiting.pop_front() {
            if letter.due > ports.clock.elapsed() {
                later.push_back(letter);
                continue;
            }
            letter.tries += 1;
            let (channel, key) = (letter.channel.name(), &letter.alert.alert.id_key);
            let failure = match letter.channel.send(&letter.alert.alert, instance).await {
                Ok(()) => None,
                Err(failure) if failure.is_worth_another_try() && letter.tries < TRIES => {
                    letter.due = ports.clock.elapsed() + REST;
                    warn!(channel, alert = %key, reason = %failure, "an alert was not sent; it is tried again");
                    later.push_back(letter);
                    continue;
                }
                Err(failure) => {
                    warn!(channel, alert = %key, reason = %failure, "an alert was not sent");
                    Some(failure.to_string())
                }
            };
            let noted = ports.store.delivered(letter.alert.id, channel, failure).await;
            if let Err(error) = noted {
                warn!(%error, "cannot store to whom an alert was sent");
            }
        }
        self.waiting = later;
    }
}
