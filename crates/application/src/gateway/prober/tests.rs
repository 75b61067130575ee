use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::on_demand::settings::ReadinessGate;
use core_monitor_domain::ports::ProbeError;
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::runtime_clock::RuntimeClock;

use super::*;
use crate::gateway::fixture::{declared, key};

/// Refuses so many times, then answers, with one relapse after the first answer.
struct Late {
    refusals: u32,
    asked: AtomicU32,
}

#[async_trait]
impl ServiceProbe for Late {
    async fn answers(
        &self,
        _: SocketAddr,
        _: &ReadinessGate,
        host: &str,
        _: Duration,
    ) -> Result<(), ProbeError> {
        assert_eq!(host, "shop.org", "many applications refuse any other host");
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let answers = number == self.refusals || number > self.refusals + 1;
        if answers { Ok(()) } else { Err(ProbeError { reason: "no".to_owned() }) }
    }
}

fn up() -> BTreeMap<RunId, IpAddr> {
    let run = RunId { container: ContainerId::from("c1"), started_at: Timestamp::from_millis(1).unwrap() };
    BTreeMap::from([(run, "10.0.0.2".parse().unwrap())])
}

#[tokio::test(start_paused = true)]
async fn a_service_is_ready_when_it_answers_twice_in_a_row() {
    let probe = Arc::new(Late { refusals: 10, asked: AtomicU32::new(0) });
    let clock = Arc::new(RuntimeClock::new());
    let (events, mut heard) = mpsc::channel(4);
    let mut prober = Prober::new(probe.clone(), clock.clone(), events);
    let began = clock.elapsed();
    prober.begin(&key(1, "web"), &declared(&["*.any.org", "shop.org"], &[]), 3, up());
    let Some(Event::Ready { start: 3, .. }) = heard.recv().await else { panic!("not ready") };
    assert_eq!(probe.asked.load(Ordering::SeqCst), 14, "ten refusals, an answer, a relapse, two answers");
    assert!(clock.elapsed().abs_diff(began) < Duration::from_millis(700), "it is asked often at first");
}

#[tokio::test(start_paused = true)]
async fn only_the_newest_start_is_asked_about() {
    let probe = Arc::new(Late { refusals: 5, asked: AtomicU32::new(0) });
    let (events, mut heard) = mpsc::channel(4);
    let mut prober = Prober::new(probe, Arc::new(RuntimeClock::new()), events);
    let door = declared(&["shop.org"], &[]);
    prober.begin(&key(1, "web"), &door, 1, up());
    prober.begin(&key(1, "web"), &door, 2, up());
    let Some(Event::Ready { start, .. }) = heard.recv().await else { panic!("not ready") };
    assert_eq!(start, 2);
    drop(prober);
    assert!(heard.recv().await.is_none(), "nobody else answers");
}
