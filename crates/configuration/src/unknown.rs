//! Variables that look like settings but are none: they would be ignored without a word.

use crate::layer::{SECRETS, SETTINGS};

const PREFIX: &str = "CORE_MONITOR_";

/// Where the file is.
const FILE: &str = "CORE_MONITOR_CONFIG";

/// What the scripts of the repository read; they start the programs with their own environment.
const OF_SCRIPTS: &[&str] =
    &["CORE_MONITOR_QUICKSTART_", "CORE_MONITOR_ENGINE_", "CORE_MONITOR_BENCH_", "CORE_MONITOR_TEST_"];

/// A sentence for each of these names that has the prefix of the settings and is none.
pub(crate) fn unknown_variables(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let known = || {
        let secrets = SECRETS.iter().map(|(_, variable)| *variable);
        SETTINGS.iter().map(|setting| setting.variable).chain(secrets).chain([FILE])
    };
    let is_unknown = |name: &String| {
        name.starts_with(PREFIX)
            && !known().any(|known| known == name)
            && !OF_SCRIPTS.iter().any(|prefix| name.starts_with(prefix))
    };
    let mut unknown: Vec<_> = names.into_iter().filter(is_unknown).collect();
    unknown.sort();
    let sentence = |name: String| match closest(&name, known()) {
        Some(meant) => format!("the variable `{name}` is no setting and is ignored: did you mean `{meant}`?"),
        None => format!("the variable `{name}` is no setting and is ignored: `--help` lists the settings"),
    };
    unknown.into_iter().map(sentence).collect()
}

/// The known name that differs least, if it is close enough to be what was meant.
fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Without the prefix, which all have in common and which would make any two names look alike.
    let bare = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
    let likeness = |known: &str| strsim::jaro_winkler(&bare(name), &bare(known));
    known
        .map(|known| (known, likeness(known)))
        .filter(|(_, likeness)| *likeness >= 0.85)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(known, _)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: &[&str]) {
        assert_eq!(unknown_variables(names.iter().map(|name| (*name).to_owned())), expected);
    }

    #[test]
    fn a_misspelt_variable_is_named_with_what_was_meant() {
        check(
            &["CORE_MONITOR_LISTEN_ADDRESS", "CORE_MONITOR_DATADIR", "PATH", "CORE_MONITOR_LISTEN"],
            &[
                "the variable `CORE_MONITOR_DATADIR` is no setting and is ignored: did you mean `CORE_MONITOR_DATA_DIR`?",
                "the variable `CORE_MONITOR_LISTEN_ADDRESS` is no setting and is ignored: did you mean `CORE_MONITOR_LISTEN`?",
            ],
        );
        check(
            &["CORE_MONITOR_XYZZY"],
            &["the variable `CORE_MONITOR_XYZZY` is no setting and is ignored: `--help` lists the settings"],
        );
    }

    #[test]
    fn what_is_read_elsewhere_is_known() {
        check(&["CORE_MONITOR_CONFIG", "CORE_MONITOR_BOOTSTRAP_TOKEN", "CORE_MONITOR_QUICKSTART_STATE"], &[]);
    }
}
