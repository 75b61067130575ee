//! Names, reasons and log lines are data, whatever is in them.

use core_monitor_waiting_page::{CustomTheme, Hold, Links, Page, Phase, Service, Theme};

use crate::fixture::{LANGUAGES, between, nonce, page, text};

/// Texts that would do something if they were taken for markup, script, style or template.
const HOSTILE: [&str; 12] = [
    "</script><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "</style><style>*{display:none}</style>",
    "\" onfocus=alert(1) autofocus x=\"",
    "' onfocus=alert(1) autofocus x='",
    "<!--<script>",
    "--><img src=x onerror=alert(1)>",
    "${alert(1)}`+alert(1)+`",
    "\\\";alert(1);//",
    "{{ nonce }}{% raw %}",
    "]]>&lt;script&gt;",
    "a\nb\u{2028}alert(1)\r</pre>\u{0}\u{1b}[31m\u{202e}",
];

/// The markup of a page without what stands in text and in quotes: names of elements and attributes, in order.
fn skeleton(html: &str) -> Vec<String> {
    let style = between(html, "<style", "</style>");
    let script = html.rsplit_once("<script").map(|(_, script)| script).unwrap_or_default();
    let script = script.split_once(">\n").map(|(_, body)| body).unwrap_or_default();
    let html = html.replace(style, "").replace(script, "");
    let tags = html.split('<').skip(1).map(|piece| piece.split('>').next().unwrap_or_default());
    tags.map(|tag| tag.split('"').step_by(2).collect::<Vec<_>>().join("\"")).collect()
}

fn hostile_page<'a>(calm: &Page<'a>, text: &'a str, lines: &'a [String], phase: usize) -> Page<'a> {
    let phase = match phase {
        0 => Phase::Failed { reason: text, detail: text, lines },
        1 => Phase::Held(Hold::UntilOpening(text)),
        2 => Phase::Held(Hold::ForAnother(text)),
        _ => Phase::Starting,
    };
    let addresses = Links {
        events: text,
        status: text,
        retry_action: text,
        retry_token: text,
        return_to: text,
        core_monitor: text,
    };
    let mut page =
        Page { service: Service { name: text, display_name: text, stack: text }, links: addresses, ..*calm };
    page.broken_theme = Some(text);
    page.progress.phase = phase;
    page
}

#[test]
fn no_text_changes_the_structure_of_a_page() {
    let nonce = nonce();
    for theme in Theme::ALL {
        for language in LANGUAGES {
            let calm = Page { theme, language, ..page(&nonce, Phase::Queued) };
            for phase in 0..4 {
                let harmless = ["harmless".to_owned()];
                let expected = skeleton(&text(&hostile_page(&calm, "harmless", &harmless, phase)));
                assert!(expected.len() > 40, "the skeleton has the whole page");
                for hostile in HOSTILE {
                    let lines = [hostile.to_owned()];
                    let html = text(&hostile_page(&calm, hostile, &lines, phase));
                    assert_eq!(skeleton(&html), expected, "{theme} {hostile:?}");
                    assert!(!html.contains(['\u{0}', '\u{1b}', '\u{202e}']));
                }
            }
        }
    }
}

#[test]
fn values_stay_in_the_strings_of_a_custom_script() {
    let source = "<body><script>var a = \"{{ reason }}\", b = '{{ displayName }}', c = `{{ serviceName }}`, d = {{ lines }}, f = \"{{ reason|e }}\", \
                  e = {{ estimatedTime }};</script>{{ phase }}";
    let files = [("index.html".to_owned(), source.as_bytes().to_vec())].into();
    let theme = CustomTheme::compile("mine", files).unwrap();
    let nonce = nonce();
    for hostile in HOSTILE {
        let lines = [hostile.to_owned()];
        let page = hostile_page(&page(&nonce, Phase::Queued), hostile, &lines, 0);
        let html = String::from_utf8(theme.render(&page).unwrap().html).unwrap();
        let script = between(&html, "<script nonce=\"CQkJCQkJCQkJCQkJCQkJCQ==\">", "</script>");
        let string = |start, end| between(script, start, end);
        for inside in [
            string("a = \"", "\", b"),
            string("b = '", "', c"),
            string("c = `", "`, d"),
            string("f = \"", "\", e"),
        ] {
            let is_inert = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'\\' || byte == b' ';
            assert!(inside.bytes().all(is_inert), "{inside}");
        }
        let list = string("d = ", ", f");
        assert!(!list.contains(['<', '>', '&', '\'', '`', '$']), "{list}");
        assert_eq!(serde_json::from_str::<Vec<String>>(list).unwrap().len(), 1);
        assert!(script.ends_with("e = 12;"));
    }
}
