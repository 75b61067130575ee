//! What every page has.

use std::time::Duration;

use core_monitor_waiting_page::{
    Estimate, Failure, Hold, Language, Links, Page, Phase, Progress, Service, Theme,
};

use crate::fixture::{between, for_every_page, log, nonce, page, text};

#[test]
fn every_page_is_a_document_in_its_language() {
    for_every_page(|page, html| {
        let start =
            format!("<!doctype html>\n<html lang=\"{}\" data-theme=\"{}\"", page.language.tag(), page.theme);
        assert!(html.starts_with(&start), "{html}");
        assert!(html.ends_with("</body>\n</html>\n"));
        assert!(!between(html, "<title>", "</title>").is_empty());
        assert!(html.contains("name=\"viewport\""));
        assert!(html.contains("<main>"));
    });
}

#[test]
fn no_page_refers_to_another_host() {
    for_every_page(|page, html| {
        for address in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!html.contains(address), "{} has {address}", page.theme);
        }
    });
}

#[test]
fn no_page_is_larger_than_24_kib() {
    for_every_page(|page, html| assert!(html.len() <= 24 * 1024, "{}: {} bytes", page.theme, html.len()));
}

#[test]
fn one_style_and_one_script_run_and_both_have_the_nonce() {
    for_every_page(|page, html| {
        for element in ["style", "script"] {
            assert_eq!(html.matches(&format!("<{element}")).count(), 1, "{element}");
            assert!(html.contains(&format!("<{element} nonce=\"{}\"", page.nonce)), "{element}");
        }
        assert!(!html.contains(" style="), "the policy forbids style attributes");
    });
}

#[test]
fn the_policy_is_that_of_the_nonce() {
    let nonce = nonce();
    assert_eq!(page(&nonce, Phase::Starting).render().content_security_policy, nonce.policy());
}

#[test]
fn exactly_one_heading_is_shown() {
    for_every_page(|page, html| {
        let shown = format!("<div data-when=\"{}\"><h1>", page.progress.phase.name().as_str());
        assert_eq!(html.matches(&shown).count(), 1);
        assert_eq!(html.matches("hidden><h1>").count(), 5);
        assert!(html.contains("role=\"status\" aria-live=\"polite\""));
    });
}

#[test]
fn without_a_script_the_page_reloads_unless_the_start_failed() {
    for_every_page(|page, html| {
        let reloads = html.contains("<noscript><meta http-equiv=\"refresh\" content=\"4\"></noscript>");
        assert_eq!(reloads, !matches!(page.progress.phase, Phase::Failed { .. }));
    });
}

#[test]
fn a_reload_is_never_immediate() {
    let nonce = nonce();
    let html = text(&Page { retry_after: 0, ..page(&nonce, Phase::Starting) });
    assert!(html.contains("http-equiv=\"refresh\" content=\"1\""));
}

#[test]
fn the_bar_says_how_far_the_start_is() {
    let nonce = nonce();
    let html = text(&page(&nonce, Phase::Waiting));
    assert!(html.contains("role=\"progressbar\" aria-label=\"How far the start has come\" aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"49\""));
    assert!(html.contains(".bar i{width:49%}"), "the bar has its width without the script too");
    assert!(html.contains(">5\u{a0}s so far<"));
    assert!(html.contains(">usually ~12\u{a0}s<"));
}

#[test]
fn without_an_estimate_the_bar_has_no_value() {
    let nonce = nonce();
    let page = page(&nonce, Phase::Waiting);
    let html = text(&Page { progress: Progress { estimate: Estimate::default(), ..page.progress }, ..page });
    assert!(!html.contains("aria-valuenow=\""));
    assert!(html.contains(">first start, so nobody knows yet how long it takes<"));
}

