//! Archives in every format. The files are in one folder, within the limits, and have unique paths.

#![no_main]

use core_monitor_archive::{Format, Limits, check_path, read};
use core_monitor_fuzz::bounded;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let Some((format, bytes)) = bytes.split_first() else { return };
    let format = match format % 3 {
        0 => Format::Tar,
        1 => Format::TarGz,
        _ => Format::Zip,
    };
    let limits = Limits { packed: 1 << 20, unpacked: 8 << 20, members: 1000, ..Limits::default() };
    let Ok(files) = read(format, bytes, &limits) else { return };
    let mut total = 0;
    for pair in files.windows(2) {
        assert!(pair[0].path < pair[1].path, "paths are sorted and unique");
    }
    for file in &files {
        assert!(check_path(&file.path, limits.path).is_ok(), "{:?} stays in its folder", file.path);
        total += file.bytes.len() as u64;
    }
    assert!(total <= limits.unpacked && files.len() <= limits.members, "the limits hold");
}));
