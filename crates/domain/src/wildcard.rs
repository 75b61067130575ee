//! Patterns in which each `*` stands for any number of characters, also none.

/// Whether all of `name` matches. Takes time in proportion to the product of both lengths at most.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut seen) = (0, 0);
    // Where the last `*` is, and how much of the name it stands for so far.
    let mut star: Option<(usize, usize)> = None;
    while seen < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(byte) if *byte == name[seen] => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, seen) = (place + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_name_has_to_match() {
        let cases = [
            ("shop", &["shop"][..], &["shop-1", "shopx", "", "sho"][..]),
            ("shop-*", &["shop-", "shop-1", "shop-a-b"], &["shop", "xshop-1"]),
            ("*-test", &["shop-test", "-test", "a-test-test"], &["test", "shop-test1"]),
            ("a*b*c", &["abc", "axxbxxc", "abbcbc"], &["ab", "acb", "abcd"]),
            ("*", &["", "anything"], &[]),
            ("**a", &["a", "ba"], &["", "ab"]),
            ("", &[""], &["a"]),
        ];
        for (pattern, names, others) in cases {
            for name in names {
                assert!(matches(pattern, name), "{pattern} {name}");
            }
            for other in others {
                assert!(!matches(pattern, other), "{pattern} {other}");
            }
        }
    }
}
