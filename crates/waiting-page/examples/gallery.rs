//! Writes every page into a folder: `cargo run --example gallery -- <folder> [<theme>]`. Its `index.html` links to all of them. With the
//! folder of a theme of your own, its pages are there too.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use core_monitor_waiting_page::{
    CustomTheme, Estimate, Failure, Hold, Language, Links, Nonce, Page, Phase, Progress, Service, Theme,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("give it a folder")?.into();
    std::fs::create_dir_all(&folder)?;
    let lines: Vec<_> = [
        "Nextcloud 30.0.2 is starting",
        "Waiting for the database at db:5432",
        "SQLSTATE[08006] [7] connection to server at \"db\" (172.20.0.3), port 5432 failed: FATAL: password authentication failed for user \"nextcloud\"",
        "giving up after 10 attempts",
    ]
    .map(str::to_owned)
    .into();
    let detail = "the container `home-nextcloud-1` ended before it was healthy";

    let phases = [
        ("queued", Phase::Queued, 0),
        ("starting", Phase::Starting, 5),
        ("waiting", Phase::Waiting, 11),
        ("late", Phase::Waiting, 95),
        ("opening", Phase::Held(Hold::UntilOpening("08:00")), 0),
        ("memory", Phase::Held(Hold::ForMemory), 0),
        ("permission", Phase::Held(Hold::ForPermission), 0),
        ("another", Phase::Held(Hold::ForAnother("Jellyfin")), 0),
    ];
    let mut index = String::from("<!doctype html><title>Waiting pages</title><ul>");
    for theme in Theme::ALL {
        for language in [Language::English, Language::French] {
            let reason = Failure::Ended(1).sentence(language);
            let failed = Phase::Failed { reason: &reason, detail, lines: &lines };
            for (name, phase, seconds) in phases.into_iter().chain([("failed", failed, 30)]) {
                let estimate =
                    Estimate { p50: Some(Duration::from_secs(12)), p90: Some(Duration::from_secs(20)) };
                let elapsed = Duration::from_secs(seconds);
                let progress = Progress { phase, generation: 3, elapsed, estimate };
                let html = page(theme, language, progress, &Nonce::of([7; 16])).render().html;
                let file = format!("{theme}-{}-{name}.html", language.tag());
                std::fs::write(folder.join(&file), html)?;
                write!(index, "<li><a href=\"{file}\">{file}</a>")?;
            }
        }
    }
    let source = include_bytes!("../tests/pages/documented-theme.html").to_vec();
    let custom = CustomTheme::compile("mine", [("mine.html".to_owned(), source)].into())?;
    let nonce = Nonce::of([7; 16]);
    let estimate = Estimate { p50: Some(Duration::from_secs(12)), p90: None };
    let progress =
        Progress { phase: Phase::Starting, generation: 3, elapsed: Duration::from_secs(2), estimate };
    let page = custom.render(&page(Theme::Plain, Language::English, progress, &nonce))?;
    std::fs::write(folder.join("custom-en-starting.html"), page.html)?;
    index.push_str("<li><a href=\"custom-en-starting.html\">custom-en-starting.html</a>");
    if let Some(theme) = std::env::args_os().nth(2) {
        own_theme(theme.as_ref(), &folder, &lines)?;
    }
    std::fs::write(folder.join("index.html"), index)?;
    std::fs::write(folder.join("policy.txt"), page.content_security_policy)?;
    Ok(())
}

/// Writes the pages of a theme of your own, whose files are all in one folder.
fn own_theme(theme: &Path, folder: &Path, lines: &[String]) -> Result<(), Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(theme)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name that is not UTF-8")?;
        files.insert(name.to_owned(), std::fs::read(&path)?);
    }
    let custom = CustomTheme::compile("own", files)?;
    let (nonce, reason) = (Nonce::of([7; 16]), Failure::Ended(137).sentence(Language::French));
    let failed = Phase::Failed { reason: &reason, detail: "no such image", lines };
    for (name, phase, language) in
        [("starting", Phase::Starting, Language::English), ("failed", failed, Language::French)]
    {
        let estimate = Estimate { p50: Some(Duration::from_secs(12)), p90: None };
        let progress = Progress { phase, generation: 3, elapsed: Duration::from_secs(5), estimate };
        let html = custom.render(&page(Theme::Plain, language, progress, &nonce))?.html;
        std::fs::write(folder.join(format!("own-{name}.html")), html)?;
    }
    Ok(())
}

fn page<'a>(theme: Theme, language: Language, progress: Progress<'a>, nonce: &'a Nonce) -> Page<'a> {
    Page {
        service: Service { name: "nextcloud", display_name: "Nextcloud", stack: "home" },
        progress,
        language,
        theme,
        broken_theme: None,
        nonce,
        links: Links {
            events: "/.core-monitor/3f9a/events",
            status: "/.core-monitor/3f9a/status",
            retry_action: "/.core-monitor/3f9a/retry",
            retry_token: "example",
            return_to: "/",
            core_monitor: "https://monitor.example",
        },
        retry_after: 3,
    }
}
