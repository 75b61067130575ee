//! The requests of waiting pages. None of them wakes a service or keeps it awake, except the one that asks for another try.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use core_monitor_application::gateway::{Door, Standing, Watcher};
use core_monitor_domain::on_demand::WakeBy;
use core_monitor_domain::ports::{Clock, within};
use core_monitor_waiting_page::Language;
use futures::Stream;
use http::header::{ACCEPT_LANGUAGE, ALLOW, HOST, LOCATION, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use hyper::body::Incoming;
use tokio::sync::watch;

use crate::answers::{Problem, answer as answer_with, document, problem, set_common};
use crate::asleep::{ASK_AGAIN, may_wake, try_again};
use crate::body::{ResponseBody, small};
use crate::metrics::{Gauge, Held};
use crate::own_paths::{OwnPath, shown_at};
use crate::shard::Shard;
use crate::status::{Phase, Status};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const TEXT: &str = "text/plain; charset=utf-8";

/// How often something is sent so that nobody on the way takes the connection for a dead one.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After how long the events end. The browser asks for them again.
const LONGEST: Duration = Duration::from_mins(5);
/// The longest form that is read.
const FORM: usize = 1024;

/// The path of the page that asks.
pub(crate) fn about(parts: &Parts) -> String {
    let mut path = shown_at(parts.uri.query());
    path.truncate(path.find('?').unwrap_or(path.len()));
    path
}

/// Answers one of them.
pub(crate) async fn answer(
    shard: &Rc<Shard>,
    which: OwnPath,
    door: Arc<Door>,
    parts: Parts,
    body: Incoming,
    token: Option<HeaderValue>,
) -> Response<ResponseBody> {
    let is_read = parts.method == Method::GET;
    match which {
        OwnPath::Status if is_read => {
            door.looked_at();
            document(&status(&door, language(&parts.headers), &*shard.gateway.clock))
        }
        OwnPath::Events if is_read => events(shard, door, language(&parts.headers)),
        OwnPath::Retry if parts.method == Method::POST => retry(shard, &door, parts, body, token).await,
        _ => {
            let mut refusal =
                answer_with(StatusCode::METHOD_NOT_ALLOWED, TEXT, Bytes::from_static(b"not like this\n"));
            let allowed = if which == OwnPath::Retry { "POST" } else { "GET" };
            refusal.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
            refusal
        }
    }
}

fn status(door: &Door, language: Language, clock: &dyn Clock) -> Status {
    Status::of(&door.standing().borrow(), &door.face(), language, clock)
}

/// The language of whoever sees the page. Its script asks with the same header as the page was asked for.
fn language(headers: &HeaderMap) -> Language {
    let said = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(said.unwrap_or_default())
}

fn events(shard: &Shard, door: Arc<Door>, language: Language) -> Response<ResponseBody> {
    let page = shard.meter(&door).hold(Gauge::Pages);
    let clock = Arc::clone(&shard.gateway.clock);
    let watching = Watching {
        standing: door.standing(),
        ends: clock.elapsed() + LONGEST,
        _watcher: door.watch(),
        _page: page,
        door,
        clock,
        language,
        generation: 0,
        has_begun: false,
    };
    let mut answer = Response::new(ResponseBody::events(standings(watching)));
    set_common(answer.headers_mut(), "text/event-stream");
    // A proxy in front would collect them until there are enough to be worth sending.
    answer.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    answer
}

struct Watching {
    door: Arc<Door>,
    _watcher: Watcher,
    _page: Held,
    language: Language,
    clock: Arc<dyn Clock>,
    standing: watch::Receiver<Standing>,
    ends: Duration,
    /// The number of the start that was last seen.
    generation: u64,
    has_begun: bool,
}

/// What changes about a service, as events.
fn standings(watching: Watching) -> impl Stream<Item = Bytes> {
    futures::stream::unfold(watching, |mut watching| async move {
        let event = watching.next().await?;
        Some((event, watching))
    })
}

impl Watching {
    async fn next(&mut self) -> Option<Bytes> {
        if self.has_begun {
            let left = self.ends.checked_sub(self.clock.elapsed())?;
            match within(&*self.clock, left.min(KEEP_ALIVE), self.standing.changed()).await {
                None if left > KEEP_ALIVE => return Some(Bytes::from_static(b":\n\n")),
                None | Some(Err(_)) => return None,
                Some(Ok(())) => {}
            }
        }
        self.has_begun = true;
        self.standing.mark_unchanged();
        let mut status = status(&self.door, self.language, &*self.clock);
        if status.generation > 0 {
            self.generation = status.generation;
        } else if status.phase == Phase::Ready {
            status.generation = self.generation;
        }
        let json = serde_json::to_string(&status).ok()?;
        Some(Bytes::from(format!("data: {json}\n\n")))
    }
}

/// Tries a start again, and leads the browser back to where it was.
async fn retry(
    shard: &Shard,
    door: &Door,
    parts: Parts,
    body: Incoming,
    token: Option<HeaderValue>,
) -> Response<ResponseBody> {
    let gateway = &shard.gateway;
    let refused =
        |why: &'static str| answer_with(StatusCode::FORBIDDEN, TEXT, Bytes::from_static(why.as_bytes()));
    let form = small(body, FORM).await.unwrap_or_default();
    let said = form.split(|byte| *byte == b'&').find_map(|field| field.strip_prefix(b"token="));
    if is_from_elsewhere(&parts.headers) || !said.is_some_and(|said| gateway.own_paths.is_token(said)) {
        return refused("this form is from another site or from an earlier process\n");
    }
    if door.face().declared.wake == WakeBy::Authenticated {
        match may_wake(gateway, door.key(), token.as_ref(), &parts.headers).await {
            Ok(true) => {}
            Ok(false) => return refused("somebody who may wake the service has to do it in Core Monitor\n"),
            Err(error) => {
                let sentence = error.to_string();
                return problem(Problem::CredentialsUnknown, &sentence, Some(ASK_AGAIN));
            }
        }
    }
    let path = about(&parts);
    let back_to = shown_at(parts.uri.query());
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    try_again(door, host, &path);
    let mut back = answer_with(StatusCode::SEE_OTHER, TEXT, Bytes::new());
    if let Ok(path) = HeaderValue::from_str(&back_to) {
        back.headers_mut().insert(LOCATION, path);
    }
    back
}

/// Whether a browser says that another site has sent the form. It says nothing, or `null`, about pages with `no-referrer`.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let said = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if said(&SEC_FETCH_SITE).is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return true;
    }
    let own = said(&HOST).unwrap_or_default();
    said(&ORIGIN).is_some_and(|origin| {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        origin != "null" && !host.eq_ignore_ascii_case(own)
    })
}
