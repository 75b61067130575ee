//! Which forms of a file a browser takes.

/// Weights of the encodings, in thousandths; 0 is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    brotli: u16,
    gzip: u16,
    identity: u16,
}

impl Accepted {
    /// Reads the values of `Accept-Encoding` (RFC 9110, 12.5.3). What is malformed is not accepted. Without the header a file is
    /// sent as it is: whoever understands more says so.
    pub fn read<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut named, mut others) = ([None; 3], None);
        for part in values.into_iter().flat_map(|value| value.split(',')) {
            let mut words = part.split(';').map(str::trim);
            let name = words.next().unwrap_or_default();
            let weight = words.next().map_or(Some(1_000), weight).unwrap_or(0);
            match name.to_ascii_lowercase().as_str() {
                "br" => named[0] = Some(weight),
                "gzip" | "x-gzip" => named[1] = Some(weight),
                "identity" => named[2] = Some(weight),
                "*" => others = Some(weight),
                _ => {}
            }
        }
        let others = others.unwrap_or(0);
        let [brotli, gzip, identity] = named;
        Self {
            brotli: brotli.unwrap_or(others),
            gzip: gzip.unwrap_or(others),
            // Acceptable unless it is refused, and never preferred to what somebody names.
            identity: identity.unwrap_or(0),
        }
    }

    /// The best of the compressed forms that there are, unless the file as it is suits better. Of equals, the smaller one.
    pub(crate) fn best(self, has_brotli: bool, has_gzip: bool) -> Option<&'static str> {
        let brotli = if has_brotli { self.brotli } else { 0 };
        let gzip = if has_gzip { self.gzip } else { 0 };
        let (name, weight) = if brotli >= gzip { ("br", brotli) } else { ("gzip", gzip) };
        (weight > 0 && weight >= self.identity).then_some(name)
    }
}

/// `q=0.5` in thousandths: at most one digit before and three behind the point.
fn weight(text: &str) -> Option<u16> {
    let number = text.strip_prefix("q=").or_else(|| text.strip_prefix("Q="))?;
    let (whole, behind) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{behind:0<3}");
    if behind.len() > 3 || whole.len() != 1 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths = whole.parse::<u16>().ok()? * 1_000 + digits.parse::<u16>().ok()?;
    (thousandths <= 1_000).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_form_is_chosen() {
        let check = |header: &str, expected: Option<&str>| {
            assert_eq!(Accepted::read([header]).best(true, true), expected, "{header}");
        };
        check("gzip, deflate, br, zstd", Some("br"));
        check("gzip, deflate", Some("gzip"));
        check("br;q=0, gzip", Some("gzip"));
        check("br;q=0.5, gzip;q=0.8", Some("gzip"));
        check("br;q=0.8,gzip ; q=0.8", Some("br"));
        check("BR", Some("br"));
        check("*", Some("br"));
        check("*, br;q=0", Some("gzip"));
        check("*;q=0", None);
        check("identity, br;q=0.5", None);
        check("identity;q=0.5, br", Some("br"));
        check("identity;q=0", None);
        check("", None);
        check("deflate", None);
        check("br;q=2", None);
        check("br;q=-1, gzip;q=0.0001", None);
        check("br;q=", None);
        check("br;level=9", None);
    }

    #[test]
    fn what_there_is_not_is_not_chosen() {
        assert_eq!(Accepted::read(["gzip", "br"]).best(false, true), Some("gzip"));
        assert_eq!(Accepted::read(["gzip", "br"]).best(false, false), None);
        assert_eq!(Accepted::read([]).best(true, true), None);
    }
}
