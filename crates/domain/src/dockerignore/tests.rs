use super::*;

/// Which of `paths`, separated by spaces, are sent.
fn check(ignore: &str, paths: &str, sent: &str) {
    let ignore = Dockerignore::parse(ignore).unwrap();
    let left: Vec<&str> = paths.split_whitespace().filter(|path| !ignore.excludes(path)).collect();
    assert_eq!(left.join(" "), sent);
}

#[test]
fn a_star_stays_within_a_folder() {
    check("*.log", "a.log a.txt d/a.log", "a.txt d/a.log");
    check("*/a.log", "a.log d/a.log d/e/a.log", "a.log d/e/a.log");
    check("d?", "d d1 d12 d1/x", "d d12");
}

#[test]
fn two_stars_cross_folders() {
    check("**/*.log", "a.log d/a.log d/e/a.log a.txt", "a.txt");
    check("d/**", "d/a d/e/f x", "x");
    check("d/**/x", "d/x d/a/x d/a/b/x d/xx e/x", "d/xx e/x");
    check("**b", "b ab d/b", "ab");
}

#[test]
fn a_folder_pattern_matches_its_content() {
    check("node_modules", "node_modules/a/b src/node_modules/c", "src/node_modules/c");
    check("/build/", "build/a src/build", "src/build");
    check("./src/../docs", "docs/a src/a", "src/a");
}

#[test]
fn the_last_match_decides() {
    check("*\n!keep", "a keep keep/b", "keep keep/b");
    check("!keep\n*", "a keep", "");
    check("d\n!d/keep\nd/keep/not", "d/a d/keep/a d/keep/not", "d/keep/a");
    check("*\n!**/keep.txt", "a d/keep.txt d/e", "d/keep.txt");
}

#[test]
fn comments_blank_lines_and_byte_order_marks_are_skipped() {
    check("\u{feff}# a\n\n  b  \n #c", "a b #c", "a");
    check("! a\n", "a", "a");
}

#[test]
fn classes_and_escapes() {
    check("[a-c]x", "ax bx dx", "dx");
    check("[^a]x", "ax bx", "ax");
    check("\\*x", "*x ax", "ax");
    check("a.b+c(d)|e{f}$", "a.b+c(d)|e{f}$ axb", "axb");
}

#[test]
fn invalid_patterns_are_rejected_with_their_line() {
    let refused = |text: &str| Dockerignore::parse(text).unwrap_err().to_string();
    assert_eq!(refused("a\n!"), "line 2 of `.dockerignore`: `!` is not a pattern");
    assert_eq!(refused("[a"), "line 1 of `.dockerignore`: `[a` is not a pattern");
    assert_eq!(refused("[]"), "line 1 of `.dockerignore`: `[]` is not a pattern");
}

#[test]
fn many_stars_match_in_linear_time() {
    let ignore = Dockerignore::parse(&format!("{}b", "*a".repeat(200))).unwrap();
    assert!(!ignore.excludes(&"a".repeat(4000)));
}
