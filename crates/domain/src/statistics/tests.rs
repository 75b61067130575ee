//! Laws of the roll-up, the packed form and the budgets.

use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;

use super::recent::Recent;
use super::*;
use crate::ids::{ContainerId, Slot, StackId};
use crate::time::Timestamp;

const START: i64 = 1_769_421_600_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(START + seconds * 1000).unwrap()
}

fn place(number: u16) -> Place {
    Place {
        stack: StackId(Uuid::from_u128(1)),
        service: "web".parse().unwrap(),
        slot: Slot(u32::from(number) + 1),
    }
}

fn subject(number: u16, started: i64) -> Subject {
    Subject {
        container: ContainerId(format!("c{number}")),
        name: format!("shop-web-{number}"),
        place: Some(place(number)),
        started_at: Some(at(started)),
    }
}

fn running(numbers: impl IntoIterator<Item = u16>) -> Running {
    Running { subjects: numbers.into_iter().map(|number| subject(number, 0)).collect(), left_out: 0 }
}

/// After `seconds` of a run that uses a quarter of one of four CPUs, 10 MiB and 100 bytes in each second, each way.
fn reading(seconds: u64) -> Reading {
    Reading {
        cpu_ns: seconds * 250_000_000,
        host_cpu_ns: seconds * 4_000_000_000,
        cpus: 4,
        memory: MemoryReading {
            usage: 10 << 20,
            total_inactive_file: None,
            inactive_file: None,
            limit: 64 << 20,
        },
        counters: Counters::from_array([100 * seconds; 4]),
        pids: 3,
    }
}

fn book(bytes: usize) -> Book {
    Book::new(Limits { bytes })
}

/// Records `count` samples of each of these containers, five seconds apart, the first one at `from`.
fn follow(book: &mut Book, numbers: &[u16], from: i64, count: i64) {
    for second in (0..count).map(|index| from + index * 5) {
        for number in numbers {
            let reading = reading(u64::try_from(second + 10_000).unwrap());
            book.record(&ContainerId(format!("c{number}")), at(second), &reading);
        }
    }
}

#[test]
fn five_minutes_become_one_point() {
    let mut book = book(1 << 20);
    book.note(&running([0]));
    follow(&mut book, &[0], 0, 61);
    let points = book.take_finished(at(300));
    let [(of, point)] = &points[..] else { panic!("{points:?}") };
    assert_eq!((of, point.start, point.samples), (&place(0), at(0), 60));
    assert_eq!((point.cpu_mean(), point.cpu_peak()), (Some(CpuShare(2_500)), Some(CpuShare(2_500))));
    assert_eq!((point.memory_mean(), point.memory_max, point.pids_max), (10 << 20, 10 << 20, 3));
    assert_eq!(point.covered_ms, 59 * 5_000, "the first sample has nothing before it");
    assert_eq!(point.per_second(), Some(Counters::from_array([100; 4])));
    assert_eq!(book.take_finished(at(300)), [], "what was taken is not taken again");
    assert_eq!(book.take_all().len(), 1, "the last sample is in the next five minutes");
}

#[test]
fn a_replaced_container_goes_on_in_its_place_and_counts_from_zero() {
    let mut book = book(1 << 20);
    book.note(&running([0]));
    follow(&mut book, &[0], 0, 10);
    let successor = Subject { container: ContainerId("new".to_owned()), ..subject(0, 50) };
    book.note(&Running { subjects: vec![subject(0, 0), successor], left_out: 0 });
    book.record(&ContainerId("new".to_owned()), at(55), &reading(1));
    // The old one stops, but still reports: it no longer speaks for the place.
    follow(&mut book, &[0], 57, 1);
    book.record(&ContainerId("new".to_owned()), at(60), &reading(6));
    let series = book.history(place(0).stack, None, at(0), at(100), Step::ALL[0]).series;
    let shown: Vec<_> = series[0]
        .points
        .iter()
        .map(|point| {
            (point.start.since(at(0)).as_secs(), point.transferred.network_sent, point.cpu_mean().is_some())
        })
        .collect();
    assert_eq!(shown[8..], [(40, 500, true), (45, 500, true), (55, 0, false), (60, 500, true)]);
}

