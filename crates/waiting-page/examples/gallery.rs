//! Writes every page into a folder: `cargo run --example gallery -- <folder>`. Its `index.html` links to all of them.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use core_monitor_waiting_page::{
    CustomTheme, Estimate, Hold, Language, Links, Nonce, Page, Phase, Progress, Service, Theme,
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
    let failed =
        Phase::Failed { reason: "It stopped with exit code 1 while it was starting.", lines: &lines };
    let phases = [
        ("queued", Phase::Queued, 0),
        ("starting", Phase::Starting, 5),
        ("waiting", Phase::Waiting, 11),
        ("late", Phase::Waiting, 95),
        ("failed", failed, 30),
        ("opening", Phase::Held(Hold::UntilOpening("08:00")), 0),
        ("memory", Phase::Held(Hold::ForMemory), 0),
        ("permission", Phase::Held(Hold::ForPermission), 0),
        ("another", Phase::Held(Hold::ForAnother("Jellyfin")), 0),
    ];
    let mut index = String::from("<!doctype html><title>Waiting pages</title><ul>");
    for theme in Theme::ALL {
        for language in [Language::English, Language::French] {
            for (name, phase, seconds) in phases {
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
    std::fs::write(folder.join("index.html"), index)?;
    std::fs::write(folder.join("policy.txt"), page.content_security_policy)?;
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
        },
        retry_after: 3,
    }
}
