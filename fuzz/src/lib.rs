//! What the targets share: memory under a cap, and projects out of one text.

use core_monitor_compose::{Limits, LoadOptions, Loaded, ProjectFiles, Rejected, load};

/// Most memory that one input may take on top of what the fuzzer holds.
const MEMORY: usize = 100 << 20;

#[global_allocator]
static ALLOCATOR: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, usize::MAX);

/// Runs a target on one input. Taking too much memory ends the process, which the fuzzer reports with the input.
pub fn bounded(target: impl FnOnce()) {
    // Lowering the limit below what is in use is the only way this can fail, and it is never lowered that far.
    let _ = ALLOCATOR.set_limit(ALLOCATOR.allocated() + MEMORY);
    target();
    let _ = ALLOCATOR.set_limit(usize::MAX);
}

/// Bytes as text; what is no text is not looked at.
pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// The files of a project out of one text, in the form of the cases in `crates/compose/tests/cases`: the compose file
/// first, then files behind a line `#- PATH` each. A file behind `#+ PATH` is a further compose file.
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

/// Options under which inputs are read: caps as in production, a home, a variable.
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

/// Loads a project and checks what holds of every answer.
pub fn answer(files: &ProjectFiles) -> Result<Loaded, Rejected> {
    let answer = load(files, &options());
    match &answer {
        Ok(loaded) => {
            let stored = serde_json::to_string(&loaded.project).expect("a model can be printed");
            let back = serde_json::from_str(&stored).expect("a printed model can be read");
            assert_eq!(loaded.project, back, "a model survives being stored");
            core_monitor_compose::fuzzing::spans(files, loaded.warnings.iter());
        }
        Err(rejected) => {
            assert!(!rejected.errors.is_empty(), "a refusal says why");
            core_monitor_compose::fuzzing::spans(files, rejected.errors.iter().chain(&rejected.warnings));
        }
    }
    answer
}
