//! Waiting pages in the themes that are built in and in those of the operator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use core_monitor_application::gateway::Standing;
use core_monitor_domain::on_demand::house::Held;
use core_monitor_waiting_page::{
    CustomTheme, Estimate, Hold, Language, Links, Nonce, Page as Waiting, Phase as Going, Progress, Rendered,
    Service, Theme,
};
use tracing::{info, warn};

use crate::pages::{Page, PageAsk, WaitingPages};
use crate::status::Phase;

/// Draws the pages. The operator's own themes can be replaced while it does.
#[derive(Debug, Default)]
pub struct ThemedPages {
    custom: ArcSwap<BTreeMap<String, Arc<CustomTheme>>>,
    /// What the log has said already: a page is drawn for every visitor.
    complained: Mutex<BTreeSet<String>>,
}

impl ThemedPages {
    /// Takes these themes of the operator from now on: the files of each by their paths. One that cannot be used is left out, which the log
    /// says with its place; its services get the plain page, which says so too.
    pub fn take(&self, themes: BTreeMap<String, BTreeMap<String, Vec<u8>>>) {
        let mut usable = BTreeMap::new();
        for (name, files) in themes {
            match CustomTheme::compile(&name, files) {
                Ok(theme) => {
                    for warning in theme.warnings() {
                        warn!(theme = name, "{warning}");
                    }
                    info!(theme = name, "a theme for waiting pages was read");
                    usable.insert(name, Arc::new(theme));
                }
                Err(error) => warn!(theme = name, hint = error.kind.hint(), "{error}"),
            }
        }
        self.custom.store(Arc::new(usable));
        self.complained.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether nothing was said about a theme since the themes were last read.
    fn is_news(&self, name: &str) -> bool {
        self.complained.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned())
    }

    /// The page in a theme of the operator, if there is one that can be used. The log says once why not.
    fn drawn(&self, name: &str, page: &Waiting<'_>) -> Option<Rendered> {
        let Some(theme) = self.custom.load().get(name).cloned() else {
            if page.broken_theme.is_some() && self.is_news(name) {
                let service = page.service.name;
                warn!(
                    theme = name,
                    service, "there is no usable theme of this name; its services get the plain page"
                );
            }
            return None;
        };
        match theme.render(&Waiting { broken_theme: None, ..*page }) {
            Ok(drawn) => Some(drawn),
            Err(error) => {
                if self.is_news(name) {
                    warn!(theme = name, hint = error.kind.hint(), "{error}");
                }
                None
            }
        }
    }
}

impl WaitingPages for ThemedPages {
    fn page(&self, ask: &PageAsk<'_>) -> Page {
        let name = ask.face.declared.theme.as_str();
        let built_in = name.parse::<Theme>().ok();
        let mut random = [0; 16];
        // The nonce is made from sixteen random bytes by the same letters.
        if let Ok(bytes) = URL_SAFE_NO_PAD.decode(ask.nonce)
            && let Ok(bytes) = <[u8; 16]>::try_from(bytes)
        {
            random = bytes;
        }
        let nonce = Nonce::of(random);
        let page = Waiting {
            service: Service { name: ask.service.as_str(), display_name: "", stack: ask.face.stack.as_str() },
            progress: Progress {
                phase: phase(ask),
                generation: ask.status.generation,
                elapsed: ask.elapsed.unwrap_or_default(),
                estimate: usual(ask.standing),
            },
            language: Language::negotiate(ask.accept_language),
            theme: built_in.unwrap_or_default(),
            // For the page that is shown in its place.
            broken_theme: built_in.is_none().then_some(name),
            nonce: &nonce,
            links: Links {
                events: ask.events_path,
                status: ask.status_path,
                retry_action: ask.retry_path,
                retry_token: ask.token,
                // The path of the form says already where it was shown.
                return_to: "",
                core_monitor: ask.core_monitor_url.unwrap_or_default(),
            },
            retry_after: u32::try_from(ask.retry_after.as_secs()).unwrap_or(u32::MAX),
        };
        let Rendered { html, content_security_policy: csp } =
            self.drawn(name, &page).unwrap_or_else(|| page.render());
        Page { html: Bytes::from(html), csp }
    }
}

fn usual(standing: &Standing) -> Estimate {
    match standing {
        Standing::Starting(progress) => {
            Estimate { p50: progress.usual.map(|(half, _)| half), p90: progress.usual.map(|(_, most)| most) }
        }
        _ => Estimate::default(),
    }
}

fn phase<'a>(ask: &'a PageAsk<'_>) -> Going<'a> {
    match (&ask.status.phase, ask.standing) {
        (Phase::Failed, _) => Going::Failed {
            reason: ask.status.reason.as_deref().unwrap_or_default(),
            detail: ask.status.detail.as_deref().unwrap_or_default(),
            lines: &ask.status.lines,
        },
        (Phase::Held, Standing::Held { why, .. }) => match why {
            Held::Closed(_) => {
                let opens = ask.status.held.as_ref().and_then(|held| held.detail.as_deref());
                Going::Held(Hold::UntilOpening(opens.unwrap_or_default()))
            }
            Held::Memory(..) => Going::Held(Hold::ForMemory),
            Held::Needs(_, service) | Held::Beside(_, service) => {
                Going::Held(Hold::ForAnother(service.as_str()))
            }
            Held::Turn => Going::Queued,
        },
        (Phase::Held, _) => Going::Held(Hold::ForPermission),
        (Phase::Starting, _) => Going::Starting,
        (Phase::Waiting, _) => Going::Waiting,
        _ => Going::Queued,
    }
}

#[cfg(test)]
mod tests;
