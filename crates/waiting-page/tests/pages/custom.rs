//! Themes that somebody wrote.

use core_monitor_waiting_page::{CustomTheme, Page, Phase, Theme};

use crate::fixture::{between, nonce, page, text};

/// The example of the user's own document, unchanged.
const DOCUMENTED: &str = include_str!("documented-theme.html");

pub(crate) fn compile(files: &[(&str, &[u8])]) -> Result<CustomTheme, core_monitor_waiting_page::ThemeError> {
    let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    CustomTheme::compile("mine", files)
}

fn rendered(theme: &CustomTheme, page: &Page<'_>) -> String {
    String::from_utf8(theme.render(page).unwrap().html).unwrap()
}

fn starting(files: &[(&str, &[u8])]) -> String {
    let nonce = nonce();
    rendered(&compile(files).unwrap(), &page(&nonce, Phase::Starting))
}

#[test]
fn the_documented_theme_works_unchanged() {
    let theme = compile(&[("mine.html", DOCUMENTED.as_bytes())]).unwrap();
    assert_eq!(theme.warnings(), []);
    let nonce = nonce();
    let html = rendered(&theme, &page(&nonce, Phase::Starting));
    assert!(html.contains("<h1>🚀 Service nextcloud is starting...</h1>"));
    assert!(html.contains("<p>Please wait ~12s</p>"));
    assert!(html.contains(&format!("<style nonce=\"{nonce}\">\n        body {{")));
    assert!(html.contains(&format!("<script nonce=\"{nonce}\">\n        // Votre JavaScript personnalisé")));
    assert_eq!(theme.render(&page(&nonce, Phase::Starting)).unwrap().content_security_policy, nonce.policy());
}

#[test]
fn a_theme_that_does_not_watch_gets_the_script_that_does() {
    let html = starting(&[("index.html", DOCUMENTED.as_bytes())]);
    let body = between(&html, "<body>", "</body>");
    assert!(body.contains("data-events=\"/.core-monitor/abc/events\""));
    assert!(between(&html, "<head>", "</head>").contains("<meta http-equiv=\"refresh\" content=\"4\">"));
}

#[test]
fn a_theme_that_watches_by_itself_is_left_alone() {
    let html = starting(&[
        ("index.html", b"<head><meta http-equiv=Refresh content=9></head><script src=go.js></script>"),
        ("go.js", b"new EventSource('/x')"),
    ]);
    assert!(!html.contains("data-events="));
    assert_eq!(html.to_lowercase().matches("http-equiv").count(), 1);
}

#[test]
fn a_button_that_reloads_is_not_taken_for_a_script_that_watches() {
    let html = starting(&[(
        "index.html",
        b"<button>x</button><script>b.onclick = () => location.reload()</script>",
    )]);
    assert!(html.contains("data-events="));
    let html = starting(&[("index.html", b"<script>setTimeout(() => location.reload(), 3000)</script>")]);
    assert!(!html.contains("data-events="));
}

#[test]
fn a_theme_without_words_for_a_failure_leaves_it_to_the_plain_page() {
    let nonce = nonce();
    let failed = page(&nonce, Phase::Failed { reason: "exit code 1", detail: "", lines: &[] });
    let silent = compile(&[("index.html", DOCUMENTED.as_bytes())]).unwrap();
    assert_eq!(rendered(&silent, &failed), text(&Page { theme: Theme::Plain, ..failed }));
    let telling = compile(&[("index.html", b"<p>{{ status }}: {{ reason }}")]).unwrap();
    assert!(rendered(&telling, &failed).starts_with("<p>Our Cloud could not start: exit code 1"));
}

