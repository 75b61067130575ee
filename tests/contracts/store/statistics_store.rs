//! What containers used in the last days.

use core_monitor_domain::ids::{Slot, StackId};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::statistics::{Counters, CpuShare, Place, Point, Series, StatisticsRetention, Step};
use core_monitor_domain::time::Timestamp;

use crate::fixture::Fixture;

contract!(
    there_is_nothing_before_the_first_points,
    points_round_trip,
    two_points_of_the_same_time_become_one,
    what_is_asked_for_is_found,
    what_is_too_old_is_removed_when_tidied,
    what_ended_longest_ago_is_removed_first,
    the_oldest_of_everything_is_removed_next,
    many_places_at_once,
);

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// `seconds` after the begin of an hour.
fn after(seconds: i64) -> Timestamp {
    Timestamp::from_millis((1_769_421_600 + seconds) * 1000).unwrap()
}

fn place(stack: StackId, service: &str, slot: u32) -> Place {
    Place { stack, service: service.parse().unwrap(), slot: Slot(slot) }
}

fn point(seconds: i64, memory: u64) -> Point {
    Point {
        start: after(seconds),
        samples: 60,
        covered_ms: 300_000,
        cpu_work: 300_000 * 2_550,
        cpu_max: CpuShare(40_000),
        memory_sum: memory * 60,
        memory_max: memory + 5,
        transferred: Counters::from_array([1, 2 << 40, 0, u64::MAX]),
        pids_max: 17,
    }
}

async fn history(
    f: &Fixture,
    stack: StackId,
    service: Option<ServiceName>,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Series> {
    let history = f.statistics.history(stack, service, from, to, Step::STORED).await.unwrap();
    // Over long times the step is larger, but the tests have few points.
    history.series
}

/// Everything of a stack: service, slot, and the seconds at which points begin.
async fn all(f: &Fixture, stack: StackId) -> Vec<String> {
    let series = history(f, stack, None, after(-17 * DAY), after(10 * DAY)).await;
    let line = |series: Series| {
        let starts =
            series.points.iter().map(|point| (point.start.as_millis() / 1000 - 1_769_421_600).to_string());
        format!("{} {}: {}", series.place.service, series.place.slot, starts.collect::<Vec<_>>().join(" "))
    };
    series.into_iter().map(line).collect()
}

async fn there_is_nothing_before_the_first_points(f: &Fixture) {
    assert_eq!(all(f, StackId(f.id())).await, [] as [String; 0]);
    assert_eq!(f.statistics.bytes().await.unwrap(), 0);
    f.statistics.record(&[], None).await.unwrap();
    f.statistics.record(&[], Some((StatisticsRetention::within(0), after(0)))).await.unwrap();
}

async fn points_round_trip(f: &Fixture) {
    let web = place(StackId(f.id()), "web", 1);
    let points =
        [(web.clone(), point(0, 1 << 30)), (web.clone(), point(300, 7)), (web.clone(), point(HOUR, 8))];
    f.statistics.record(&points[..1], None).await.unwrap();
    f.statistics.record(&points[1..], None).await.unwrap();
    let found = history(f, web.stack, None, after(0), after(DAY)).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place, web);
    assert_eq!(found[0].points, points.map(|(_, point)| point));
    let bytes = f.statistics.bytes().await.unwrap();
    assert!((200..1_000).contains(&bytes), "{bytes}");
}

async fn two_points_of_the_same_time_become_one(f: &Fixture) {
    let web = place(StackId(f.id()), "web", 1);
    for memory in [10, 20] {
        f.statistics.record(&[(web.clone(), point(0, memory))], None).await.unwrap();
    }
    let found = history(f, web.stack, None, after(0), after(1)).await;
    assert_eq!(
        (found[0].points.len(), found[0].points[0].memory_mean(), found[0].points[0].samples),
        (1, 15, 120)
    );
}

