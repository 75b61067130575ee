//! Problems and findings as a terminal shows them: lines, no control characters, not much longer than the source.

#![no_main]

use core_monitor_compose::{lint, render, render_finding};
use core_monitor_fuzz::{answer, bounded, project};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let files = project(bytes);
    let shown: Vec<String> = match answer(&files) {
        Ok(loaded) => {
            let warnings = loaded.warnings.iter().map(|warning| render(&files, warning));
            warnings.chain(lint(&loaded).findings.iter().map(|one| render_finding(&files, one))).collect()
        }
        Err(rejected) => {
            rejected.errors.iter().chain(&rejected.warnings).map(|one| render(&files, one)).collect()
        }
    };
    for text in shown {
        assert!(text.ends_with('\n'), "a problem ends its line");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "nothing moves the cursor: {text:?}");
    }
}));
