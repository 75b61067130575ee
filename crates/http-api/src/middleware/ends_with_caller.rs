//! An answer that goes on ends when its caller is not valid any more: whoever revokes a session or replaces a token, perhaps because
//! it was stolen, ends what is open with it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::Clock;
use core_monitor_domain::session::SessionHash;

use crate::api::Api;

/// How often it is checked.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How many checks in a row may fail for want of the database. A moment without it must not end every stream, and a longer one must
/// not leave one open to somebody who may not read it.
const FAILED_CHECKS: u32 = 6;

/// What the connection is broken off for, so that a download does not look complete.
#[derive(Debug, thiserror::Error)]
#[error("the session or the token is not valid any more")]
struct NotValidAnyMore;

/// Makes an answer that goes on end with its caller.
pub(super) fn ends_with_caller(
    answer: ServiceResponse<BoxBody>,
    api: Data<Api>,
    actor: Actor,
    session: Option<SessionHash>,
) -> ServiceResponse<BoxBody> {
    if answer.response().body().size() == BodySize::None {
        return answer;
    }
    answer.map_body(|head, body| match body.try_into_bytes() {
        // It is already there as a whole.
        Ok(whole) => BoxBody::new(whole),
        Err(body) => {
            let kind = head.headers().get(header::CONTENT_TYPE);
            // A client of a stream of events connects again, and is told then.
            let quietly = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
            let clock = Arc::clone(&api.clock);
            let check_at = clock.elapsed() + CHECK_EVERY;
            let gone = Box::pin(gone(api, actor, session));
            BoxBody::new(Watched { body, gone, clock, check_at, quietly, over: false })
        }
    })
}

/// Returns when the caller is not valid any more.
async fn gone(api: Data<Api>, actor: Actor, session: Option<SessionHash>) {
    let mut failed = 0;
    loop {
        api.clock.sleep(CHECK_EVERY).await;
        match api.server.still_stands(&actor, session.as_ref()).await {
            Ok(true) => failed = 0,
            Ok(false) => break,
            Err(error) => {
                tracing::warn!(%error, actor = %actor, "cannot check whether a stream is still allowed");
                failed += 1;
                if failed >= FAILED_CHECKS {
                    break;
                }
            }
        }
    }
    tracing::info!(actor = %actor, "an answer ends, since its session or token does not exist any more");
}

struct Watched<Gone> {
    body: BoxBody,
    gone: Pin<Box<Gone>>,
    clock: Arc<dyn Clock>,
    /// Elapsed time from which on the caller is looked after even if there is always something to send.
    check_at: Duration,
    /// Whether it just ends, or is broken off.
    quietly: bool,
    over: bool,
}

impl<Gone: Future<Output = ()>> MessageBody for Watched<Gone> {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let part = Pin::new(&mut self.body).poll_next(task);
        // Most answers are short, and are not looked after at all.
        let looks = part.is_pending() || self.clock.elapsed() >= self.check_at;
        let ended = matches!(part, Poll::Ready(None));
        if looks && !ended && self.gone.as_mut().poll(task).is_ready() {
            self.over = true;
            return Poll::Ready((!self.quietly).then(|| Err(NotValidAnyMore.into())));
        }
        part
    }
}