#[test]
fn a_late_start_is_called_late() {
    let nonce = nonce();
    let late = |seconds| {
        let page = page(&nonce, Phase::Waiting);
        let progress = Progress { elapsed: Duration::from_secs(seconds), ..page.progress };
        let html = text(&Page { progress, language: Language::French, ..page });
        between(&html, "class=\"late\"", "</p>").to_owned()
    };
    assert!(late(20).contains(" hidden>"));
    assert!(!late(21).contains(" hidden>"));
    assert!(
        late(21).contains(
            ">C’est plus long que d’habitude\u{a0}: neuf fois sur dix, il faut moins de 20\u{202f}s."
        )
    );
}

#[test]
fn the_steps_before_the_current_one_are_done() {
    let nonce = nonce();
    let html = text(&page(&nonce, Phase::Waiting));
    let steps = between(&html, "<ol class=\"steps\">\n", "\n</ol>");
    let expected = [
        "<li data-step=\"queued\" data-state=\"done\">Waking up</li>",
        "<li data-step=\"starting\" data-state=\"done\">Starting</li>",
        "<li data-step=\"waiting\" data-state=\"now\" aria-current=\"step\">Getting ready</li>",
    ];
    assert_eq!(steps.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_failed_start_has_its_reason_its_last_lines_and_a_form() {
    let (nonce, log) = (nonce(), log());
    let html = text(&page(&nonce, Phase::Failed { reason: "exit code 1", detail: "", lines: &log }));
    let section = between(&html, "<section class=\"failure\" data-when=\"failed\">", "</section>");
    assert!(section.contains("data-cm=\"reason\">exit code 1</p>"));
    assert!(section.contains("data-cm=\"detail\" hidden></p>"));
    let lines = between(section, "aria-labelledby=\"log\">", "</pre>");
    assert_eq!(lines.lines().count(), 20);
    assert!(lines.lines().last().unwrap().starts_with("2026-01-01T00:00:39Z"));
    assert!(section.contains("<form method=\"post\" action=\"/.core-monitor/abc/retry\">"));
    assert!(section.contains("name=\"token\" value=\"secret\""));
    assert!(section.contains("name=\"return_to\" value=\"/files?x=1&amp;y=2\""));
    assert!(section.contains("<button type=\"submit\">Try again</button>"));
}

#[test]
fn a_held_service_says_what_it_waits_for() {
    let nonce = nonce();
    let said = |hold, language| {
        let html = text(&Page { language, ..page(&nonce, Phase::Held(hold)) });
        let section =
            between(&html, "<section class=\"hold\" data-when=\"held\">\n", "</section>").to_owned();
        let shown: Vec<_> = section.lines().filter(|line| !line.contains(" hidden>")).collect();
        assert_eq!(shown.len(), 1);
        between(shown[0], "\">", "</p>").to_owned()
    };
    assert_eq!(said(Hold::UntilOpening("08:00"), Language::English), "It opens at 08:00.");
    assert_eq!(said(Hold::UntilOpening("08:00"), Language::French), "Ouverture à 08:00.");
    assert_eq!(
        said(Hold::ForMemory, Language::English),
        "It waits for memory: the server is full at the moment."
    );
    assert!(said(Hold::ForPermission, Language::English).starts_with("It is asleep, and somebody who may"));
    assert!(said(Hold::ForAnother("Plex"), Language::French).contains("l’arrêt de Plex\u{a0}: "));
}

#[test]
fn a_french_page_has_a_french_reason_and_marks_what_is_english() {
    let (nonce, log) = (nonce(), log());
    let reason = Failure::Ended(3).sentence(Language::French);
    let phase = Phase::Failed { reason: &reason, detail: "no such image: <shop>", lines: &log };
    let html = text(&Page { language: Language::French, ..page(&nonce, phase) });
    let section = between(&html, "<section class=\"failure\" data-when=\"failed\">", "</section>");
    assert!(section.contains("data-cm=\"reason\">Le service s’est arrêté avec le code de sortie 3.</p>"));
    assert!(section.contains("lang=\"en\" data-cm=\"detail\">no such image: &lt;shop&gt;</p>"));
    assert!(section.contains("<pre lang=\"en\" "));
}

#[test]
fn whoever_may_not_wake_a_service_is_led_to_core_monitor_if_its_address_is_known() {
    let nonce = nonce();
    let links = |core_monitor, phase| {
        let page = page(&nonce, phase);
        let html =
            text(&Page { links: Links { core_monitor, ..page.links }, language: Language::French, ..page });
        html.lines().find(|line| line.contains("rel=\"noreferrer\"")).map(str::to_owned)
    };
    let held = Phase::Held(Hold::ForPermission);
    assert_eq!(
        links("https://monitor.example/?a&b", held).unwrap(),
        "<p data-hold=\"permission\"><a href=\"https://monitor.example/?a&amp;b\" rel=\"noreferrer\">Ouvrir Core Monitor</a></p>"
    );
    assert!(links("https://monitor.example", Phase::Starting).unwrap().contains(" hidden>"));
    for none in ["", "javascript:alert(1)", "//elsewhere.example", "/local"] {
        assert_eq!(links(none, held), None, "{none}");
    }
}

#[test]
fn french_is_spoken_to_whoever_reads_it() {
    let nonce = nonce();
    let html = text(&Page { language: Language::French, ..page(&nonce, Phase::Starting) });
    assert_eq!(between(&html, "<title>", "</title>"), "Our Cloud démarre");
    assert!(html.contains(">d’habitude environ 12\u{202f}s<"));
}

#[test]
fn a_service_without_a_display_name_is_called_by_its_name() {
    let nonce = nonce();
    let service = Service { name: "db", display_name: " ", stack: "" };
    let html = text(&Page { service, ..page(&nonce, Phase::Starting) });
    assert_eq!(between(&html, "<title>", "</title>"), "db is starting");
    assert_eq!(between(&html, "<footer>", "</footer>"), "db");
}

#[test]
fn a_name_that_never_ends_is_cut() {
    let nonce = nonce();
    let name = "x".repeat(100_000);
    let service = Service { name: "db", display_name: &name, stack: &name };
    let html = text(&Page { service, ..page(&nonce, Phase::Starting) });
    assert_eq!(between(&html, "<title>", "</title>"), format!("{}… is starting", "x".repeat(300)));
    assert!(html.len() < 24 * 1024);
}

#[test]
fn a_broken_theme_is_named() {
    let nonce = nonce();
    let html = text(&Page { broken_theme: Some("<mine>"), ..page(&nonce, Phase::Starting) });
    assert!(html.contains("The theme “&lt;mine&gt;” cannot be shown, so this is the plain one."));
}

#[test]
fn the_script_knows_what_to_watch() {
    let nonce = nonce();
    let html = text(&page(&nonce, Phase::Starting));
    let script = between(&html, "<script ", ">");
    for part in [
        "data-events=\"/.core-monitor/abc/events\"",
        "data-status=\"/.core-monitor/abc/status\"",
        "data-service=\"nextcloud\"",
        "data-phase=\"starting\"",
        "data-generation=\"7\"",
        "data-elapsed=\"5000\"",
        "data-p50=\"12000\"",
        "data-p90=\"20000\"",
    ] {
        assert!(script.contains(part), "{part} is missing in {script}");
    }
}

#[test]
fn no_script_writes_markup() {
    for_every_page(|_, html| {
        for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            assert!(!html.contains(way), "{way}");
        }
    });
}

#[test]
fn every_theme_respects_light_dark_and_reduced_motion() {
    let nonce = nonce();
    for theme in Theme::ALL {
        let html = text(&Page { theme, ..page(&nonce, Phase::Starting) });
        assert!(html.contains("prefers-color-scheme:dark"), "{theme}");
        assert!(html.contains("prefers-reduced-motion:reduce"), "{theme}");
    }
}
