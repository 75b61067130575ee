//! The samples of all containers of a host, within a fixed budget.

use std::collections::BTreeMap;

use super::point::begin_of;
use super::recent::{Recent, WHOLE};
use super::{
    ContainerFigures, History, POINT_EVERY, Place, Point, RECENT, Rates, Reading, Running, Sample, Series,
    StatisticsSnapshot, Step, Subject, resample,
};
use crate::ids::{ContainerId, StackId};
use crate::names::ServiceName;
use crate::time::Timestamp;

/// Points that wait to be stored are kept for this many times of five minutes while the database does not take them.
const MAX_WAITING: usize = 12;

/// How much is kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all samples together. Containers that ended longest ago go first; if those that run are too many, each of them
    /// gets the same share, and so less than an hour.
    pub bytes: usize,
}

/// The samples of all containers of a host.
#[derive(Debug)]
pub struct Book {
    limits: Limits,
    running: BTreeMap<ContainerId, Current>,
    left_out: usize,
    places: BTreeMap<Place, Kept>,
    /// Samples that a place may have.
    share: usize,
    /// Points of times that are over, to be stored.
    finished: Vec<(Place, Point)>,
}

/// A running container.
#[derive(Debug)]
struct Current {
    subject: Subject,
    /// Whether its samples are those of its place: two containers can be in the same one while one replaces the other.
    leads: bool,
    reading: Option<(Timestamp, Reading)>,
    sample: Option<Sample>,
    per_second: Option<Rates>,
}

/// What a place used.
#[derive(Debug, Default)]
struct Kept {
    recent: Recent,
    /// The container and the sample that came last.
    last: Option<(ContainerId, Sample)>,
    /// The current five minutes.
    open: Option<Point>,
    runs: bool,
}

