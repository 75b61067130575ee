//! Where the head of a request ends, and that its lines end as they must.

/// Reads the lines of one head as they arrive.
#[derive(Debug, Default)]
pub(super) struct HeadLines {
    /// Whether a line with content was seen. Empty lines before the request are ignored, as HTTP libraries do.
    begun: bool,
    /// Whether the current line has content.
    filled: bool,
    /// Whether the last byte was a carriage return.
    returned: bool,
    /// The start of the current line, in lower case: as much as is compared.
    start: [u8; Self::COMPARED],
    /// How many bytes of the current line were seen.
    column: usize,
    /// Whether the request is a `GET`.
    gets: bool,
    /// Which part of the request line arrives.
    part: Part,
    /// How many bytes of the request's target were seen.
    target: usize,
}

/// The parts of a request line, which single spaces separate.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Method,
    Target,
    Version,
}

/// The field that asks for another protocol, as it begins a line.
const UPGRADE: &[u8; HeadLines::COMPARED] = b"upgrade";

impl HeadLines {
    /// How many bytes of each line are compared.
    const COMPARED: usize = 7;

    /// Whether anything but empty lines has arrived.
    pub(super) fn has_begun(&self) -> bool {
        self.begun || self.filled
    }

    /// How long the target of the request is, as far as it has arrived.
    pub(super) fn target(&self) -> usize {
        self.target
    }

    /// The number of bytes up to the end of the head, if it ends in `bytes`.
    ///
    /// A line feed without a carriage return is replaced by a byte that is valid nowhere in a head, so that the library
    /// refuses the request. It would accept the line feed, while a proxy in front may not see the end of a line there: the
    /// two would then disagree on where a request ends.
    ///
    /// `Upgrade` counts only in a `GET`, and is made unknown elsewhere. The library would take what follows a request that asks
    /// for a WebSocket for a stream without an end, whatever length was announced, and wait for it; a proxy that passes the
    /// field on with every request is answered like any other client.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> Option<usize> {
        for (index, byte) in bytes.iter_mut().enumerate() {
            self.compare(byte);
            self.measure(*byte);
            match *byte {
                b'\n' if self.returned => {
                    if self.begun && !self.filled {
                        return Some(index + 1);
                    }
                    self.begun |= self.filled;
                    self.filled = false;
                    self.column = 0;
                }
                b'\n' => {
                    *byte = 0;
                    self.filled = true;
                }
                b'\r' => {}
                _ => self.filled = true,
            }
            self.returned = *byte == b'\r';
        }
        None
    }

    /// Follows the request line.
    fn measure(&mut self, byte: u8) {
        match (self.part, byte) {
            (Part::Method, b' ') => self.part = Part::Target,
            (Part::Target, b' ' | b'\r') => self.part = Part::Version,
            (Part::Target, _) => self.target = self.target.saturating_add(1),
            (Part::Method | Part::Version, _) => {}
        }
    }

    /// Follows the start of the current line.
    fn compare(&mut self, byte: &mut u8) {
        if let Some(place) = self.start.get_mut(self.column) {
            *place = byte.to_ascii_lowercase();
            let compared = self.column + 1;
            if !self.begun && self.start.starts_with(b"get ") {
                self.gets |= compared == 4;
            } else if self.begun && compared == Self::COMPARED && !self.gets && self.start == *UPGRADE {
                *byte = b'x';
            }
        }
        self.column = self.column.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, end: Option<usize>, seen: &str) {
        let mut bytes = text.as_bytes().to_vec();
        assert_eq!(HeadLines::default().read(&mut bytes), end, "{text:?}");
        assert_eq!(String::from_utf8(bytes).unwrap(), seen, "{text:?}");
        // However it is cut into pieces.
        let mut bytes = text.as_bytes().to_vec();
        let mut lines = HeadLines::default();
        let found = (0..bytes.len()).find(|index| lines.read(&mut bytes[*index..=*index]).is_some());
        assert_eq!(found.map(|index| index + 1), end, "{text:?}");
    }

    #[test]
    fn the_first_empty_line_after_the_request_ends_the_head() {
        check("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody", Some(27), "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody");
        check("\r\n\r\nGET / HTTP/1.0\r\n\r\n", Some(22), "\r\n\r\nGET / HTTP/1.0\r\n\r\n");
        check("GET / HTTP/1.1\r\nHost: a\r\n", None, "GET / HTTP/1.1\r\nHost: a\r\n");
        check("", None, "");
    }

    #[test]
    fn only_a_get_can_ask_for_another_protocol() {
        let get = "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
        check(get, Some(get.len()), get);
        let post =
            "\r\nPOST /upgrade HTTP/1.1\r\nHost: upgrade\r\nUPGRADE: websocket\r\nX-Upgrade: a\r\n\r\n";
        check(post, Some(post.len()), &post.replace("UPGRADE", "UPGRADx"));
        let other = "POST / HTTP/1.1\r\nUpgraded: a\r\n\r\n";
        check(other, Some(other.len()), &other.replace("Upgraded", "Upgradxd"));
        let put = "PUT / HTTP/1.1\r\nGET : a\r\nupgrade: websocket\r\n\r\n";
        check(put, Some(put.len()), &put.replace("upgrade", "upgradx"));
    }

    #[test]
    fn the_target_is_measured_alone() {
        let check = |text: &str, length: usize| {
            let (mut bytes, mut lines) = (text.as_bytes().to_vec(), HeadLines::default());
            lines.read(&mut bytes);
            assert_eq!(lines.target(), length, "{text:?}");
        };
        check("GET /stacks HTTP/1.1\r\nA: b c d\r\n", 7);
        check("\r\nGET /stacks", 7);
        check("GET /\r\nA: b\r\n", 1);
        check("GET ", 0);
        check("PUT", 0);
    }

    #[test]
    fn a_bare_line_feed_is_made_invalid() {
        check("GET / HTTP/1.1\nHost: a\n\n", None, "GET / HTTP/1.1\0Host: a\0\0");
        check("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", Some(29), "GET / HTTP/1.1\r\nA: b\0C: d\r\n\r\n");
        check("\nGET / HTTP/1.1\r\n\r\n", Some(19), "\0GET / HTTP/1.1\r\n\r\n");
    }
}
