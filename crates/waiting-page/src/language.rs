//! Which language a visitor reads, by `Accept-Language`.

/// A language that the pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English, and what a visitor gets whose languages are all unknown.
    #[default]
    English,
    /// French.
    French,
}

/// How much a visitor wants a language.
#[derive(Debug, Clone, Copy)]
struct Wish {
    /// From 0 to 1000; 0 means "not this one".
    quality: u16,
    /// Where in the header it stands. Of two equal wishes, the first one wins.
    position: usize,
}

impl Language {
    const ALL: [Self; 2] = [Self::English, Self::French];

    /// The tag for the `lang` attribute, which is also the primary subtag in `Accept-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The best language for the value of an `Accept-Language` header. Parts that cannot be read are ignored, and an empty value
    /// means English.
    pub fn negotiate(accept_language: &str) -> Self {
        let wishes = Self::ALL.map(|language| (language, language.wish(accept_language)));
        let wanted = wishes
            .into_iter()
            .filter_map(|(language, wish)| wish.filter(|wish| wish.quality > 0).map(|wish| (language, wish)));
        let best = wanted.min_by_key(|(_, wish)| (u16::MAX - wish.quality, wish.position));
        best.map(|(language, _)| language).unwrap_or_default()
    }

    /// What the header says about this language: the best of the ranges that name it, or else `*`.
    fn wish(self, header: &str) -> Option<Wish> {
        let mut named: Option<Wish> = None;
        let mut any: Option<Wish> = None;
        for (position, part) in header.split(',').enumerate() {
            let Some((range, quality)) = range(part) else { continue };
            let wish = Wish { quality, position };
            let primary = range.split('-').next().unwrap_or(range);
            if primary.eq_ignore_ascii_case(self.tag()) {
                named = Some(named.filter(|known| known.quality >= quality).unwrap_or(wish));
            } else if range == "*" {
                any = any.or(Some(wish));
            }
        }
        named.or(any)
    }
}

/// A range and its quality in thousandths.
fn range(part: &str) -> Option<(&str, u16)> {
    let mut pieces = part.split(';').map(str::trim);
    let range = pieces.next().filter(|range| !range.is_empty())?;
    let mut quality = 1000;
    for piece in pieces {
        if let Some(value) = piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")) {
            quality = thousandths(value.trim())?;
        }
    }
    Some((range, quality))
}

/// `0.8` as 800. More than three decimals, or a value above 1, is not a quality.
fn thousandths(value: &str) -> Option<u16> {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", _) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, French};

    #[test]
    fn the_header_decides_the_language() {
        let table: &[(&str, Language)] = &[
            ("", English),
            ("fr", French),
            ("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", French),
            ("en-US,en;q=0.9,fr;q=0.8", English),
            ("en;q=0.4, fr-CA;q=0.9", French),
            ("FR-be", French),
            ("de, fr;q=0.5, en;q=0.3", French),
            ("de, es", English),
            ("*", English),
            ("en;q=0, *", French),
            ("fr;q=0, *;q=0.1", English),
            ("fr;q=0", English),
            ("fr, en", French),
            ("en, fr", English),
            ("en;q=0.1, en-GB, fr;q=0.9", English),
            ("fr;q=2, en;q=0.1", English),
            ("fr;q=0.1234, en;q=0.1", English),
            ("fr;q=0., en;q=0.1", English),
            (";;,,fr;q=1.000", French),
            ("french", English),
        ];
        for (header, expected) in table {
            assert_eq!(Language::negotiate(header), *expected, "{header:?}");
        }
    }
}
