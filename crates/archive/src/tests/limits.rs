//! Archives that are larger than they may be, or that only look small.

use super::*;

#[test]
fn long_names_count_against_the_limit() {
    let mut tar = Builder::new(Vec::new());
    append(&mut tar, "././@LongLink", EntryType::GNULongName, 0o644, "", &vec![b'a'; 8 << 20]);
    append(&mut tar, "short", EntryType::Regular, 0o644, "", b"1");
    let bytes = gzip(&tar.into_inner().unwrap());
    let limits = Limits { unpacked: 1 << 20, members: 10, ..Limits::default() };
    let answer = text(Format::TarGz, &bytes, &limits);
    assert_eq!(answer, "the files of the archive are larger than 1048576 bytes in total");
}

#[test]
fn limits_abort_reading() {
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let members = ["a=1234567890", "b=1234567890", "c/"];
    let check = |limits: Limits, expected: &str| {
        assert_eq!(text(Format::Tar, &tar(&members), &limits), expected);
        assert_eq!(text(Format::TarGz, &gzip(&tar(&members)), &limits), expected);
        assert_eq!(text(Format::Zip, &zip(&members), &limits), expected);
    };
    check(limits(|l| l.unpacked = 20), "a=1234567890; b=1234567890");
    check(limits(|l| l.unpacked = 19), "the files of the archive are larger than 19 bytes in total");
    check(limits(|l| l.members = 3), "a=1234567890; b=1234567890");
    check(limits(|l| l.members = 2), "the archive has more than 2 members");
    check(limits(|l| l.packed = 30), "the archive is larger than 30 bytes");
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![0; 40 << 20];
    let mut tar = Builder::new(Vec::new());
    append(&mut tar, "zeros", EntryType::Regular, 0o644, "", &zeros);
    let tar = tar.into_inner().unwrap();
    let expected = "the archive unpacks to more than 200 times its size";
    assert_eq!(text(Format::TarGz, &gzip(&tar), &Limits::default()), expected);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("zeros", SimpleFileOptions::default()).unwrap();
    zip.write_all(&zeros).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    assert_eq!(text(Format::Zip, &zip, &Limits::default()), expected);
    assert!(read(Format::Tar, tar.as_slice(), &Limits::default()).is_ok(), "the same bytes uncompressed");
}

#[test]
fn a_zip_that_announces_too_many_members_is_not_opened() {
    let mut bytes = zip(&["a=1"]);
    let end = bytes.len() - 22;
    let words = "the archive has more than 10000 members";
    // 10,001 members on this disk, and in all.
    bytes[end + 8..end + 12].copy_from_slice(&[0x11, 0x27, 0x11, 0x27]);
    assert_eq!(text(Format::Zip, &bytes, &Limits::default()), words);
    // The record of a large zip, which the library reads first.
    let mut large = b"PK\x06\x06".to_vec();
    large.resize(32, 0);
    large.extend_from_slice(&0x0100_0000_0000_u64.to_le_bytes());
    bytes = [large, zip(&["a=1"])].concat();
    assert_eq!(text(Format::Zip, &bytes, &Limits::default()), words);
}
