//! Lint findings: each has a position in a file, and the counts are right.

#![no_main]

use core_monitor_compose::{fuzzing, lint};
use core_monitor_fuzz::{answer, bounded, project};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let files = project(bytes);
    let Ok(loaded) = answer(&files) else { return };
    let report = lint(&loaded);
    for finding in &report.findings {
        if let Some(span) = &finding.span {
            fuzzing::inside(&files, span);
        }
    }
    let counted = report.summary.errors + report.summary.warnings + report.summary.infos;
    assert_eq!(counted, report.findings.len(), "every finding is counted once");
}));
