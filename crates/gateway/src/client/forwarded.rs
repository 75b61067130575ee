//! The header `Forwarded` of RFC 7239.

/// One element: what one proxy says about the request it received.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// `for`: who sent it.
    pub(super) client: Option<String>,
    /// `host`: the `Host` header it had.
    pub(super) host: Option<String>,
    /// `proto`: the scheme it used.
    pub(super) proto: Option<String>,
}

impl Element {
    /// `None` if it has a value already: a parameter must not come twice.
    fn set(&mut self, name: &str, value: String) -> Option<()> {
        let slot = match name {
            name if name.eq_ignore_ascii_case("for") => &mut self.client,
            name if name.eq_ignore_ascii_case("host") => &mut self.host,
            name if name.eq_ignore_ascii_case("proto") => &mut self.proto,
            _ => return Some(()),
        };
        match slot.replace(value) {
            Some(_) => None,
            None => Some(()),
        }
    }
}

/// The elements of one header line, from left to right. `None` if the line is not as the RFC says: guessing where an element
/// ends would let a client choose what a proxy seems to have said.
pub(super) fn elements(line: &str) -> Option<Vec<Element>> {
    let mut rest = line;
    let mut elements = Vec::new();
    loop {
        let (element, after) = one_element(rest)?;
        elements.extend(element);
        match after {
            Some(after) => rest = after,
            None => return Some(elements),
        }
    }
}

/// An element, unless it is empty, and what is behind the comma that ends it, unless it is the last one.
fn one_element(text: &str) -> Option<(Option<Element>, Option<&str>)> {
    let mut rest = trimmed(text);
    let mut element: Option<Element> = None;
    loop {
        if !rest.is_empty() && !rest.starts_with([',', ';']) {
            let (name, value, after) = pair(rest)?;
            element.get_or_insert_with(Element::default).set(name, value)?;
            rest = trimmed(after);
        }
        match rest.as_bytes().first() {
            None => return Some((element, None)),
            Some(b',') => return Some((element, Some(&rest[1..]))),
            Some(b';') => rest = trimmed(&rest[1..]),
            Some(_) => return None,
        }
    }
}

/// `name=value` at the beginning of a text, and what is behind it.
fn pair(text: &str) -> Option<(&str, String, &str)> {
    let (name, after) = token(text)?;
    let after = after.strip_prefix('=')?;
    if let Some(quoted) = after.strip_prefix('"') {
        let (value, after) = quoted_text(quoted)?;
        return Some((name, value, after));
    }
    let (value, after) = token(after)?;
    Some((name, value.to_owned(), after))
}

/// A token at the beginning of a text. Addresses with ports are accepted without quotes, as many proxies write them.
fn token(text: &str) -> Option<(&str, &str)> {
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:[]".contains(&byte);
    let end = text.bytes().position(|byte| !belongs(byte)).unwrap_or(text.len());
    if end == 0 { None } else { Some(text.split_at(end)) }
}

/// What is in quotes, from behind the first one, and what is behind the last one.
fn quoted_text(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}

fn trimmed(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}
