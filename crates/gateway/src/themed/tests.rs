use core_monitor_application::gateway::Face;
use core_monitor_domain::on_demand::ThemeName;
use core_monitor_waiting_page::Language;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use core_monitor_domain::command::SleepMode;
use core_monitor_domain::on_demand::{OnDemand, OnDemandTimes, Readiness, WaitMode, WakeBy};

use super::*;
use crate::status::Status;

/// Counts warnings.
#[derive(Clone, Default)]
struct Warnings(Arc<AtomicUsize>);

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn declared(theme: ThemeName) -> OnDemand {
    OnDemand {
        hosts: Vec::new(),
        paths: Vec::new(),
        port: 80,
        mode: WaitMode::Dynamic,
        theme,
        show_logs: false,
        times: OnDemandTimes::DEFAULT,
        readiness: Readiness::default(),
        stop: SleepMode::Stop,
        schedule: None,
        always_on: false,
        wake: WakeBy::Anyone,
        ignore_user_agents: Vec::new(),
        companions: [].into(),
        needs: [].into(),
        not_with: [].into(),
        cold_start_worth: None,
    }
}

/// The page of a service with this theme.
fn page(pages: &ThemedPages, theme: &str, standing: &Standing) -> String {
    let face = Face { stack: "shop".parse().unwrap(), declared: declared(theme.parse().unwrap()) };
    let clock = core_monitor_simulation::runtime_clock::RuntimeClock::new();
    let page = pages.page(&PageAsk {
        face: &face,
        service: &"web".parse().unwrap(),
        standing,
        status: &Status::of(standing, &face, Language::English, &clock),
        elapsed: None,
        retry_after: Duration::from_secs(5),
        may_wake: true,
        accept_language: "en",
        core_monitor_url: None,
        nonce: "AAAAAAAAAAAAAAAAAAAAAA",
        events_path: "/events",
        status_path: "/status",
        retry_path: "/retry",
        token: "token",
    });
    String::from_utf8(page.html.to_vec()).unwrap()
}

fn theme(name: &str, template: &str) -> BTreeMap<String, BTreeMap<String, Vec<u8>>> {
    let files = BTreeMap::from([("index.html".to_owned(), template.as_bytes().to_vec())]);
    BTreeMap::from([(name.to_owned(), files)])
}

#[tokio::test]
async fn a_theme_that_does_not_exist_gives_the_plain_page_and_one_warning_until_the_themes_are_read_again() {
    let (pages, warnings) = (ThemedPages::default(), Warnings::default());
    let count = Arc::clone(&warnings.0);
    let _guard = tracing::subscriber::set_default(warnings);
    for _ in 0..3 {
        let html = page(&pages, "mine", &Standing::Asleep);
        assert!(html.contains("data-theme=\"plain\"") && html.contains("The theme “mine” cannot be shown"));
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    page(&pages, "other", &Standing::Asleep);
    assert_eq!(count.load(Ordering::SeqCst), 2, "one for each theme");
    pages.take(BTreeMap::new());
    page(&pages, "mine", &Standing::Asleep);
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_theme_that_exists_is_shown_without_a_warning_and_one_that_is_broken_is_named_once() {
    let (pages, warnings) = (ThemedPages::default(), Warnings::default());
    let count = Arc::clone(&warnings.0);
    let _guard = tracing::subscriber::set_default(warnings);
    pages.take(theme("mine", "<h1>Mine: {{ serviceName }}</h1>"));
    assert!(page(&pages, "mine", &Standing::Asleep).contains("<h1>Mine: web</h1>"));
    let failed = Standing::Failed {
        why: core_monitor_domain::on_demand::house::StartFailure::Unhealthy,
        lines: Vec::new(),
        until: Duration::MAX,
    };
    let html = page(&pages, "mine", &failed);
    assert!(
        html.contains("data-theme=\"plain\"") && !html.contains("cannot be shown"),
        "it has no words for that"
    );
    assert!(!page(&pages, "matrix", &Standing::Asleep).contains("cannot be shown"));
    assert_eq!(count.load(Ordering::SeqCst), 0);
    pages.take(theme("mine", "{{ unknown }}"));
    assert_eq!(count.load(Ordering::SeqCst), 1, "it is named when it is read");
    assert!(page(&pages, "mine", &Standing::Asleep).contains("cannot be shown"));
    assert!(page(&pages, "mine", &Standing::Asleep).contains("cannot be shown"));
    assert_eq!(count.load(Ordering::SeqCst), 2, "and when the first visitor does not see it");
}

#[test]
fn definitions_know_the_themes_that_are_built_in() {
    assert_eq!(Theme::ALL.map(Theme::name), ThemeName::BUILT_IN);
}
