//! Many readers of one stack, beside a simulated engine.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use core_monitor_domain::access::{Action, Decision, Refusal, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{ContainerId, InstanceId, TokenId};
use core_monitor_domain::labels;
use core_monitor_domain::logs::LogTail;
use core_monitor_domain::observation::{HostObservation, Observation};
use core_monitor_domain::ports::{EngineReader as _, MockSecretVault, MockStackStore, QueueWakeup};
use core_monitor_domain::stack::Stack;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::engine::{API_1_41, ForeignContainer, SimContainerEngine, SimImage};
use core_monitor_simulation::link::SimEngineLink;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::*;
use crate::server::{
    LogEnd, LogFrame, LogMarker, LogQuery, LogScope, LogStream, LogsError, Policy, Server, untouchable_ports,
};

const STACK: StackId = StackId(Uuid::from_u128(1));
const READERS: usize = 50;

/// What the worker has seen, and how often that was read.
struct Seen {
    containers: Mutex<Vec<ObservedContainer>>,
    readings: AtomicUsize,
    fails: AtomicBool,
    answers: watch::Sender<bool>,
}

#[async_trait]
impl ObservationStore for Seen {
    async fn save(&self, _: &Observation) -> Result<(), StoreError> {
        unreachable!("the server saves none")
    }

    async fn host(&self) -> Result<Option<HostObservation>, StoreError> {
        unreachable!("nobody asks for the host")
    }

    async fn containers(&self, _: StackId) -> Result<Vec<ObservedContainer>, StoreError> {
        self.readings.fetch_add(1, Ordering::SeqCst);
        let containers = lock(&self.containers).clone();
        self.answers.subscribe().wait_for(|answers| *answers).await.unwrap();
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { reason: "the disk is full".to_owned(), source: None });
        }
        Ok(containers)
    }

    async fn containers_of(
        &self,
        _: &[StackId],
    ) -> Result<Vec<(StackId, Vec<ObservedContainer>)>, StoreError> {
        unreachable!("there is one stack")
    }
}

/// Rings for each commit.
struct Bell(Notify);

#[async_trait]
impl QueueWakeup for Bell {
    async fn wait(&self, _: Duration) {
        self.0.notified().await;
    }
}

struct Shop {
    server: Server,
    clock: Arc<ManualClock>,
    engine: Arc<SimContainerEngine>,
    seen: Arc<Seen>,
    bell: Arc<Bell>,
    watch: JoinHandle<()>,
    /// How often the secrets of the stack were read.
    secrets: Arc<AtomicUsize>,
    /// Whoever may no longer read.
    refused: Arc<Mutex<BTreeSet<String>>>,
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

impl Shop {
    /// A stack with one container.
    async fn new() -> Self {
        let (engine, clock) = (Arc::new(SimContainerEngine::new(API_1_41, 1)), Arc::new(ManualClock::new()));
        engine.add_image(SimImage::new("app:1"));
        let seen = Arc::new(Seen {
            containers: Mutex::default(),
            readings: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
            answers: watch::Sender::new(true),
        });
        let bell = Arc::new(Bell(Notify::new()));
        let commits = Arc::new(CommitWatch::new(bell.clone()));
        let secrets = Arc::new(AtomicUsize::new(0));
        let ports = ServerPorts {
            stacks: Arc::new(stacks(Arc::clone(&secrets))),
            observations: seen.clone(),
            link: Arc::new(SimEngineLink::new(Arc::clone(&engine), clock.clone())),
            vault: Arc::new(MockSecretVault::new()),
            clock: clock.clone(),
            commits: Arc::clone(&commits),
            ..untouchable_ports(InstanceId(Uuid::nil()))
        };
        let refused: Arc<Mutex<BTreeSet<String>>> = Arc::default();
        let out = Arc::clone(&refused);
        let policy: Policy = Arc::new(move |actor: &Actor, _: Action, _: &Resource| {
            let name = actor.principal().map(|principal| principal.name().to_string());
            if name.is_some_and(|name| lock(&out).contains(&name)) {
                Decision::Refused { why: Refusal::Policy }
            } else {
                Decision::Allowed
            }
        });
        let server = Server::with_policy(ports, policy);
        let watch = tokio::spawn(async move { commits.run().await });
        let shop = Self { server, clock, engine, seen, bell, watch, secrets, refused };
        let first = shop.run("shop-web-1");
        shop.see(&first).await;
        shop
    }

