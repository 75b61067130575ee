//! What a request gets from a service that is not awake.

use std::io;
use std::rc::Rc;
use std::time::Duration;

use core_monitor_application::gateway::{Door, Face, KnockKind, LetIn, NotLetIn, Standing};
use core_monitor_domain::command::PowerCause;
use core_monitor_domain::on_demand::house::Held;
use core_monitor_domain::on_demand::{DoorKey, WaitMode, WakeBy};
use core_monitor_domain::ports::within;
use core_monitor_waiting_page::Language;
use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::answers::{self, Problem, problem};
use crate::body::ResponseBody;
use crate::credentials::{CredentialsUnknown, bearer};
use crate::exchange::Failure;
use crate::gateway::Gateway;
use crate::metrics::{Gauge, WakeRefusal};
use crate::negotiate::Wants;
use crate::own_paths::OwnPath;
use crate::pages::PageAsk;
use crate::request::{Journey, broken, forward};
use crate::shard::Shard;
use crate::status::{Status, reason};

const PURPOSE: [HeaderName; 2] = [HeaderName::from_static("sec-purpose"), HeaderName::from_static("purpose")];

/// What a client is told whose token does not let it wake a service.
const WRONG_TOKEN: &str = "the token of the request is not one of Core Monitor that may wake the service";

/// How soon a service that accepts no connections is tried again, at first.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// After how long somebody may ask again when nobody knows better.
pub(crate) const ASK_AGAIN: Duration = Duration::from_secs(5);
/// The longest time that a client is told to wait for a start: it may go faster than usual.
const LONGEST_ASK_AGAIN: Duration = Duration::from_secs(30);

/// Wakes a service for a request, and answers it: with what the service says, or with how things stand.
pub(crate) async fn reach(shard: &Rc<Shard>, journey: Journey) -> Response<ResponseBody> {
    let deadline = shard.gateway.clock.elapsed() + journey.door.face().declared.times.block;
    knock_and_enter(shard, journey, deadline, FIRST_PAUSE).await
}

/// The same when the service seemed awake and accepts no connections. Nothing was sent, and so the request waits for it.
pub(crate) async fn reach_again(
    shard: &Rc<Shard>,
    journey: Journey,
    error: &io::Error,
) -> Response<ResponseBody> {
    let deadline = shard.gateway.clock.elapsed() + journey.door.face().declared.times.block;
    let pause = unreachable(shard, &journey, error, FIRST_PAUSE).await;
    knock_and_enter(shard, journey, deadline, pause).await
}

async fn knock_and_enter(
    shard: &Rc<Shard>,
    mut journey: Journey,
    deadline: Duration,
    mut pause: Duration,
) -> Response<ResponseBody> {
    loop {
        let (inside, turn) = match journey.door.enter() {
            Some(inside) => (inside, None),
            None => match let_in(shard, &journey, deadline).await {
                Ok(LetIn { inside, turn }) => (inside, Some(turn)),
                Err(answer) => return *answer,
            },
        };
        let forwarded = forward(shard, inside, journey.request, journey.upgrade.as_ref()).await;
        // It has begun to answer, or will not: the next one comes in.
        drop(turn);
        match forwarded {
            Ok(answer) => return answer,
            Err(Failure::Broken(error)) => return broken(&journey.door, &error),
            Err(Failure::Unreachable(request, error)) => {
                journey.request = *request;
                if shard.gateway.clock.elapsed() >= deadline {
                    let standing = journey.door.standing().borrow().clone();
                    return not_awake(&shard.gateway, &standing);
                }
                pause = unreachable(shard, &journey, &error, pause).await;
            }
        }
    }
}

/// Says that nobody accepts connections, and waits a little; the next pause.
async fn unreachable(shard: &Shard, journey: &Journey, error: &io::Error, pause: Duration) -> Duration {
    let door = &journey.door;
    // The life that the request was part of is over for it already.
    if let Some(inside) = door.enter() {
        let start = inside.life().start;
        drop(inside);
        tracing::debug!(service = %door.key().service, %error, "a service accepts no connections");
        door.knock(cause(journey), KnockKind::Unreachable(start));
        let mut standing = door.standing();
        let _ = within(&*shard.gateway.clock, pause, standing.changed()).await;
    }
    (pause * 3 / 2).min(LONGEST_PAUSE)
}

