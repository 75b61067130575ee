//! Where a build fetches from, as far as its own text says.
//!
//! The engine itself fetches what a Dockerfile adds from an address, and its frontend, from the network of the host, whatever
//! the network of the build steps is. So it does with images, which come from registries for builds as for services: a
//! registry beside the engine is usual, and nothing but an image comes from it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// The hosts in the host's own network that a Dockerfile with these arguments adds something from or gets its frontend from:
/// its loopback address, and private and link-local addresses. Names are not resolved. In the order of the text, each once.
pub(crate) fn inside(dockerfile: &str, args: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Fetches { args, values: args.clone(), hosts: Vec::new() };
    if let Some(frontend) = args.get("BUILDKIT_SYNTAX") {
        found.frontend(frontend);
    }
    // Which character continues a line is written in the text, in one of several forms; both are tried.
    for escape in ['\\', '`'] {
        found.values.clone_from(args);
        for line in lines(dockerfile, escape) {
            found.line(&line);
        }
    }
    let mut hosts = Vec::new();
    for host in found.hosts {
        if is_inside(&host) && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// Instructions, with the lines they continue on, and comments.
fn lines(text: &str, escape: char) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            continue;
        }
        if line.starts_with('#') {
            // Also in the middle of an instruction.
            lines.push(line.to_owned());
            continue;
        }
        match line.strip_suffix(escape) {
            Some(begun) => open.push_str(begun),
            None => lines.push(std::mem::take(&mut open) + line),
        }
    }
    lines.push(open);
    lines
}

struct Fetches<'a> {
    args: &'a BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    hosts: Vec<String>,
}

impl Fetches<'_> {
    fn line(&mut self, line: &str) {
        let comment = line.strip_prefix('#').or_else(|| line.strip_prefix("//")).map(str::trim_start);
        let syntax = comment.and_then(|comment| comment.strip_prefix("syntax")).map(str::trim_start);
        if let Some(frontend) = syntax.and_then(|rest| rest.strip_prefix('=')) {
            self.frontend(frontend.trim());
        }
        if comment.is_some() {
            return;
        }
        let (instruction, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match instruction.to_ascii_uppercase().as_str() {
            "ONBUILD" => self.line(rest.trim_start()),
            "ARG" => self.set(rest, true),
            "ENV" => self.set(rest, false),
            "ADD" => {
                let rest = self.expanded(rest);
                words(&rest).filter_map(host_of_url).for_each(|host| self.hosts.push(host.to_owned()));
            }
            _ => {}
        }
    }

    fn set(&mut self, rest: &str, is_argument: bool) {
        if !is_argument && !rest.split_whitespace().next().unwrap_or_default().contains('=') {
            // `ENV NAME value`
            if let Some((name, value)) = rest.split_once(char::is_whitespace) {
                let value = self.expanded(value.trim());
                self.values.insert(name.to_owned(), value);
            }
            return;
        }
        for word in rest.split_whitespace() {
            let Some((name, value)) = word.split_once('=') else { continue };
            let given = self.args.get(name).filter(|_| is_argument);
            let value = given.cloned().unwrap_or_else(|| self.expanded(value));
            self.values.insert(name.to_owned(), value.trim_matches(['"', '\'']).to_owned());
        }
    }

    /// With the values of variables; those in other forms than `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME-word}` are
    /// left out.
    fn expanded(&self, text: &str) -> String {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            done.push_str(before);
            let (inner, behind) = match after.strip_prefix('{') {
                Some(braced) => braced.split_once('}').unwrap_or((braced, "")),
                None => after.split_at(name_length(after)),
            };
            let (name, form) = inner.split_at(name_length(inner));
            let usual = form.trim_start_matches(':').strip_prefix('-').unwrap_or_default();
            done.push_str(
                self.values.get(name).filter(|value| !value.is_empty()).map_or(usual, String::as_str),
            );
            rest = behind;
        }
        done + rest
    }

    fn frontend(&mut self, reference: &str) {
        if let Some((first, _)) = reference.split_once('/')
            && (first.contains(['.', ':']) || first.eq_ignore_ascii_case("localhost"))
        {
            self.hosts.push(without_port(first).to_owned());
        }
    }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// Also those of a list in JSON.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')).filter(|word| !word.is_empty())
}

