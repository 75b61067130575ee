use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_application::server::{AlertChannels, AlertPorts, Alerting};
use core_monitor_domain::alerts::{Alert, AlertKind, InstanceInfo, Phase, Watch};
use core_monitor_domain::ports::{AlertChannel, Clock as _, SendFailure};
use serde_json::json;

use crate::testing::World;

#[actix_web::test]
async fn what_was_told_is_listed_with_who_has_taken_it() {
    let world = World::new().await;
    let empty = world.send("GET", "/api/v1/alerts", &[], "").await.json();
    assert_eq!((&empty["channels"], &empty["items"]), (&json!([]), &json!([])));
    let store = world.database.alert_store();
    let told = store.tell(Watch::default().state(), &[Alert::test(world.clock.now())]).await.unwrap();
    store.delivered(told[0].id, "mail", Some("no route to host".to_owned())).await.unwrap();
    let listed = world.send("GET", "/api/v1/alerts", &[], "").await.json();
    let alert = &listed["items"][0];
    assert_eq!((&alert["kind"], &alert["phase"]), (&json!("test"), &json!("began")));
    assert_eq!(alert["delivered"], json!([{"channel": "mail", "failure": "no route to host"}]));
}

#[actix_web::test]
async fn a_test_without_channels_tells_nobody() {
    let world = World::new().await;
    let tested = world.send("POST", "/api/v1/alerts/test", &[], "").await;
    assert_eq!((tested.status.as_u16(), tested.json()["items"].clone()), (200, json!([])));
}

/// A channel that does not answer as often as it is told to, and then remembers what it gets.
#[derive(Default)]
struct Hook {
    silent: Mutex<u32>,
    got: Mutex<Vec<(AlertKind, Phase)>>,
}

#[async_trait]
impl AlertChannel for Hook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, alert: &Alert, _: &InstanceInfo) -> Result<(), SendFailure> {
        let mut silent = self.silent.lock().unwrap();
        if *silent > 0 {
            *silent -= 1;
            return Err(SendFailure::TimedOut { host: "hooks.test".to_owned(), seconds: 10 });
        }
        self.got.lock().unwrap().push((alert.kind, alert.phase));
        Ok(())
    }
}

impl Hook {
    fn of_queue(&self) -> Vec<Phase> {
        let got = self.got.lock().unwrap();
        got.iter().filter(|(kind, _)| *kind == AlertKind::QueueBlocked).map(|(_, phase)| *phase).collect()
    }
}

/// Looks again and again until something is the case.
async fn until(world: &World, hook: &Arc<Hook>, is: impl Fn(&Hook) -> bool) {
    let channels: Vec<Arc<dyn AlertChannel>> = vec![hook.clone()];
    let channels = AlertChannels { channels, ..AlertChannels::default() };
    let ports = AlertPorts { store: world.database.alert_store(), channels, clock: world.clock.clone() };
    let alerting = actix_web::rt::spawn(Alerting::new(world.shared().server.clone(), ports).run());
    let looked = async {
        while !is(hook) {
            if world.clock.sleepers() > 0 {
                world.clock.advance(Duration::from_secs(15));
            }
            actix_web::rt::task::yield_now().await;
        }
    };
    actix_web::rt::time::timeout(Duration::from_mins(1), looked).await.expect("it is never the case");
    alerting.abort();
}

#[actix_web::test]
async fn a_queue_that_is_blocked_is_told_once_over_a_restart_and_so_is_its_end() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.apply("shop", 1).await;
    world.fail().await;
    let hook = Arc::new(Hook { silent: Mutex::new(2), ..Hook::default() });
    until(&world, &hook, |hook| !hook.of_queue().is_empty()).await;
    assert_eq!(hook.of_queue(), [Phase::Began], "it was tried again until it arrived");
    let listed = world.send("GET", "/api/v1/alerts", &[], "").await.json();
    let alert =
        listed["items"].as_array().unwrap().iter().find(|item| item["kind"] == "queue-blocked").unwrap();
    assert_eq!((&alert["stack_id"], &alert["stack_name"]), (&json!(stack), &json!("shop")));

    let commands = world.send("GET", "/api/v1/commands?status=FAILED", &[], "").await.json();
    let command = commands["items"][0]["command_id"].as_str().unwrap();
    let cancelled = world.send("POST", &format!("/api/v1/commands/{command}/cancel"), &[], "").await;
    assert!(cancelled.status.is_success(), "{}", cancelled.text);
    until(&world, &hook, |hook| hook.of_queue().len() > 1).await;
    assert_eq!(hook.of_queue(), [Phase::Began, Phase::Resolved]);
}
