//! A place in the output of several containers, as one text.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{LogTime, Mark, OutputStream, Position};
use crate::ids::ContainerId;

/// Containers of one text: far more than a stack may have at once.
const MOST: usize = 1_000;
/// Digits of an id, as `docker ps` shows it.
const ID: usize = 12;
const RADIX: u32 = 36;

/// Where several containers go on. It is written into every line, so it is short: numbers to the base 36, and only what a
/// reader needs. Clients send it back as they got it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogCursor {
    /// Nothing earlier is wanted from containers that are not mentioned; everything is, without it.
    pub floor: Option<LogTime>,
    places: BTreeMap<String, Position>,
}

impl LogCursor {
    /// Remembers where a container goes on.
    pub fn set(&mut self, container: &ContainerId, position: Position) {
        self.places.insert(container.short().to_owned(), position);
    }

    /// Forgets a container that is gone.
    pub fn forget(&mut self, container: &ContainerId) {
        self.places.remove(container.short());
    }

    /// Where a container goes on.
    pub fn get(&self, container: &ContainerId) -> Option<Position> {
        self.places.get(container.short()).copied()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.floor.is_none() && self.places.is_empty()
    }
}

/// Not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position in logs")]
pub struct LogCursorError;

/// `f<time>` for the floor, then for each container its id, `o<time>.<count>` and `e<time>.<count>`; a count of 1 is left
/// out.
impl fmt::Display for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        if let Some(floor) = self.floor {
            write!(f, "f{}", Number(floor.0))?;
            first = false;
        }
        for (id, position) in &self.places {
            if !std::mem::take(&mut first) {
                f.write_str("~")?;
            }
            f.write_str(id)?;
            let oldest = position.oldest();
            for (letter, stream) in [("-o", OutputStream::Stdout), ("-e", OutputStream::Stderr)] {
                // What is too old to matter is what a reader assumes without it.
                let matters =
                    |mark: &Mark| oldest.is_some_and(|oldest| mark.at >= oldest.at && *mark != oldest);
                let Some(Mark { at, count }) = position.mark(stream).filter(matters) else { continue };
                write!(f, "{letter}{}", Number(at.0))?;
                if count != 1 {
                    write!(f, ".{}", Number(count.into()))?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for LogCursor {
    type Err = LogCursorError;

    fn from_str(text: &str) -> Result<Self, LogCursorError> {
        let mut cursor = Self::default();
        for (index, part) in text.split('~').enumerate() {
            if index > MOST {
                return Err(LogCursorError);
            }
            if let Some(floor) = part.strip_prefix('f').filter(|_| index == 0 && !part.contains('-')) {
                cursor.floor = Some(LogTime(number(floor)?));
                continue;
            }
            let (id, position) = place(part)?;
            if cursor.places.insert(id, position).is_some() {
                return Err(LogCursorError);
            }
        }
        Ok(cursor)
    }
}

fn place(text: &str) -> Result<(String, Position), LogCursorError> {
    let mut parts = text.split('-');
    let id = parts.next().unwrap_or_default();
    if id.is_empty()
        || id.len() > ID
        || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    {
        return Err(LogCursorError);
    }
    let mut marks = [None; 2];
    for part in parts {
        let (stream, mark) = match (part.strip_prefix('o'), part.strip_prefix('e')) {
            (Some(mark), _) => (OutputStream::Stdout, mark),
            (None, Some(mark)) => (OutputStream::Stderr, mark),
            (None, None) => return Err(LogCursorError),
        };
        let (at, count) = mark.split_once('.').unwrap_or((mark, "1"));
        let count = u32::try_from(number(count)?).map_err(|_| LogCursorError)?;
        if marks[stream as usize].replace(Mark { at: LogTime(number(at)?), count }).is_some() {
            return Err(LogCursorError);
        }
    }
    let [stdout, stderr] = marks;
    if stdout.is_none() && stderr.is_none() {
        return Err(LogCursorError);
    }
    Ok((id.to_owned(), Position::new(stdout, stderr)))
}

fn number(text: &str) -> Result<i64, LogCursorError> {
    if text.is_empty() || text.len() > 13 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(LogCursorError);
    }
    i64::from_str_radix(text, RADIX).map_err(|_| LogCursorError)
}

/// A number to the base 36. Times before the epoch do not occur.
struct Number(i64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = ['0'; 13];
        let (mut rest, mut from) = (self.0.unsigned_abs(), digits.len());
        loop {
            from -= 1;
            let digit = u32::try_from(rest % u64::from(RADIX)).unwrap_or_default();
            if let Some(place) = digits.get_mut(from) {
                *place = char::from_digit(digit, RADIX).unwrap_or('0');
            }
            rest /= u64::from(RADIX);
            if rest == 0 || from == 0 {
                break;
            }
        }
        digits.iter().skip(from).try_for_each(|digit| fmt::Write::write_char(f, *digit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cursor_is_short() {
        let mut cursor = LogCursor { floor: None, ..LogCursor::default() };
        let mut position = Position::default();
        position.advance(OutputStream::Stdout, LogTime(1_769_421_600_123_456_789), false);
        position.advance(OutputStream::Stdout, LogTime(1_769_421_700_123_456_789), false);
        cursor.set(&ContainerId::from("3f4e1a7b9c0d3f4e1a7b9c0d"), position);
        assert_eq!(cursor.to_string(), "3f4e1a7b9c0d-odfyfn7cz1i51");
    }

    #[test]
    fn nothing_else_is_a_cursor() {
        for wrong in [
            "",
            "~",
            "3f4e",
            "3f4e-",
            "3f4e-x1",
            "3f4e-o",
            "3f4e-o1.",
            "3f4e-o1-o2",
            "3f4e-o1~3f4e-o1",
            "f",
            "f-1",
            "3F4E-o1",
            "3f4e-o-1",
            "3f4e-ozzzzzzzzzzzzz",
            "3f4e-o1.zzzzzzzzz",
            "3f4e1a7b9c0d3-o1",
            "3f4e-o1~f5",
            "é-o1",
            "\u{0}",
        ] {
            assert_eq!(wrong.parse::<LogCursor>(), Err(LogCursorError), "{wrong}");
        }
        let many: Vec<_> = (0..2_000).map(|number| format!("{number}-o1")).collect();
        assert!(many.join("~").parse::<LogCursor>().is_err());
        assert!("f1".parse::<LogCursor>().is_ok());
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_as_the_same_place(
            floor in prop::option::of(0..=i64::MAX),
            containers in prop::collection::btree_map(
                "[0-9a-f]{12}", prop::collection::vec((any::<bool>(), 0_i64..1 << 40), 1..5), 1..4,
            ),
        ) {
            let mut cursor = LogCursor { floor: floor.map(LogTime), ..LogCursor::default() };
            for (id, entries) in &containers {
                let mut position = Position::default();
                for (is_err, at) in entries {
                    let stream = if *is_err { OutputStream::Stderr } else { OutputStream::Stdout };
                    position.advance(stream, LogTime(*at), false);
                }
                cursor.set(&ContainerId(id.clone()), position);
            }
            let read: LogCursor = cursor.to_string().parse().unwrap();
            prop_assert_eq!(read.floor, cursor.floor);
            for id in containers.keys().map(|id| ContainerId(id.clone())) {
                let place = |cursor: &LogCursor| cursor.get(&id).unwrap().resumed().map(
                    // What both are: where to go on.
                    |marks| marks.map(|mark| (mark.at, mark.count)),
                );
                prop_assert_eq!(place(&read), place(&cursor));
            }
        }
    }
}
