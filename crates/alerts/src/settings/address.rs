//! Addresses.

use url::Url;

/// What is wrong with an address, as the end of a sentence that begins with the name of the variable.
pub(super) fn parse(text: &str, schemes: &[&str]) -> Result<Url, String> {
    // The parser leaves tabs and line breaks out without a word: requests would go to an address that nobody has written.
    if text.contains(char::is_control) {
        return Err(
            "has a line break, a tab or another control character in it: write it in one line".to_owned()
        );
    }
    let wanted = schemes.join(":// or ");
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            return Err(format!("does not begin with {wanted}://"));
        }
        Err(error) => return Err(format!("is not an address: {error}")),
    };
    if !schemes.contains(&url.scheme()) {
        return Err(format!("begins with {}://, but must begin with {wanted}://", url.scheme()));
    }
    match url.host_str() {
        None | Some("") => Err("names no host".to_owned()),
        Some(_) => Ok(url),
    }
}

/// An address for requests. A user in it would be sent to whom it is not meant for, or be ignored.
pub(super) fn of_web(text: &str) -> Result<Url, String> {
    let mut url = parse(text, &["https", "http"])?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a user or password in it, which is not supported".to_owned());
    }
    url.set_fragment(None);
    Ok(url)
}
