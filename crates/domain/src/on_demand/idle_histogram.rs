//! How long a service is left alone between two uses, as a histogram.
//!
//! It finds the period of regular traffic: where nearly all pauses have the same length, the service may sleep at once and
//! be started shortly before it is needed. Older pauses fade, so that it follows a changed timetable.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The number of bins, and so the longest pause in minutes that is not out of bounds.
pub const BINS: usize = 240;
/// [`BINS`] as a number to divide by.
const COUNT: f64 = 240.0;
/// The width of a bin. Shorter pauses are not recorded: they are within one use, and hundreds of them would hide the pauses
/// in which a service could sleep.
pub const BIN: Duration = Duration::from_mins(1);
/// The weight of a pause relative to the next one. At 0.98, fifty pauses have nearly two thirds of all weight: two days of
/// an hourly job.
const DECAY: f64 = 0.98;
/// Weights below this are dropped, so that what is stored stays small. A pause fades to it after 228 others.
const FADED: f64 = 0.01;
/// Fewer pauses say nothing about the next.
const ENOUGH: f64 = 10.0;
/// With a larger share of pauses out of bounds, the bins describe the exceptions.
const MOST_OUT_OF_BOUNDS: f64 = 0.5;
/// The coefficient of variation of the bins below which pauses are spread too evenly to predict one.
const LEAST_VARIATION: f64 = 2.0;
/// The percentile that begins what is expected, and the one that ends it, each with the factor that widens the range.
const HEAD: (f64, f64) = (0.05, 0.9);
const TAIL: (f64, f64) = (0.99, 1.1);

/// Between which times after the last use the next one is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Hardly any pause is shorter.
    pub head: Duration,
    /// Hardly any pause is longer.
    pub tail: Duration,
}

/// Why the histogram predicts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unpredictable {
    /// There are fewer than ten pauses, counted by their weight.
    TooFew,
    /// More than half of the pauses are longer than four hours.
    OutOfBounds,
    /// The pauses have all lengths.
    TooEven,
}

/// The lengths of the pauses of one service, in bins of a minute, up to four hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct IdleHistogram {
    /// Weights of the pauses from `index` minutes to the next.
    bins: [f64; BINS],
    /// The weight of the longer ones.
    beyond: f64,
}

impl Default for IdleHistogram {
    fn default() -> Self {
        Self { bins: [0.0; BINS], beyond: 0.0 }
    }
}

impl IdleHistogram {
    /// Adds a pause. One shorter than a minute is ignored.
    pub fn record(&mut self, pause: Duration) {
        if pause < BIN {
            return;
        }
        for bin in &mut self.bins {
            *bin = Some(*bin * DECAY).filter(|weight| *weight > FADED).unwrap_or(0.0);
        }
        self.beyond *= DECAY;
        let minutes = usize::try_from(pause.as_secs() / BIN.as_secs()).unwrap_or(usize::MAX);
        *self.bins.get_mut(minutes).unwrap_or(&mut self.beyond) += 1.0;
    }

    /// The weight of all pauses: their number while there are few, and never more than 50.
    pub fn weight(&self) -> f64 {
        self.within() + self.beyond
    }

    /// The share of pauses longer than four hours, from 0 to 1; 0 without any.
    pub fn out_of_bounds(&self) -> f64 {
        if self.beyond > 0.0 { self.beyond / self.weight() } else { 0.0 }
    }

    /// Standard deviation of the bins divided by their mean: about 15 when all pauses are in one bin, 0 when every bin has
    /// the same weight; `None` when the bins are empty.
    pub fn variation(&self) -> Option<f64> {
        let mean = self.within() / COUNT;
        if mean <= 0.0 {
            return None;
        }
        let variance = self.bins.iter().map(|bin| (bin - mean).powi(2)).sum::<f64>() / COUNT;
        Some(variance.sqrt() / mean)
    }

    /// The shortest and the longest pause, rounded to minutes outwards, of the bin in which `share` of the weight within
    /// bounds is reached; `None` when the bins are empty.
    pub fn percentile(&self, share: f64) -> Option<(Duration, Duration)> {
        let wanted = self.within() * share;
        let mut reached = 0.0;
        let mut last = None;
        for (minutes, bin) in (0_u32..).zip(&self.bins).filter(|(_, bin)| **bin > 0.0) {
            reached += bin;
            last = Some((BIN * minutes, BIN * (minutes + 1)));
            if reached >= wanted {
                break;
            }
        }
        last
    }

    /// When the next use is expected after the last, or why that cannot be said.
    pub fn expected(&self) -> Result<Expected, Unpredictable> {
        if self.weight() < ENOUGH {
            return Err(Unpredictable::TooFew);
        }
        if self.out_of_bounds() > MOST_OUT_OF_BOUNDS {
            return Err(Unpredictable::OutOfBounds);
        }
        if self.variation().is_none_or(|variation| variation < LEAST_VARIATION) {
            return Err(Unpredictable::TooEven);
        }
        match (self.percentile(HEAD.0), self.percentile(TAIL.0)) {
            (Some((head, _)), Some((_, tail))) => {
                Ok(Expected { head: head.mul_f64(HEAD.1), tail: tail.mul_f64(TAIL.1) })
            }
            _ => Err(Unpredictable::TooFew),
        }
    }

    fn within(&self) -> f64 {
        self.bins.iter().sum()
    }
}

/// Only the bins that are not empty, with weights of four digits.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    bins: Vec<(u8, f32)>,
    beyond: f32,
}

impl From<IdleHistogram> for Stored {
    fn from(histogram: IdleHistogram) -> Self {
        let filled = (0_u8..).zip(histogram.bins).filter(|(_, bin)| *bin > 0.0);
        Self { bins: filled.map(|(at, bin)| (at, rounded(bin))).collect(), beyond: rounded(histogram.beyond) }
    }
}

impl From<Stored> for IdleHistogram {
    /// Numbers that no histogram can have are left out: a damaged one starts again, and nothing else depends on it.
    fn from(stored: Stored) -> Self {
        let sound =
            |weight: f32| Some(f64::from(weight)).filter(|weight| weight.is_finite() && *weight >= 0.0);
        let mut histogram = Self { beyond: sound(stored.beyond).unwrap_or(0.0), ..Self::default() };
        for (at, weight) in stored.bins {
            if let (Some(bin), Some(weight)) = (histogram.bins.get_mut(usize::from(at)), sound(weight)) {
                *bin = weight;
            }
        }
        histogram
    }
}

#[expect(clippy::cast_possible_truncation, reason = "fewer digits are what this is for")]
fn rounded(weight: f64) -> f32 {
    ((weight * 10_000.0).round() / 10_000.0) as f32
}

#[cfg(test)]
mod tests;
