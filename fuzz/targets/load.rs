//! Everything from files to a model. The model, printed as a compose file, is read as the same model.

#![no_main]

use core_monitor_compose::{LoadOptions, ProjectFiles, document, load};
use core_monitor_fuzz::{answer, bounded, options, project};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let files = project(bytes);
    let Ok(loaded) = answer(&files) else { return };
    // A service that may do without another is printed without that one.
    let services = &loaded.project.services;
    let mut dependencies = services.values().flat_map(|service| service.depends_on.keys());
    if dependencies.any(|name| !services.contains_key(name)) {
        return;
    }
    let mut printed = serde_json::to_value(&loaded.project).expect("a model can be printed");
    literal(&mut printed);
    let again = ProjectFiles::single("compose.yml", printed.to_string());
    // What is printed has no variables, and every profile that was active is.
    let options = LoadOptions { profiles: vec!["*".to_owned()], ..options() };
    match load(&again, &options) {
        Ok(again) => assert_eq!(again.project, loaded.project, "a printed model means the same"),
        Err(rejected) => panic!("a printed model is refused: {rejected}\n{printed}"),
    }
}));

/// Doubles every `$` of a value, as the reference does when it prints.
fn literal(value: &mut Value) {
    match value {
        Value::String(text) => *text = document::literal(text),
        Value::Array(items) => items.iter_mut().for_each(literal),
        Value::Object(entries) => entries.values_mut().for_each(literal),
        _ => {}
    }
}
