use super::*;
use crate::on_demand::back_test::{Line, Tally, Verdict};

const MIB: u64 = 1 << 20;

fn minutes(value: u64) -> Duration {
    Duration::from_mins(value)
}

/// GiB with one digit behind the point, in bytes.
fn tenths_of_gib(tenths: u64) -> u64 {
    tenths * (1 << 30) / 10
}

#[test]
fn the_documents_example_gives_twelve_minutes() {
    let per_day = 24.0 * 6.0;
    assert_eq!(mean_interval(per_day), Some(minutes(10)));
    let timeout = rule_of_thumb(Duration::from_secs(45), minutes(10));
    assert_eq!(timeout, Duration::from_secs(735));
    assert_eq!(timeout.as_secs() / 60, 12);
}

#[test]
fn a_service_that_is_never_used_has_no_interval() {
    assert_eq!((mean_interval(0.0), mean_interval(-1.0), mean_interval(f64::NAN)), (None, None, None));
    assert_eq!(recommend(Some(minutes(1)), 0.0, None).rule_of_thumb, None);
}

#[test]
fn hours_asleep_are_those_of_the_document() {
    let hours = [0.05, 0.01, 0.10].map(|up| Saving::of_a_day(1, up).hours);
    // The document writes 22.8, 23.8 and 21.6: the second is 23.76, rounded.
    for (hours, expected) in hours.into_iter().zip([22.8, 23.76, 21.6]) {
        assert!((hours - expected).abs() < 1e-6, "{hours} for {expected}");
    }
}

#[test]
fn saved_memory_is_that_of_the_document_except_where_it_subtracts_twice() {
    let ragflow = Saving::of_a_day(tenths_of_gib(65), 0.05);
    let xtts = Saving::of_a_day(tenths_of_gib(25), 0.01);
    let paperless = Saving::of_a_day(tenths_of_gib(13), 0.10);
    assert_eq!(format!("{:.0}", xtts.gib_hours), "59");
    assert_eq!(format!("{:.0}", paperless.gib_hours), "28");
    // 6.5 GB for 22.8 h are 148, not 141: the document multiplies 6.2 GB, which is 6.5 GB less the 5 % of use that are
    // already missing from the 22.8 h.
    assert_eq!(format!("{:.1}", ragflow.gib_hours), "148.2");
    let documents = Saving::of_a_day(tenths_of_gib(62), 0.05);
    assert_eq!(format!("{:.0}", documents.gib_hours), "141");
    // The document adds what it has rounded, which makes 228 of 228.8.
    let rounded: f64 = [documents, xtts, paperless].iter().map(|saving| saving.gib_hours.round()).sum();
    assert!((rounded - 228.0).abs() < 1e-9);
    assert_eq!(format!("{:.1}", Saving::total([documents, xtts, paperless]).gib_hours), "228.8");
    let total = Saving::total([ragflow, xtts, paperless]);
    assert_eq!(format!("{:.1}", total.gib_hours), "235.7");
}

#[test]
fn a_service_that_is_always_up_saves_nothing() {
    assert_eq!(Saving::of_a_day(1 << 30, 1.0), Saving::default());
    assert_eq!(Saving::of_a_day(1 << 30, 7.0), Saving::default());
    let ten_hours = Saving::of(2 << 30, Duration::from_hours(10));
    assert!((ten_hours.gib_hours - 20.0).abs() < 1e-9);
}

