//! Rendered diagnostics and findings: lines without control characters, not much longer than the source.

#![no_main]

use core_monitor_compose::{Renderer, lint};
use core_monitor_fuzz::{answer, bounded, project};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let files = project(bytes);
    let answer = answer(&files);
    let mut renderer = Renderer::new(&files);
    let (diagnostics, findings) = match &answer {
        Ok(loaded) => (loaded.warnings.iter().collect(), lint(loaded).findings),
        Err(rejected) => (rejected.errors.iter().chain(&rejected.warnings).collect::<Vec<_>>(), Vec::new()),
    };
    let mut shown: Vec<String> = diagnostics.into_iter().map(|one| renderer.diagnostic(one)).collect();
    shown.extend(findings.iter().map(|finding| renderer.finding(finding)));
    for text in shown {
        assert!(text.ends_with('\n'), "the last line is terminated");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "there are no control characters: {text:?}");
    }
}));
