//! Folders of the host, by name.

use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::str::FromStr;

use serde::Deserialize;

/// Most characters of a name.
const LONGEST_NAME: usize = 64;

/// Folders by name, such as `projects=/srv/projects,maps=/srv/maps`. The paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct MountRoots(pub BTreeMap<String, String>);

impl FromStr for MountRoots {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut roots = BTreeMap::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (name, path) = entry.split_once('=').ok_or_else(|| {
                format!("`{entry}` is not a name and a folder such as `projects=/srv/projects`")
            })?;
            if !is_name(name) {
                return Err(format!(
                    "`{name}` is not a name of 1 to {LONGEST_NAME} letters, digits, `-` and `_`"
                ));
            }
            if !is_folder(path) {
                return Err(format!(
                    "the folder `{path}` of `{name}` has to be an absolute path without `..` and `:`"
                ));
            }
            if roots.insert(name.to_owned(), path.to_owned()).is_some() {
                return Err(format!("there are two folders called `{name}`"));
            }
        }
        Ok(Self(roots))
    }
}

impl TryFrom<String> for MountRoots {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain)
}

/// A `:` would end the path in the short form of a mount.
fn is_folder(path: &str) -> bool {
    let goes_up = Path::new(path).components().any(|part| part == Component::ParentDir);
    path.starts_with('/') && !goes_up && !path.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match text.parse::<MountRoots>() {
            Ok(MountRoots(roots)) => {
                let roots = roots.into_iter().map(|(name, path)| format!("{name} is {path}"));
                roots.collect::<Vec<_>>().join(", ")
            }
            Err(reason) => reason,
        }
    }

    #[test]
    fn a_list_has_names_and_folders() {
        assert_eq!(shown(""), "");
        assert_eq!(shown("projects=/srv/projects"), "projects is /srv/projects");
        assert_eq!(shown(" a-1=/a , B_2=/srv/with space/x=y,"), "B_2 is /srv/with space/x=y, a-1 is /a");
        let longest = "n".repeat(64);
        assert_eq!(shown(&format!("{longest}=/")), format!("{longest} is /"));
    }

    #[test]
    fn what_is_no_list_is_refused_with_a_reason() {
        let no_entry = "`/srv` is not a name and a folder such as `projects=/srv/projects`";
        assert_eq!(shown("a=/a,/srv"), no_entry);
        for name in ["", "a.b", "a b", "é", &"n".repeat(65)] {
            let expected = format!("`{name}` is not a name of 1 to 64 letters, digits, `-` and `_`");
            assert_eq!(shown(&format!("{name}=/a")), expected);
        }
        for path in ["", "srv", "./srv", "~/srv", "/srv/../etc", "/srv:/etc"] {
            let expected =
                format!("the folder `{path}` of `a` has to be an absolute path without `..` and `:`");
            assert_eq!(shown(&format!("a={path}")), expected);
        }
        assert_eq!(shown("a=/a,a=/b"), "there are two folders called `a`");
    }
}
