//! For `fuzz/`: parsing of received bytes.

use bytes::BytesMut;

use crate::frame::{Frame, LONGEST_BODY};

/// Parses `bytes` as frames up to the first invalid one, in pieces as from a socket.
///
/// # Panics
///
/// If a parsed frame is not encoded to the same bytes, or more than one frame is buffered.
pub fn frames(bytes: &[u8], piece: usize) {
    let mut buffer = BytesMut::new();
    for piece in bytes.chunks(piece.max(1)) {
        buffer.extend_from_slice(piece);
        loop {
            let before = buffer.clone();
            match Frame::decode(&mut buffer) {
                Ok(Some(frame)) => {
                    let mut again = BytesMut::new();
                    frame.encode(&mut again);
                    assert_eq!(again, before[..before.len() - buffer.len()], "{frame:?}");
                }
                Ok(None) => break,
                Err(_) => return,
            }
        }
        assert!(buffer.len() < LONGEST_BODY + 16, "{} bytes are kept", buffer.len());
    }
}
