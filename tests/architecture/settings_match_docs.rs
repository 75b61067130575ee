//! The settings in the manual match those of the programs.

use core_monitor_compose::Limits;
use core_monitor_configuration::{ByteSize, SETTINGS, Setting};

use crate::repository::{assert_none, read};

const DOCUMENT: &str = "docs/operating.md";

/// The table row expected for a setting.
fn row(setting: &Setting) -> String {
    let program = setting.program.map_or("all", |program| program.name().trim_start_matches("core-monitor-"));
    let default = if setting.default.contains('`') {
        setting.default.to_owned()
    } else {
        format!("`{}`", setting.default)
    };
    let about = setting.about.trim_end_matches('.');
    format!("| `{}` | `{}` | {program} | {default} | {about} |", setting.name, setting.variable)
}

/// Expected rows that are missing from the document.
fn missing(document: &str, settings: &[Setting]) -> Vec<String> {
    settings.iter().map(row).filter(|row| !document.lines().any(|line| line == row)).collect()
}

#[test]
fn every_setting_is_documented() {
    assert!(!SETTINGS.is_empty(), "no setting was found");
    let advice = format!("Add these rows to the table in {DOCUMENT}.");
    assert_none(&missing(&read(DOCUMENT), SETTINGS), &advice);
}

#[test]
fn a_wrong_default_is_detected() {
    let setting = Setting { name: "x", variable: "X", program: None, default: "5s", about: "How long." };
    assert_eq!(missing("| `x` | `X` | all | `5s` | How long |\n", &[setting]), [""; 0]);
    assert_eq!(
        missing("| `x` | `X` | all | `10s` | How long |\n", &[setting]),
        ["| `x` | `X` | all | `5s` | How long |"]
    );
}

/// The documented default of a setting that is a number or a size.
fn default(name: &str) -> usize {
    let setting = SETTINGS.iter().find(|setting| setting.name == name).expect("a setting of this name");
    let size: Result<ByteSize, String> = setting.default.parse();
    size.map(|size| size.0).expect("the default is a number or a size")
}

// The libraries have their own defaults for other programs, which must match the settings.

#[test]
fn the_defaults_of_the_archive_library_are_the_documented_ones() {
    let library = core_monitor_archive::Limits::default();
    let documented = core_monitor_archive::Limits {
        packed: default("archive_limit") as u64,
        unpacked: default("archive_unpacked") as u64,
        members: default("archive_members"),
        path: default("archive_path"),
        ..library
    };
    assert_eq!(library, documented);
}

#[test]
fn the_defaults_of_the_compose_library_are_the_documented_ones() {
    let documented = Limits {
        bytes: default("compose_file_bytes"),
        total_bytes: default("compose_total_bytes"),
        depth: default("compose_depth"),
        nodes: default("compose_nodes"),
        alias_nodes: default("compose_alias_nodes"),
        merged_entries: default("compose_merged_entries"),
        includes: default("compose_includes"),
        ports: default("compose_ports"),
        env_file_bytes: default("compose_env_file_bytes"),
        services: default("compose_services"),
        interpolated_bytes: default("compose_interpolated_bytes"),
        errors: default("compose_errors"),
    };
    assert_eq!(Limits::default(), documented);
}
