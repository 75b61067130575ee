//! Where a chunked body ends, and that its framing is what everybody understands by it.

/// Reads the framing of one chunked body as it arrives (RFC 9112, section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunks {
    /// The size of a chunk, of which so much was read; `None` before the first digit.
    Size(Option<u64>),
    /// The rest of the line behind the size.
    Extension(u64),
    /// The line feed behind the size.
    SizeEnd(u64),
    /// So many more bytes of a chunk.
    Data(u64),
    /// The carriage return behind a chunk.
    DataReturn,
    /// The line feed behind a chunk.
    DataEnd,
    /// The empty line behind the last chunk, or a trailer before it.
    Last,
    /// The line feed of the empty line.
    LastEnd,
    /// The rest of a trailer.
    Trailer,
    /// The line feed behind a trailer.
    TrailerEnd,
    /// The body is complete.
    Complete,
    /// This is no chunked body. Nothing more can be read from the connection.
    Broken,
}

impl Chunks {
    /// The state at the start of a body.
    pub(super) const START: Self = Self::Size(None);

    /// Reads `bytes`, and returns how many of them belong to the body.
    ///
    /// The byte that breaks the framing is replaced by one that is valid nowhere in it, so that the library does not go on
    /// where this does not: it would accept a line feed in a trailer, which a proxy may take for the end of it.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() && !self.has_ended() {
            if let Self::Data(left) = *self {
                let there = u64::try_from(bytes.len() - at).unwrap_or(u64::MAX).min(left);
                *self = if there == left { Self::DataReturn } else { Self::Data(left - there) };
                at += usize::try_from(there).unwrap_or(usize::MAX);
                continue;
            }
            if let Some(byte) = bytes.get_mut(at) {
                *self = self.after(*byte);
                if *self == Self::Broken {
                    *byte = 0;
                }
            }
            at += 1;
        }
        at
    }

    /// Whether no further byte belongs to the body.
    pub(super) fn has_ended(self) -> bool {
        matches!(self, Self::Complete | Self::Broken)
    }

    /// The state after a byte of the framing.
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Size(size), _) if byte.is_ascii_hexdigit() => {
                let digit = char::from(byte).to_digit(16).map_or(0, u64::from);
                let size = size.unwrap_or(0).checked_mul(16).map(|size| size + digit);
                size.map_or(Self::Broken, |size| Self::Size(Some(size)))
            }
            (Self::Size(Some(size)) | Self::Extension(size), b'\r') => Self::SizeEnd(size),
            (Self::Size(Some(size)), b' ' | b'\t' | b';')
            | (Self::Extension(size), b'\t' | b' '..=b'~' | 0x80..) => Self::Extension(size),
            (Self::SizeEnd(0) | Self::TrailerEnd, b'\n') => Self::Last,
            (Self::SizeEnd(size), b'\n') => Self::Data(size),
            (Self::DataReturn, b'\r') => Self::DataEnd,
            (Self::DataEnd, b'\n') => Self::Size(None),
            (Self::Last, b'\r') => Self::LastEnd,
            (Self::LastEnd, b'\n') => Self::Complete,
            (Self::Trailer, b'\r') => Self::TrailerEnd,
            (Self::Last | Self::Trailer, b'\t' | b' '..=b'~' | 0x80..) => Self::Trailer,
            _ => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, belongs: usize, state: Chunks) {
        let mut bytes = text.as_bytes().to_vec();
        let mut chunks = Chunks::START;
        assert_eq!((chunks.read(&mut bytes), chunks), (belongs, state), "{text:?}");
        // However it is cut into pieces.
        let mut bytes = text.as_bytes().to_vec();
        let mut chunks = Chunks::START;
        let read: usize = bytes.chunks_mut(1).map(|piece| chunks.read(piece)).sum();
        assert_eq!((read, chunks), (belongs, state), "{text:?}, byte by byte");
    }

    #[test]
    fn the_body_ends_behind_the_last_chunk() {
        check("3\r\nabc\r\n0\r\n\r\nGET /", 13, Chunks::Complete);
        check("0\r\n\r\n0\r\n\r\n", 5, Chunks::Complete);
        check("0\r\nA: b\r\nC: d\r\n\r\nGET /", 17, Chunks::Complete);
        check("a ;name=\"value\"\r\n0\r\n\r\n01234\r\n00;x\r\n\r\n", 37, Chunks::Complete);
    }

    #[test]
    fn an_unfinished_body_goes_on() {
        check("", 0, Chunks::START);
        check("1F", 2, Chunks::Size(Some(31)));
        check("5\r\nab", 5, Chunks::Data(3));
        check("2\r\nab", 5, Chunks::DataReturn);
        check("2\r\nab\r\n0\r\n", 10, Chunks::Last);
    }

    #[test]
    fn what_is_no_chunk_ends_the_body() {
        for (text, belongs) in [
            ("\r\n", 1),
            ("g\r\n", 1),
            ("3\nabc\r\n", 2),
            ("3\r\nabcd\r\n", 7),
            ("3\r\nabc\n0\r\n\r\n", 7),
            ("3;\n\r\nabc", 3),
            ("0\r\nA: b\n\r\n", 8),
            ("0\r\n\n", 4),
            ("11111111111111111\r\n", 17),
        ] {
            check(text, belongs, Chunks::Broken);
            let mut bytes = text.as_bytes().to_vec();
            let mut chunks = Chunks::START;
            chunks.read(&mut bytes);
            assert_eq!(bytes[belongs - 1], 0, "{text:?}");
        }
    }
}
