//! The `Content-Security-Policy` of every page.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The number that lets a page's own style and script run. It must be new and unpredictable for every answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// The nonce of these bytes, which come from a source of secrets.
    pub fn of(random: [u8; 16]) -> Self {
        Self(STANDARD.encode(random))
    }

    /// As it stands in attributes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The complete value of `Content-Security-Policy`.
    ///
    /// `data:` is for what custom themes bring with them. No other host may be asked for anything.
    pub fn policy(&self) -> String {
        format!(
            "default-src 'none'; style-src 'nonce-{self}'; script-src 'nonce-{self}'; connect-src 'self'; \
             img-src data:; font-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
        )
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Nonce;

    #[test]
    fn the_policy_allows_nothing_but_the_page_itself() {
        assert_eq!(
            Nonce::of([0xfb; 16]).policy(),
            "default-src 'none'; style-src 'nonce-+/v7+/v7+/v7+/v7+/v7+w=='; script-src 'nonce-+/v7+/v7+/v7+/v7+/v7+w=='; \
             connect-src 'self'; img-src data:; font-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
        );
    }
}
