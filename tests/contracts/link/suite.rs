//! The behaviour of a link.

use std::collections::VecDeque;

use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogEntry, LogRequest, LogTail, OutputStream};
use core_monitor_domain::observation::{ApiVersion, EngineFacts, HostObservation, Observation};
use core_monitor_domain::ports::{Clock as _, LinkError, LogFeed};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_message::Message;

use crate::bench::Bench;

contract! {
    projects_are_listed_and_found,
    a_refresh_returns_its_time,
    an_engine_that_is_down_is_reported_in_its_own_words,
    without_a_worker_there_is_no_answer_until_one_runs,
    output_is_followed_to_its_end,
    it_starts_at_the_requested_line,
    bytes_arrive_unchanged,
    a_missing_container_is_not_found,
    a_feed_that_is_dropped_ends_its_producer,
    several_feeds_go_side_by_side,
    an_engine_that_goes_away_in_the_middle_is_an_error,
    a_worker_that_goes_away_in_the_middle_is_an_error,
}

type Output = Lines;

/// Output, line by line.
pub(crate) struct Lines {
    pub(crate) feed: LogFeed<LinkError>,
    come: VecDeque<LogEntry>,
}

impl Lines {
    pub(crate) fn of(feed: LogFeed<LinkError>) -> Self {
        Self { feed, come: VecDeque::new() }
    }

    async fn next(&mut self) -> Result<Option<LogEntry>, LinkError> {
        if self.come.is_empty() {
            self.come.extend(self.feed.next().await?.unwrap_or_default());
        }
        Ok(self.come.pop_front())
    }
}

/// The next line with its stream; `end` at the end.
async fn line(output: &mut Output) -> String {
    match output.next().await.unwrap() {
        Some(entry) => {
            let stream = if entry.stream == OutputStream::Stderr { "err" } else { "out" };
            format!("{stream} {}", String::from_utf8_lossy(&entry.bytes))
        }
        None => "end".to_owned(),
    }
}

/// The last lines, and what follows.
fn last(lines: u32) -> LogRequest {
    LogRequest { tail: LogTail::Last(lines), ..LogRequest::FOLLOW }
}

