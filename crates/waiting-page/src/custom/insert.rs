//! What every page needs and a theme may lack: the script that leaves, the reload without scripts, and an icon.

use super::prepare::Preparation;
use super::scan::Tag;

/// Words that only a script has that watches.
const WATCHES: [&str; 3] = ["EventSource", "eventsPath", "statusPath"];
/// Words of a script that goes somewhere later by itself, rather than when a button is pressed.
const WAITS: [&str; 3] = ["setTimeout", "setInterval", "fetch("];

/// Puts into head and body what is missing. An empty variable is harmless where nothing is needed.
pub(super) fn frame(work: &mut Preparation<'_>, tags: &[Tag<'_>]) {
    let mut head = String::new();
    if !tags.iter().any(is_refresh) {
        head.push_str("{{ cmRefresh|safe }}");
    }
    if !tags.iter().any(is_icon) {
        // Otherwise browsers ask the sleeping service for one.
        head.push_str("<link rel=\"icon\" href=\"data:,\">");
    }
    let mut end = std::mem::take(&mut work.deferred);
    if !watches(work, tags) {
        end.push_str("{{ cmWatcher|safe }}");
    }
    let source = work.source;
    let before = |name: &str| tags.iter().rfind(|tag| tag.name == name).map(|tag| tag.span.start);
    let head_at = tags.iter().find(|tag| tag.name == "head").map(|tag| tag.span.end);
    if let Some(at) = before("/head").or(head_at) {
        work.edits.push((at..at, head));
    }
    let end_at = before("/body").or_else(|| before("/html")).unwrap_or(source.len());
    work.edits.push((end_at..end_at, end));
}

fn is_refresh(tag: &Tag<'_>) -> bool {
    tag.name == "meta"
        && tag.attribute("http-equiv").is_some_and(|kind| kind.value.eq_ignore_ascii_case("refresh"))
}

fn is_icon(tag: &Tag<'_>) -> bool {
    let rel = tag.attribute("rel").filter(|_| tag.name == "link");
    rel.is_some_and(|rel| rel.value.to_ascii_lowercase().split_whitespace().any(|kind| kind == "icon"))
}

/// Whether a script of the theme decides when to leave. A second one does no harm, and a page that nobody leaves does, so this has to
/// be sure.
fn watches(work: &Preparation<'_>, tags: &[Tag<'_>]) -> bool {
    let own = tags.iter().filter(|tag| tag.name == "script").filter_map(|tag| tag.body.clone());
    let mut texts = own.map(|body| &work.source[body]).chain(work.inlined.iter().map(String::as_str));
    texts.any(|text| {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        has(&WATCHES) || (text.contains("location") && has(&WAITS))
    })
}
