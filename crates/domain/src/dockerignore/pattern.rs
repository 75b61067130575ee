//! A pattern, matched by tracking all of its positions at once, so there is no backtracking.

/// A pattern as a sequence of parts. A state is an index into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(char),
    /// `?`
    One,
    /// `[a-z]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// `*`
    Star,
    /// `**` at the end: everything.
    Rest,
    /// `**` elsewhere: nothing, or whole folders. Always followed by `Folders`.
    MaybeFolders,
    /// Within the folders of a `MaybeFolders`.
    Folders,
}

impl Pattern {
    /// `None`: an unfinished class or escape.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '*' if chars.next_if_eq(&'*').is_some() => {
                    chars.next_if_eq(&'/');
                    if chars.peek().is_none() {
                        parts.push(Part::Rest);
                    } else {
                        parts.extend([Part::MaybeFolders, Part::Folders]);
                    }
                }
                '*' => parts.push(Part::Star),
                '?' => parts.push(Part::One),
                '\\' => parts.push(Part::Literal(chars.next()?)),
                '[' => parts.push(class(&mut chars)?),
                char => parts.push(Part::Literal(char)),
            }
        }
        Some(Self { parts })
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        let mut states = vec![false; self.parts.len() + 1];
        self.enter(0, &mut states);
        for char in path.chars() {
            let mut next = vec![false; states.len()];
            for (place, part) in self.parts.iter().enumerate().filter(|(place, _)| states[*place]) {
                let (stays, goes_on) = part.take(char);
                // `MaybeFolders` also leads into the folders, which are the next part.
                let inside = if *part == Part::MaybeFolders { place + 1 } else { place };
                if stays {
                    next[inside] = true;
                    if *part != Part::MaybeFolders && *part != Part::Folders {
                        self.enter(place, &mut next);
                    }
                }
                if goes_on {
                    self.enter(inside + 1, &mut next);
                }
            }
            states = next;
        }
        states[self.parts.len()]
    }

    /// Marks a position and those reachable from it without a character.
    fn enter(&self, place: usize, states: &mut [bool]) {
        states[place] = true;
        match self.parts.get(place) {
            Some(Part::Star | Part::Rest) => self.enter(place + 1, states),
            Some(Part::MaybeFolders) => self.enter(place + 2, states),
            _ => {}
        }
    }
}

impl Part {
    /// Whether it can consume `char` and stay, and whether it can consume it and advance.
    fn take(&self, char: char) -> (bool, bool) {
        match self {
            Self::Literal(literal) => (false, *literal == char),
            Self::One => (false, char != '/'),
            Self::Class { negated, ranges } => {
                let within = ranges.iter().any(|(low, high)| (*low..=*high).contains(&char));
                (false, within != *negated)
            }
            Self::Star => (char != '/', false),
            Self::Rest => (true, false),
            Self::MaybeFolders | Self::Folders => (true, char == '/'),
        }
    }
}

/// After the `[`.
fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Part> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Some(Part::Class { negated, ranges });
        }
        let low = class_char(chars)?;
        let high = if chars.next_if_eq(&'-').is_some() { class_char(chars)? } else { low };
        ranges.push((low, high));
    }
}

/// `-` and `]` must be escaped, as in Go's `filepath.Match`.
fn class_char(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        char => Some(char),
    }
}