fn project(bench: &Bench) -> RunningProject {
    let engine = EngineFacts {
        id: "engine".into(),
        version: "20.10.24".into(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".into(),
        arch: "amd64".into(),
    };
    RunningProject {
        summary: ProjectSummary {
            name: "shop".into(),
            services: vec!["web".into()],
            containers: 1,
            running: 1,
            ids: vec![bench.web.clone()],
            made_by: None,
            component: false,
        },
        desired: DesiredStack::empty("shop".parse().unwrap()),
        containers: Vec::new(),
        networks: Vec::new(),
        notes: vec![Message::foreign("It has \"notes\"\nof several lines.")],
        observation: Observation {
            host: HostObservation::empty(bench.clock.now(), engine),
            containers: Vec::new(),
        },
    }
}

async fn projects_are_listed_and_found(bench: &mut Bench) {
    assert_eq!(bench.link.list_projects().await.unwrap(), []);
    let shop = project(bench);
    bench.worker.add_project(shop.clone());
    assert_eq!(bench.link.list_projects().await.unwrap(), std::slice::from_ref(&shop.summary));
    assert_eq!(bench.link.find_project("shop").await.unwrap(), Some(shop));
    assert_eq!(bench.link.find_project("blog").await.unwrap(), None);
}

async fn a_refresh_returns_its_time(bench: &mut Bench) {
    assert_eq!(bench.link.refresh().await.unwrap(), bench.clock.now());
}

async fn an_engine_that_is_down_is_reported_in_its_own_words(bench: &mut Bench) {
    bench.engine.set_unplugged(true);
    let message = "the container engine cannot be reached: connection refused".to_owned();
    let expected = LinkError::Refused { message };
    assert_eq!(bench.link.refresh().await.err(), Some(expected.clone()));
    let followed = bench.link.read_logs(&bench.web, &LogRequest::FOLLOW).await;
    assert_eq!(followed.err(), Some(expected));
}

async fn without_a_worker_there_is_no_answer_until_one_runs(bench: &mut Bench) {
    for _ in 0..3 {
        assert!(bench.link.refresh().await.is_ok());
        bench.end_worker().await;
        let away = bench.link.refresh().await;
        assert!(matches!(away, Err(LinkError::WorkerAway { .. })), "{away:?}");
        let away = bench.link.read_logs(&bench.web, &LogRequest::FOLLOW).await.err();
        assert!(matches!(away, Some(LinkError::WorkerAway { .. })), "{away:?}");
        bench.start_worker();
    }
}

async fn output_is_followed_to_its_end(bench: &mut Bench) {
    let mut output = bench.follow(&LogRequest::FOLLOW).await;
    assert_eq!(line(&mut output).await, "out one");
    assert_eq!(line(&mut output).await, "err two");
    for number in 0..2_000 {
        bench.engine.write_by_hand(&bench.web, number % 2 == 1, &number.to_string());
    }
    bench.engine.kill(&bench.web);
    for number in 0..2_000 {
        let stream = if number % 2 == 1 { "err" } else { "out" };
        assert_eq!(line(&mut output).await, format!("{stream} {number}"));
    }
    assert_eq!(line(&mut output).await, "end");
}

async fn it_starts_at_the_requested_line(bench: &mut Bench) {
    assert_eq!(line(&mut bench.follow(&last(1)).await).await, "err two");
    let mut output = bench.follow(&last(0)).await;
    bench.engine.write_by_hand(&bench.web, false, "three");
    assert_eq!(line(&mut output).await, "out three");
}

async fn bytes_arrive_unchanged(bench: &mut Bench) {
    let mut output = bench.follow(&last(0)).await;
    let text = format!("\u{1b}[31mred\0\r é {}", "x".repeat(700_000));
    bench.engine.write_by_hand(&bench.web, true, &text);
    let mut bytes = Vec::new();
    while bytes.len() < text.len() {
        let entry = output.next().await.unwrap().unwrap();
        assert_eq!(entry.stream, OutputStream::Stderr);
        bytes.extend(entry.bytes);
    }
    assert!(bytes == text.into_bytes());
}

async fn a_missing_container_is_not_found(bench: &mut Bench) {
    let missing = bench.link.read_logs(&ContainerId::from("c0"), &LogRequest::FOLLOW).await.err();
    assert_eq!(missing, Some(LinkError::NotFound { message: "No such container: c0".into() }));
}

async fn a_feed_that_is_dropped_ends_its_producer(bench: &mut Bench) {
    let output = bench.follow(&LogRequest::FOLLOW).await;
    bench.followers(1).await;
    drop(output);
    bench.followers(0).await;
}

async fn several_feeds_go_side_by_side(bench: &mut Bench) {
    let mut one = bench.follow(&last(0)).await;
    let mut other = bench.follow(&last(0)).await;
    bench.engine.write_by_hand(&bench.web, false, "three");
    // Nobody reads `one` meanwhile, and requests are still answered.
    assert_eq!(line(&mut other).await, "out three");
    assert!(bench.link.refresh().await.is_ok());
    assert_eq!(line(&mut one).await, "out three");
    drop(one);
    bench.followers(1).await;
    bench.engine.write_by_hand(&bench.web, false, "four");
    assert_eq!(line(&mut other).await, "out four");
}

async fn an_engine_that_goes_away_in_the_middle_is_an_error(bench: &mut Bench) {
    let mut output = bench.follow(&last(1)).await;
    assert_eq!(line(&mut output).await, "err two");
    bench.engine.set_unplugged(true);
    let broken = output.next().await;
    assert!(matches!(broken, Err(LinkError::Refused { .. })), "{broken:?}");
}

async fn a_worker_that_goes_away_in_the_middle_is_an_error(bench: &mut Bench) {
    let mut output = bench.follow(&last(1)).await;
    assert_eq!(line(&mut output).await, "err two");
    bench.end_worker().await;
    let broken = output.next().await;
    assert!(matches!(broken, Err(LinkError::WorkerAway { .. })), "{broken:?}");
}
