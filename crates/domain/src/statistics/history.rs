//! What is drawn.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::point::begin_of;
use super::{POINT_EVERY, Place, Point, RECENT, SAMPLE_EVERY};
use crate::time::Timestamp;

/// Most points of one series in an answer.
pub const MAX_POINTS_OF_SERIES: usize = 1_500;
/// Most points of all series in an answer.
pub const MAX_POINTS: usize = 30_000;
/// A request for the last hour arrives a moment after it was written.
const TOLERANCE: Duration = Duration::from_mins(1);

/// The points of one place, oldest first. Times without points are gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Whose they are.
    pub place: Place,
    /// The points.
    pub points: Vec<Point>,
}

/// The time between two points of a series: one of a few, so that the points of several charts lie above each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Step(Duration);

impl Step {
    /// Every step, from the finest: a divisor or a multiple of [`POINT_EVERY`].
    pub const ALL: [Self; 12] = [
        Self(SAMPLE_EVERY),
        Self(Duration::from_secs(10)),
        Self(Duration::from_secs(30)),
        Self(Duration::from_mins(1)),
        Self(POINT_EVERY),
        Self(Duration::from_mins(10)),
        Self(Duration::from_mins(30)),
        Self(Duration::from_hours(1)),
        Self(Duration::from_hours(3)),
        Self(Duration::from_hours(6)),
        Self(Duration::from_hours(12)),
        Self(Duration::from_hours(24)),
    ];

    /// The step of this length, if it is one.
    pub fn of(length: Duration) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.0 == length)
    }

    /// The step of the points that are stored.
    pub const STORED: Self = Self(POINT_EVERY);

    /// Its length.
    pub fn length(self) -> Duration {
        self.0
    }

    /// Whether stored points are fine enough for it. A finer one needs the samples of the last hour.
    pub fn is_stored(self) -> bool {
        self.0 >= POINT_EVERY
    }

    /// How many points a series has at most, over a time of this length.
    pub fn points_in(self, range: Duration) -> usize {
        let points = range.as_millis().div_ceil(self.0.as_millis()).saturating_add(1);
        usize::try_from(points).unwrap_or(usize::MAX)
    }

    /// This step, or the next coarser one with which so many series over `range` have at most [`MAX_POINTS`] together.
    #[must_use]
    pub fn for_series(self, series: usize, range: Duration) -> Self {
        let fits = |step: &Self| *step >= self && step.points_in(range).saturating_mul(series) <= MAX_POINTS;
        Self::ALL.into_iter().find(fits).unwrap_or(Self(Duration::from_hours(24)))
    }

    /// The finest step that there are points for, `age` ago, and with which a series over `range` is not too large.
    pub fn fitting(age: Duration, range: Duration) -> Self {
        let has_samples = age <= RECENT + TOLERANCE;
        let fits =
            |step: &Self| (step.is_stored() || has_samples) && step.points_in(range) <= MAX_POINTS_OF_SERIES;
        Self::ALL.into_iter().find(fits).unwrap_or(Self(Duration::from_hours(24)))
    }
}

/// Series with the same step, which have at most [`MAX_POINTS`] together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The time between two points.
    pub step: Step,
    /// The series, by place. None is empty.
    pub series: Vec<Series>,
}

/// The points, put together to points of `step`. They may be in any order. Single samples stay as they are: they do not come
/// exactly every five seconds, so that some times of five seconds have two, and others none.
pub fn resample(points: impl IntoIterator<Item = Point>, step: Step) -> Vec<Point> {
    let mut made: BTreeMap<Timestamp, Point> = BTreeMap::new();
    for mut point in points {
        if step.0 > SAMPLE_EVERY {
            point.start = begin_of(point.start, step.0);
        }
        made.entry(point.start).and_modify(|known| known.add(&point)).or_insert(point);
    }
    made.into_values().collect()
}
