//! The built-in themes: their names and what each adds to the page.

use std::fmt;
use std::str::FromStr;

/// A built-in theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    /// Calm: nothing moves but the bar. Also what a broken custom theme falls back to.
    #[default]
    Plain,
    /// Falling green characters.
    Matrix,
    /// A small ghost that floats.
    Ghost,
    /// Cards that are shuffled.
    Shuffle,
    /// A terminal that prints what happens.
    HackerTerminal,
}

/// A name that is not that of a built-in theme. It may still be that of a custom one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no built-in theme has the name `{name}`; there are: {known}", known = known_names())]
pub struct UnknownTheme {
    /// The name that was asked for.
    pub name: String,
}

/// What a theme adds to the page that all themes share.
pub(crate) struct Parts {
    /// Rules after those of the shared style sheet.
    pub(crate) style: &'static str,
    /// Decoration before the content, invisible to screen readers.
    pub(crate) scene: &'static str,
    /// A script that only decorates; empty for most.
    pub(crate) script: &'static str,
}

impl Theme {
    /// Every built-in theme, in the order in which they are listed to people.
    pub const ALL: [Self; 5] = [Self::Plain, Self::Matrix, Self::Ghost, Self::Shuffle, Self::HackerTerminal];

    /// The name as it is written in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Matrix => "matrix",
            Self::Ghost => "ghost",
            Self::Shuffle => "shuffle",
            Self::HackerTerminal => "hackerTerminal",
        }
    }

    pub(crate) fn parts(self) -> Parts {
        match self {
            Self::Plain => Parts { style: include_str!("../themes/plain.css"), scene: "", script: "" },
            Self::Matrix => Parts {
                style: include_str!("../themes/matrix.css"),
                scene: "<canvas></canvas>",
                script: include_str!("../themes/matrix.js"),
            },
            Self::Ghost => Parts {
                style: include_str!("../themes/ghost.css"),
                scene: include_str!("../themes/ghost.html"),
                script: "",
            },
            Self::Shuffle => Parts {
                style: include_str!("../themes/shuffle.css"),
                scene: include_str!("../themes/shuffle.html"),
                script: "",
            },
            Self::HackerTerminal => {
                Parts { style: include_str!("../themes/hacker-terminal.css"), scene: "", script: "" }
            }
        }
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Accepts `hackerTerminal` and `hacker-terminal`, in any case: both spellings are in use.
impl FromStr for Theme {
    type Err = UnknownTheme;

    fn from_str(name: &str) -> Result<Self, UnknownTheme> {
        let letters = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        let wanted = letters(name.trim());
        Self::ALL
            .into_iter()
            .find(|theme| letters(theme.name()) == wanted)
            .ok_or_else(|| UnknownTheme { name: name.to_owned() })
    }
}

fn known_names() -> String {
    Theme::ALL.map(|theme| format!("`{theme}`")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn every_theme_is_found_by_its_name() {
        for theme in Theme::ALL {
            assert_eq!(theme.name().parse(), Ok(theme));
        }
    }

    #[test]
    fn kebab_case_is_accepted_too() {
        assert_eq!("hacker-terminal".parse(), Ok(Theme::HackerTerminal));
        assert_eq!("hackerTerminal".parse(), Ok(Theme::HackerTerminal));
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = "neon".parse::<Theme>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "no built-in theme has the name `neon`; there are: `plain`, `matrix`, `ghost`, `shuffle`, `hackerTerminal`"
        );
    }
}
