//! What a plan says about the files of the stack's folder. Writing them is no effect on the engine, but containers that
//! mount them see it.

use std::collections::BTreeMap;

use core_monitor_domain::observation::{EditedFile, FileEdit};
use core_monitor_domain::stack_version::FileEntry;
use core_monitor_message::Message;

use super::said;

/// Files that are named one by one.
const NAMED: usize = 20;

/// One note for each file that a version with these `files` adds, changes or removes, compared with those of the
/// `applied` version. Its compose files are left out: each version has its own.
pub(super) fn folder_notes(
    compose_files: &[String],
    files: &[FileEntry],
    applied: &[FileEntry],
) -> Vec<Message> {
    let of = |files: &[FileEntry]| -> BTreeMap<String, (String, bool)> {
        let mounted = files.iter().filter(|file| !compose_files.contains(&file.path));
        mounted.map(|file| (file.path.clone(), (file.hash.to_string(), file.executable))).collect()
    };
    let (after, before) = (of(files), of(applied));
    let written = after.iter().filter_map(|(path, content)| match before.get(path) {
        None => Some(said::folder_file_added(path)),
        Some(former) if former != content => Some(said::folder_file_changed(path)),
        Some(_) => None,
    });
    let removed = before.keys().filter(|path| !after.contains_key(*path));
    let mut notes: Vec<_> = written.chain(removed.map(said::folder_file_removed)).collect();
    let more = notes.len().saturating_sub(NAMED);
    if more > 0 {
        notes.truncate(NAMED);
        notes.push(said::more_folder_files(more));
    }
    notes
}

/// One note for each file of the stack's folder that somebody has changed since it was written, about what becomes of it
/// when a version with these `files` is applied.
pub(super) fn edit_notes(files: &[FileEntry], edited: &[EditedFile]) -> Vec<Message> {
    let has = |path: &str| files.iter().any(|file| file.path == path);
    let said = |file: &EditedFile| match (file.edit, has(&file.path)) {
        (FileEdit::Changed, true) => Some(said::edited_file_overwritten(&file.path)),
        (FileEdit::Changed, false) => Some(said::edited_file_kept(&file.path)),
        (FileEdit::Removed, true) => Some(said::removed_file_restored(&file.path)),
        (FileEdit::Removed, false) => None,
    };
    let mut notes: Vec<_> = edited.iter().filter_map(said).collect();
    let more = notes.len().saturating_sub(NAMED);
    if more > 0 {
        notes.truncate(NAMED);
        notes.push(said::more_edited_files(more));
    }
    notes
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::ids::StackId;
    use core_monitor_domain::stack_version::FileHash;

    use super::*;

    fn file(path: &str, digit: char) -> FileEntry {
        let hash: FileHash = format!("sha256:{}", digit.to_string().repeat(64)).parse().unwrap();
        FileEntry { path: path.to_owned(), hash, size: 1, executable: false }
    }

    #[test]
    fn files_that_are_added_changed_or_removed_are_named() {
        let compose_files = ["compose.yml".to_owned()];
        let before = [file("compose.yml", '1'), file("conf/a", '1'), file("conf/b", '1'), file("old", '1')];
        let after = [file("compose.yml", '2'), file("conf/a", '2'), file("conf/b", '1'), file("new", '1')];
        let notes = folder_notes(&compose_files, &after, &before);
        let heads: Vec<_> =
            notes.iter().map(|note| note.text().split(" the stack's folder").next().unwrap()).collect();
        assert_eq!(heads, ["`conf/a` changes in", "`new` is added to", "`old` is removed from"]);
        assert_eq!(folder_notes(&compose_files, &after, &after), [""; 0]);
    }

    #[test]
    fn what_somebody_changed_is_named_with_what_becomes_of_it() {
        let edited = |path: &str, edit| EditedFile {
            stack_id: StackId(uuid::Uuid::nil()),
            path: path.to_owned(),
            edit,
        };
        let edited = [
            edited("a", FileEdit::Changed),
            edited("b", FileEdit::Changed),
            edited("c", FileEdit::Removed),
            edited("d", FileEdit::Removed),
        ];
        let notes = edit_notes(&[file("a", '1'), file("c", '1')], &edited);
        let tails: Vec<_> = notes.iter().map(|note| note.text().rsplit(": ").next().unwrap()).collect();
        assert_eq!(
            tails,
            ["applying overwrites it", "it is not in this version, and is kept", "applying writes it again"]
        );
    }

    #[test]
    fn many_files_are_counted() {
        let files: Vec<_> = (0..50).map(|n| file(&format!("{n:02}"), '1')).collect();
        let notes = folder_notes(&[], &files, &[]);
        assert_eq!((notes.len(), notes[NAMED].text()), (21, "30 more files of the stack's folder change"));
    }
}