/// Waits for the service to wake, or says why it is no use.
async fn let_in(
    shard: &Shard,
    journey: &Journey,
    deadline: Duration,
) -> Result<LetIn, Box<Response<ResponseBody>>> {
    let gateway = &*shard.gateway;
    let meter = shard.meter(&journey.door);
    let face = journey.door.face();
    let headers = journey.request.headers();
    if does_not_wake(&face, headers, journey.request.uri().path()) {
        return Err(Box::new(problem(Problem::NotWoken, Problem::NotWoken.title(), Some(ASK_AGAIN))));
    }
    let wants_page = journey.upgrade.is_none() && Wants::of(journey.request.method(), headers) == Wants::Page;
    if face.declared.wake == WakeBy::Authenticated {
        let may = may_wake(gateway, journey.door.key(), journey.token.as_ref(), headers).await;
        if !may.as_ref().is_ok_and(|may| *may) {
            meter.wake_refused(WakeRefusal::Credentials);
        }
        match may {
            Ok(true) => {}
            Ok(false) if wants_page => return Err(Box::new(page(gateway, journey, &face, false))),
            Ok(false) => {
                let has_token = journey.token.is_some() || bearer(headers).is_some();
                let why = if has_token { WRONG_TOKEN } else { Problem::MayNotWake.title() };
                return Err(Box::new(problem(Problem::MayNotWake, why, Some(ASK_AGAIN))));
            }
            Err(error) => {
                let sentence = error.to_string();
                return Err(Box::new(problem(Problem::CredentialsUnknown, &sentence, Some(ASK_AGAIN))));
            }
        }
    }
    if is_woken_too_often(gateway, journey) {
        meter.wake_refused(WakeRefusal::Rate);
        return Err(Box::new(problem(Problem::TooManyWakes, Problem::TooManyWakes.title(), Some(ASK_AGAIN))));
    }
    if wants_page && face.declared.mode == WaitMode::Dynamic {
        journey.door.knock(cause(journey), KnockKind::Wake);
        return Err(Box::new(page(gateway, journey, &face, true)));
    }
    let _waiting = meter.hold(Gauge::Waiting);
    let budget = deadline.saturating_sub(gateway.clock.elapsed());
    journey.door.wait(&cause(journey), budget).await.map_err(|why| {
        Box::new(match why {
            NotLetIn::Full => {
                meter.wake_refused(WakeRefusal::TooManyWaiting);
                let after = retry_after(gateway, &journey.door.standing().borrow());
                problem(Problem::TooManyWaiting, Problem::TooManyWaiting.title(), Some(after))
            }
            NotLetIn::TooLong(standing) | NotLetIn::Refused(standing) => not_awake(gateway, &standing),
        })
    })
}

/// Whether a request is nobody who wants the service: a monitor, a browser that guesses what will be needed, or one that decorates
/// the tab of a waiting page.
fn does_not_wake(face: &Face, headers: &HeaderMap, path: &str) -> bool {
    let said = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    path == "/favicon.ico"
        || is_ignored(face, headers)
        || PURPOSE.iter().filter_map(said).any(|purpose| purpose.contains("prefetch"))
}

/// Whether requests of this agent are no use of the service: those of a monitor, for example.
pub(crate) fn is_ignored(face: &Face, headers: &HeaderMap) -> bool {
    !face.declared.ignore_user_agents.is_empty()
        && headers
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .is_some_and(|agent| face.declared.ignores(agent))
}

/// Whether this client has woken so much lately that it may not wake this service too. Whoever comes to a start that is under way
/// wakes nothing.
fn is_woken_too_often(gateway: &Gateway, journey: &Journey) -> bool {
    let sleeps = matches!(*journey.door.standing().borrow(), Standing::Asleep | Standing::FallingAsleep);
    sleeps && !gateway.may_wake(journey.door.key(), journey.client)
}

