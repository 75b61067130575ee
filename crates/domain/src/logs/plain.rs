//! Output without anything that commands a terminal.

use core_monitor_message::acts;

use crate::text::ELLIPSIS;

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{7}';

/// `text` without escape sequences and control characters other than tabs, and at most `most` characters of it: an ellipsis
/// shows that it was cut.
pub fn plain(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut kept = 0;
    let mut filter = Filter::Text;
    for character in text.chars() {
        if !filter.keeps(character) {
            continue;
        }
        if kept == most {
            out.push(ELLIPSIS);
            break;
        }
        out.push(character);
        kept += 1;
    }
    out
}

/// Makes the pieces of one line plain, however they are cut: in the middle of a character or of an escape sequence.
#[derive(Debug, Clone, Default)]
pub(super) struct Plain {
    filter: Filter,
    /// The beginning of a character.
    begun: Vec<u8>,
}

impl Plain {
    /// The plain text of the next piece; `ends` if no further one follows.
    pub(super) fn text(&mut self, bytes: Vec<u8>, ends: bool) -> String {
        // Most lines are plain already.
        if self.begun.is_empty() && self.filter == Filter::Text && bytes.iter().copied().all(is_plain) {
            return String::from_utf8(bytes).unwrap_or_default();
        }
        let bytes =
            if self.begun.is_empty() { bytes } else { [std::mem::take(&mut self.begun), bytes].concat() };
        let mut out = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            out.extend(chunk.valid().chars().filter(|character| self.filter.keeps(*character)));
            if chunk.invalid().is_empty() {
                continue;
            }
            if !ends && is_begun(chunk.invalid(), &bytes) {
                self.begun = chunk.invalid().to_vec();
            } else if self.filter.keeps(char::REPLACEMENT_CHARACTER) {
                out.push(char::REPLACEMENT_CHARACTER);
            }
        }
        if ends {
            *self = Self::default();
        }
        out
    }
}

pub(super) fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

/// Whether `bytes` ends with the beginning of a character, which is `invalid`.
fn is_begun(invalid: &[u8], bytes: &[u8]) -> bool {
    bytes.as_ptr_range().end == invalid.as_ptr_range().end
        && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none())
}

/// What the next character belongs to. The forms of sequences are those of ECMA-48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Filter {
    #[default]
    Text,
    /// Behind an escape character.
    Escape,
    /// Colours, movements of the cursor, ...: up to a letter or the like.
    Control,
    /// Titles, links, ...: up to a bell or a string terminator.
    String,
    /// Behind an escape character in there.
    StringEscape,
}

impl Filter {
    /// Whether `character` is text.
    pub(super) fn keeps(&mut self, character: char) -> bool {
        let (next, keeps) = match (*self, character) {
            (Self::String | Self::StringEscape, ESCAPE) => (Self::StringEscape, false),
            (Self::String, BELL | '\u{9c}') | (Self::StringEscape, '\\' | BELL) => (Self::Text, false),
            (Self::String | Self::StringEscape, _) => (Self::String, false),
            (_, ESCAPE) => (Self::Escape, false),
            (Self::Escape, '[') | (Self::Text, '\u{9b}') => (Self::Control, false),
            (Self::Escape, ']' | 'P' | 'X' | '^' | '_')
            | (Self::Text, '\u{9d}' | '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}') => (Self::String, false),
            (Self::Control, '@'..='~') | (Self::Escape, _) => (Self::Text, false),
            (Self::Control, _) => (Self::Control, false),
            (Self::Text, character) => (Self::Text, character == '\t' || !acts(character)),
        };
        *self = next;
        keeps
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(bytes: &[u8]) -> String {
        Plain::default().text(bytes.to_vec(), true)
    }

    #[test]
    fn what_commands_a_terminal_is_removed() {
        let check = |text: &str, expected: &str| {
            assert_eq!(plain(text, 5_000), expected, "{text:?}");
            assert_eq!(whole(text.as_bytes()), expected, "{text:?}");
        };
        check("\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}tab\tend\r\u{8}\u{0}", "red tab\tend");
        check("\u{1b}]8;;http://x\u{1b}\\link", "link");
        check("\u{9b}31mred\u{9d}title\u{9c}!", "red!");
        check("\u{1b}\u{1b}[1mbold", "bold");
        check("a\u{202e}b", "ab");
        check("\u{1b}", "");
        check("na\u{ef}ve \u{1f433}", "na\u{ef}ve \u{1f433}");
        assert_eq!(plain(&"x".repeat(50), 40).chars().count(), 41);
        assert_eq!(whole(b"a\xff\xc3b\xc3"), "a\u{fffd}\u{fffd}b\u{fffd}");
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_a_line_is_cut(
            line in prop::collection::vec(prop_oneof![
                Just(b"\x1b[1m".to_vec()), Just("é\u{1f433}".as_bytes().to_vec()), Just(b"\x1b]0;t\x1b\\".to_vec()),
                prop::collection::vec(any::<u8>(), 0..4),
            ], 0..12),
            cuts in prop::collection::vec(0_usize..40, 0..6),
        ) {
            let line = line.concat();
            let mut cuts: Vec<_> = cuts.into_iter().filter(|cut| *cut <= line.len()).collect();
            cuts.sort_unstable();
            let (mut plain, mut text, mut from) = (Plain::default(), String::new(), 0);
            for cut in cuts {
                text.push_str(&plain.text(line[from..cut].to_vec(), false));
                from = cut;
            }
            text.push_str(&plain.text(line[from..].to_vec(), true));
            prop_assert!(text.chars().all(|character| character == '\t' || !acts(character)));
            prop_assert_eq!(text, whole(&line));
        }
    }
}
