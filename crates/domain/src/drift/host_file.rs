//! What somebody has put into the place of a file of a version.

use serde::{Deserialize, Serialize};

/// Longest text, in bytes: longer ones are no files that people edit.
pub const LONGEST_TEXT: usize = 256 << 10;

/// What is in the place of a file that a version wrote into the folder of its stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HostFile {
    /// Text of at most [`LONGEST_TEXT`] bytes.
    Text {
        /// The text.
        text: String,
        /// Whether it is executable.
        executable: bool,
    },
    /// Nothing.
    Gone,
    /// A folder, a link, or a file that is no text or too long.
    Other,
}

impl HostFile {
    /// What a file with these bytes is.
    pub fn of(bytes: &[u8], executable: bool) -> Self {
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        match text.filter(|text| text.len() <= LONGEST_TEXT) {
            Some(text) => Self::Text { text: text.to_owned(), executable },
            None => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_of_bounded_length_is_one() {
        let text = HostFile::Text { text: "é\n".to_owned(), executable: true };
        assert_eq!(HostFile::of("é\n".as_bytes(), true), text);
        for other in [&[0xff][..], b"a\0b", &vec![b'a'; LONGEST_TEXT + 1]] {
            assert_eq!(HostFile::of(other, false), HostFile::Other);
        }
    }
}
