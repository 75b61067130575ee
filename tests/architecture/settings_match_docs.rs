//! The operator's table of settings is the one the programs read.

use core_monitor_configuration::{SETTINGS, Setting};

use crate::repository::{assert_none, read};

const DOCUMENT: &str = "docs/operating.md";

/// The row of a setting as the document must have it.
fn row(setting: &Setting) -> String {
    let program =
        setting.program.map_or("both", |program| program.name().trim_start_matches("core-monitor-"));
    let default = if setting.default.contains('`') {
        setting.default.to_owned()
    } else {
        format!("`{}`", setting.default)
    };
    let about = setting.about.trim_end_matches('.');
    format!("| `{}` | `{}` | {program} | {default} | {about} |", setting.name, setting.variable)
}

/// Rows the document does not have.
fn missing(document: &str, settings: &[Setting]) -> Vec<String> {
    settings.iter().map(row).filter(|row| !document.lines().any(|line| line == row)).collect()
}

#[test]
fn every_setting_is_explained() {
    assert!(!SETTINGS.is_empty(), "no setting was found");
    let advice = format!("Put these lines into the table of {DOCUMENT}.");
    assert_none(&missing(&read(DOCUMENT), SETTINGS), &advice);
}

#[test]
fn a_setting_with_another_default_is_found() {
    let setting = Setting { name: "x", variable: "X", program: None, default: "5s", about: "How long." };
    assert_eq!(missing("| `x` | `X` | both | `5s` | How long |\n", &[setting]), [""; 0]);
    assert_eq!(
        missing("| `x` | `X` | both | `10s` | How long |\n", &[setting]),
        ["| `x` | `X` | both | `5s` | How long |"]
    );
}