#[test]
fn files_become_part_of_the_page() {
    let html = starting(&[
        (
            "index.html",
            b"<head>\n<link rel='stylesheet' media=screen href='css/a.css?v=1'>\n<script src=\"js/b.js\"></script></head>\
              <img alt=logo src=./img/c.png>",
        ),
        ("css/a.css", b"/* url(no.png) */ a{background:url( '../img/c.png' )} b{content:\"url(no.png)\"} @font-face{src:url(f.woff2)}"),
        ("css/f.woff2", b"font"),
        ("js/b.js", b"var b = '{{ not a template }}', c = '</script>';"),
        ("img/c.png", b"png"),
    ]);
    let expected = "<style nonce=\"CQkJCQkJCQkJCQkJCQkJCQ==\" media=screen>/* url(no.png) */ \
                    a{background:url(\"data:image/png;base64,cG5n\")} b{content:\"url(no.png)\"} \
                    @font-face{src:url(\"data:font/woff2;base64,Zm9udA==\")}</style>";
    assert!(html.contains(expected), "{html}");
    assert!(html.contains("<script nonce=\"CQkJCQkJCQkJCQkJCQkJCQ==\">var b = '{{ not a template }}', c = '<\\/script>';</script>"), "{html}");
    assert!(html.contains("<img alt=logo src=\"data:image/png;base64,cG5n\">"), "{html}");
}

#[test]
fn a_deferred_script_runs_when_the_page_is_there() {
    let html = starting(&[
        ("index.html", b"<html><head><script defer src=a.js></script></head><body><p>x</p></body></html>"),
        ("a.js", b"late()"),
    ]);
    assert!(!between(&html, "<head>", "</head>").contains("late()"));
    assert!(between(&html, "<p>x</p>", "</body>").contains("late()"));
}

#[test]
fn images_in_the_template_s_own_style_become_part_of_it_too() {
    let html = starting(&[("index.html", b"<style>a{background:url(a.svg)}</style>"), ("a.svg", b"<svg/>")]);
    assert!(html.contains("a{background:url(\"data:image/svg+xml;base64,PHN2Zy8+\")}"), "{html}");
}

#[test]
fn a_nonce_that_is_fixed_is_replaced_and_the_variable_is_kept() {
    let html = starting(&[(
        "index.html",
        b"<style nonce='old'>a{}</style><style nonce=\"{{ nonce }}\">b{}</style>",
    )]);
    assert_eq!(html.matches("<style nonce=\"CQkJCQkJCQkJCQkJCQkJCQ==\">").count(), 2, "{html}");
    assert!(!html.contains("'old'"));
}

#[test]
fn what_the_browser_will_not_do_is_a_warning() {
    let theme = compile(&[
        (
            "index.html",
            b"<link rel=stylesheet href=https://fonts.example/a.css>\n<img src=//cdn.example/a.png>\n<p style='color:red' \
              onclick='go()'>\n<script src=/app.js></script>\n<link rel=stylesheet href=a.css>",
        ),
        ("a.css", b"@import url(b.css);\nb{background:url(http://cdn.example/b.png)}"),
    ])
    .unwrap();
    let warnings: Vec<_> = theme.warnings().iter().map(ToString::to_string).collect();
    let start: Vec<_> = warnings.iter().map(|text| text.split(';').next().unwrap()).collect();
    assert_eq!(
        start,
        [
            "index.html:1: `https://fonts.example/a.css` is not loaded",
            "index.html:2: `//cdn.example/a.png` is not loaded",
            "index.html:3: the attribute `style` has no effect",
            "index.html:3: the attribute `onclick` has no effect",
            "index.html:4: `/app.js` is not loaded",
            "a.css:1: `@import` has no effect",
            "a.css:2: `http://cdn.example/b.png` is not loaded",
        ]
    );
}

#[test]
fn every_variable_has_its_value() {
    let source = b"{{ serviceName }}|{{ displayName }}|{{ estimatedTime }}|{{ elapsedTime }}|{{ phase }}|{{ status }}|{{ reason }}|\
                   {{ lines|length }}|{{ retryAfter }}|{{ retryAction }}|{{ retryToken }}|{{ returnTo|safe }}|{{ eventsPath }}|\
                   {{ statusPath }}|{{ lang }}|";
    let html = starting(&[("index.html", source)]);
    let values: Vec<_> = html.split('|').take(15).map(|value| value.replace("&#x2f;", "/")).collect();
    assert_eq!(
        values,
        [
            "nextcloud",
            "Our Cloud",
            "12",
            "5",
            "starting",
            "Our Cloud is starting",
            "",
            "0",
            "4",
            "/.core-monitor/abc/retry",
            "secret",
            "/files?x=1&y=2",
            "/.core-monitor/abc/events",
            "/.core-monitor/abc/status",
            "en",
        ]
    );
}