#[test]
fn gaps_are_gaps() {
    let mut book = book(1 << 20);
    book.note(&running([0]));
    follow(&mut book, &[0], 0, 3);
    follow(&mut book, &[0], 600, 3);
    let points = &book
        .history(place(0).stack, None, at(0), at(700), Step::of(Duration::from_mins(1)).unwrap())
        .series[0]
        .points;
    let starts: Vec<_> = points.iter().map(|point| point.start.since(at(0)).as_secs()).collect();
    assert_eq!(starts, [0, 600]);
    assert_eq!(points[1].transferred, Counters::from_array([1_000; 4]), "not what happened in the gap");
}

#[test]
fn the_snapshot_shows_what_runs_now() {
    let mut book = book(1 << 20);
    let foreign =
        Subject { container: ContainerId("f".into()), name: "db".into(), place: None, started_at: None };
    let mut all = running([0, 1]);
    all.subjects.push(foreign.clone());
    book.note(&all);
    follow(&mut book, &[0], 0, 2);
    book.record(&foreign.container, at(1), &reading(9));
    book.record(&ContainerId("unknown".into()), at(1), &reading(9));
    let shown = |book: &Book| -> Vec<_> {
        let containers = book.snapshot(at(10)).containers.into_iter();
        containers
            .map(|c| (c.name, c.sample.map(|s| s.memory), c.per_second.map(|r| r.network_received)))
            .collect()
    };
    let ten = Some(10 << 20);
    assert_eq!(
        shown(&book),
        [("shop-web-0".into(), ten, Some(100)), ("shop-web-1".into(), None, None), ("db".into(), ten, None)]
    );
    book.ended(&ContainerId("c0".into()));
    book.note(&running([0]));
    assert_eq!(shown(&book), [("shop-web-0".into(), None, None)]);
}

#[test]
fn what_ended_longest_ago_goes_first() {
    // Room for three full rings.
    let mut book = book(3 * Recent::FULL);
    for number in [2, 0, 1] {
        book.note(&running([number]));
        follow(&mut book, &[number], 1_000 * i64::from(number), 60);
    }
    book.note(&running([7, 8]));
    let kept = |book: &Book| -> Vec<u32> {
        let series = book.history(place(0).stack, None, at(0), at(10_000), Step::ALL[3]).series;
        series.iter().map(|series| series.place.slot.0 - 1).collect()
    };
    assert_eq!(kept(&book), [0, 1, 2], "a short history takes little");
    book.note(&running([7, 8, 9]));
    assert_eq!(kept(&book), [] as [u32; 0], "those that run need it all");
    book.note(&running([7, 8]));
    assert_eq!(book.take_all().len(), 5, "their last minutes are still stored");
}

#[test]
fn what_could_not_be_stored_waits_but_not_for_ever() {
    let mut book = book(1 << 20);
    book.note(&running([0]));
    for round in 0..30 {
        follow(&mut book, &[0], round * 300, 60);
        let points = book.take_finished(at(round * 300 + 300));
        book.put_back(points);
    }
    let waiting = book.take_finished(at(9_000));
    assert_eq!((waiting.len(), waiting[11].1.start), (12, at(8_700)));
}

#[test]
fn a_clock_that_goes_back_does_no_harm() {
    let mut book = book(1 << 20);
    book.note(&running([0]));
    follow(&mut book, &[0], 100_000, 20);
    follow(&mut book, &[0], 0, 20);
    let points = &book.history(place(0).stack, None, at(0), at(1_000), Step::ALL[0]).series[0].points;
    assert_eq!((points.len(), points[0].start), (20, at(0)));
    assert_eq!(book.take_all().len(), 2);
}

