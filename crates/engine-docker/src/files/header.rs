//! The header of a file that is sent.

use core_monitor_domain::time::Timestamp;
use tar::{EntryType, Header};

/// The size of a block of a tar.
pub(super) const BLOCK: usize = 512;
/// Longest name in a header.
const LONGEST: usize = 100;

/// How the file looks in the container.
pub(super) struct Look {
    pub(super) mode: u32,
    pub(super) uid: u64,
    pub(super) gid: u64,
    pub(super) modified: Timestamp,
}

/// Everything before the content. It begins with `./`, whatever the name is: the engine takes some first bytes for those of
/// compressed data.
pub(super) fn of_file(name: &str, size: u64, look: &Look) -> Vec<u8> {
    let name = format!("./{name}");
    let mut bytes = Vec::new();
    if name.len() > LONGEST {
        let mut header = Header::new_gnu();
        set_name(&mut header, b"././@LongLink");
        header.set_entry_type(EntryType::GNULongName);
        header.set_size(name.len() as u64 + 1);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.resize((bytes.len() + 1).div_ceil(BLOCK) * BLOCK, 0);
    }
    let mut header = Header::new_gnu();
    set_name(&mut header, name.as_bytes());
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_mode(look.mode & 0o7777);
    header.set_uid(look.uid);
    header.set_gid(look.gid);
    header.set_mtime(u64::try_from(look.modified.as_millis() / 1_000).unwrap_or_default());
    header.set_cksum();
    bytes.extend_from_slice(header.as_bytes());
    bytes
}

fn set_name(header: &mut Header, name: &[u8]) {
    for (place, byte) in header.as_mut_bytes().iter_mut().take(LONGEST).zip(name) {
        *place = *byte;
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::container_file::TarCheck;

    use super::*;

    fn check(name: &str) {
        let look =
            Look { mode: 0o4750, uid: 1_000_000, gid: 7, modified: Timestamp::from_millis(5_000).unwrap() };
        let mut bytes = of_file(name, 3, &look);
        bytes.extend_from_slice(b"abc");
        bytes.resize(bytes.len().div_ceil(BLOCK) * BLOCK + 2 * BLOCK, 0);
        assert!(bytes.starts_with(b"./"));
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entry = archive.entries().unwrap().next().unwrap().unwrap();
        assert_eq!(entry.path_bytes(), format!("./{name}").as_bytes());
        let header = entry.header();
        let owner = (header.uid().unwrap(), header.gid().unwrap());
        assert_eq!(
            (owner, header.mode().unwrap(), header.mtime().unwrap(), entry.size()),
            ((1_000_000, 7), 0o4750, 5, 3)
        );
        let mut tar = TarCheck::default();
        tar.read(&bytes).unwrap();
        tar.finish().unwrap();
    }

    #[test]
    fn a_header_holds_any_name() {
        for name in
            ["a", "BZh9", "\u{1f}", "with space\n", "ü", &"x".repeat(98), &"x".repeat(99), &"é".repeat(127)]
        {
            check(name);
        }
    }
}
