//! Passwords: what is accepted as one, and what is stored of it.

use std::collections::BTreeSet;
use std::fmt;

use super::UserName;

/// A password in plain text, on its way to be hashed. It implements neither `Debug` nor `Display`.
#[derive(Clone)]
pub struct Password(String);

/// Why a new password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short to resist guessing.
    #[error("the password is too short: it takes at least {least} characters")]
    TooShort {
        /// As many as it takes.
        least: usize,
    },
    /// So long that hashing it would be an attack.
    #[error("the password is too long: it has at most {most} bytes")]
    TooLong {
        /// As many as there may be.
        most: usize,
    },
    /// It has the name of the user in it, or hardly any different characters, or is one that everybody tries.
    #[error(
        "the password is easy to guess: it repeats the name or a few characters, or follows the keyboard"
    )]
    Guessable,
}

/// Rows that people slide their fingers along, forwards and backwards.
const ROWS: [&str; 6] = [
    "abcdefghijklmnopqrstuvwxyz",
    "12345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
];

impl Password {
    /// The least number of characters of a new one.
    pub const SHORTEST: usize = 12;
    /// The largest number of bytes.
    pub const LONGEST: usize = 512;
    /// The least number of different characters of a new one.
    const DIFFERENT: usize = 5;
    /// How many characters have to be left when rows of the keyboard are taken out.
    const BESIDE_ROWS: usize = 6;

    /// One that somebody chooses for the user `name`.
    ///
    /// There are no rules about kinds of characters, which make people write passwords down; only what is tried first is refused.
    pub fn chosen(text: String, name: &UserName) -> Result<Self, PasswordError> {
        let password = Self::given(text)?;
        let characters = password.0.chars().count();
        if characters < Self::SHORTEST {
            return Err(PasswordError::TooShort { least: Self::SHORTEST });
        }
        let lower = password.0.to_lowercase();
        let different = lower.chars().collect::<BTreeSet<_>>().len();
        let without_name = lower.replace(name.as_str(), "");
        let is_guessable = different < Self::DIFFERENT
            || without_name.chars().count() < Self::BESIDE_ROWS
            || beside_rows(&lower) < Self::BESIDE_ROWS
            || is_repeated(&lower);
        if is_guessable { Err(PasswordError::Guessable) } else { Ok(password) }
    }

    /// One that somebody signs in with.
    pub fn given(text: String) -> Result<Self, PasswordError> {
        if text.len() > Self::LONGEST {
            return Err(PasswordError::TooLong { most: Self::LONGEST });
        }
        Ok(Self(text))
    }

    /// The text, to hash it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// How many characters are not part of a run of at least four along a row.
fn beside_rows(lower: &str) -> usize {
    const RUN: usize = 4;
    let characters: Vec<char> = lower.chars().collect();
    let follows = |run: &[char]| {
        let forwards: String = run.iter().collect();
        let backwards: String = run.iter().rev().collect();
        ROWS.iter().any(|row| row.contains(&forwards) || row.contains(&backwards))
    };
    let mut in_run = vec![false; characters.len()];
    for (start, run) in characters.windows(RUN).enumerate() {
        if follows(run) {
            in_run.iter_mut().skip(start).take(RUN).for_each(|flag| *flag = true);
        }
    }
    in_run.iter().filter(|flag| !**flag).count()
}

/// Whether a short part is repeated until the end.
fn is_repeated(lower: &str) -> bool {
    let characters: Vec<char> = lower.chars().collect();
    (1..=4).any(|period| characters.iter().zip(characters.iter().skip(period)).all(|(a, b)| a == b))
}

/// The hash of a password, in the PHC format: the algorithm, its parameters, the salt and the hash. Its `Debug` does not tell it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash that a hasher has made.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to store it or to compare a password with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