/// Whether a request has a token that gives the right to wake this service: one of its own, which the service never sees, or one that is
/// said to the service too.
pub(crate) async fn may_wake(
    gateway: &Gateway,
    door: &DoorKey,
    token: Option<&HeaderValue>,
    headers: &HeaderMap,
) -> Result<bool, CredentialsUnknown> {
    let token = token.and_then(|token| token.to_str().ok()).or_else(|| bearer(headers));
    match token {
        Some(token) => gateway.credentials.may_wake(token, door.stack).await,
        None => Ok(false),
    }
}

fn cause(journey: &Journey) -> PowerCause {
    let service = journey.door.key().service.clone();
    PowerCause::request(service, journey.host.as_str(), journey.request.uri().path())
}

fn page(gateway: &Gateway, journey: &Journey, face: &Face, may_wake: bool) -> Response<ResponseBody> {
    let standing = journey.door.standing().borrow().clone();
    let now = gateway.clock.elapsed();
    let after = retry_after(gateway, &standing);
    journey.door.looked_at();
    let root = PathAndQuery::from_static("/");
    let shown_at = journey.request.uri().path_and_query().unwrap_or(&root);
    let path = |which| gateway.own_paths.path(which, shown_at);
    let elapsed = match &standing {
        Standing::Starting(progress) => Some(now.saturating_sub(progress.since)),
        _ => None,
    };
    let language = journey.request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = language.unwrap_or_default();
    let ask = PageAsk {
        face,
        service: &journey.door.key().service,
        standing: &standing,
        status: &Status::of(&standing, face, Language::negotiate(language), &*gateway.clock),
        elapsed,
        retry_after: after,
        may_wake,
        accept_language: language,
        core_monitor_url: gateway.settings.core_monitor_url.as_deref(),
        nonce: &gateway.nonce(),
        events_path: &path(OwnPath::Events),
        status_path: &path(OwnPath::Status),
        retry_path: &path(OwnPath::Retry),
        token: gateway.own_paths.token(),
    };
    answers::page(gateway.pages.page(&ask), after)
}

/// The answer for a program that has waited, or need not.
fn not_awake(gateway: &Gateway, standing: &Standing) -> Response<ResponseBody> {
    let after = Some(retry_after(gateway, standing));
    match standing {
        Standing::Failed { why, .. } => problem(Problem::StartFailed, &reason(why), after),
        Standing::Held { why: Held::Closed(opens), .. } => {
            problem(Problem::Closed, &format!("it opens at {opens}"), after)
        }
        Standing::Held { why: Held::Memory(..), .. } => {
            problem(Problem::Held, "it waits until there is enough memory", after)
        }
        Standing::Held { why: Held::Needs(..) | Held::Beside(..), .. } => {
            problem(Problem::Held, "it waits for another service", after)
        }
        Standing::Gone => {
            problem(Problem::NoSuchService, "the service was removed while the request waited", None)
        }
        _ => problem(Problem::Starting, Problem::Starting.title(), after),
    }
}

/// After how long it is worth asking again.
fn retry_after(gateway: &Gateway, standing: &Standing) -> Duration {
    let now = gateway.clock.elapsed();
    let at_least = Duration::from_secs(1);
    match standing {
        Standing::Starting(progress) => match progress.usual {
            Some((half, _)) => {
                let left = (progress.since + half).saturating_sub(now);
                whole_seconds(left).clamp(at_least, LONGEST_ASK_AGAIN)
            }
            None => ASK_AGAIN,
        },
        Standing::Failed { until, .. } => whole_seconds(until.saturating_sub(now)).max(at_least),
        Standing::Held { until: Some(until), .. } => {
            whole_seconds(until.since(gateway.clock.now())).max(at_least)
        }
        _ => ASK_AGAIN,
    }
}

/// Rounded up.
fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs() + u64::from(duration.subsec_nanos() > 0))
}

/// Somebody asks for another try after a failed start.
pub(crate) fn try_again(door: &Door, host: &str, path: &str) {
    door.knock(PowerCause::request(door.key().service.clone(), host, path), KnockKind::Again);
}