#[test]
fn the_step_fits_age_and_range() {
    let hours = Duration::from_hours;
    let step = |age, range| Step::fitting(age, range).length();
    assert_eq!(step(hours(1), hours(1)), Duration::from_secs(5));
    assert_eq!(
        step(hours(1) + Duration::from_secs(1), hours(1)),
        Duration::from_secs(5),
        "it was just asked"
    );
    assert_eq!(step(hours(2), hours(1)), Duration::from_mins(5), "samples are kept for an hour");
    assert_eq!(step(hours(336), hours(336)), Duration::from_mins(30));
    assert_eq!(step(hours(1_000_000), hours(1_000_000)), hours(24));
    assert_eq!(Step::of(Duration::from_secs(7)), None);
}

#[test]
fn many_series_have_coarser_steps() {
    let hour = Duration::from_hours(1);
    let step = |step: Step, series, range| step.for_series(series, range).length().as_secs();
    let finest = Step::ALL[0];
    assert_eq!([0, 1, 41].map(|series| step(finest, series, hour)), [5; 3]);
    assert_eq!([42, 200, 1_000].map(|series| step(finest, series, hour)), [10, 30, 300]);
    assert_eq!(step(Step::STORED, 1, hour), 300);
    assert_eq!(step(Step::STORED, 200, 336 * hour), 3 * 3_600);
    assert_eq!(step(Step::STORED, usize::MAX, 336 * hour), 24 * 3_600);
    let mut book = book(64 << 20);
    book.note(&running(0..200));
    let numbers: Vec<u16> = (0..200).collect();
    follow(&mut book, &numbers, 0, 720);
    let history = book.history(place(0).stack, None, at(0), at(3_600), finest);
    let points: Vec<_> = history.series.iter().map(|series| series.points.len()).collect();
    assert_eq!((history.step.length().as_secs(), points), (30, vec![120; 200]));
    let one = book.history(place(0).stack, Some(&"db".parse().unwrap()), at(0), at(3_600), finest);
    assert_eq!((one.step, one.series), (finest, Vec::new()));
}

#[test]
fn stored_history_of_what_has_ended_goes_before_the_oldest_of_the_rest() {
    let span = |number, days: i64, bytes| StoredSpan { place: place(number), last: at(86_400 * days), bytes };
    let stored = vec![span(0, 5, 100), span(1, 13, 400), span(2, 2, 50), span(3, 14, 400)];
    let now = at(86_400 * 14);
    let crowded = |bytes| StatisticsRetention::within(bytes).crowded(stored.clone(), now);
    assert_eq!(crowded(950), Crowded::default());
    assert_eq!(crowded(949), Crowded { places: vec![place(2)], excess: 0 });
    assert_eq!(crowded(880), Crowded { places: vec![place(2), place(0)], excess: 0 });
    let all_ended = vec![place(2), place(0), place(1)];
    assert_eq!(crowded(300), Crowded { places: all_ended, excess: 100 });
}

#[test]
fn a_packed_block_that_makes_no_sense_is_an_error() {
    let start = at(0);
    let unpack = |bytes: &[u8]| Block::unpack(start, bytes);
    assert_eq!(unpack(&[]), Err(BlockError::Short));
    assert_eq!(unpack(&[9, 0]), Err(BlockError::Form(9)));
    assert_eq!(unpack(&[1, 0, 0]), Err(BlockError::Short));
    assert_eq!(unpack(&[1, 12]), Err(BlockError::Number), "an hour has twelve times five minutes");
    assert_eq!(
        unpack(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]),
        Err(BlockError::Number)
    );
    assert_eq!(unpack(&[1]).unwrap(), Block::empty(start));
}

