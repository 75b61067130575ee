use std::sync::Mutex;

use async_trait::async_trait;
use core_monitor_domain::alerts::AlertKind;
use core_monitor_domain::ids::InstanceId;
use core_monitor_simulation::runtime_clock::RuntimeClock;

use super::*;
use crate::server::untouchable_ports;

/// A channel that refuses as often as it is told to.
#[derive(Default)]
struct Recorder {
    sent: Mutex<Vec<AlertKind>>,
    refusals: Mutex<u32>,
}

#[async_trait]
impl AlertChannel for Recorder {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, alert: &Alert, _: &InstanceInfo) -> Result<(), SendFailure> {
        let mut refusals = self.refusals.lock().unwrap();
        if *refusals > 0 {
            *refusals -= 1;
            return Err(SendFailure::TimedOut { host: "hooks.test".to_owned(), seconds: 10 });
        }
        self.sent.lock().unwrap().push(alert.kind);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_test_says_which_channel_has_not_taken_it() {
    let (works, broken) = (Arc::new(Recorder::default()), Arc::new(Recorder::default()));
    *broken.refusals.lock().unwrap() = 1;
    let mut ports = untouchable_ports(InstanceId(uuid::Uuid::nil()));
    ports.clock = Arc::new(RuntimeClock::new());
    ports.alert_channels.channels = vec![works.clone(), broken.clone()];
    let server = Server::new(ports);
    let actor = Actor::token(core_monitor_domain::ids::TokenId(uuid::Uuid::nil()), "ann".parse().unwrap());
    let tested = server.send_test_alert(&actor).await.unwrap();
    let outcomes: Vec<bool> = tested.iter().map(|tested| tested.outcome.is_ok()).collect();
    assert_eq!(outcomes, [true, false]);
    assert_eq!(*works.sent.lock().unwrap(), [AlertKind::Test]);
}