    fn run(&self, name: &str) -> ContainerId {
        let labels =
            [(labels::SERVICE.to_owned(), "web".to_owned()), (labels::SLOT.to_owned(), "1".to_owned())];
        let container = ForeignContainer {
            name: name.into(),
            image: "app:1".into(),
            labels: labels.into(),
            ..ForeignContainer::default()
        };
        self.engine.advance(1);
        self.engine.run_foreign(container).unwrap()
    }

    /// The worker has seen that the stack has exactly this container.
    async fn see(&self, id: &ContainerId) {
        let container = self.engine.inspect(id).await.unwrap().unwrap();
        *lock(&self.seen.containers) = vec![container];
        self.bell.0.notify_one();
        settle().await;
    }

    /// Lets the pause between two looks pass.
    async fn pass(&self) {
        self.clock.advance(LOOK_EVERY);
        settle().await;
    }

    fn readings(&self) -> usize {
        self.seen.readings.load(Ordering::SeqCst)
    }

    fn followed(&self) -> usize {
        lock(&self.server.followed_stacks().stacks).len()
    }

    async fn follow(&self, actor: &str) -> LogStream {
        let actor = Actor::token(TokenId(Uuid::nil()), actor.parse().unwrap());
        let query = LogQuery {
            services: BTreeSet::new(),
            tail: LogTail::All,
            since: None,
            until: None,
            follow: true,
            stdout: true,
            stderr: true,
            grep: None,
            raw: false,
            after: None,
        };
        self.server.read_logs(&actor, LogScope::Stack(STACK), query).await.unwrap()
    }

    async fn readers(&self) -> Vec<Reader> {
        let mut readers = Vec::new();
        for number in 0..READERS {
            readers.push(Reader::of(self.follow(&format!("reader{number}")).await));
        }
        settle().await;
        readers
    }
}

fn stacks(secrets: Arc<AtomicUsize>) -> MockStackStore {
    let mut stacks = MockStackStore::new();
    let stack = Stack { id: STACK, deleted_at: None, ..Stack::host() };
    stacks.expect_find().returning(move |_| Ok(Some(stack.clone())));
    stacks.expect_sealed_secrets().returning(move |_| {
        secrets.fetch_add(1, Ordering::SeqCst);
        Ok(Vec::new())
    });
    stacks
}

/// Lets everybody do what can be done now.
async fn settle() {
    for _ in 0..500 {
        tokio::task::yield_now().await;
    }
}

/// A reader who takes everything at once.
struct Reader {
    frames: Arc<Mutex<Vec<LogFrame>>>,
    task: JoinHandle<()>,
}

impl Reader {
    fn of(mut stream: LogStream) -> Self {
        let frames: Arc<Mutex<Vec<LogFrame>>> = Arc::default();
        let taken = Arc::clone(&frames);
        let task = tokio::spawn(async move {
            while let Some(frames) = stream.next().await {
                lock(&taken).extend(frames);
            }
        });
        Self { frames, task }
    }

    /// The names of the containers that have taken the place of another one.
    fn successors(&self) -> Vec<String> {
        successors(&lock(&self.frames))
    }

    fn lines(&self) -> Vec<String> {
        let text = |frame: &LogFrame| match frame {
            LogFrame::Line { piece, .. } => Some(String::from_utf8(piece.text.as_bytes().to_vec()).unwrap()),
            _ => None,
        };
        lock(&self.frames).iter().filter_map(text).collect()
    }

