//! What is in a mail.

use proptest::prelude::*;

use super::*;
use crate::fixture::{alert, alert_with, instance};
use crate::settings::Encryption;

fn settings() -> MailSettings {
    MailSettings {
        host: "mail.example.org".to_owned(),
        port: 587,
        encryption: Encryption::StartTls,
        sign_in: None,
        from: "alerts@example.org".parse().unwrap(),
        to: "Ada <ada@example.org>, grace@example.org".parse().unwrap(),
    }
}

fn written(alert: &Alert, instance: &InstanceInfo) -> String {
    String::from_utf8(of(alert, instance, &settings()).unwrap().formatted()).unwrap()
}

/// The names of the headers of a mail and of all its parts.
fn names(mail: &str) -> Vec<String> {
    let heads = mail.lines().take_while(|line| !line.is_empty());
    let named = heads.filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split_once(':'));
    named.map(|(name, _)| name.to_owned()).collect()
}

fn header(mail: &str, name: &str) -> Option<String> {
    let start = format!("{name}: ");
    let unfolded = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    unfolded.lines().find_map(|line| line.strip_prefix(&start).map(str::to_owned))
}

#[test]
fn a_mail_has_the_alert_as_text_and_as_html() {
    let mail = written(&alert(), &InstanceInfo { name: "home".to_owned(), ..instance() });
    assert_eq!(header(&mail, "Subject").unwrap(), "[home] shop: service web is unhealthy");
    assert_eq!(header(&mail, "Date").unwrap(), "Tue, 01 Dec 2026 10:00:00 +0000");
    assert_eq!(header(&mail, "Auto-Submitted").unwrap(), "auto-generated");
    assert_eq!(header(&mail, "To").unwrap(), "Ada <ada@example.org>, grace@example.org");
    for part in [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        "The health check of service `web` fails; read its logs.",
        "Since: 2026-12-01 09:57:00 UTC",
        "<td style=\"padding:2px 16px 2px 0\">Service</td><td>web</td>",
    ] {
        assert!(mail.replace("=\r\n", "").replace("=3D", "=").contains(part), "{part} in {mail}");
    }
}

#[test]
fn the_end_of_a_story_is_shown_below_its_beginning() {
    let (began, over) = (alert(), alert_with("resolved", "shop: fine", "it lasted 3 min"));
    let (began, over) = (written(&began, &instance()), written(&over, &instance()));
    let id = header(&began, "Message-ID").unwrap();
    assert!(id.starts_with('<') && id.ends_with(".began@example.org>"), "{id}");
    assert_eq!((header(&began, "References"), header(&began, "In-Reply-To")), (None, None));
    assert_eq!(header(&over, "References"), Some(id.clone()));
    assert_eq!(header(&over, "In-Reply-To"), Some(id.clone()));
    assert_ne!(header(&over, "Message-ID"), Some(id));
}

#[test]
fn html_shows_words_and_is_not_made_of_them() {
    let evil = alert_with("began", "<script>x</script>", "\"onload='y' & <b>");
    let page = html(&evil, &instance(), Some("https://m.example.org/\"><i>"));
    assert!(
        page.contains("&lt;script&gt;x&lt;/script&gt;")
            && page.contains("&quot;onload=&#39;y&#39; &amp; &lt;b&gt;")
    );
    assert!(
        page.contains("href=\"https://m.example.org/&quot;&gt;&lt;i&gt;\"") && !page.contains("<i>"),
        "{page}"
    );
}

proptest! {
    #[test]
    fn no_word_becomes_a_header(
        title in "\\PC*|(.|\r\n|\n|\r|: |Bcc: e@x|=\\?utf-8\\?q\\?=0A\\?=){0,60}",
        name in "(.|\r\n|\n|Bcc: e@x|é|\"|,|<|>){0,80}",
    ) {
        let usual = names(&written(&alert(), &instance()));
        let instance = InstanceInfo { name, url: None };
        let mail = written(&alert_with("began", &title, &title), &instance);
        prop_assert_eq!(names(&mail), usual, "{}", mail);
        let sent = of(&alert_with("began", &title, &title), &instance, &settings()).unwrap();
        prop_assert_eq!(sent.envelope().to().len(), 2);
        prop_assert!(mail.lines().all(|line| line.len() <= 998 && !line.contains('\r')), "{}", mail);
    }
}
