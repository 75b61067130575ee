//! Several files and documents: merging, `extends` and `include`. Merging an empty file changes nothing.

#![no_main]

use core_monitor_fuzz::{answer, bounded, project};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let mut files = project(bytes);
    let alone = answer(&files);
    files.add_compose("nothing.yml", "services: {}\n");
    if let (Ok(alone), Ok(with_nothing)) = (alone, answer(&files)) {
        assert_eq!(alone.project, with_nothing.project, "an empty file changes nothing");
    }
}));
