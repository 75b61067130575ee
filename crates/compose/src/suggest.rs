//! Suggests the nearest known name for a misspelled one.

use crate::said;
use core_monitor_message::Message;

/// A "did you mean" hint for the closest candidate, if one is close enough to `word`.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<Message> {
    nearest(word, candidates).map(said::did_you_mean)
}

/// The same for attributes, including their names in other tools.
pub(crate) fn did_you_mean_attribute<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<Message> {
    did_you_mean(word, candidates.clone()).or_else(|| {
        let folded: String = fold(word).into_iter().collect();
        let (_, meant) = OTHER_WORDS.iter().find(|(other, _)| *other == folded)?;
        let known = candidates.into_iter().any(|candidate| candidate == *meant);
        known.then(|| said::did_you_mean(meant))
    })
}

/// Whether an unknown key is a likely misspelling of an attribute.
pub(crate) fn is_meant_for(word: &str, attribute: &str) -> bool {
    did_you_mean_attribute(word, [attribute]).is_some()
}

/// Names from the command line and from other tools, with the equivalent attributes.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("args", "command"),
    ("cmd", "command"),
    ("cpu", "cpus"),
    ("depend", "depends_on"),
    ("depends", "depends_on"),
    ("dir", "working_dir"),
    ("dockerfile", "build"),
    ("env", "environment"),
    ("envs", "environment"),
    ("health", "healthcheck"),
    ("health_check", "healthcheck"),
    ("host", "hostname"),
    ("img", "image"),
    ("limits", "deploy"),
    ("log", "logging"),
    ("logs", "logging"),
    ("memory", "mem_limit"),
    ("mount", "volumes"),
    ("mounts", "volumes"),
    ("name", "container_name"),
    ("net", "networks"),
    ("publish", "ports"),
    ("requires", "depends_on"),
    ("resources", "deploy"),
    ("restart_policy", "restart"),
    ("run", "command"),
    ("variables", "environment"),
    ("vars", "environment"),
    ("workdir", "working_dir"),
];

/// The candidate that a misspelled word is probably meant to be, if one is close enough to it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long words are not misspellings, and the distance is quadratic.
    let length = word.chars().count();
    if length > 64 {
        return None;
    }
    let allowed = match length {
        0..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let folded = fold(word);
    candidates
        .into_iter()
        .take(MAX_CANDIDATES)
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed)
        .map(|candidate| (distance(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A suggestion is not worth comparing thousands of services.
const MAX_CANDIDATES: usize = 1000;

fn fold(word: &str) -> Vec<char> {
    word.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// Edit distance: insertions, deletions, replacements and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(left != right);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *left == b[j - 1] && a[i - 1] == *right {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let names = ["image", "init", "environment", "env_file", "ports", "pid"];
        let check = |word: &str| nearest(word, names).unwrap_or("-");
        assert_eq!(check("imge"), "image");
        assert_eq!(check("enviroment"), "environment");
        assert_eq!(check("Ports"), "ports");
        assert_eq!(check("env-file"), "env_file");
        assert_eq!(check("prots"), "ports");
        assert_eq!(check("colour"), "-");
        assert_eq!(check("x"), "-");
    }

    #[test]
    fn names_from_other_tools_are_understood() {
        let names = ["image", "environment", "working_dir"];
        assert_eq!(did_you_mean_attribute("env", names).unwrap(), "did you mean `environment`?");
        assert_eq!(did_you_mean_attribute("workdir", names).unwrap(), "did you mean `working_dir`?");
        assert_eq!(did_you_mean_attribute("cmd", names), None, "not an attribute of this mapping");
        assert!(is_meant_for("img", "image") && !is_meant_for("ports", "image"));
    }
}
