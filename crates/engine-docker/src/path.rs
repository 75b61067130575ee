//! Escapes names in request paths. Ids come from the engine, but names of networks, volumes and images are chosen by users:
//! they must not reach another route or add a parameter.

use std::fmt::Write;

/// Escapes `name` as one path segment.
pub(crate) fn segment(name: &str) -> String {
    match name {
        // A client would resolve these, which would remove the previous segment.
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => escape(name),
    }
}

/// Escapes an image reference in `/images/.../json`, where the engine accepts slashes as part of the name.
pub(crate) fn image(reference: &str) -> String {
    let segments: Vec<String> = reference.split('/').map(segment).collect();
    segments.join("/")
}

/// Escapes a query value.
pub(crate) fn value(text: &str) -> String {
    escape(text)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_segment() {
        assert_eq!(segment("web_default"), "web_default");
        assert_eq!(segment("../containers/x/kill?signal=9#"), "..%2Fcontainers%2Fx%2Fkill%3Fsignal%3D9%23");
        assert_eq!(segment(".."), "%2E%2E");
    }

    #[test]
    fn an_image_keeps_its_slashes_only() {
        assert_eq!(image("localhost:5000/a/b@sha256:00"), "localhost:5000/a/b@sha256:00");
        assert_eq!(image("../containers/x?y"), "%2E%2E/containers/x%3Fy");
    }
}