#[test]
fn the_recommendation_is_what_would_have_cost_the_least() {
    let line = |policy, cold_starts, idle| Line {
        policy,
        earlier: Tally { cold_starts, idle: minutes(idle), prewarms: 0 },
        later: Tally::default(),
        verdict: Verdict::NotConfirmed,
    };
    let comparison = Comparison {
        lines: vec![
            line(Policy::Fixed(minutes(3)), 30, 100),
            line(Policy::Fixed(minutes(30)), 5, 300),
            line(Policy::Fixed(minutes(60)), 4, 600),
            line(Policy::Calendar { percent: 40 }, 1, 300),
        ],
        cold_start_worth: 20.0,
    };
    let expected = Recommendation {
        rule_of_thumb: Some(Duration::from_secs(735)),
        policy: Some(Policy::Calendar { percent: 40 }),
        timeout: Some(minutes(30)),
    };
    assert_eq!(recommend(Some(Duration::from_secs(45)), 144.0, Some(&comparison)), expected);
    let unknown = Recommendation { rule_of_thumb: None, policy: None, timeout: None };
    assert_eq!(recommend(None, 144.0, None), unknown);
}

fn documents_services() -> [ServiceRow; 3] {
    let row = |name: &str, state, since, memory, peak| ServiceRow {
        name: name.to_owned(),
        state,
        since,
        memory,
        peak: Some(peak),
        timeout: minutes(3),
        start_p50: Some(Duration::from_secs(45)),
        hits_per_day: 144.0,
    };
    let running = ShownState::Running;
    let ragflow = row("ragflow", running, Duration::from_hours(2), tenths_of_gib(42), tenths_of_gib(65));
    let xtts = row("xtts", ShownState::Stopped, Duration::from_hours(3), 0, tenths_of_gib(25));
    let paperless = row("paperless", running, minutes(15), 890 * MIB, tenths_of_gib(13));
    [
        ragflow,
        ServiceRow { start_p50: None, hits_per_day: 0.25, ..xtts },
        ServiceRow { timeout: Duration::from_secs(90), hits_per_day: 12.0, ..paperless },
    ]
}

#[test]
fn the_table_has_the_configuration_and_the_state_of_all_services() {
    let expected = "\
=== Services Auto-Start - Status & RAM ===

Configuration:
- ragflow (6.5 GiB)   : 3 min timeout | start 45 s | 144.0 hits/day
- xtts (2.5 GiB)      : 3 min timeout | start ?    | 0.2 hits/day
- paperless (1.3 GiB) : 90 s timeout  | start 45 s | 12.0 hits/day

=== State ===
ragflow   : RUNNING | 2 h    | RAM: 4.2 GiB / 6.5 GiB
xtts      : STOPPED | 3 h
paperless : RUNNING | 15 min | RAM: 890 MiB / 1.3 GiB
";
    assert_eq!(status_table(&documents_services()), expected);
}

#[test]
fn every_state_has_a_word_and_only_services_that_are_up_show_memory() {
    let [template, ..] = documents_services();
    let states = [
        (ShownState::Running, "RUNNING", true),
        (ShownState::Stopped, "STOPPED", false),
        (ShownState::Starting, "STARTING", true),
        (ShownState::Stopping, "STOPPING", true),
        (ShownState::Held, "HELD", false),
        (ShownState::Failed, "FAILED", false),
    ];
    for (state, word, uses_memory) in states {
        let text = status_table(&[ServiceRow { state, ..template.clone() }]);
        assert!(text.contains(&format!("ragflow : {word} | 2 h")), "{text}");
        assert_eq!(text.contains("RAM: 4.2"), uses_memory, "{text}");
    }
}

#[test]
fn a_table_without_services_has_only_headings() {
    let text = status_table(&[]);
    assert_eq!(text, "=== Services Auto-Start - Status & RAM ===\n\nConfiguration:\n\n=== State ===\n");
}

#[test]
fn what_is_not_known_is_a_question_mark_and_names_of_all_scripts_are_aligned() {
    let [first, second, _] = documents_services();
    let rows = [
        ServiceRow {
            name: "données".to_owned(),
            peak: None,
            memory: 0,
            since: Duration::from_hours(49),
            ..first
        },
        second,
    ];
    let text = status_table(&rows);
    assert!(text.contains("\ndonnées : RUNNING | 2 d | RAM: 0 MiB / ?\n"), "{text}");
    assert!(text.contains("\nxtts    : STOPPED | 3 h\n"), "{text}");
}
