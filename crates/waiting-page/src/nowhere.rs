//! The page for an address that belongs to no service.

use std::fmt::Write as _;

use crate::texts::Texts;
use crate::{Language, Nonce, Rendered, Theme};

const STYLE: &str = include_str!("../themes/base.css");

/// The page for an address that belongs to no service, to be sent with 404. It is the same for every address, so that nobody learns from
/// it which ones exist.
pub fn nowhere(language: Language, nonce: &Nonce) -> Rendered {
    let (said, theme) = (&Texts::of(language).nowhere, Theme::Plain);
    let mut html = String::from("<!doctype html>\n");
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<html lang=\"{lang}\" data-theme=\"{theme}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style nonce=\"{nonce}\">\n{STYLE}{plain}</style>\n</head>\n<body>\n\
         <main>\n<div class=\"said\"><h1>{title}</h1>\n<p>{body}</p></div>\n</main>\n</body>\n</html>\n",
        lang = language.tag(),
        title = said.title,
        body = said.body,
        plain = theme.parts().style,
    );
    Rendered { html: html.into_bytes(), content_security_policy: nonce.policy() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_in_both_languages_that_nothing_is_there_and_refers_to_nothing() {
        let nonce = Nonce::of([9; 16]);
        for (language, title) in [
            (Language::English, "There is nothing at this address"),
            (Language::French, "Il n’y a rien à cette adresse"),
        ] {
            let page = nowhere(language, &nonce);
            let html = String::from_utf8(page.html).unwrap();
            assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\"", language.tag())));
            assert!(html.contains(&format!("<h1>{title}</h1>")), "{html}");
            assert_eq!(page.content_security_policy, nonce.policy());
            for absent in ["http://", "https://", "<script", " style=", "refresh"] {
                assert!(!html.contains(absent), "{absent}");
            }
        }
    }
}
