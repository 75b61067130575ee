use super::*;
use crate::Code;

fn check(source: &str, (line, column, length): (u32, u32, u32)) -> String {
    let files = ProjectFiles::single("compose.yml", source);
    let span = Span { file: "compose.yml".to_owned(), line, column, length };
    let text = render(&files, &diagnostic(Some(span)));
    let lines: Vec<&str> = text.lines().skip(1).collect();
    lines.join("\n")
}

fn diagnostic(span: Option<Span>) -> Diagnostic {
    Diagnostic {
        code: Code::InvalidType,
        severity: Severity::Error,
        message: Message::foreign("it is wrong"),
        expected: Some(Message::foreign("a list")),
        hint: None,
        span,
    }
}

#[test]
fn carets_are_under_the_position() {
    assert_eq!(
        check("a:\n  b: \"80\"\n", (2, 6, 4)),
        " --> compose.yml:2:6\n  |\n2 |   b: \"80\"\n  |      ^^^^ expected a list"
    );
}

#[test]
fn the_margin_grows_with_the_line_number() {
    let source = "\n".repeat(99) + "a: b\n";
    assert_eq!(
        check(&source, (100, 4, 1)),
        "   --> compose.yml:100:4\n    |\n100 | a: b\n    |    ^ expected a list"
    );
}

#[test]
fn tabs_and_wide_characters_are_counted_in_cells() {
    assert!(check("\tx: yy\n", (1, 5, 2)).ends_with("1 |     x: yy\n  |        ^^ expected a list"));
    assert!(check("名前: 値段\n", (1, 5, 2)).ends_with("1 | 名前: 値段\n  |       ^^^^ expected a list"));
    assert!(
        check("é: e\u{301}x\n", (1, 6, 1)).ends_with("  |     ^ expected a list"),
        "a combining mark has no width"
    );
}

#[test]
fn long_lines_are_cut_around_the_position() {
    let source = format!("a: {}WRONG{}\n", "x".repeat(5000), "y".repeat(5000));
    let text = check(&source, (1, 5004, 5));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[2], format!("1 | ...{}WRONG{}...", "x".repeat(40), "y".repeat(55)));
    assert_eq!(lines[3], format!("  | {}^^^^^ expected a list", " ".repeat(43)));
    let text = check(&source, (1, 1, 10_000));
    assert!(text.lines().all(|line| line.chars().count() < 130), "{text}");
}

#[test]
fn a_position_past_the_end_is_marked_after_the_last_character() {
    assert!(check("a: b\n", (1, 9, 3)).ends_with("1 | a: b\n  |     ^ expected a list"));
    assert!(check("a: b\n", (1, 3, 90)).ends_with("1 | a: b\n  |   ^^ expected a list"));
}

#[test]
fn diagnostics_without_a_source_line_are_rendered_without_it() {
    assert_eq!(check("a: b\n", (7, 1, 1)), " --> compose.yml:7:1\n  = expected: a list");
    assert_eq!(check("a: b\n", (0, 0, 0)), " --> compose.yml:0:0\n  = expected: a list");
    let nowhere = Span { file: "lib.yml".to_owned(), line: 1, column: 1, length: 1 };
    let text = render(&ProjectFiles::new(), &diagnostic(Some(nowhere)));
    assert_eq!(text, "error[invalid-type]: it is wrong\n --> lib.yml:1:1\n  = expected: a list\n");
    let text = render(&ProjectFiles::new(), &diagnostic(None));
    assert_eq!(text, "error[invalid-type]: it is wrong\n  = expected: a list\n");
}

#[test]
fn every_line_break_of_yaml_ends_a_line() {
    for source in [
        "a: 1\r\n\r\nb: 2\r\n",
        "a: 1\r\rb: 2\r",
        "\u{feff}a: 1\n\nb: 2",
        "\n\nb: 2",
        "\r\n\nb: 2",
        "x\n\rb: 2",
    ] {
        assert!(check(source, (3, 4, 1)).ends_with("3 | b: 2\n  |    ^ expected a list"), "{source:?}");
    }
}

#[test]
fn a_file_cannot_control_the_terminal() {
    let text = check("a: \u{1b}[31m\u{202e}b\n", (1, 4, 1));
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    let mut loud = diagnostic(None);
    loud.message = Message::foreign("unknown key `\u{1b}[2J\n`");
    assert!(!render(&ProjectFiles::new(), &loud).contains('\u{1b}'));
}

#[test]
fn a_file_that_is_not_utf8_is_shown_up_to_the_invalid_byte() {
    let files = ProjectFiles::single("compose.yml", b"a: b\nc: \xff\n".to_vec());
    let span = Span { file: "compose.yml".to_owned(), line: 2, column: 4, length: 1 };
    let text = render(&files, &diagnostic(Some(span)));
    assert!(text.ends_with("2 | c: \n  |    ^ expected a list\n"), "{text}");
}
