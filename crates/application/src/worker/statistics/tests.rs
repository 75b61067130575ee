//! The collection beside a simulated engine, in simulated time.

use std::time::Duration;

use core_monitor_domain::ids::{ContainerId, Slot};
use core_monitor_domain::statistics::{CpuShare, DiskPurpose, Place, SAMPLE_EVERY, Subject};
use core_monitor_simulation::engine::{API_1_41, ForeignContainer, SimContainerEngine, SimImage};
use core_monitor_simulation::host_statistics::SimHost;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use core_monitor_simulation::store::{SimDatabase, StoreFault};

use super::*;

struct Fixture {
    engine: Arc<SimContainerEngine>,
    database: SimDatabase,
    clock: RuntimeClock,
    statistics: Statistics,
    running: watch::Sender<Arc<Running>>,
    containers: Vec<ContainerId>,
}

impl Fixture {
    /// Two running containers of a stack.
    fn new() -> Self {
        let (engine, database) = (Arc::new(SimContainerEngine::new(API_1_41, 1)), SimDatabase::new());
        let clock = RuntimeClock::new();
        engine.add_image(SimImage::new("app:1"));
        let run = |name: &str| {
            let container =
                ForeignContainer { name: name.into(), image: "app:1".into(), ..ForeignContainer::default() };
            engine.run_foreign(container).unwrap()
        };
        let containers = vec![run("shop-web-1"), run("shop-web-2")];
        let ports = StatisticsPorts {
            containers: engine.clone(),
            host: Arc::new(SimHost::new()),
            store: database.statistics_store(),
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SeededIdSource::new(1)),
        };
        let statistics = Statistics::new(ports, StatisticsBudget { memory: 1 << 20, disk: 1 << 20 });
        let fixture =
            Self { engine, database, clock, statistics, running: watch::Sender::default(), containers };
        fixture.see(2, 0);
        fixture
    }

    /// The first `count` containers are seen to run, since this second.
    fn see(&self, count: usize, started: u64) {
        let subjects = self.containers[..count].iter().enumerate().map(|(index, container)| Subject {
            container: container.clone(),
            name: format!("shop-web-{}", index + 1),
            place: Some(Place {
                stack: crate::worker::fixture::STACK.parse().unwrap(),
                service: "web".parse().unwrap(),
                slot: Slot(u32::try_from(index).unwrap() + 1),
            }),
            started_at: Some(crate::worker::fixture::now().plus(Duration::from_secs(started))),
        });
        self.running.send_replace(Arc::new(Running { subjects: subjects.collect(), left_out: 0 }));
    }

    /// Lets time pass, with a measurement every five seconds.
    async fn pass(&self, seconds: u64) {
        for _ in 0..seconds / SAMPLE_EVERY.as_secs() {
            tokio::time::sleep(SAMPLE_EVERY).await;
            self.engine.measure_by_hand();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    fn meters(&self) -> Vec<usize> {
        self.containers.iter().map(|container| self.engine.meters(container)).collect()
    }

    /// How many containers have a sample, and how many of these a CPU share.
    fn measured(&self) -> (usize, usize) {
        let samples: Vec<_> =
            self.statistics.snapshot().containers.into_iter().filter_map(|figures| figures.sample).collect();
        (samples.len(), samples.iter().filter(|sample| sample.cpu.is_some()).count())
    }

    async fn stored(&self) -> Vec<usize> {
        let stack = crate::worker::fixture::STACK.parse().unwrap();
        let (from, to) = (crate::worker::fixture::now(), self.clock.now().plus(Duration::from_hours(1)));
        let store = self.database.statistics_store();
        let series = store.history(stack, None, from, to, Step::STORED).await.unwrap().series;
        series.iter().map(|series| series.points.len()).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn each_running_container_has_one_stream_whoever_asks() {
    let f = Fixture::new();
    let _collecting = f.statistics.collect(f.running.subscribe());
    f.pass(0).await;
    assert_eq!((f.meters(), f.measured()), (vec![1, 1], (2, 0)));
    f.pass(10).await;
    for _ in 0..100 {
        f.statistics.snapshot();
    }
    assert_eq!((f.meters(), f.measured()), (vec![1, 1], (2, 2)));
    f.see(1, 0);
    f.pass(5).await;
    assert_eq!((f.meters(), f.measured()), (vec![1, 0], (1, 1)), "what does not run is not measured");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_collection_is_the_end_of_all_streams() {
    let f = Fixture::new();
    let collecting = f.statistics.collect(f.running.subscribe());
    f.pass(5).await;
    drop(collecting);
    f.pass(5).await;
    assert_eq!(f.meters(), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_was_started_again_is_measured_again() {
    let f = Fixture::new();
    let _collecting = f.statistics.collect(f.running.subscribe());
    f.pass(10).await;
    f.engine.kill(&f.containers[0]);
    f.pass(5).await;
    assert_eq!((f.meters(), f.measured().0), (vec![0, 1], 1), "the engine said that the run has ended");
    f.engine.start_by_hand(&f.containers[0]).unwrap();
    f.see(2, 20);
    f.pass(5).await;
    assert_eq!((f.meters(), f.measured()), (vec![1, 1], (2, 2)));
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_comes_back_is_asked_again() {
    let f = Fixture::new();
    let _collecting = f.statistics.collect(f.running.subscribe());
    f.pass(10).await;
    f.engine.set_unplugged(true);
    f.pass(120).await;
    assert_eq!(f.meters(), [0, 0]);
    assert_eq!(f.statistics.snapshot().containers.len(), 2, "the last numbers stay, with their times");
    f.engine.set_unplugged(false);
    f.pass(35).await;
    assert_eq!((f.meters(), f.measured()), (vec![1, 1], (2, 2)));
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_is_opened_again() {
    let f = Fixture::new();
    let _collecting = f.statistics.collect(f.running.subscribe());
    f.pass(5).await;
    // The engine measures nothing for minutes, as when it hangs.
    tokio::time::sleep(Duration::from_mins(3)).await;
    let newest = f.statistics.snapshot().containers.iter().filter_map(|c| c.sample.map(|s| s.at)).max();
    assert!(f.clock.now().since(newest.unwrap()) <= Duration::from_secs(62), "{newest:?}");
}

#[tokio::test(start_paused = true)]
async fn points_are_stored_every_five_minutes_and_at_the_end() {
    let f = Fixture::new();
    let collecting = f.statistics.collect(f.running.subscribe());
    f.pass(290).await;
    assert_eq!(f.stored().await, [] as [usize; 0]);
    f.pass(20).await;
    assert_eq!(f.stored().await, [1, 1]);
    f.pass(610).await;
    assert_eq!(f.stored().await, [3, 3]);
    collecting.finish().await;
    assert_eq!(f.stored().await, [4, 4], "also what was measured since");
}

#[tokio::test(start_paused = true)]
async fn what_the_database_refuses_is_stored_later() {
    let f = Fixture::new();
    let _collecting = f.statistics.collect(f.running.subscribe());
    for _ in 0..2 {
        f.database.inject("StatisticsStore::record", StoreFault::Refused);
    }
    f.pass(305).await;
    assert_eq!(f.stored().await, [] as [usize; 0]);
    f.pass(600).await;
    assert_eq!((f.stored().await, f.database.pending_faults().len()), (vec![3, 3], 0), "nothing is lost");
}

#[tokio::test(start_paused = true)]
async fn the_host_is_measured_with_the_disk_of_the_engine() {
    let f = Fixture::new();
    assert_eq!(f.statistics.snapshot().host, None);
    let _collecting = f.statistics.collect(f.running.subscribe());
    f.pass(10).await;
    let host = f.statistics.snapshot().host.unwrap();
    assert_eq!(host.cpu, Some(CpuShare(5_000)));
    let purposes: Vec<_> = host.disks.iter().flat_map(|disk| &disk.purposes).collect();
    assert_eq!(purposes, [&DiskPurpose::Data, &DiskPurpose::Engine]);
}

#[test]
fn what_runs_is_followed_and_stacks_come_first() {
    use core_monitor_domain::observation::{ContainerState, Occupant};
    use core_monitor_domain::{labels, statistics::MAX_FOLLOWED};

    use crate::worker::fixture::{STACK, container, observation};

    let of_stack = |name: &str, state, service: &str| {
        let mut container = container(name, state);
        let instance = uuid::Uuid::from_u128(7).to_string();
        let place = [
            (labels::INSTANCE, instance.as_str()),
            (labels::STACK, STACK),
            (labels::SERVICE, service),
            (labels::SLOT, "2"),
        ];
        container.labels = place.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        container
    };
    let foreign = |name: String, up| Occupant {
        id: ContainerId(format!("id-{name}")),
        name,
        image: "app:1".into(),
        owner: None,
        ours: false,
        component: false,
        up,
        started_at: None,
        shares_network_of: None,
        networks: Vec::new(),
        ports: Vec::new(),
    };
    let mut observed = observation(vec![
        of_stack("web", ContainerState::Running, "web"),
        of_stack("api", ContainerState::Paused, "api"),
        of_stack("job", ContainerState::Exited { code: 0 }, "job"),
    ]);
    observed.host.occupants = vec![
        foreign("db".into(), true),
        foreign("old".into(), false),
        // Those of stacks are among the occupants, too.
        foreign("web".into(), true),
    ];
    let running = Running::of(&observed);
    let shown: Vec<_> = running
        .subjects
        .iter()
        .map(|subject| (subject.name.as_str(), subject.place.as_ref().map(|place| place.service.to_string())))
        .collect();
    assert_eq!(shown, [("api", Some("api".into())), ("web", Some("web".into())), ("db", None)]);
    assert_eq!(running.left_out, 0);

    observed.host.occupants = (0..1_500).map(|number| foreign(format!("f{number}"), true)).collect();
    let running = Running::of(&observed);
    assert_eq!((running.subjects.len(), running.left_out), (MAX_FOLLOWED, 502));
    assert_eq!(running.subjects[1].name, "web");
}
