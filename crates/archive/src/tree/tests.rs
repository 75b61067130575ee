//! Trees are what `read` says, whatever they were packed as.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use super::write_tar;
use crate::tests::{gzip, tar, zip};
use crate::{ArchiveError, Format, Limits, read};

fn tree(format: Format, bytes: &[u8], limits: &Limits) -> Result<(Vec<u8>, Vec<String>), ArchiveError> {
    let mut output = Cursor::new(Vec::new());
    let paths = write_tar(format, Cursor::new(bytes), limits, &mut output)?;
    Ok((output.into_inner(), paths))
}

/// One line for each member, in the order of the tar.
fn lines(bytes: &[u8]) -> Vec<String> {
    let mut archive = ::tar::Archive::new(bytes);
    let line = |entry: std::io::Result<::tar::Entry<'_, &[u8]>>| {
        let entry = entry.unwrap();
        let header = entry.header();
        let facts = (header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap());
        assert_eq!(facts, (0, 0, 0));
        assert!(entry.link_name().unwrap().is_none());
        format!("{:o} {}", header.mode().unwrap(), entry.path().unwrap().display())
    };
    archive.entries().unwrap().map(line).collect()
}

#[test]
fn a_tree_has_the_same_files_as_the_archive_in_every_format() {
    let members = ["a/b/c=12345", "run.sh*=x", "empty/", "a/b/long=", "a/link -> b/c"];
    let plain = tar(&members);
    for (format, bytes) in
        [(Format::Tar, plain.clone()), (Format::TarGz, gzip(&plain)), (Format::Zip, zip(&members))]
    {
        let (output, paths) = tree(format, &bytes, &Limits::default()).unwrap();
        let expected =
            ["755 a/", "755 a/b/", "644 a/b/c", "755 run.sh", "755 empty/", "644 a/b/long", "644 a/link"];
        assert_eq!(lines(&output), expected, "{format:?}");
        assert!(paths.is_sorted() && paths.len() == 4, "{paths:?}");
        let inside = read(Format::Tar, output.as_slice(), &Limits::default()).unwrap();
        let plain = read(format, bytes.as_slice(), &Limits::default()).unwrap();
        assert_eq!(inside, plain);
        let again = tree(Format::Tar, &output, &Limits::default()).unwrap();
        assert_eq!(again, (output, paths), "a tree of a tree is the tree");
    }
}

#[test]
fn a_long_path_is_kept() {
    let path = format!("{}name", "long/".repeat(40));
    let (output, paths) = tree(Format::Zip, &zip(&[&format!("{path}=x")]), &Limits::default()).unwrap();
    assert_eq!(paths, [path.as_str()]);
    let inside = read(Format::Tar, output.as_slice(), &Limits::default()).unwrap();
    assert_eq!((inside[0].path.as_str(), &*inside[0].bytes), (path.as_str(), b"x".as_slice()));
}

#[test]
fn what_read_refuses_is_refused_with_the_same_words() {
    for members in [
        &["../out=1"][..],
        &["/etc/passwd=1"],
        &["a=1", "a=2"],
        &["a=1", "a/b=2"],
        &["a -> ../../etc/shadow"],
        &["a -> nothing"],
        &["a -> b", "b -> a"],
        &["d/", "a -> d"],
        &["only/"],
    ] {
        let plain = tar(members);
        let mut formats = vec![(Format::Tar, plain.clone()), (Format::TarGz, gzip(&plain))];
        if members != ["a=1", "a=2"] {
            formats.push((Format::Zip, zip(members)));
        }
        for (format, bytes) in formats {
            let words = read(format, bytes.as_slice(), &Limits::default()).unwrap_err().to_string();
            let error = tree(format, &bytes, &Limits::default()).unwrap_err();
            assert_eq!(error.to_string(), words, "{format:?} {members:?}");
        }
    }
}

#[test]
fn limits_hold_for_trees_and_folders_that_are_only_part_of_paths_count() {
    let deep = format!("{}f=1", "d/".repeat(40));
    let bytes = tar(&[&deep]);
    let limits = |members| Limits { members, ..Limits::default() };
    assert!(tree(Format::Tar, &bytes, &limits(41)).is_ok());
    assert!(matches!(tree(Format::Tar, &bytes, &limits(40)), Err(ArchiveError::TooManyMembers(40))));
    let small = Limits { packed: 100, ..Limits::default() };
    for (format, bytes) in [(Format::Tar, bytes.clone()), (Format::Zip, zip(&["a=1"]))] {
        assert!(matches!(tree(format, &bytes, &small), Err(ArchiveError::PackedTooLarge(100))), "{format:?}");
    }
    let unpacked = Limits { unpacked: 3, ..Limits::default() };
    let too_large = tree(Format::Zip, &zip(&["a=1234"]), &unpacked);
    assert!(matches!(too_large, Err(ArchiveError::UnpackedTooLarge(3))));
}

#[test]
fn an_archive_that_is_cut_off_is_no_tree() {
    let plain = tar(&["a=12345", "b=1"]);
    for bytes in [plain.clone(), gzip(&plain), zip(&["a=12345", "b=1"])] {
        let format = Format::detect(&bytes);
        for length in 0..bytes.len() {
            // What may be missing of a tar is its second empty block, and its padding.
            if format == Format::Tar && length >= 4 * 512 + 512 {
                continue;
            }
            assert!(tree(format, &bytes[..length], &Limits::default()).is_err(), "{format:?} {length}");
        }
    }
}

#[test]
fn an_output_that_is_full_is_not_the_fault_of_the_archive() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    impl Read for Full {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Ok(0)
        }
    }
    impl Seek for Full {
        fn seek(&mut self, _: SeekFrom) -> std::io::Result<u64> {
            Ok(0)
        }
    }
    let bytes = tar(&["a=1"]);
    let error = write_tar(Format::Tar, Cursor::new(bytes), &Limits::default(), Full).unwrap_err();
    assert!(matches!(error, ArchiveError::Output(_)), "{error}");
}
