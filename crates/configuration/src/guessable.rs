//! Whether a token that a person chose could be guessed. Its length says little: `changeme` four times has 32 characters.

use std::collections::BTreeMap;

/// Least number of characters: 128 bits as hexadecimal digits.
pub(crate) const LENGTH: usize = 32;
/// Least number of different characters. A random token of 32 hexadecimal digits has at least 10 of them with all but
/// certainty.
const DIFFERENT: usize = 8;
/// Least number of bits that the frequencies of its characters allow for. Random hexadecimal digits have about 110.
const BITS: f64 = 80.0;

/// Why the token could be guessed; `None` if nothing speaks for it.
pub(crate) fn reason(token: &str) -> Option<String> {
    let characters: Vec<char> = token.chars().collect();
    if characters.len() < LENGTH {
        return Some(format!("has {} characters but needs at least {LENGTH}", characters.len()));
    }
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    for character in &characters {
        *counts.entry(*character).or_default() += 1;
    }
    if counts.len() < DIFFERENT {
        return Some(format!("has only {} different characters", counts.len()));
    }
    if follows_a_row(&characters) {
        return Some("is a row of neighbouring letters or digits".to_owned());
    }
    if bits(&counts) < BITS {
        return Some("has too few different characters for its length".to_owned());
    }
    repeated(&characters).map(|part| format!("repeats a part of {part} characters"))
}

/// The length of a part that makes up half of the whole or more when it is repeated. Of random hexadecimal digits, every
/// sixteenth is the same as one at a given distance before it.
fn repeated(characters: &[char]) -> Option<usize> {
    let same =
        |part: usize| characters.iter().zip(characters.iter().skip(part)).filter(|(one, two)| one == two);
    (1..=characters.len() / 2).find(|part| same(*part).count() * 2 >= characters.len())
}

/// The rows of usual keyboards.
const ROWS: &[&str] = &[
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
];

/// Whether most characters are the neighbours of the ones before, in the alphabet or on a keyboard.
fn follows_a_row(characters: &[char]) -> bool {
    let neighbours = characters.windows(2).filter(|pair| match pair {
        [one, two] => {
            u32::from(*one).abs_diff(u32::from(*two)) <= 1
                || are_beside(one.to_ascii_lowercase(), two.to_ascii_lowercase())
        }
        _ => false,
    });
    neighbours.count() * 2 > characters.len()
}

fn are_beside(one: char, two: char) -> bool {
    let place = |row: &str, key: char| row.chars().position(|found| found == key);
    ROWS.iter().any(|row| match (place(row, one), place(row, two)) {
        (Some(one), Some(two)) => one.abs_diff(two) == 1,
        _ => false,
    })
}

/// Shannon's entropy of the frequencies, times the length.
fn bits(counts: &BTreeMap<char, u32>) -> f64 {
    let length = f64::from(counts.values().sum::<u32>());
    let of = |count: &u32| f64::from(*count) * (length / f64::from(*count)).log2();
    counts.values().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(token: &str, expected: Option<&str>) {
        assert_eq!(reason(token).as_deref(), expected, "{token}");
    }

    #[test]
    fn a_bootstrap_token_that_could_be_guessed_is_refused() {
        check("admin", Some("has 5 characters but needs at least 32"));
        check(&"a".repeat(64), Some("has only 1 different characters"));
        check(&"admin".repeat(8), Some("has only 5 different characters"));
        check(&"changeme-please!".repeat(2), Some("repeats a part of 16 characters"));
        check("abcdefghijklmnopqrstuvwxyz012345", Some("is a row of neighbouring letters or digits"));
        check("changemechangemechangemechangeme1", Some("repeats a part of 8 characters"));
        check("changeme1changeme2changeme3changeme4", Some("repeats a part of 9 characters"));
        check("qwertyuiopasdfghjklzxcvbnm123456", Some("is a row of neighbouring letters or digits"));
        check("POIUYTREWQLKJHGFDSAMNBVCXZ098765", Some("is a row of neighbouring letters or digits"));
        check("aaaaaaaaaaaaaaaaaaaaaaaaahqzbwmxcku", Some("is a row of neighbouring letters or digits"));
        check(
            "ayazayaxayazayawayazayavayazayauayat",
            Some("has too few different characters for its length"),
        );
    }

    #[test]
    fn random_tokens_pass() {
        // From `openssl rand -hex 32`, `openssl rand -hex 16`, `openssl rand -base64 24` and a generated one.
        check("9ce1c02c4cf2b0a5cc15ab07bb9f0ad6f7df1f5a4e4c9b1f0b3b5b0c3cbd9f3a", None);
        check("5f0c2a9e1b7d4836af21c09de48b7713", None);
        check("Jv8Qw1y0m3mKxZk2bT0u9rVQeXn7cDsf", None);
        check("cm_0NnO0rJ3Yc9b1sQdFf0zVbY5uQv4K3kD5j3u6eY1m2s", None);
    }
}
