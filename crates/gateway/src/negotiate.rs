//! Whether a request that finds a service not awake is shown a page, or waits for its answer.
//!
//! A page instead of the expected answer breaks every program, and so a page is only for a browser that opens a document in a
//! tab. Browsers say so in `Sec-Fetch-Mode` and `Sec-Fetch-Dest`, of which some send the first one alone; those that do not, and
//! all of them over plain HTTP, are recognized by their asking for `text/html` before anything else.

use http::header::{ACCEPT, UPGRADE};
use http::{HeaderMap, HeaderName, Method};

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What somebody can do with an answer that is not the service's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// A person sees a page.
    Page,
    /// A program needs the answer of the service, or an error.
    Answer,
}

impl Wants {
    /// What whoever sent this request wants.
    pub fn of(method: &Method, headers: &HeaderMap) -> Self {
        if !matches!(*method, Method::GET | Method::HEAD) || headers.contains_key(UPGRADE) {
            return Self::Answer;
        }
        let is_navigation = match text(headers, &SEC_FETCH_MODE) {
            Some(mode) => {
                mode == "navigate" && text(headers, &SEC_FETCH_DEST).is_none_or(|dest| dest == "document")
            }
            None => prefers_html(headers),
        };
        if is_navigation { Self::Page } else { Self::Answer }
    }
}

/// Whether `text/html` is listed, and nothing else is wanted more. Of those that are wanted as much, the first one counts.
fn prefers_html(headers: &HeaderMap) -> bool {
    let mut best: Option<(u16, bool)> = None;
    for value in headers.get_all(ACCEPT) {
        let Ok(list) = value.to_str() else { return false };
        for item in list.split(',') {
            let (kind, quality) = media_range(item);
            let is_html =
                kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml");
            if quality > 0 && !kind.is_empty() && best.is_none_or(|(so_far, _)| quality > so_far) {
                best = Some((quality, is_html));
            }
        }
    }
    best.is_some_and(|(_, is_html)| is_html)
}

/// A media range without its parameters, and its quality in thousandths.
fn media_range(item: &str) -> (&str, u16) {
    let mut parts = item.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
    });
    (kind, quality.unwrap_or(1000))
}

/// A quality as RFC 9110 writes it: `0`, `1`, or with up to three digits. Anything else counts as not wanted.
fn thousandths(text: &str) -> u16 {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    let is_quality =
        matches!(whole, "0" | "1") && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_quality {
        return 0;
    }
    let parts = format!("{digits:0<3}").parse::<u16>().unwrap_or(0);
    if whole == "1" { 1000 } else { parts }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
