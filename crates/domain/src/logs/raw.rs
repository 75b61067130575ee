//! Raw output. Its escape sequences stay, but a terminal would not show them: a value is hidden although some are in the middle
//! of it.

use std::ops::Range;

use super::plain::{Filter, is_plain};
use crate::secret_variable::{REDACTED, Redactor};

/// What is known of a raw line.
#[derive(Debug, Default)]
pub(super) struct Raw {
    filter: Filter,
}

/// What a terminal shows of some bytes.
#[derive(Default)]
struct Seen {
    text: Vec<u8>,
    /// Where each byte of the text is.
    at: Vec<usize>,
}

impl Raw {
    /// Hides the values in the next bytes of a line, from which those were taken that nothing is in the middle of; `is_first` if nobody knows what was before them. Returns how many of them, at
    /// the end, may be the beginning of a value: these are to be given again, before the next ones.
    pub(super) fn hide(
        &mut self,
        bytes: &mut Vec<u8>,
        secrets: &Redactor,
        is_first: bool,
        unfinished: bool,
    ) -> usize {
        let before = self.filter;
        if !is_first && before == Filter::Text && bytes.iter().copied().all(is_plain) {
            // What is shown is what was written.
            return if unfinished { secrets.begun(bytes) } else { 0 };
        }
        let seen = self.see(bytes);
        let mut values = secrets.places(&seen.text);
        if is_first && let ended @ 1.. = secrets.ended(&seen.text) {
            values.insert(0, 0..ended);
        }
        let held = if unfinished { seen.begun(&values, bytes, secrets) } else { 0 };
        if held > 0 {
            self.filter = before;
            self.see(bytes.get(..bytes.len() - held).unwrap_or_default());
        } else if !unfinished {
            self.filter = Filter::default();
        }
        if !values.is_empty() {
            *bytes = seen.without(&values, bytes);
        }
        held
    }

    /// Looks at bytes as a terminal does.
    fn see(&mut self, bytes: &[u8]) -> Seen {
        let (mut seen, mut at) = (Seen::default(), 0);
        for chunk in bytes.utf8_chunks() {
            for character in chunk.valid().chars() {
                let end = at + character.len_utf8();
                if self.filter.keeps(character) {
                    seen.add(bytes, at..end);
                }
                at = end;
            }
            let end = at + chunk.invalid().len();
            if end > at && self.filter.keeps(char::REPLACEMENT_CHARACTER) {
                seen.add(bytes, at..end);
            }
            at = end;
        }
        seen
    }
}

impl Seen {
    fn add(&mut self, bytes: &[u8], place: Range<usize>) {
        self.text.extend_from_slice(bytes.get(place.clone()).unwrap_or_default());
        self.at.extend(place);
    }

    /// How many of the bytes behind these values may be the beginning of another one.
    fn begun(&self, values: &[Range<usize>], bytes: &[u8], secrets: &Redactor) -> usize {
        let rest = values.last().map_or(0, |last| last.end);
        let begun = secrets.begun(self.text.get(rest..).unwrap_or_default());
        let of_text = self.at.get(self.text.len() - begun).map_or(0, |at| bytes.len() - at);
        let from = rest.checked_sub(1).and_then(|last| self.at.get(last)).map_or(0, |last| last + 1);
        of_text.max(secrets.begun(bytes.get(from..).unwrap_or_default()))
    }

    /// The bytes without the values at these places of the text, in order. What a terminal does not show stays.
    fn without(&self, values: &[Range<usize>], bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut hidden =
            values.iter().flat_map(|value| value.clone().map(move |index| (index, index == value.start)));
        let mut next = hidden.next();
        for (at, byte) in bytes.iter().enumerate() {
            match next {
                Some((index, begins)) if self.at.get(index) == Some(&at) => {
                    if begins {
                        out.extend_from_slice(REDACTED.as_bytes());
                    }
                    next = hidden.next();
                }
                _ => out.push(*byte),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn secrets(values: &[&str]) -> Redactor {
        Redactor::new(values.iter().copied())
    }

    /// The pieces of a line, as they are shown.
    fn shown(pieces: &[&[u8]], secrets: &Redactor) -> Vec<u8> {
        let (mut raw, mut out, mut held) = (Raw::default(), Vec::new(), Vec::new());
        for (number, piece) in pieces.iter().enumerate() {
            let mut bytes = secrets.redact_bytes([std::mem::take(&mut held), piece.to_vec()].concat());
            let count = raw.hide(&mut bytes, secrets, number == 0, number + 1 < pieces.len());
            held = bytes.split_off(bytes.len() - count);
            out.extend(bytes);
        }
        out
    }

    #[test]
    fn a_value_is_hidden_though_something_invisible_is_in_the_middle_of_it() {
        let secrets = secrets(&["S3cr3tVALUE"]);
        let check = |written: &[u8], expected: &[u8]| {
            assert_eq!(shown(&[written], &secrets), expected);
            for cut in 0..written.len() {
                let (first, last) = written.split_at(cut);
                let parts = shown(&[first, last], &secrets);
                assert_eq!(
                    parts,
                    expected,
                    "cut at {cut}: {}",
                    String::from_utf8_lossy(&parts).escape_debug()
                );
            }
        };
        check(b"sec S3cr3t\x1b[31mVALUE x", b"sec ***\x1b[31m x");
        check(b"S3cr3t\rVALUE", b"***\r");
        check(b"a S3cr3t\0VALUE\x1b]0;title\x07 S3cr3tVALUE", b"a ***\0\x1b]0;title\x07 ***");
        check(b"S3cr3t\x1b]0;t\x07VALU", b"S3cr3t\x1b]0;t\x07VALU");
        check(b"\xffS3cr3t\x1b[mVALUE\xff", b"\xff***\x1b[m\xff");
        check(b"\x1b[1mbold\x1b[0m \xc3\xa9", b"\x1b[1mbold\x1b[0m \xc3\xa9");
    }

    #[test]
    fn the_end_of_a_value_is_hidden_where_the_beginning_of_the_line_is_not_known() {
        let secrets = secrets(&["S3cr3tVALUE"]);
        assert_eq!(shown(&[b"VA\x1b[mLUE x"], &secrets), b"***\x1b[m x");
    }
}