impl Book {
    /// An empty book.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            running: BTreeMap::new(),
            left_out: 0,
            places: BTreeMap::new(),
            share: WHOLE,
            finished: Vec::new(),
        }
    }

    /// Notes what runs. What no longer does disappears from the snapshot; its history stays.
    pub fn note(&mut self, running: &Running) {
        let mut before = std::mem::take(&mut self.running);
        self.left_out = running.left_out;
        for subject in &running.subjects {
            let known = before.remove(&subject.container);
            // A new run counts from zero again.
            let known = known.filter(|known| known.subject.started_at == subject.started_at);
            let (reading, sample, per_second) =
                known.map_or((None, None, None), |known| (known.reading, known.sample, known.per_second));
            let current = Current { subject: subject.clone(), leads: false, reading, sample, per_second };
            self.running.insert(subject.container.clone(), current);
        }
        self.choose_leaders();
        self.make_room();
    }

    /// The container that started last leads its place.
    fn choose_leaders(&mut self) {
        let mut leaders: BTreeMap<Place, (Option<Timestamp>, ContainerId)> = BTreeMap::new();
        for current in self.running.values() {
            if let Some(place) = &current.subject.place {
                let rank = (current.subject.started_at, current.subject.container.clone());
                leaders
                    .entry(place.clone())
                    .and_modify(|known| *known = rank.clone().max(known.clone()))
                    .or_insert(rank);
            }
        }
        for current in self.running.values_mut() {
            let place = current.subject.place.as_ref();
            let leader = place.and_then(|place| leaders.get(place));
            current.leads = leader.is_some_and(|(_, id)| *id == current.subject.container);
        }
        for (place, history) in &mut self.places {
            history.runs = leaders.contains_key(place);
        }
        for place in leaders.into_keys() {
            self.places.entry(place).or_default().runs = true;
        }
    }

    /// Removes the places that ended longest ago until what may still grow fits, and gives those that run an equal share.
    fn make_room(&mut self) {
        let running = self.places.values().filter(|history| history.runs).count();
        let mut ended: Vec<(Option<Timestamp>, usize, Place)> = self
            .places
            .iter()
            .filter(|(_, history)| !history.runs)
            .map(|(place, history)| (history.last_at(), history.recent.bytes(), place.clone()))
            .collect();
        ended.sort();
        let mut kept: usize = ended.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, place) in ended {
            if running * Recent::FULL + kept <= self.limits.bytes {
                break;
            }
            kept -= bytes;
            if let Some(mut gone) = self.places.remove(&place) {
                self.finished.extend(gone.open.take().map(|point| (place, point)));
            }
        }
        let share = self.limits.bytes.saturating_sub(kept).checked_div(running);
        self.share = share.map_or(WHOLE, Recent::most_in);
        for history in self.places.values_mut().filter(|history| history.runs) {
            history.recent.shorten(self.share);
        }
    }

    /// Records what the engine reports of a container at `at`. A container that was not noted is ignored.
    pub fn record(&mut self, container: &ContainerId, at: Timestamp, reading: &Reading) {
        let Some(current) = self.running.get_mut(container) else { return };
        let before = current.reading.as_ref().map(|(then, earlier)| (*then, earlier));
        let sample = Sample::of(at, reading, before);
        let point = Point::of(&sample, current.sample.as_ref());
        current.per_second = point.per_second();
        current.reading = Some((at, *reading));
        current.sample = Some(sample);
        let Some(place) = current.subject.place.as_ref().filter(|_| current.leads) else { return };
        let Some(history) = self.places.get_mut(place) else { return };
        if let Some(over) = history.add(container, &sample, self.share) {
            let place = place.clone();
            self.finish(place, over);
        }
    }

    /// Forgets the last sample of a container that has ended; a new run counts from zero again.
    pub fn ended(&mut self, container: &ContainerId) {
        if let Some(current) = self.running.get_mut(container) {
            (current.reading, current.sample, current.per_second) = (None, None, None);
        }
    }

    /// The points of five minutes that are over, to be stored, and forgets samples that are too old.
    pub fn take_finished(&mut self, now: Timestamp) -> Vec<(Place, Point)> {
        let current = begin_of(now, POINT_EVERY);
        let mut over = Vec::new();
        for (place, history) in &mut self.places {
            // Also one from a clock that went back.
            over.extend(
                history.open.take_if(|open| open.start != current).map(|point| (place.clone(), point)),
            );
        }
        for (place, point) in over {
            self.finish(place, point);
        }
        self.places.retain(|_, history| {
            history.runs || history.last_at().is_some_and(|last| now.since(last) < RECENT)
        });
        std::mem::take(&mut self.finished)
    }

    /// All points that are not stored, also those of the current five minutes: they are added to when they are stored again.
    pub fn take_all(&mut self) -> Vec<(Place, Point)> {
        let open =
            self.places.iter_mut().filter_map(|(place, history)| Some((place.clone(), history.open.take()?)));
        self.finished.extend(open);
        std::mem::take(&mut self.finished)
    }

    /// Takes back what could not be stored. If that has gone on for an hour, the oldest points are lost.
    pub fn put_back(&mut self, mut points: Vec<(Place, Point)>) {
        points.append(&mut self.finished);
        let most = MAX_WAITING * self.places.len().max(1);
        points.drain(..points.len().saturating_sub(most));
        self.finished = points;
    }

    fn finish(&mut self, place: Place, point: Point) {
        self.finished.push((place, point));
    }

    /// The last sample of every running container.
    pub fn snapshot(&self, taken_at: Timestamp) -> StatisticsSnapshot {
        let mut containers: Vec<ContainerFigures> = self
            .running
            .values()
            .map(|current| ContainerFigures {
                container: current.subject.container.clone(),
                name: current.subject.name.clone(),
                place: current.subject.place.clone(),
                sample: current.sample,
                per_second: current.per_second,
            })
            .collect();
        containers.sort_by(|a, b| {
            (a.place.is_none(), &a.place, &a.name).cmp(&(b.place.is_none(), &b.place, &b.name))
        });
        StatisticsSnapshot { taken_at, host: None, containers, left_out: self.left_out }
    }

    /// What the places of a stack, or of one of its services, used in `from..to`.
    pub fn history(
        &self,
        stack: StackId,
        service: Option<&ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> History {
        let is_asked_for =
            |place: &Place| place.stack == stack && service.is_none_or(|service| place.service == *service);
        let asked_for = self.places.iter().filter(|(place, _)| is_asked_for(place));
        let step = step.for_series(asked_for.clone().count(), to.since(from));
        let series = asked_for.map(|(place, history)| Series {
            place: place.clone(),
            points: resample(history.recent.points(from, to), step),
        });
        History { step, series: series.filter(|series| !series.points.is_empty()).collect() }
    }

    /// The memory that the samples take, in bytes.
    pub fn bytes(&self) -> usize {
        self.places.values().map(|history| history.recent.bytes()).sum()
    }
}

impl Kept {
    fn last_at(&self) -> Option<Timestamp> {
        self.last.as_ref().map(|(_, sample)| sample.at)
    }

    /// Adds a sample; returns the five minutes that are over.
    fn add(&mut self, container: &ContainerId, sample: &Sample, most: usize) -> Option<Point> {
        let before = self.last.as_ref().filter(|(last, _)| last == container).map(|(_, sample)| sample);
        let mut point = Point::of(sample, before);
        point.start = begin_of(sample.at, POINT_EVERY);
        self.recent.push(sample, most);
        self.last = Some((container.clone(), *sample));
        match &mut self.open {
            Some(open) if open.start == point.start => {
                open.add(&point);
                None
            }
            open => open.replace(point),
        }
    }
}
