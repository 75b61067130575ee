use std::path::Path;

use super::*;

fn ring(number: u8) -> KeyRing {
    KeyRing::of_one([number; KEY])
}

/// A key-encryption key, from a file with this byte in it.
fn encryption(folder: &Path, name: &str) -> EncryptionKey {
    let path = folder.join(name);
    let content: Vec<u8> = (0..64).map(|byte| byte ^ name.as_bytes()[0]).collect();
    std::fs::write(&path, content).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&path, private).unwrap();
    EncryptionKey::read(&path, Path::new("/data"), rustix::process::geteuid().as_raw()).unwrap()
}

#[test]
fn a_ring_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (encryption(folder.path(), "a"), encryption(folder.path(), "b"));
    let many = ring(1).with_new_key().unwrap().with_new_key().unwrap();
    for ring in [ring(1), many] {
        assert_eq!(KeyRing::read(&ring.write(None).unwrap(), None), Ok(ring.clone()));
        let encrypted = ring.write(Some(&a)).unwrap();
        assert!(is_encrypted(&encrypted) && encrypted.len() < 2_000);
        let text = String::from_utf8(encrypted.clone()).unwrap();
        assert!(ring.all().all(|key| !text.contains(&hex(key))), "{text}");
        assert_eq!(KeyRing::read(&encrypted, Some(&a)), Ok(ring));
        assert_eq!(KeyRing::read(&encrypted, Some(&b)), Err(RingError::OtherEncryption));
        assert_eq!(KeyRing::read(&encrypted, None), Err(RingError::Encrypted));
    }
    assert_eq!(KeyRing::read(&[7; KEY], None), Ok(ring(7)), "the file of before");
    assert_eq!(KeyRing::read(&[7; KEY], Some(&a)), Err(RingError::NotEncrypted));
}

#[test]
fn what_is_no_ring_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let a = encryption(folder.path(), "a");
    let key = hex(&[1; KEY]);
    for wrong in [
        String::new(),
        "short".to_owned(),
        "x".repeat(33),
        PLAIN.to_owned(),
        format!("{PLAIN}end\n"),
        format!("{PLAIN}key {key}\nend\n"),
        format!("{PLAIN}root {key}\nend\n"),
        format!("{PLAIN}key {key}\nroot {key}\n"),
        format!("{PLAIN}key {key}\nroot {key}\nroot {key}\nend\n"),
        format!("{PLAIN}key {key}0\nroot {key}\nend\n"),
        format!("{PLAIN}key {key}00\nroot {key}\nend\n"),
        format!("{PLAIN}key {key}\nroot {key}\nderived {key}\nend\n"),
        format!("{PLAIN}key {key}\nroot {key}\nword {key}\nend\n"),
    ] {
        assert_eq!(KeyRing::read(wrong.as_bytes(), None), Err(RingError::Malformed), "{wrong}");
        assert_eq!(KeyRing::read(wrong.as_bytes(), Some(&a)), Err(RingError::Malformed), "{wrong}");
    }
    let whole = ring(1).write(Some(&a)).unwrap();
    for end in [ENCRYPTED.len(), whole.len() - 2, whole.len() - 30] {
        assert_eq!(KeyRing::read(&whole[..end], Some(&a)), Err(RingError::Malformed), "{end}");
    }
    let mut bent = whole;
    let last = bent.len() - 2;
    bent[last] = if bent[last] == b'0' { b'1' } else { b'0' };
    assert_eq!(KeyRing::read(&bent, Some(&a)), Err(RingError::Malformed));
}

#[test]
fn a_new_key_leaves_nothing_of_the_first_one_but_what_it_derived() {
    let old = ring(1);
    let both = old.with_new_key().unwrap();
    assert_eq!(both.others, [[1; KEY]]);
    let newest = both.with_newest_key();
    let text = String::from_utf8(newest.write(None).unwrap()).unwrap();
    assert!(!text.contains(&hex(&[1; KEY])), "{text}");
    for again in [&both, &newest, &newest.with_new_key().unwrap().with_newest_key()] {
        for purpose in DERIVED {
            assert_eq!(again.derive(purpose), old.derive(purpose), "{purpose}");
        }
    }
    assert_ne!(newest.derive("something new"), old.derive("something new"));
    let later = newest.with_new_key().unwrap().with_newest_key();
    assert_eq!(later.derive("something new"), newest.derive("something new"));
    assert_ne!(later.first, newest.first);
}

/// What the database compares with has to stay when the first key goes.
#[test]
fn no_purpose_of_a_derived_key_is_missing() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(path).unwrap();
            let purposes = source.split("PURPOSE: &'static str = \"").skip(1);
            found.extend(purposes.map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    found.sort();
    let mut known = DERIVED.map(str::to_owned).to_vec();
    known.sort();
    assert_eq!(found, known, "add it to `DERIVED`");
}
