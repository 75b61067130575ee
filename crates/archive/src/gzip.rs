//! Reads gzip, which may consist of several members one after the other.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The content of all members.
///
/// Each member costs a decoder and a header, however little it holds, so their number is limited. Programs that compress in
/// parallel write one for every 64 to 128 KiB.
pub(crate) struct GzipMembers<R> {
    current: Option<GzDecoder<R>>,
    left: usize,
}

impl<R: BufRead> GzipMembers<R> {
    /// Reads at most `members` members.
    pub(crate) fn new(input: R, members: usize) -> Self {
        Self { current: Some(GzDecoder::new(input)), left: members }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(current) = &mut self.current {
            let length = current.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            let ended = self.current.take().map(GzDecoder::into_inner);
            let Some(mut rest) = ended else { break };
            if rest.fill_buf()?.is_empty() {
                break;
            }
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it has too many gzip members"));
            }
            self.current = Some(GzDecoder::new(rest));
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_follow_each_other_up_to_a_limit() {
        let bytes = [member("one "), member(""), member("two")].concat();
        let read = |most| {
            let mut text = String::new();
            GzipMembers::new(bytes.as_slice(), most).read_to_string(&mut text).map(|_| text)
        };
        assert_eq!(read(3).unwrap(), "one two");
        assert_eq!(read(2).unwrap_err().to_string(), "it has too many gzip members");
    }
}