async fn what_is_asked_for_is_found(f: &Fixture) {
    let (shop, blog) = (StackId(f.id()), StackId(f.id()));
    let places = [place(shop, "web", 2), place(shop, "web", 10), place(shop, "db", 1), place(blog, "web", 1)];
    for start in [0, 300, 3_300, 3_600] {
        let points = places.iter().map(|place| (place.clone(), point(start, 1)));
        f.statistics.record(&points.collect::<Vec<_>>(), None).await.unwrap();
    }
    let everything = "0 300 3300 3600";
    let expected = ["db 1", "web 2", "web 10"].map(|place| format!("{place}: {everything}"));
    assert_eq!(all(f, shop).await, expected, "by place, oldest first");
    let part = history(f, shop, Some("web".parse().unwrap()), after(300), after(3_600)).await;
    let starts: Vec<_> = part.iter().map(|series| (series.place.slot.0, series.points.len())).collect();
    assert_eq!(starts, [(2, 2), (10, 2)], "the end is not part of it");
    assert_eq!(history(f, shop, None, after(400), after(3_300)).await, []);
}

async fn what_is_too_old_is_removed_when_tidied(f: &Fixture) {
    let web = place(StackId(f.id()), "web", 1);
    let points = [-16 * DAY, -13 * DAY, 0, 3 * DAY].map(|start| (web.clone(), point(start, 1)));
    f.statistics.record(&points, None).await.unwrap();
    assert_eq!(all(f, web.stack).await, [format!("web 1: {} {} 0 {}", -16 * DAY, -13 * DAY, 3 * DAY)]);
    f.statistics.record(&[], Some((StatisticsRetention::within(1 << 20), after(0)))).await.unwrap();
    assert_eq!(all(f, web.stack).await, [format!("web 1: {} 0", -13 * DAY)]);
}

async fn what_ended_longest_ago_is_removed_first(f: &Fixture) {
    let stack = StackId(f.id());
    let mut points = Vec::new();
    for day in 0..10 {
        points.push((place(stack, "runs", 1), point(day * DAY, 1)));
    }
    points.push((place(stack, "ended-later", 1), point(5 * DAY, 1)));
    points.push((place(stack, "ended-first", 1), point(4 * DAY, 1)));
    f.statistics.record(&points, None).await.unwrap();
    let bytes = f.statistics.bytes().await.unwrap();
    let tidy = |bytes| Some((StatisticsRetention::within(bytes), after(9 * DAY)));
    f.statistics.record(&[], tidy(bytes)).await.unwrap();
    assert_eq!(f.statistics.bytes().await.unwrap(), bytes, "there is room for everything");
    f.statistics.record(&[], tidy(bytes - 1)).await.unwrap();
    let left: Vec<_> =
        all(f, stack).await.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(left, ["ended-later", "runs"]);
}

async fn the_oldest_of_everything_is_removed_next(f: &Fixture) {
    let stack = StackId(f.id());
    let mut points = Vec::new();
    for hour in 0..20 {
        points.push((place(stack, "one", 1), point(hour * HOUR, 1)));
        points.push((place(stack, "two", 1), point(hour * HOUR, 1)));
    }
    f.statistics.record(&points, None).await.unwrap();
    let half = f.statistics.bytes().await.unwrap() / 2;
    f.statistics.record(&[], Some((StatisticsRetention::within(half), after(20 * HOUR)))).await.unwrap();
    let starts: Vec<_> = (10..20).map(|hour| (hour * HOUR).to_string()).collect();
    let expected = ["one", "two"].map(|service| format!("{service} 1: {}", starts.join(" ")));
    assert_eq!(all(f, stack).await, expected);
    assert!(f.statistics.bytes().await.unwrap() <= half);
}

async fn many_places_at_once(f: &Fixture) {
    let stack = StackId(f.id());
    let points: Vec<_> = (1..=1_200).map(|slot| (place(stack, "web", slot), point(0, 1))).collect();
    for _ in 0..2 {
        f.statistics.record(&points, None).await.unwrap();
    }
    let all = f.statistics.history(stack, None, after(0), after(14 * DAY), Step::STORED).await.unwrap();
    assert_eq!((all.step.length().as_secs(), all.series.len()), (24 * 3_600, 1_200), "coarser steps");
    let found = history(f, stack, None, after(0), after(1)).await;
    assert_eq!(found.len(), 1_200);
    assert!(found.iter().all(|series| series.points[0].samples == 120));
}
