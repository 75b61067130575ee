//! Whether what is sent is an uncompressed tar, followed as it passes.

use super::FileRefusal;

/// The size of a block of a tar.
const BLOCK: usize = 512;
/// The first bytes of compressed data that engines recognise. They would unpack it with programs that may come from the
/// container.
const COMPRESSED: [&[u8]; 5] = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"];

/// Follows an archive. Engines accept one that ends anywhere, or that is none at all, so this has to notice it.
#[derive(Debug)]
pub struct TarCheck {
    /// The header that is arriving.
    header: Vec<u8>,
    /// Bytes of content and padding before the next header.
    body: u64,
    /// Whether anything has arrived.
    begun: bool,
    /// Whether the end was seen. Nothing but zeros follows.
    ended: bool,
}

impl Default for TarCheck {
    fn default() -> Self {
        Self { header: Vec::with_capacity(BLOCK), body: 0, begun: false, ended: false }
    }
}

impl TarCheck {
    /// The next bytes.
    pub fn read(&mut self, mut bytes: &[u8]) -> Result<(), FileRefusal> {
        while !bytes.is_empty() {
            if self.body > 0 {
                let there = bytes.len().min(usize::try_from(self.body).unwrap_or(usize::MAX));
                self.body -= there as u64;
                bytes = bytes.get(there..).unwrap_or_default();
                continue;
            }
            let wanted = (BLOCK - self.header.len()).min(bytes.len());
            let (part, rest) = bytes.split_at(wanted);
            self.header.extend_from_slice(part);
            bytes = rest;
            if self.header.len() == BLOCK {
                self.take_header()?;
                self.header.clear();
            }
        }
        Ok(())
    }

    /// There are no more bytes.
    pub fn finish(&self) -> Result<(), FileRefusal> {
        if !self.begun {
            return Err(FileRefusal::NotATar);
        }
        if self.body > 0 || !self.header.is_empty() || !self.ended {
            Err(FileRefusal::Interrupted)
        } else {
            Ok(())
        }
    }

    fn take_header(&mut self) -> Result<(), FileRefusal> {
        let header = &self.header;
        if !self.begun && COMPRESSED.iter().any(|magic| header.starts_with(magic)) {
            return Err(FileRefusal::NotATar);
        }
        self.begun = true;
        if header.iter().all(|byte| *byte == 0) {
            self.ended = true;
            return Ok(());
        }
        if self.ended || !has_checksum(header) {
            return Err(FileRefusal::NotATar);
        }
        let kind = header.get(156).copied().unwrap_or_default();
        let name = header.get(..100).unwrap_or_default();
        let prefix = header.get(345..500).unwrap_or_default();
        if leads_out(name) || leads_out(prefix) || matches!(kind, b'3' | b'4') {
            return Err(FileRefusal::NotATar);
        }
        // Links and folders have no content, whatever size is given.
        let size = if matches!(kind, b'1'..=b'6') {
            0
        } else {
            number(header.get(124..136).unwrap_or_default()).ok_or(FileRefusal::NotATar)?
        };
        self.body = size.div_ceil(BLOCK as u64).checked_mul(BLOCK as u64).ok_or(FileRefusal::NotATar)?;
        Ok(())
    }
}

/// Whether a name has a part `..`.
fn leads_out(name: &[u8]) -> bool {
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    name.split(|byte| *byte == b'/').any(|part| part == b"..")
}

fn has_checksum(header: &[u8]) -> bool {
    let sum: u64 = header
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*byte) })
        .sum();
    number(header.get(148..156).unwrap_or_default()) == Some(sum)
}

/// A number in octal digits, or for large ones in binary.
fn number(field: &[u8]) -> Option<u64> {
    let (first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        let mut value = u64::from(first & 0x7f);
        for byte in rest {
            value = value.checked_mul(256)?.checked_add(u64::from(*byte))?;
        }
        return Some(value);
    }
    let digits: Vec<u8> = field.iter().copied().filter(|byte| !matches!(byte, 0 | b' ')).collect();
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header with this name, kind and size.
    fn header(name: &[u8], kind: u8, size: &[u8]) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..name.len()].copy_from_slice(name);
        block[124..124 + size.len()].copy_from_slice(size);
        block[156] = kind;
        block[148..156].fill(b' ');
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    fn file(name: &[u8], content: &[u8]) -> Vec<u8> {
        let mut bytes = header(name, b'0', format!("{:011o}\0", content.len()).as_bytes());
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().div_ceil(BLOCK) * BLOCK, 0);
        bytes
    }

    const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

    fn check(bytes: &[u8], expected: &Result<(), FileRefusal>) {
        for step in [1, 100, 512, 700, bytes.len().max(1)] {
            let mut tar = TarCheck::default();
            let read = bytes.chunks(step).try_for_each(|part| tar.read(part)).and_then(|()| tar.finish());
            assert_eq!(&read, expected, "{step} bytes at a time");
        }
    }

    #[test]
    fn a_whole_archive_passes() {
        let folder = header(b"a/", b'5', b"00000000777\0");
        check(&[folder, file(b"a/one", &[7; 1_000]), file(b"a/two", b""), END.to_vec()].concat(), &Ok(()));
        check(&END, &Ok(()));
        check(&[file(b"x", b"x"), END.to_vec(), vec![0; 8 * BLOCK]].concat(), &Ok(()));
    }

    #[test]
    fn an_archive_that_ends_early_is_noticed() {
        let whole = [file(b"one", &[7; 1_000]), END.to_vec()].concat();
        for length in [1, 511, 512, 513, 1_511, 1_536] {
            check(&whole[..length], &Err(FileRefusal::Interrupted));
        }
    }

    #[test]
    fn what_is_no_archive_is_noticed() {
        let refused = Err(FileRefusal::NotATar);
        check(b"", &refused);
        check(&[b'x'; 1_024], &refused);
        check(&[file(b"one", b"x"), END.to_vec(), file(b"two", b"x")].concat(), &refused);
        for magic in COMPRESSED {
            check(&[file(&[magic, b"name"].concat(), b"x"), END.to_vec()].concat(), &refused);
        }
        for name in [&b"../x"[..], b"a/../../x", b"a/.."] {
            check(&[file(name, b"x"), END.to_vec()].concat(), &refused);
        }
        check(&[header(b"sda", b'4', b""), END.to_vec()].concat(), &refused);
        check(&[header(b"huge", b'0', &[0xff; 12]), END.to_vec()].concat(), &refused);
    }
}
