//! What is said about a theme that cannot be used.

use core_monitor_waiting_page::ThemeErrorKind;

use crate::custom::compile;

fn error(files: &[(&str, &[u8])]) -> String {
    let error = compile(files).unwrap_err();
    assert!(error.kind.hint().len() > 10, "{error} has no hint");
    error.to_string()
}

fn error_in(page: &str) -> String {
    error(&[("index.html", page.as_bytes())])
}

#[test]
fn a_theme_needs_a_page() {
    assert_eq!(
        error(&[("a.css", b"")]),
        "index.html:1: the theme has no page: neither `index.html` nor `mine.html`"
    );
}

#[test]
fn mistakes_in_the_template_are_found_at_their_line() {
    assert_eq!(
        error_in("<p>\n{% if phase %}\n"),
        "index.html:3: syntax error: unexpected end of input, expected end of block"
    );
    assert!(error_in("<p>\n\n{{ servicename }}").starts_with("index.html:3: undefined value"));
    assert!(error_in("{{ lines|first|shout }}").starts_with("index.html:1: unknown filter"));
}

#[test]
fn lines_do_not_move_when_files_become_part_of_the_page() {
    let page = b"<link rel=stylesheet\n  href=a.css>\n<script\n src=b.js>\n\n</script>\n{{ oops }}";
    let message = error(&[("index.html", page), ("a.css", b"a\n\nb"), ("b.js", b"1\n2\n3\n4")]);
    assert!(message.starts_with("index.html:7: undefined value"), "{message}");
}

#[test]
fn a_mistake_that_only_shows_in_a_failure_is_found_before_there_is_one() {
    assert!(
        error_in("{% if phase == 'failed' %}\n{{ resaon }}{% endif %}")
            .starts_with("index.html:2: undefined value")
    );
}

#[test]
fn missing_files_are_named_where_they_are_referred_to() {
    assert_eq!(error_in("\n<img src=logo.png>"), "index.html:2: there is no file `logo.png`");
    assert_eq!(error_in("<script src='a.js'></script>"), "index.html:1: there is no file `a.js`");
    let css: &[u8] = b"\n\na{background:url(../x.png)}";
    let files: &[(&str, &[u8])] =
        &[("index.html", b"<link rel=stylesheet href=css/a.css>"), ("css/a.css", css)];
    assert_eq!(error(files), "css/a.css:3: there is no file `x.png`");
}

#[test]
fn nothing_outside_the_folder_can_be_referred_to_or_brought_along() {
    assert_eq!(
        error_in("<img src=../secret.png>"),
        "index.html:1: `../secret.png` leads out of the folder of the theme"
    );
    for path in ["../a.css", "/etc/passwd", "a/../../b", "a\\b", "a//b", "./a"] {
        let files: &[(&str, &[u8])] = &[("index.html", b""), (path, b"")];
        assert_eq!(compile(files).unwrap_err().kind, ThemeErrorKind::BadPath, "{path}");
    }
}

#[test]
fn a_theme_of_more_than_2_mib_is_refused() {
    let large = vec![b'a'; 2 * 1024 * 1024];
    assert_eq!(
        error(&[("index.html", b"<p>"), ("a.png", &large)]),
        "index.html:1: the theme is too large: more than 2097152 bytes"
    );
    assert!(compile(&[("index.html", b"<p>"), ("a.png", &large[3..])]).is_ok());
}

#[test]
fn a_page_does_not_grow_without_limit() {
    let image = vec![b'a'; 1024 * 1024];
    let page = "<img src=a.png>".repeat(9);
    let message = error(&[("index.html", page.as_bytes()), ("a.png", &image)]);
    assert_eq!(message, "index.html:1: the theme is too large: more than 6291456 bytes");
}

#[test]
fn endless_templates_end() {
    let page = "\n{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
    assert_eq!(error_in(page), "index.html:2: the template does too much work");
    let recursive = "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}";
    assert!(compile(&[("index.html", recursive.as_bytes())]).is_err());
}

#[test]
fn other_mistakes_are_named_too() {
    assert_eq!(error_in("<p>\n<script>x"), "index.html:2: `<script>` is never closed");
    assert_eq!(error(&[("index.html", b"<p>\n\xff")]), "index.html:2: the file is not text in UTF-8");
    assert_eq!(
        error(&[("index.html", b"<img src=a.exe>"), ("a.exe", b"")]),
        "index.html:1: `a.exe` is neither an image nor a font, by its name"
    );
}

#[test]
fn broken_files_never_panic() {
    let pieces = [
        "<a", "{{", "}}", "{%", "%}", "{#", "<!--", "<script", "</script", ">", "\"", "'", "=", "é", "url(",
        "<style>", "</style>", "/*", "@import", "\\", " ",
    ];
    let mut state = 1_u32;
    for _ in 0..3000 {
        let mut page = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            page.push_str(pieces[(state >> 16) as usize % pieces.len()]);
        }
        let _ = compile(&[("index.html", page.as_bytes())]);
    }
}
