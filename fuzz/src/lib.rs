//! Shared code of the targets: a memory limit, and projects from a single input.

use core_monitor_compose::{Limits, LoadOptions, Loaded, ProjectFiles, Rejected, load};

/// Maximum memory for one input, in addition to that of the fuzzer.
const MEMORY: usize = 100 << 20;

#[global_allocator]
static ALLOCATOR: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, usize::MAX);

/// Runs a target on one input. Exceeding the memory limit aborts the process, and the fuzzer reports the input.
pub fn bounded(target: impl FnOnce()) {
    // This fails only if the limit is below the memory in use, which never happens.
    let _ = ALLOCATOR.set_limit(ALLOCATOR.allocated() + MEMORY);
    target();
    let _ = ALLOCATOR.set_limit(usize::MAX);
}

/// Bytes as text; input that is not UTF-8 is ignored.
pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Splits an input into the files of a project, in the format of `crates/compose/tests/cases`: first the compose file, then
/// files that each start with a line `#- PATH`. `#+ PATH` starts another compose file.
pub fn project(bytes: &[u8]) -> ProjectFiles {
    let mut files = ProjectFiles::new();
    let (mut path, mut compose, mut content) = (String::from("compose.yml"), true, Vec::new());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let next = line.strip_prefix(b"#- ").map(|path| (path, false));
        match next.or_else(|| line.strip_prefix(b"#+ ").map(|path| (path, true))) {
            Some((next, is_compose)) => {
                add(&mut files, &path, compose, std::mem::take(&mut content));
                (path, compose) = (String::from_utf8_lossy(next).trim().to_owned(), is_compose);
            }
            None => content.extend_from_slice(line),
        }
    }
    add(&mut files, &path, compose, content);
    files
}

fn add(files: &mut ProjectFiles, path: &str, compose: bool, content: Vec<u8>) {
    if compose {
        files.add_compose(path, content);
    } else {
        files.add(path, content);
    }
}

/// Options for loading inputs: production limits, a home folder, a variable.
pub fn options() -> LoadOptions {
    LoadOptions {
        project_name: Some("fuzz".to_owned()),
        project_directory: "/srv/fuzz".to_owned(),
        home: Some("/home/ada".to_owned()),
        variables: [("TAG".to_owned(), "1".to_owned())].into_iter().collect(),
        limits: Limits::default(),
        ..LoadOptions::default()
    }
}

/// Loads a project and checks the invariants of every result.
pub fn answer(files: &ProjectFiles) -> Result<Loaded, Rejected> {
    let answer = load(files, &options());
    match &answer {
        Ok(loaded) => {
            let stored = serde_json::to_string(&loaded.project).expect("a model can be printed");
            let back = serde_json::from_str(&stored).expect("a printed model can be read");
            assert_eq!(loaded.project, back, "a model can be stored and loaded");
            core_monitor_compose::fuzzing::spans(files, loaded.warnings.iter());
        }
        Err(rejected) => {
            assert!(!rejected.errors.is_empty(), "a rejection has an error");
            core_monitor_compose::fuzzing::spans(files, rejected.errors.iter().chain(&rejected.warnings));
        }
    }
    answer
}
