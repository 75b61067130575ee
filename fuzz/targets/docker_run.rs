//! `docker run` commands. The result is a valid compose file.

#![no_main]

use core_monitor_compose::docker_run::convert;
use core_monitor_compose::{Code, ProjectFiles, load};
use core_monitor_fuzz::{bounded, options, text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let Ok(converted) = convert(text(bytes)) else { return };
    let files = ProjectFiles::single("compose.yml", converted.compose.clone());
    if let Err(rejected) = load(&files, &options()) {
        // Values come from the input; everything the converter adds is well formed.
        let broken = [Code::Syntax, Code::UnknownKey, Code::DuplicateKey];
        let broken = rejected.errors.iter().find(|error| broken.contains(&error.code));
        assert!(broken.is_none(), "{broken:?}\n{}", converted.compose);
    }
}));
