//! Everything from files to a model. The model, printed as a compose file, loads to the same model.

#![no_main]

use core_monitor_compose::{LoadOptions, Project, ProjectFiles, document, load};
use core_monitor_fuzz::{answer, bounded, options, project};
use serde_json::Value;
use std::collections::HashSet;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let files = project(bytes);
    let Ok(loaded) = answer(&files) else { return };
    if !prints_as_a_file(&loaded.project) {
        return;
    }
    let mut printed = serde_json::to_value(&loaded.project).expect("a model can be printed");
    literal(&mut printed);
    let again = ProjectFiles::single("compose.yml", escaped(&printed.to_string()));
    // The printed model has no variables, and only active profiles.
    let options = LoadOptions { profiles: vec!["*".to_owned()], ..options() };
    match load(&again, &options) {
        Ok(again) => assert_eq!(again.project, loaded.project, "a printed model loads to the same model"),
        Err(rejected) => panic!("a printed model is rejected: {rejected}\n{printed}"),
    }
}));

/// Whether the printed model is a valid compose file. Like the reference, the printer has exceptions: dependencies on missing
/// services, models, block device limits, secrets with an empty target, duplicate addresses, negative sizes.
fn prints_as_a_file(project: &Project) -> bool {
    project.services.values().all(|service| {
        let sizes = [
            service.mem_limit,
            service.mem_reservation,
            service.memswap_limit,
            service.mem_swappiness,
            service.shm_size,
        ];
        service.depends_on.keys().all(|name| project.services.contains_key(name))
            && service.models.is_empty()
            && once_each(&service.extra_hosts)
            && service.blkio_config.is_none()
            && service.secrets.iter().all(|secret| secret.target.is_some())
            && sizes.into_iter().flatten().all(|size| size.0 >= 0)
    })
}

/// Escapes characters that JSON allows but YAML does not.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => text.push(c),
        }
    }
    text
}

fn once_each(words: &[String]) -> bool {
    words.iter().collect::<HashSet<_>>().len() == words.len()
}

/// Doubles every `$` of a value, as the reference does when it prints.
fn literal(value: &mut Value) {
    match value {
        Value::String(text) => *text = document::literal(text),
        Value::Array(items) => items.iter_mut().for_each(literal),
        Value::Object(entries) => entries.values_mut().for_each(literal),
        _ => {}
    }
}