prop_compose! {
    fn a_point()(
        index in 0..12_i64,
        samples in 1..=u32::MAX,
        numbers in any::<[u64; 8]>(),
        cpu in any::<u32>(),
        pids in any::<u32>(),
    ) -> Point {
        let [covered_ms, cpu_work, memory_sum, memory_max, a, b, c, d] = numbers;
        Point {
            start: at(index * 300),
            samples,
            covered_ms,
            cpu_work,
            cpu_max: CpuShare(cpu),
            memory_sum,
            memory_max,
            transferred: Counters::from_array([a, b, c, d]),
            pids_max: pids,
        }
    }
}

proptest! {
    #[test]
    fn a_block_is_unpacked_as_it_was_packed(points in prop::collection::vec(a_point(), 0..20)) {
        let mut block = Block::empty(at(0));
        for point in &points {
            block.add(point);
        }
        prop_assert!(block.points().is_sorted_by_key(|point| point.start) && block.points().len() <= 12);
        prop_assert_eq!(Block::unpack(at(0), &block.pack()), Ok(block));
    }

    #[test]
    fn unpacking_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Block::unpack(at(0), &bytes);
    }

    /// However samples are put together, the sums are those of all of them.
    #[test]
    fn points_can_be_put_together_in_any_order(points in prop::collection::vec(a_point(), 1..30), split in 0..30_usize) {
        let step = Step::ALL[11];
        let all = resample(points.clone(), step);
        let (one, two) = points.split_at(split.min(points.len()));
        let parts = resample(two.iter().copied(), step).into_iter().chain(resample(one.iter().copied(), step));
        prop_assert_eq!(&resample(parts, step), &all);
        let rolled_up = resample(points.iter().copied(), Step::ALL[4]);
        prop_assert_eq!(resample(rolled_up, step), all);
    }

    /// The mean lies between the extremes, and a point says no more than its samples.
    #[test]
    fn a_roll_up_keeps_means_and_maxima(shares in prop::collection::vec((0..100_000_u32, 0..1_u64 << 40, 0..1_000_u32), 2..60)) {
        let mut samples = Vec::new();
        for (index, (share, memory, pids)) in shares.iter().enumerate() {
            let at = at(5 * i64::try_from(index).unwrap());
            let cpu = (index > 0).then_some(CpuShare(*share));
            let counters = Counters::from_array([index as u64; 4]);
            samples.push(Sample { at, cpu_ns: 0, cpu, memory: *memory, memory_limit: None, counters, pids: *pids });
        }
        let mut point = Point::of(&samples[0], None);
        for pair in samples.windows(2) {
            point.add(&Point::of(&pair[1], Some(&pair[0])));
        }
        let measured = || shares[1..].iter().map(|(share, ..)| *share);
        let mean = point.cpu_mean().unwrap().0;
        prop_assert!(mean >= measured().min().unwrap() && mean <= measured().max().unwrap());
        prop_assert_eq!(point.cpu_peak().unwrap().0, measured().max().unwrap());
        prop_assert_eq!(point.memory_max, shares.iter().map(|(_, memory, _)| *memory).max().unwrap());
        prop_assert!(point.memory_mean() <= point.memory_max);
        prop_assert_eq!(point.pids_max, shares.iter().map(|(.., pids)| *pids).max().unwrap());
        prop_assert_eq!(point.transferred.block_read, shares.len() as u64 - 1);
    }

    /// Whatever starts and ends, the samples take no more memory than they may.
    #[test]
    fn the_budget_holds(
        rings in 0..5_usize,
        rounds in prop::collection::vec((prop::collection::btree_set(0..12_u16, 0..12), 1..200_i64), 1..12),
    ) {
        let limit = rings * Recent::FULL + 1_000;
        let mut book = book(limit);
        let mut now = 0;
        for (numbers, count) in rounds {
            book.note(&running(numbers.iter().copied()));
            prop_assert!(book.bytes() <= limit, "{} of {limit} after a note", book.bytes());
            let numbers: Vec<_> = numbers.into_iter().collect();
            follow(&mut book, &numbers, now, count);
            now += count * 5;
            prop_assert!(book.bytes() <= limit, "{} of {limit} with {}", book.bytes(), numbers.len());
        }
    }
}
