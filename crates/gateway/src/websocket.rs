//! As much of the protocol of `WebSocket`s as a tunnel has to know: whether the other side really speaks it, where frames begin, and which of them
//! carry data.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

/// What RFC 6455 puts behind the key of a handshake.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A server's frame that closes a WebSocket because the server goes away, with code 1001.
pub(crate) const GOING_AWAY: [u8; 4] = [0x88, 0x02, 0x03, 0xE9];

const CLOSE: u8 = 0x8;

/// What a handshake with this key is answered with.
pub(crate) fn accept_for(key: &[u8]) -> String {
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

/// Follows the frames of one direction without holding any of them.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    head: [u8; 14],
    /// How many bytes of a head are there.
    filled: usize,
    /// How many bytes of the payload are still to come.
    payload: u64,
    /// The frame under way carries data.
    is_data: bool,
    has_closed: bool,
}

impl Frames {
    /// Goes over the next bytes; whether any of them belong to a frame with data.
    pub(crate) fn pass(&mut self, mut bytes: &[u8]) -> bool {
        let mut has_data = false;
        while !bytes.is_empty() {
            if self.payload > 0 {
                let step = usize::try_from(self.payload).unwrap_or(usize::MAX).min(bytes.len());
                self.payload -= step as u64;
                bytes = &bytes[step..];
                has_data |= self.is_data;
                continue;
            }
            self.head[self.filled] = bytes[0];
            self.filled += 1;
            bytes = &bytes[1..];
            if self.filled >= 2 && self.filled == self.head_length() {
                self.begin_payload();
                has_data |= self.is_data;
            }
        }
        has_data
    }

    /// Whether a frame could begin here.
    pub(crate) fn is_between(&self) -> bool {
        self.filled == 0 && self.payload == 0
    }

    /// Whether the frame that ends the WebSocket has been seen.
    pub(crate) fn has_closed(&self) -> bool {
        self.has_closed
    }

    fn head_length(&self) -> usize {
        let length = match self.head[1] & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if self.head[1] & 0x80 == 0 { 0 } else { 4 };
        2 + length + mask
    }

    fn begin_payload(&mut self) {
        let opcode = self.head[0] & 0xF;
        self.is_data = opcode < CLOSE;
        self.has_closed |= opcode == CLOSE;
        self.payload = match self.head[1] & 0x7F {
            126 => u64::from(u16::from_be_bytes([self.head[2], self.head[3]])),
            127 => self.head[2..10].iter().fold(0, |length, byte| (length << 8) | u64::from(*byte)),
            short => u64::from(short),
        };
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_is_answered_as_the_standard_has_it() {
        assert_eq!(accept_for(b"dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    fn frame(opcode: u8, length: usize, mask: bool) -> Vec<u8> {
        let bit = if mask { 0x80 } else { 0 };
        let mut bytes = vec![0x80 | opcode];
        match length {
            0..126 => bytes.push(bit | u8::try_from(length).unwrap()),
            126..65_536 => {
                bytes.push(bit + 126);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                bytes.push(bit + 127);
                bytes.extend((length as u64).to_be_bytes());
            }
        }
        bytes.extend(vec![7; if mask { 4 } else { 0 }]);
        bytes.extend(vec![0x88; length]);
        bytes
    }

    #[test]
    fn frames_are_followed_however_they_are_cut() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            for mask in [false, true] {
                let bytes = [frame(9, 4, mask), frame(2, length, mask), frame(10, 0, mask)].concat();
                for cut in [1, 2, 3, 7, 1000] {
                    let mut frames = Frames::default();
                    let data = bytes.chunks(cut).map(|part| frames.pass(part)).filter(|data| *data).count();
                    assert!(data > 0, "{length} {mask} {cut}");
                    assert!(frames.is_between(), "{length} {mask} {cut}");
                    assert!(!frames.has_closed(), "a payload that looks like a close frame is none");
                }
            }
        }
    }

    #[test]
    fn pings_and_pongs_are_no_data_and_a_close_is_noticed() {
        let mut frames = Frames::default();
        assert!(!frames.pass(&frame(9, 100, true)));
        assert!(!frames.pass(&frame(10, 100, false)));
        assert!(frames.pass(&frame(1, 0, false)), "an empty message is data too");
        assert!(!frames.has_closed());
        assert!(!frames.pass(&GOING_AWAY));
        assert!(frames.has_closed() && frames.is_between());
        frames.pass(&frame(1, 10, false)[..5]);
        assert!(!frames.is_between());
    }
}
