//! A comparison as text. Words are fixed, so that it can be compared and searched.

use std::fmt;

use super::{Comparison, Line, Verdict};

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Configured => "configured",
            Self::Adopted => "adopted",
            Self::TooFewDays => "less than 14 days known",
            Self::TooFewPauses => "fewer than 20 pauses",
            Self::NotCheaper => "not much cheaper",
            Self::NotCheapest => "not the cheapest",
            Self::NotConfirmed => "not confirmed",
        })
    }
}

impl fmt::Display for Comparison {
    /// A line for each policy, with aligned columns: cold starts, starts ahead and idle minutes of both weeks, and the cost
    /// of each week.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14}{:>6}{:>7}{:>9}{:>9}{:>9}  VERDICT",
            "POLICY", "COLD", "AHEAD", "IDLE MIN", "WEEK 1", "WEEK 2"
        )?;
        self.lines.iter().try_for_each(|line| self.write_line(f, line))
    }
}

impl Comparison {
    fn write_line(&self, f: &mut fmt::Formatter<'_>, line: &Line) -> fmt::Result {
        let tally = line.tally();
        writeln!(
            f,
            "{:<14}{:>6}{:>7}{:>9}{:>9.0}{:>9.0}  {}",
            line.policy.to_string(),
            tally.cold_starts,
            tally.prewarms,
            tally.idle.as_secs() / 60,
            line.earlier.cost(self.cold_start_worth),
            line.later.cost(self.cold_start_worth),
            line.verdict
        )
    }
}
