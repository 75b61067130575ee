//! Random secret values.

use super::SecretValue;

/// The characters of a generated value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Alphabet {
    /// Letters and digits: needs no quoting anywhere.
    #[default]
    Alphanumeric,
    /// Lower-case letters and digits.
    LowerAlphanumeric,
    /// Letters, digits, `-` and `_`: safe in a URL.
    UrlSafe,
    /// Lower-case hexadecimal digits.
    Hex,
    /// Digits.
    Digits,
}

impl Alphabet {
    /// The characters, each once.
    pub fn characters(self) -> &'static [u8] {
        match self {
            Self::Alphanumeric => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            Self::LowerAlphanumeric => b"abcdefghijklmnopqrstuvwxyz0123456789",
            Self::UrlSafe => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
            Self::Hex => b"0123456789abcdef",
            Self::Digits => b"0123456789",
        }
    }
}

/// How to generate a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    length: u16,
    alphabet: Alphabet,
}

/// A length outside the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the length is not between {} and {}", Recipe::SHORTEST, Recipe::LONGEST)]
pub struct RecipeError;

impl Default for Recipe {
    fn default() -> Self {
        Self { length: Self::USUAL, alphabet: Alphabet::default() }
    }
}

impl Recipe {
    /// Least number of characters.
    pub const SHORTEST: u16 = 8;
    /// Greatest number of characters.
    pub const LONGEST: u16 = 1024;
    /// Number of characters unless the caller wants another.
    pub const USUAL: u16 = 32;

    /// Checks the length.
    pub fn new(length: u16, alphabet: Alphabet) -> Result<Self, RecipeError> {
        let fits = (Self::SHORTEST..=Self::LONGEST).contains(&length);
        if fits { Ok(Self { length, alphabet }) } else { Err(RecipeError) }
    }

    /// A value whose characters are independent and equally likely, from the bytes that `random` provides.
    pub fn generate(self, random: &mut dyn FnMut() -> [u8; 32]) -> SecretValue {
        let characters = self.alphabet.characters();
        // Bytes above the largest multiple of the number of characters would favour the first characters.
        let usable = 256 - 256 % characters.len();
        let mut text = String::with_capacity(self.length.into());
        while text.len() < usize::from(self.length) {
            let missing = usize::from(self.length) - text.len();
            let fair = random().into_iter().map(usize::from).filter(|byte| *byte < usable);
            text.extend(fair.take(missing).map(|byte| char::from(characters[byte % characters.len()])));
        }
        SecretValue(text.into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const ALL: [Alphabet; 5] = [
        Alphabet::Alphanumeric,
        Alphabet::LowerAlphanumeric,
        Alphabet::UrlSafe,
        Alphabet::Hex,
        Alphabet::Digits,
    ];

    /// Every byte equally often, in an order that is no pattern of an alphabet.
    fn bytes() -> impl FnMut() -> [u8; 32] {
        let mut next = 0_u8;
        move || {
            std::array::from_fn(|_| {
                next = next.wrapping_add(97);
                next
            })
        }
    }

    #[test]
    fn a_generated_secret_has_its_length_and_only_characters_of_its_alphabet() {
        for alphabet in ALL {
            for length in [Recipe::SHORTEST, 33, Recipe::LONGEST] {
                let value = Recipe::new(length, alphabet).unwrap().generate(&mut bytes());
                assert_eq!(value.expose().len(), usize::from(length));
                assert!(value.expose().bytes().all(|byte| alphabet.characters().contains(&byte)));
            }
        }
        assert_eq!(Recipe::new(7, Alphabet::Hex), Err(RecipeError));
        assert_eq!(Recipe::new(1025, Alphabet::Hex), Err(RecipeError));
    }

    #[test]
    fn every_character_is_equally_likely() {
        for alphabet in ALL {
            let count = alphabet.characters().len();
            // Whole rounds through all bytes: each character occurs exactly as often as any other.
            let round = u16::try_from((256 - 256 % count) * 4).unwrap();
            let value = Recipe { length: round, alphabet }.generate(&mut bytes());
            let mut seen = BTreeMap::new();
            value.expose().bytes().for_each(|byte| *seen.entry(byte).or_insert(0) += 1);
            assert_eq!(seen.len(), count, "{alphabet:?}");
            let first = *seen.values().next().unwrap();
            assert!(seen.values().all(|often| *often == first), "{alphabet:?}: {seen:?}");
        }
    }
}
