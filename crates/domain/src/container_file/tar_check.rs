//! Whether what is sent is an uncompressed tar, followed as it passes.

use std::collections::BTreeSet;

use super::{FileRefusal, MemberFault};

/// How much of a name is shown, in characters.
const SHOWN: usize = 120;
/// The size of a block of a tar.
const BLOCK: usize = 512;
/// The first bytes of compressed data that engines recognise. They would unpack it with programs that may come from the
/// container.
const COMPRESSED: [&[u8]; 5] = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"];

/// Longest name in a header of its own, in bytes.
const LONGEST_NAME: u64 = 64 << 10;
/// Most folders of an archive that may not lead out of a volume: each of them is looked at.
const MOST_FOLDERS: usize = 2_000;

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
    /// Whether it stays where it is unpacked: it has no links, and its folders are told.
    stays: bool,
    /// A header that names the next member, with what has arrived of its content and the size of that.
    naming: Option<(u8, Vec<u8>, u64)>,
    /// The name of the next member.
    named: Option<Vec<u8>>,
    /// The folders of all members, and those that were not told yet.
    folders: BTreeSet<String>,
    untold: Vec<String>,
}

impl Default for TarCheck {
    fn default() -> Self {
        Self {
            header: Vec::with_capacity(BLOCK),
            body: 0,
            begun: false,
            ended: false,
            stays: false,
            naming: None,
            named: None,
            folders: BTreeSet::new(),
            untold: Vec::new(),
        }
    }
}

impl TarCheck {
    /// For an archive that must stay below the folder where it is unpacked: it may contain no links, and whoever unpacks it
    /// must see that none of its [folders](Self::folders) is one.
    pub fn that_stays() -> Self {
        Self { stays: true, ..Self::default() }
    }

    /// The folders of members that have come since the last call, as paths below the folder where it is unpacked.
    pub fn folders(&mut self) -> Vec<String> {
        std::mem::take(&mut self.untold)
    }

