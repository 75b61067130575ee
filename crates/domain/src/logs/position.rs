//! How far a reader has come in the entries of one container.

use std::time::Duration;

use super::{LogTime, OutputStream};

/// How much later an entry may stand in the log than one of the other stream with a later time. The engine takes the time
/// of an entry before it writes it, and the two streams do not wait for each other.
const DISORDER: Duration = Duration::from_secs(2);

/// A place in one stream: behind so many entries of this time, and behind everything earlier.
///
/// The engine has no numbers for its entries, only times, and several entries may have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The time of the last entry.
    pub at: LogTime,
    /// How many entries of exactly this time are before it.
    pub count: u32,
}

/// A place in the output of one container. Each stream has its own, since their entries are not sorted by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    marks: [Option<Mark>; 2],
}

impl Position {
    /// Behind these.
    pub fn new(stdout: Option<Mark>, stderr: Option<Mark>) -> Self {
        Self { marks: [stdout, stderr] }
    }

    /// The same for who reads only these streams: nothing of another one would be found again.
    #[must_use]
    pub fn of(self, stdout: bool, stderr: bool) -> Self {
        let [out, err] = self.marks;
        Self { marks: [out.filter(|_| stdout), err.filter(|_| stderr)] }
    }

    /// The place in one stream.
    pub fn mark(&self, stream: OutputStream) -> Option<Mark> {
        self.marks[stream as usize]
    }

    /// Goes behind the next entry of `stream`. If entries before the first one were left out on purpose, what is before it
    /// in the other stream is not wanted either.
    pub fn advance(&mut self, stream: OutputStream, at: LogTime, is_cut: bool) {
        let mark = &mut self.marks[stream as usize];
        *mark = match *mark {
            Some(Mark { at: before, count }) if before == at => {
                Some(Mark { at, count: count.saturating_add(1) })
            }
            _ => Some(Mark { at, count: 1 }),
        };
        for other in &mut self.marks {
            other.get_or_insert(Mark { at: if is_cut { at } else { at.minus(DISORDER) }, count: 0 });
        }
    }

    /// What a stream without a place of its own is behind: nothing of it stands further behind the newest entry of the
    /// other one than entries are out of order.
    pub(super) fn oldest(&self) -> Option<Mark> {
        let newest = self.marks.iter().flatten().map(|mark| mark.at).max()?;
        Some(Mark { at: newest.minus(DISORDER), count: 0 })
    }

    /// Where both streams go on.
    pub fn resumed(&self) -> Option<[Mark; 2]> {
        let oldest = self.oldest()?;
        Some(self.marks.map(|mark| mark.filter(|mark| mark.at >= oldest.at).unwrap_or(oldest)))
    }

    /// The time from which the engine has to read again.
    pub fn since(&self) -> Option<LogTime> {
        self.resumed().map(|[stdout, stderr]| stdout.at.min(stderr.at))
    }

    /// The same for who wants nothing before `floor`, unless the newest entry is earlier: without reading that again, nobody could
    /// tell whether something behind it is missing.
    pub fn since_within(&self, floor: Option<LogTime>) -> Option<LogTime> {
        let newest = self.marks.iter().flatten().map(|mark| mark.at).max();
        self.since().max(floor.filter(|floor| newest >= Some(*floor)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    #[test]
    fn entries_of_the_same_time_are_counted() {
        let mut position = Position::default();
        assert_eq!(position.since(), None);
        for at in [5, 5, 7, 7, 7] {
            position.advance(OutputStream::Stdout, LogTime(at), true);
        }
        assert_eq!(position.mark(OutputStream::Stdout), Some(Mark { at: LogTime(7), count: 3 }));
        let first = Some(Mark { at: LogTime(5), count: 0 });
        assert_eq!(
            position.mark(OutputStream::Stderr),
            first,
            "errors before the first entry were not wanted"
        );
    }

    #[test]
    fn the_newest_entry_is_read_again_whatever_is_wanted() {
        let mut position = Position::default();
        position.advance(OutputStream::Stdout, LogTime(10 * SECOND), false);
        let since = |floor: i64| position.since_within(Some(LogTime(floor * SECOND)));
        assert_eq!(position.since_within(None), Some(LogTime(8 * SECOND)));
        assert_eq!((since(7), since(9)), (Some(LogTime(8 * SECOND)), Some(LogTime(9 * SECOND))));
        assert_eq!((since(10), since(11)), (Some(LogTime(10 * SECOND)), Some(LogTime(8 * SECOND))));
    }

    #[test]
    fn a_stream_that_is_silent_for_long_does_not_make_the_engine_read_everything_again() {
        let mut position = Position::default();
        position.advance(OutputStream::Stderr, LogTime(SECOND), false);
        position.advance(OutputStream::Stdout, LogTime(2 * SECOND), false);
        assert_eq!(position.since(), Some(LogTime(SECOND)));
        position.advance(OutputStream::Stdout, LogTime(60 * SECOND), false);
        assert_eq!(position.since(), Some(LogTime(58 * SECOND)));
    }
}