fn host_of_url(word: &str) -> Option<&str> {
    let (authority, is_url) = match word.split_once("://") {
        Some((_, rest)) => (rest.split(['/', '?', '#']).next().unwrap_or_default(), true),
        None => (word, false),
    };
    match authority.rsplit_once('@') {
        Some((_, host)) => Some(without_port(host)),
        // `git@HOST:path` has no scheme; without either it is a file.
        None => is_url.then(|| without_port(authority)),
    }
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn is_inside(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.split('%').next().unwrap_or_default().trim_end_matches('.');
    if host == "localhost" || host.ends_with(".localhost") || host.starts_with("localhost.") {
        return true;
    }
    let address = host.parse().ok().or_else(|| numbers(host).map(IpAddr::V4));
    match address.map(|address: IpAddr| address.to_canonical()) {
        Some(IpAddr::V4(address)) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && second & 0xc0 == 64;
            first == 0
                || address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || is_shared
        }
        Some(IpAddr::V6(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
        None => false,
    }
}

/// An address in the older forms that resolvers of the C library take, such as `127.1`, `0x7f.0.0.1` and `2130706433`.
fn numbers(host: &str) -> Option<Ipv4Addr> {
    let read = |part: &str| match part.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    };
    let parts = host.split('.').map(read).collect::<Option<Vec<u32>>>()?;
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 255) {
        return None;
    }
    let high = first.iter().zip([24, 16, 8]).fold(0, |sum, (part, shift)| sum | part << shift);
    Some(Ipv4Addr::from_bits(high | last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetches(text: &str) -> String {
        let args = BTreeMap::from([("GIVEN".to_owned(), "10.0.0.1".to_owned())]);
        inside(text, &args).join(" ")
    }

    #[test]
    fn every_way_to_an_address_of_the_host_is_seen() {
        for (text, expected) in [
            ("FROM a\nADD http://127.0.0.1:8477/x /x", "127.0.0.1"),
            ("from a\nadd --checksum=sha256:0 \\\n # why\n\n HTTPS://u:p@127.0.0.1/x /x", "127.0.0.1"),
            ("FROM a\nADD [\"http://[::1]:80/x\", \"/x\"]", "::1"),
            ("FROM a\nADD git@192.168.1.4:a/b.git /x", "192.168.1.4"),
            (
                "FROM a\nADD https://git.example.com/a.git?ref=x http://169.254.169.254/latest /x",
                "169.254.169.254",
            ),
            ("# syntax = 127.0.0.1:8477/evil:1\nFROM a", "127.0.0.1"),
            ("#syntax=localhost:8477/evil:1\nFROM a", "localhost"),
            ("// syntax=127.1:80/evil\nFROM a", "127.1"),
            ("FROM a\nARG HOST=2130706433\nARG PORT\nADD http://${HOST}:${PORT:-80}/b /b", "2130706433"),
            ("FROM a\nARG GIVEN=example.com\nADD http://$GIVEN:80/b /b", "10.0.0.1"),
            ("FROM a\nENV H 0x7f.0.0.1\nADD http://$H/ /x", "0x7f.0.0.1"),
            ("FROM a\nENV H=\"fd00::1\" I=x\nADD http://[$H]/ /x", "fd00::1"),
            ("FROM a\nONBUILD ADD http://app.localhost/x /x", "app.localhost"),
            ("# escape=`\nFROM a\nADD `\nhttp://127.0.0.1/x /x", "127.0.0.1"),
            ("FROM a\nRUN x `date`\nADD http://127.0.0.1/x /x", "127.0.0.1"),
            (
                "FROM a\nADD http://[::ffff:127.0.0.1]/x http://0/ http://100.64.0.1 /x",
                "::ffff:127.0.0.1 0 100.64.0.1",
            ),
        ] {
            assert_eq!(fetches(text), expected, "{text}");
        }
        let frontend = BTreeMap::from([("BUILDKIT_SYNTAX".to_owned(), "10.1.2.3:80/x".to_owned())]);
        assert_eq!(inside("FROM a", &frontend), ["10.1.2.3"]);
    }

    #[test]
    fn public_addresses_names_and_files_are_not() {
        for text in [
            "FROM registry.example.com:5000/b:1\nADD https://example.com/127.0.0.1 /x",
            "FROM 8.8.8.8:80/b\nADD 127.0.0.1 a@b /x",
            "FROM 127.0.0.1:5000/base\nFROM localhost:5000/base AS b",
            "FROM a\nCOPY --from=172.16.0.9:5000/b /x /x\nRUN --mount=type=bind,from=127.0.0.1:5000/b,target=/x ls",
            "FROM a\nRUN curl http://127.0.0.1/x from=127.0.0.1:80/x\nCOPY --from=b /127.0.0.1/x /x",
            "# http://127.0.0.1/\nFROM a\nADD http://172.32.0.1/ http://100.128.0.1/ http://[2001:db8::1]/ /x",
            "FROM a\nLABEL see=http://127.0.0.1/ x=\"$\"\nADD http://${OTHER#x}/ /x",
        ] {
            assert_eq!(fetches(text), "", "{text}");
        }
    }
}
