//! The headers of an answer, as the service has written them.
//!
//! Nearly all of them are passed on as they are, and so they are only made a map of when somebody has to look into it.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::request_head::write_line;

/// What is about the connection to the service, and not passed on.
const STAY: [&str; 7] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "te",
    "upgrade",
    "transfer-encoding",
];

/// The headers of an answer, without those that say where it ends.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(super) head: Bytes,
    pub(super) places: Vec<Place>,
    /// The length that was said, if it is one: of the body, or of what the body would be.
    pub(super) length: Option<u64>,
    /// `Connection` names other headers.
    pub(super) names_more: bool,
}

/// Where a header is in a head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    name: (u32, u32),
    value: (u32, u32),
}

impl Place {
    /// Where a header is in what begins at an address.
    pub(super) fn of(field: &httparse::Header<'_>, base: usize) -> Self {
        let place = |part: &[u8]| {
            let start = u32::try_from(part.as_ptr().addr().wrapping_sub(base)).unwrap_or(0);
            (start, start + u32::try_from(part.len()).unwrap_or(0))
        };
        // Where nothing is need not be a part of the head.
        let value = if field.value.is_empty() { (0, 0) } else { place(field.value) };
        Self { name: place(field.name.as_bytes()), value }
    }
}

impl Fields {
    /// Each header: its name as it was written, and its value.
    fn each(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let part = |of: (u32, u32)| self.head.get(of.0 as usize..of.1 as usize).unwrap_or_default();
        self.places.iter().map(move |place| (part(place.name), part(place.value)))
    }

    /// The length that was said.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Whether they can be written without a look at each other.
    pub(crate) fn is_plain(&self) -> bool {
        !self.names_more
    }

    /// Writes those that are not about the connection to the service, and no length. Whether one of them is `Date`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> bool {
        let mut has_date = false;
        for (name, value) in self.each() {
            if STAY.iter().any(|stays| name.eq_ignore_ascii_case(stays.as_bytes())) {
                continue;
            }
            has_date |= name.eq_ignore_ascii_case(b"date");
            write_line(out, name, value);
        }
        has_date
    }

    /// As a map.
    pub(crate) fn to_map(&self) -> HeaderMap {
        let mut map = HeaderMap::with_capacity(self.places.len() + 2);
        for (name, value) in self.each() {
            // The parser has let through nothing else than names and values.
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), self.value(value)) {
                map.append(name, value);
            }
        }
        if let Some(length) = self.length {
            map.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        map
    }

    /// A value that is a part of the head.
    fn value(&self, of: &[u8]) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
        if of.is_empty() {
            return Ok(HeaderValue::from_static(""));
        }
        HeaderValue::from_maybe_shared(self.head.slice_ref(of))
    }
}
