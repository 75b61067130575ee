//! A setting that is on or off.

use std::str::FromStr;

use serde::Deserialize;

/// Whether something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl Switch {
    /// Whether it is on.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

impl FromStr for Switch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(format!("`{text}` is neither `on` nor `off`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_words_are_known() {
        assert_eq!(["on", "off"].map(str::parse), [Ok(Switch::On), Ok(Switch::Off)]);
        for text in ["", "On", "true", "1", "off "] {
            assert!(text.parse::<Switch>().is_err(), "{text}");
        }
    }
}