    fn end(&self) -> String {
        match lock(&self.frames).last() {
            Some(LogFrame::End(LogEnd::Failed(LogsError::Forbidden(_)))) => "forbidden".to_owned(),
            Some(LogFrame::End(LogEnd::Failed(error))) => error.to_string(),
            last => format!("{last:?}"),
        }
    }
}

fn successors(frames: &[LogFrame]) -> Vec<String> {
    let name = |frame: &LogFrame| match frame {
        LogFrame::Marker { source, marker: LogMarker::Replaced { .. } } => Some(source.name.clone()),
        _ => None,
    };
    frames.iter().filter_map(name).collect()
}

#[tokio::test]
async fn many_readers_look_once_for_each_change_and_all_see_it() {
    let shop = Shop::new().await;
    let readers = shop.readers().await;
    shop.pass().await;
    let mut expected = Vec::new();
    for number in 2..6 {
        let (readings, secrets) = (shop.readings(), shop.secrets.load(Ordering::SeqCst));
        let name = format!("shop-web-{number}");
        let successor = shop.run(&name);
        shop.see(&successor).await;
        shop.engine.write_by_hand(&successor, false, &name);
        shop.pass().await;
        assert_eq!(shop.readings(), readings + 1, "one reading for {READERS} readers");
        assert_eq!(shop.secrets.load(Ordering::SeqCst), secrets + 1);
        expected.push(name);
    }
    for reader in &readers {
        assert_eq!(reader.successors(), expected);
        assert_eq!(reader.lines(), expected);
    }
    let readings = shop.readings();
    shop.pass().await;
    assert_eq!(shop.readings(), readings, "nothing has changed");
}

#[tokio::test]
async fn a_change_right_after_a_look_is_seen_when_the_pause_is_over() {
    let shop = Shop::new().await;
    let reader = Reader::of(shop.follow("ann").await);
    settle().await;
    let readings = shop.readings();
    let successor = shop.run("shop-web-2");
    shop.see(&successor).await;
    // Somebody who comes now looks at once, and the first one need not look again.
    let newcomer = Reader::of(shop.follow("ben").await);
    settle().await;
    assert_eq!(shop.readings(), readings + 2, "the newcomer's own, and its first look");
    assert_eq!((reader.successors().len(), newcomer.successors().len()), (0, 0));
    shop.pass().await;
    assert_eq!(reader.successors(), ["shop-web-2"]);
    assert_eq!(shop.readings(), readings + 2);
}

#[tokio::test]
async fn nothing_is_left_when_the_readers_are_gone() {
    let shop = Shop::new().await;
    let readers = shop.readers().await;
    assert_eq!((shop.followed(), readers.len()), (1, READERS));
    for reader in &readers[1..] {
        reader.task.abort();
    }
    settle().await;
    assert_eq!(shop.followed(), 1, "one is still there");
    readers[0].task.abort();
    settle().await;
    assert_eq!(shop.followed(), 0);
    let readings = shop.readings();
    shop.bell.0.notify_one();
    shop.pass().await;
    assert_eq!(shop.readings(), readings);
    let stream = shop.follow("ann").await;
    assert_eq!(shop.followed(), 1);
    drop(stream);
    assert_eq!(shop.followed(), 0, "also of one who has read nothing");
}

#[tokio::test]
async fn a_reader_whose_client_is_slow_holds_up_nobody() {
    let shop = Shop::new().await;
    let (mut slow, reader) = (shop.follow("slow").await, Reader::of(shop.follow("ann").await));
    for _ in 0..5 {
        assert!(futures::poll!(std::pin::pin!(slow.next())).is_pending());
        settle().await;
    }
    let successor = shop.run("shop-web-2");
    shop.see(&successor).await;
    shop.seen.answers.send_replace(false);
    shop.clock.advance(LOOK_EVERY);
    // It begins the look, and is not polled any more.
    assert!(futures::poll!(std::pin::pin!(slow.next())).is_pending());
    let begun = lock(&shop.server.followed_stacks().stacks)[&STACK].upgrade().unwrap();
    assert!(lock(&begun.looks).current.is_some());
    drop(begun);
    settle().await;
    assert!(reader.successors().is_empty());
    shop.seen.answers.send_replace(true);
    settle().await;
    assert_eq!(reader.successors(), ["shop-web-2"]);
    let frames = slow.next().await.unwrap();
    assert_eq!(successors(&frames), ["shop-web-2"]);
}

#[tokio::test]
async fn whoever_may_no_longer_read_is_told_so_and_the_others_go_on() {
    let shop = Shop::new().await;
    let readers = shop.readers().await;
    lock(&shop.refused).insert("reader7".to_owned());
    let successor = shop.run("shop-web-2");
    shop.see(&successor).await;
    shop.pass().await;
    for (number, reader) in readers.iter().enumerate() {
        if number == 7 {
            assert_eq!((reader.end(), reader.successors()), ("forbidden".to_owned(), Vec::new()));
        } else {
            assert_eq!(reader.successors(), ["shop-web-2"], "{number}");
        }
    }
}

#[tokio::test]
async fn a_look_that_fails_ends_all_with_the_reason() {
    let shop = Shop::new().await;
    let readers = shop.readers().await;
    let readings = shop.readings();
    shop.seen.fails.store(true, Ordering::SeqCst);
    shop.bell.0.notify_one();
    settle().await;
    shop.pass().await;
    for reader in &readers {
        assert_eq!(reader.end(), "the database cannot be used right now: the disk is full");
    }
    assert_eq!((shop.readings(), shop.followed()), (readings + 1, 0));
}