    /// The next bytes.
    pub fn read(&mut self, mut bytes: &[u8]) -> Result<(), FileRefusal> {
        while !bytes.is_empty() {
            if self.body > 0 {
                let there = bytes.len().min(usize::try_from(self.body).unwrap_or(usize::MAX));
                let (part, rest) = bytes.split_at(there);
                if let Some((_, content, _)) = &mut self.naming {
                    content.extend_from_slice(part);
                }
                self.body -= there as u64;
                bytes = rest;
                if self.body == 0 {
                    self.take_name()?;
                }
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
        // Links and folders have no content, whatever size is given.
        let size = if matches!(kind, b'1'..=b'6') {
            0
        } else {
            number(header.get(124..136).unwrap_or_default()).ok_or(FileRefusal::NotATar)?
        };
        self.body = size.div_ceil(BLOCK as u64).checked_mul(BLOCK as u64).ok_or(FileRefusal::NotATar)?;
        match kind {
            b'x' | b'L' if size == 0 || size > LONGEST_NAME => return Err(FileRefusal::NotATar),
            b'x' | b'L' => self.naming = Some((kind, Vec::new(), size)),
            // Some readers forget by a global header what the next member is called.
            b'g' if self.named.is_some() => return Err(FileRefusal::NotATar),
            b'g' | b'K' => {}
            0 | b'0'..=b'7' => {
                let name =
                    self.named.take().or_else(|| own_name(&self.header)).ok_or(FileRefusal::NotATar)?;
                // A folder in old archives, which some readers take for one without content.
                if kind == 0 && name.ends_with(b"/") && self.body > 0 {
                    return Err(FileRefusal::NotATar);
                }
                self.take_member(kind, &name)?;
            }
            // Sparse files, among others, which are not read alike everywhere.
            _ => return Err(FileRefusal::NotATar),
        }
        Ok(())
    }

    /// A header that names the next member is complete. Two names for one member would not mean the same everywhere.
    fn take_name(&mut self) -> Result<(), FileRefusal> {
        let Some((kind, mut content, size)) = self.naming.take() else { return Ok(()) };
        content.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        let name = if kind == b'L' { Some(until_nul(&content).to_vec()) } else { path_record(&content)? };
        if name.as_ref().is_some_and(|name| name.is_empty() || self.named.is_some()) {
            return Err(FileRefusal::NotATar);
        }
        self.named = name.or_else(|| self.named.take());
        Ok(())
    }

    fn take_member(&mut self, kind: u8, name: &[u8]) -> Result<(), FileRefusal> {
        let refused = |fault| {
            let name = String::from_utf8_lossy(name).chars().take(SHOWN).collect();
            Err(FileRefusal::Member { name, fault })
        };
        if leads_out(name) {
            return refused(MemberFault::LeadsOut);
        }
        match kind {
            b'3' | b'4' => return refused(MemberFault::Device),
            b'1' | b'2' if self.stays => return refused(MemberFault::Link),
            _ => {}
        }
        if !self.stays {
            return Ok(());
        }
        // A folder that cannot be named cannot be looked at.
        let Ok(name) = std::str::from_utf8(name) else { return refused(MemberFault::NotUtf8) };
        let parts: Vec<_> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        for length in 1..parts.len() {
            let folder = parts.get(..length).unwrap_or_default().join("/");
            if self.folders.insert(folder.clone()) {
                self.untold.push(folder);
            }
        }
        if self.folders.len() > MOST_FOLDERS {
            Err(FileRefusal::TooManyFolders { most: MOST_FOLDERS })
        } else {
            Ok(())
        }
    }
}

/// The name in a header; `None` if it is in a form that is not read alike everywhere.
fn own_name(header: &[u8]) -> Option<Vec<u8>> {
    let name = until_nul(header.get(..100).unwrap_or_default());
    if header.get(508..512) == Some(b"tar\0") {
        return None;
    }
    let is_posix = header.get(257..265) == Some(b"ustar\x0000");
    Some(match until_nul(header.get(345..500).unwrap_or_default()) {
        prefix if is_posix && !prefix.is_empty() => [prefix, b"/", name].concat(),
        _ => name.to_vec(),
    })
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The `path` among the records of an extended header: `length key=value`, a line each. Records that give a member another size,
/// or another name in another way, are refused: what follows would not be read alike everywhere.
fn path_record(mut records: &[u8]) -> Result<Option<Vec<u8>>, FileRefusal> {
    let mut path = None;
    while !records.is_empty() {
        let space = records.iter().position(|byte| *byte == b' ').ok_or(FileRefusal::NotATar)?;
        let digits = records.get(..space).and_then(|digits| std::str::from_utf8(digits).ok());
        let length = digits.and_then(|digits| digits.parse::<usize>().ok());
        let length = length.filter(|length| *length > space + 1).ok_or(FileRefusal::NotATar)?;
        let record = records.get(space + 1..length).and_then(|record| record.strip_suffix(b"\n"));
        let record = record.ok_or(FileRefusal::NotATar)?;
        if record.starts_with(b"size=") || record.starts_with(b"GNU.sparse.") {
            return Err(FileRefusal::NotATar);
        }
        if let Some(value) = record.strip_prefix(b"path=") {
            path = Some(value.to_vec());
        }
        records = records.get(length..).unwrap_or_default();
    }
    Ok(path)
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
        for length in [512, 513, 1_511, 1_536, 2_047] {
            check(&whole[..length], &Err(FileRefusal::Interrupted));
        }
        // Less than a block could be anything.
        check(&whole[..511], &Err(FileRefusal::NotATar));
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
    }

    fn member(name: &str, fault: MemberFault) -> Result<(), FileRefusal> {
        Err(FileRefusal::Member { name: name.to_owned(), fault })
    }

    #[test]
    fn members_that_lead_elsewhere_are_named() {
        for name in ["../x", "a/../../x", "a/.."] {
            check(
                &[file(name.as_bytes(), b"x"), END.to_vec()].concat(),
                &member(name, MemberFault::LeadsOut),
            );
            // The name before the header of the member counts.
            let long = [
                header(b"././@LongLink", b'L', format!("{:011o}\0", name.len() + 1).as_bytes()),
                content(name.as_bytes()),
            ];
            check(
                &[long.concat(), file(b"harmless", b"x"), END.to_vec()].concat(),
                &member(name, MemberFault::LeadsOut),
            );
            let record = format!("path={name}");
            check(
                &[pax(&[&record]), file(b"harmless", b"x"), END.to_vec()].concat(),
                &member(name, MemberFault::LeadsOut),
            );
        }
        check(&[header(b"sda", b'4', b""), END.to_vec()].concat(), &member("sda", MemberFault::Device));
    }

    #[test]
    fn an_archive_that_stays_has_no_links_and_tells_its_folders() {
        let link = [header(b"link", b'2', b""), END.to_vec()].concat();
        check(&link, &Ok(()));
        let mut tar = TarCheck::that_stays();
        assert_eq!(tar.read(&link), member("link", MemberFault::Link));
        let mut tar = TarCheck::that_stays();
        assert_eq!(tar.read(&file(b"\xff/x", b"x")), member("\u{fffd}/x", MemberFault::NotUtf8));
        let mut tar = TarCheck::that_stays();
        let whole =
            [file(b"./a/b/one", b"x"), header(b"a/c/", b'5', b""), file(b"/a/b/two", b""), file(b"top", b"")]
                .concat();
        tar.read(&whole).unwrap();
        assert_eq!(tar.folders(), ["a", "a/b"]);
        tar.read(&file(b"a/d/three", b"")).unwrap();
        assert_eq!(tar.folders(), ["a/d"]);
    }

    fn content(bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len().div_ceil(BLOCK).max(1) * BLOCK, 0);
        bytes
    }

    fn pax(records: &[&str]) -> Vec<u8> {
        let record = |text: &&str| {
            // The length counts itself.
            let length = (text.len() + 3..text.len() + 9)
                .find(|length| length.to_string().len() + text.len() + 2 == *length);
            format!("{} {text}\n", length.unwrap())
        };
        let text: String = records.iter().map(record).collect();
        [header(b"pax", b'x', format!("{:011o}\0", text.len()).as_bytes()), content(text.as_bytes())].concat()
    }

    #[test]
    fn what_is_not_read_alike_everywhere_is_refused() {
        let refused = Err(FileRefusal::NotATar);
        let after = |before: Vec<u8>| [before, file(b"x", b"x"), END.to_vec()].concat();
        check(&after(pax(&["mtime=1.5", "path=longer/name"])), &Ok(()));
        for records in [&["size=0"][..], &["GNU.sparse.name=y"], &["path="], &["path=a", "size=1"]] {
            check(&after(pax(records)), &refused);
        }
        check(&after([pax(&["path=a"]), pax(&["path=b"])].concat()), &refused);
        check(&after([header(b"pax", b'x', b"00000000010\0"), content(b"99 path=")].concat()), &refused);
        check(&after(header(b"sparse", b'S', b"")), &refused);
        check(&after([pax(&["path=a"]), header(b"global", b'g', b"")].concat()), &refused);
        check(&after([header(b"folder/", 0, b"00000001000\0"), vec![0; BLOCK]].concat()), &refused);
        let mut star = vec![0; BLOCK];
        star[..4].copy_from_slice(b"name");
        star[257..265].copy_from_slice(b"ustar\x0000");
        star[508..].copy_from_slice(b"tar\0");
        star[148..156].fill(b' ');
        let sum: u64 = star.iter().map(|byte| u64::from(*byte)).sum();
        star[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        check(&[star, END.to_vec()].concat(), &refused);
        check(&[header(b"huge", b'0', &[0xff; 12]), END.to_vec()].concat(), &refused);
    }
}
