//! How far a start has come, by how long earlier ones took.

use std::time::Duration;

/// What the bar never exceeds before the service is ready: the rest is not known.
const CAP: f64 = 0.95;
/// How steep the curve is: at the median, the bar stands at four fifths.
const STEEPNESS: f64 = 1.6;

/// How long earlier starts of a service took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// The median; `None` before the first start.
    pub p50: Option<Duration>,
    /// What nine starts out of ten stay under.
    pub p90: Option<Duration>,
}

impl Estimate {
    /// How full the bar is after `elapsed`, from 0 to 0.95, or `None` if nothing is known.
    ///
    /// The curve is `1 - e^(-1.6 t / p50)`: it moves at every moment, ever more slowly, and never claims to be done.
    pub fn fraction(self, elapsed: Duration) -> Option<f64> {
        let median = self.p50.filter(|median| !median.is_zero())?;
        let fraction = 1.0 - (-elapsed.as_secs_f64() / median.as_secs_f64() * STEEPNESS).exp();
        Some(fraction.min(CAP))
    }

    /// [`Self::fraction`] in whole per cent.
    pub fn percent(self, elapsed: Duration) -> Option<u8> {
        let percent = (self.fraction(elapsed)? * 100.0).round();
        // From 0 to 95, so that nothing is lost.
        (0..=95u8).find(|whole| f64::from(*whole) >= percent)
    }

    /// Whether this start takes longer than nine out of ten did.
    pub fn is_late(self, elapsed: Duration) -> bool {
        self.p90.is_some_and(|p90| elapsed > p90)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(p50: u64, p90: u64) -> Estimate {
        Estimate { p50: Some(Duration::from_secs(p50)), p90: Some(Duration::from_secs(p90)) }
    }

    #[test]
    fn the_bar_follows_the_curve_and_stops_at_95_per_cent() {
        let after = |seconds| estimate(12, 20).percent(Duration::from_secs(seconds));
        assert_eq!(after(0), Some(0));
        assert_eq!(after(3), Some(33));
        assert_eq!(after(6), Some(55));
        assert_eq!(after(12), Some(80));
        assert_eq!(after(20), Some(93));
        assert_eq!(after(23), Some(95));
        assert_eq!(after(100_000), Some(95));
    }

    #[test]
    fn the_bar_never_goes_back() {
        let fractions =
            (0..2000).map(|step| estimate(7, 9).fraction(Duration::from_millis(step * 25)).unwrap());
        assert!(fractions.collect::<Vec<_>>().is_sorted());
    }

    #[test]
    fn without_a_median_there_is_no_fraction() {
        assert_eq!(Estimate::default().percent(Duration::from_secs(3)), None);
        assert_eq!(estimate(0, 0).percent(Duration::from_secs(3)), None);
    }

    #[test]
    fn a_start_is_late_past_p90_and_not_at_it() {
        assert!(!estimate(12, 20).is_late(Duration::from_secs(20)));
        assert!(estimate(12, 20).is_late(Duration::from_millis(20_001)));
        assert!(!Estimate::default().is_late(Duration::from_secs(9999)));
    }
}
