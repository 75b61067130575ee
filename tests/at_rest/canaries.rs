//! Canary texts that must not leak, in every common encoding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Every place of a definition that may contain a secret, and its canary. Everything else is shown on purpose: names,
/// labels, image references, ports, paths, options of networks and volumes, and the program of a hook.
/// `docs/operating.md` documents the same.
pub(crate) const SECRETS: [(&str, &str); 18] = [
    ("a value in `environment`", "kanary00environment"),
    ("a changed value in `environment`", "kanary01changedenv"),
    ("a variable of the version", "kanary02variableval"),
    ("a line of an env file", "kanary03envfileline"),
    ("an argument of `command`", "kanary04commandarg0"),
    ("an argument of `entrypoint`", "kanary05entrypoint0"),
    ("an argument of a health check", "kanary06healthcheck"),
    ("an argument of a hook", "kanary07hookargumnt"),
    ("a value in `environment` of a hook", "kanary08hookenviron"),
    ("the content of a config", "kanary09configcontn"),
    ("a config from a variable", "kanary10configvaria"),
    ("a secret from a variable", "kanary11secretvaria"),
    ("a secret from a file", "kanary12secretfile0"),
    ("any other file", "kanary13anotherfile"),
    ("an argument of a build", "kanary14buildargume"),
    ("a secret of a build", "kanary15buildsecret"),
    ("a file that is built from", "kanary16buildcontex"),
    ("the password of a registry", "kanary17registrypwd"),
];

/// The canary of this place.
pub(crate) fn planted(place: &str) -> &'static str {
    let found = SECRETS.iter().find(|(name, _)| *name == place);
    found.map_or_else(|| panic!("nothing is planted in {place}"), |(_, canary)| *canary)
}

/// Searches for canaries as plain text, in base64 at each of its three alignments, and in hexadecimal. JSON and URLs do
/// not change letters and digits, so a canary looks the same in them.
pub(crate) struct Search {
    forms: Vec<(&'static str, &'static str, Vec<u8>)>,
}

impl Search {
    /// A search for these canaries, with the names of their places.
    pub(crate) fn for_all(canaries: &[(&'static str, &'static str)]) -> Self {
        let mut forms = Vec::new();
        for (place, canary) in canaries {
            forms.push((*place, "plain", canary.as_bytes().to_vec()));
            forms.extend((0..3).map(|shift| (*place, "base64", base64_inside(canary, shift))));
            let hex = hex(canary);
            forms.push((*place, "upper-case hex", hex.to_uppercase().into_bytes()));
            forms.push((*place, "hex", hex.into_bytes()));
        }
        Self { forms }
    }

    /// Which canaries occur in `bytes`, and in which encoding.
    pub(crate) fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let is_in = |form: &[u8]| bytes.windows(form.len()).any(|window| window == form);
        let found = self.forms.iter().filter(|(_, _, form)| is_in(form));
        found.map(|(place, form, _)| format!("{place}, {form}")).collect()
    }

    /// Panics and lists every canary in `bytes`.
    pub(crate) fn none_in(&self, what: &str, bytes: impl AsRef<[u8]>) {
        let found = self.found_in(bytes.as_ref());
        assert!(found.is_empty(), "{what} holds {found:#?}");
    }
}

/// The base64 of the text after `shift` other bytes, without the characters that depend on other bytes.
fn base64_inside(text: &str, shift: usize) -> Vec<u8> {
    let skipped = (3 - shift) % 3;
    let whole = (text.len() - skipped) / 3 * 3;
    STANDARD_NO_PAD.encode(&text.as_bytes()[skipped..skipped + whole]).into_bytes()
}

/// The bytes of `text` in lower-case hexadecimal.
fn hex(text: &str) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap();
    text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[test]
fn every_form_is_found() {
    let search = Search::for_all(&[("here", "kanary00environment")]);
    search.none_in("something else", "kanary01changedenv");
    for before in ["", "x", "xy", "xyz"] {
        let text = format!("{before}kanary00environment.");
        assert_eq!(search.found_in(STANDARD_NO_PAD.encode(&text).as_bytes()), ["here, base64"], "{before}");
        assert_eq!(search.found_in(text.as_bytes()), ["here, plain"]);
    }
    let hex = hex("kanary00environment").to_uppercase();
    assert_eq!(search.found_in(hex.as_bytes()), ["here, upper-case hex"]);
}
