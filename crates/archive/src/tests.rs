//! Well-formed and malicious archives.

use std::io::{self, Cursor, Read, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{ArchiveError, Format, Limits, read};

mod limits;

/// A member: `a=text` is a file, `a*=text` an executable one, `a/` a folder, `a -> b` a symbolic link, `a => b` a hard one.
pub(crate) fn tar(members: &[&str]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for member in members {
        if let Some((path, target)) = member.split_once(" -> ") {
            append(&mut tar, path, EntryType::Symlink, 0o777, target, b"");
        } else if let Some((path, target)) = member.split_once(" => ") {
            append(&mut tar, path, EntryType::Link, 0o644, target, b"");
        } else if let Some((path, text)) = member.split_once("*=") {
            append(&mut tar, path, EntryType::Regular, 0o4755, "", text.as_bytes());
        } else if let Some((path, text)) = member.split_once('=') {
            append(&mut tar, path, EntryType::Regular, 0o644, "", text.as_bytes());
        } else {
            append(&mut tar, member, EntryType::Directory, 0o755, "", b"");
        }
    }
    tar.into_inner().unwrap()
}

/// Writes headers by hand, since the library rejects what has to be tested here.
fn append(
    tar: &mut Builder<Vec<u8>>,
    path: impl AsRef<[u8]>,
    kind: EntryType,
    mode: u32,
    target: &str,
    bytes: &[u8],
) {
    let mut header = Header::new_gnu();
    let fields = header.as_gnu_mut().unwrap();
    fields.name[..path.as_ref().len()].copy_from_slice(path.as_ref());
    fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    tar.append(&header, bytes).unwrap();
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// Members as for [`tar`].
pub(crate) fn zip(members: &[&str]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for member in members {
        if let Some((path, target)) = member.split_once(" -> ") {
            zip.add_symlink(path, target, options).unwrap();
        } else if let Some((path, text)) = member.split_once("*=") {
            zip.start_file(path, options.unix_permissions(0o4755)).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        } else if let Some((path, text)) = member.split_once('=') {
            zip.start_file(path, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        } else {
            zip.add_directory(*member, options).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

/// The files in the notation of the members, or the error.
fn text(format: Format, bytes: &[u8], limits: &Limits) -> String {
    match read(format, bytes, limits) {
        Ok(files) => {
            let line = |file: &super::File| {
                let mark = if file.executable { "*" } else { "" };
                format!("{}{mark}={}", file.path, String::from_utf8_lossy(&file.bytes))
            };
            files.iter().map(line).collect::<Vec<_>>().join("; ")
        }
        Err(error) => error.to_string(),
    }
}

/// Checks that the same members give the same result in every format.
fn check(members: &[&str], expected: &str) {
    let tar = tar(members);
    let limits = Limits::default();
    assert_eq!(text(Format::Tar, &tar, &limits), expected, "tar {members:?}");
    assert_eq!(text(Format::TarGz, &gzip(&tar), &limits), expected, "tar.gz {members:?}");
    if !members.iter().any(|member| member.contains(" => ")) {
        assert_eq!(text(Format::Zip, &zip(members), &limits), expected, "zip {members:?}");
    }
}

fn check_tar(members: &[&str], expected: &str) {
    assert_eq!(text(Format::Tar, &tar(members), &Limits::default()), expected, "{members:?}");
}

#[test]
fn files_of_a_folder_are_read() {
    check(&["b/", "b/c=2", "a=1", "run.sh*=x", "empty="], "a=1; b/c=2; empty=; run.sh*=x");
    check(&["deep/er/than/that=1"], "deep/er/than/that=1");
    check(&["na\u{ef}ve \u{1f433}=1"], "na\u{ef}ve \u{1f433}=1");
    check(&["A=1", "a=2"], "A=1; a=2");
    check_tar(&["./", "./a=1", "./b/", "./b/./c=2"], "a=1; b/c=2");
    check_tar(&["b/", "b/", "b/c=1"], "b/c=1");
}

#[test]
fn paths_that_leave_the_folder_are_rejected() {
    check_tar(&["ok=1", "../evil=2"], "`../evil` has `..` in its path");
    check_tar(&["a/../../evil=2"], "`a/../../evil` has `..` in its path");
    check_tar(&["/etc/passwd=1"], "`/etc/passwd` is an absolute path");
    check_tar(&["../"], "`../` has `..` in its path");
    check_tar(&["..\\evil=1"], r"`..\\evil` has a backslash in its path");
    check_tar(&["C:evil=1"], "`C:evil` starts with a drive letter");
    check_tar(&["a\nb=1"], r"`a\nb` has a control character in its path");
    check_tar(&["a//b=1"], "`a//b` has an empty component in its path");
    for path in ["../evil", "/evil", "..\\evil", "C:evil"] {
        // The writer normalizes such names, so both copies of a harmless name are patched.
        let plain = "p".repeat(path.len());
        let bytes = patch(&zip(&[&format!("{plain}=1")]), plain.as_bytes(), path.as_bytes());
        let answer = text(Format::Zip, &bytes, &Limits::default());
        assert!(answer.starts_with(&format!("`{}` ", path.escape_debug())), "{answer}");
    }
}

/// Replaces every occurrence of `from` with `to`, which has the same length.
fn patch(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<_> = (0..=bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn names_that_are_not_utf8_are_rejected() {
    let mut tar = Builder::new(Vec::new());
    append(&mut tar, b"caf\xe9", EntryType::Regular, 0o644, "", b"");
    let answer = text(Format::Tar, &tar.into_inner().unwrap(), &Limits::default());
    assert_eq!(answer, "`caf\u{fffd}` has a path that is not UTF-8");
    let bytes = patch(&zip(&["caf1=x"]), b"caf1", b"caf\xe9");
    let answer = text(Format::Zip, &bytes, &Limits::default());
    assert_eq!(answer, "`caf\u{fffd}` has a path that is not UTF-8");
}

#[test]
fn duplicate_paths_are_rejected() {
    check_tar(&["a=1", "a=2"], "`a` occurs twice");
    check_tar(&["a=1", "./a=2"], "`a` occurs twice");
    check_tar(&["a=1", "a -> b", "b=2"], "`a` occurs twice");
    check(&["a=1", "a/b=2"], "`a` is both a file and a folder");
    check(&["a/b=2", "a=1"], "`a` is both a file and a folder");
    check_tar(&["a -> b/", "a/b=2", "b/"], "`a` is both a file and a folder");
    let bytes = patch(&zip(&["first=1", "other=2"]), b"other", b"first");
    let answer = text(Format::Zip, &bytes, &Limits::default());
    assert_eq!(answer, "the archive has two members with the same name");
}

#[test]
fn links_become_copies_or_are_rejected() {
    check(&["a=1", "d/l -> ../a"], "a=1; d/l=1");
    check(&["run*=x", "l -> m", "m -> ./run"], "l*=x; m*=x; run*=x");
    check(&["l -> ../a", "a=1"], "`l` links to `../a`, which is outside the archive's folder");
    check(&["l -> /etc/passwd", "a=1"], "`l` links to `/etc/passwd`, which is outside the archive's folder");
    check(&["d/l -> ../../a", "a=1"], "`d/l` links to `../../a`, which is outside the archive's folder");
    check(&["l -> nowhere", "a=1"], "`l` links to `nowhere`, which is not in the archive");
    check(&["l -> d", "d/a=1"], "`l` links to the folder `d`");
    check(&["d/l -> ..", "d/a=1"], "`d/l` links to the folder `.`");
    check(&["l -> m", "m -> l"], "`l` is a link that does not lead to a file");
    check(&["l -> l"], "`l` is a link that does not lead to a file");
    check(&["d/a=1", "l -> d", "l/b=2"], "`l` is both a file and a folder");
    check(&["a=1", "h => a"], "a=1; h=1");
    check(&["h => a", "a=1"], "a=1; h=1");
    check(&["h => ../a", "a=1"], "`h` links to `../a`, which is outside the archive's folder");
    check(&["h => gone", "a=1"], "`h` links to `gone`, which is not in the archive");
}

#[test]
fn copies_made_for_links_count() {
    let limits = Limits { unpacked: 10, ..Limits::default() };
    let tar = tar(&["a=123456", "l -> a"]);
    assert_eq!(
        text(Format::Tar, &tar, &limits),
        "the files of the archive are larger than 10 bytes in total"
    );
}

#[test]
fn only_files_and_folders_are_kept() {
    let check = |kind: EntryType, expected: &str| {
        let mut tar = Builder::new(Vec::new());
        append(&mut tar, "x", kind, 0o644, "", b"");
        assert_eq!(text(Format::Tar, &tar.into_inner().unwrap(), &Limits::default()), expected);
    };
    check(EntryType::Char, "`x` is a device; only files and folders are accepted");
    check(EntryType::Block, "`x` is a device; only files and folders are accepted");
    check(EntryType::Fifo, "`x` is a FIFO; only files and folders are accepted");
    check(EntryType::new(b'V'), "`x` is a file of unknown type; only files and folders are accepted");
}

#[test]
fn sparse_files_are_rejected() {
    let mut header = Header::new_gnu();
    header.as_gnu_mut().unwrap().name[0] = b'x';
    header.as_gnu_mut().unwrap().realsize = *b"00000000000\0";
    header.set_entry_type(EntryType::GNUSparse);
    header.set_mode(0o644);
    header.set_size(0);
    header.set_cksum();
    let mut tar = Builder::new(Vec::new());
    tar.append(&header, b"".as_slice()).unwrap();
    let answer = text(Format::Tar, &tar.into_inner().unwrap(), &Limits::default());
    assert_eq!(answer, "`x` is a sparse file");
    // A reader that does not know the pax form mistakes the map of holes for content.
    let mut tar = Builder::new(Vec::new());
    tar.append_pax_extensions([("GNU.sparse.major", b"1".as_slice())]).unwrap();
    append(&mut tar, "GNUSparseFile.0/x", EntryType::Regular, 0o644, "", b"1\n0\n");
    let answer = text(Format::Tar, &tar.into_inner().unwrap(), &Limits::default());
    assert_eq!(answer, "`GNUSparseFile.0/x` is a sparse file");
}

#[test]
fn long_names_are_read_in_both_dialects() {
    let path = format!("{}/file", ["d".repeat(90), "e".repeat(90)].join("/"));
    let mut gnu = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(1);
    header.set_mode(0o644);
    gnu.append_data(&mut header, &path, b"1".as_slice()).unwrap();
    assert_eq!(text(Format::Tar, &gnu.into_inner().unwrap(), &Limits::default()), format!("{path}=1"));
    let mut pax = Builder::new(Vec::new());
    pax.append_pax_extensions([("path", path.as_bytes())]).unwrap();
    append(&mut pax, "short", EntryType::Regular, 0o644, "", b"1");
    assert_eq!(text(Format::Tar, &pax.into_inner().unwrap(), &Limits::default()), format!("{path}=1"));
    let mut pax = Builder::new(Vec::new());
    pax.append_pax_extensions([("path", b"../evil".as_slice())]).unwrap();
    append(&mut pax, "short", EntryType::Regular, 0o644, "", b"1");
    let answer = text(Format::Tar, &pax.into_inner().unwrap(), &Limits::default());
    assert_eq!(answer, "`../evil` has `..` in its path");
    let limits = Limits { path: 100, ..Limits::default() };
    let answer = text(Format::Zip, &zip(&[&format!("{path}=1")]), &limits);
    assert!(answer.ends_with("has a path longer than 100 bytes"), "{answer}");
}

#[test]
fn data_after_the_end_is_rejected() {
    let limits = Limits::default();
    let trailing = "the archive has data after its end";
    let mut plain = tar(&["a=1"]);
    plain.extend([0; 4096]);
    assert_eq!(text(Format::Tar, &plain, &limits), "a=1", "blocks of zeros fill a record");
    plain.extend(tar(&["b=2"]));
    assert_eq!(text(Format::Tar, &plain, &limits), trailing);
    let mut zipped = zip(&["a=1"]);
    zipped.extend(b"junk");
    assert_ne!(text(Format::Zip, &zipped, &limits), "a=1");
    let mut zipped = gzip(&tar(&["a=1"]));
    zipped.extend(gzip(&[0; 512]));
    assert_eq!(text(Format::TarGz, &zipped, &limits), "a=1", "several members are one stream");
    zipped.extend(b"junk");
    assert!(text(Format::TarGz, &zipped, &limits).starts_with("the archive is damaged"));
    let mut prefixed = b"#!/bin/sh\n".to_vec();
    prefixed.extend(zip(&["a=1"]));
    assert!(text(Format::Zip, &prefixed, &limits).starts_with("the archive is damaged"));
}

#[test]
fn truncated_archives_are_rejected() {
    let members = ["a=1", "b=text that is longer"];
    for (format, bytes) in
        [(Format::Tar, tar(&members)), (Format::TarGz, gzip(&tar(&members))), (Format::Zip, zip(&members))]
    {
        let whole = text(format, &bytes, &Limits::default());
        assert_eq!(whole, "a=1; b=text that is longer");
        let content = if format == Format::Tar { 2048 } else { bytes.len() };
        assert_eq!(text(format, b"", &Limits::default()), "the archive is empty: no bytes were received");
        for length in 1..content {
            let answer = text(format, &bytes[..length], &Limits::default());
            assert!(
                answer.contains("damaged") || answer.contains("has no ") || answer.contains("is not a tar"),
                "{format:?} {length}: {answer}"
            );
        }
    }
}

#[test]
fn corrupted_bytes_are_detected_or_harmless() {
    let members = ["a=1", "d/b=text that is longer", "l -> a"];
    for (format, bytes) in
        [(Format::Tar, tar(&members)), (Format::TarGz, gzip(&tar(&members))), (Format::Zip, zip(&members))]
    {
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 0x55;
            // Whatever the result: no panic, and no path that leaves the folder.
            for file in read(format, changed.as_slice(), &Limits::default()).into_iter().flatten() {
                assert_eq!(super::check_path(&file.path, 512), Ok(()), "{format:?} {place}");
            }
        }
    }
}

#[test]
fn encrypted_and_unsupported_entries_are_reported() {
    let bytes = zip(&["secret=1"]);
    let mut encrypted = patch(&bytes, b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\x01");
    let central = encrypted.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    encrypted[central + 8] |= 1;
    assert_eq!(text(Format::Zip, &encrypted, &Limits::default()), "`secret` is encrypted");
    let mut lzma = bytes;
    let local = lzma.windows(4).position(|four| four == b"PK\x03\x04").unwrap();
    let central = lzma.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    lzma[local + 8] = 14;
    lzma[central + 10] = 14;
    let answer = text(Format::Zip, &lzma, &Limits::default());
    assert_eq!(answer, "`secret` is compressed by a method other than deflate");
}

#[test]
fn streamed_zips_with_sizes_after_the_data_are_read() {
    let mut zip = ZipWriter::new_stream(Vec::new());
    for path in ["a", "b/c"] {
        zip.start_file(path, SimpleFileOptions::default()).unwrap();
        zip.write_all(path.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert_eq!(text(Format::Zip, &bytes, &Limits::default()), "a=a; b/c=b/c");
}

#[test]
fn macos_metadata_is_ignored() {
    let bytes = zip(&["app/compose.yaml=1", "__MACOSX/app/._compose.yaml=2"]);
    assert_eq!(text(Format::Zip, &bytes, &Limits::default()), "app/compose.yaml=1");
}

#[test]
fn the_detected_format_is_reported() {
    let check = |format, bytes: &[u8], expected: &str| {
        assert_eq!(text(format, bytes, &Limits::default()), expected);
    };
    let tar = tar(&["a=1"]);
    check(Format::Tar, &gzip(&tar), "the archive is not a tar but looks like gzip");
    check(Format::Tar, &zip(&["a=1"]), "the archive is not a tar but looks like zip");
    check(Format::TarGz, &zip(&["a=1"]), "the archive is not gzip but looks like zip");
    check(Format::Zip, &gzip(&tar), "the archive is not a zip but looks like gzip");
    check(Format::TarGz, &tar, "the archive is damaged: it does not start with a gzip header");
    check(Format::Zip, &tar, "the archive is damaged: it does not start with a zip header");
    check(Format::Tar, b"services: {}", "the archive is not a tar");
    check(Format::Tar, &[0xa5; 2048], "the archive is not a tar");
    check(Format::TarGz, &gzip(b"services: {}"), "the archive is not a tar");
    let detected = |bytes: &[u8]| {
        let format = Format::detect(bytes);
        read(format, bytes, &Limits::default()).unwrap_err().when_detected(format).to_string()
    };
    assert_eq!(detected(&[0xa5; 2048]), "this is neither a tar nor a tar.gz nor a zip");
    assert_eq!(detected(&gzip(b"services: {}")), "the archive is not a tar");
    let mut changed = tar.clone();
    changed[1024..1100].fill(b'x');
    let words = "the archive is damaged: expected a member header";
    check(Format::Tar, &changed, words);
    check(Format::Tar, &[0; 1024], "the archive has no files");
    check(Format::Zip, &zip(&[]), "the archive has no files");
    check(Format::Zip, &zip(&["a/"]), "the archive has no files");
}

/// A reader that fails after its bytes.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("connection lost")),
            length => Ok(length),
        }
    }
}

#[test]
fn a_lost_connection_is_not_a_damaged_archive() {
    let tar = tar(&["a=1", "b=2"]);
    for (format, bytes) in
        [(Format::Tar, tar.clone()), (Format::TarGz, gzip(&tar)), (Format::Zip, zip(&["a=1"]))]
    {
        for length in [0, 20, bytes.len() / 2] {
            let answer = read(format, Broken(&bytes[..length]), &Limits::default());
            assert!(matches!(answer, Err(ArchiveError::Input(_))), "{format:?} {length}: {answer:?}");
        }
    }
}
