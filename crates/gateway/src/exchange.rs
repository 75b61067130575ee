//! One request to a service and its answer.
//!
//! A request without a body, which is nearly every request, is sent and answered by the task that serves the client. A body is sent by a task
//! of its own, because it must go on while the client does not read the answer, and perhaps after the answer has ended.

use std::io;
use std::rc::Rc;
use std::sync::Arc;

use core_monitor_application::gateway::Inside;
use http::{Method, Request, Response};

use crate::body::{RequestBody, ResponseBody};
use crate::shard::Shard;
use crate::upstream::answer_head::AnswerHead;
use crate::upstream::{Broken, Link, link, new_link};

mod answering;
mod upload;

pub(crate) use answering::{Answering, Use};

use upload::Upload;

/// Why there is no answer.
pub(crate) enum Failure {
    /// Nobody accepts connections. Nothing was sent, and the request can be sent elsewhere.
    Unreachable(Box<Request<RequestBody>>, io::Error),
    /// The service has perhaps got the request.
    Broken(Broken),
}

/// Sends a request to a life of a service, which is in use until both bodies have ended.
pub(crate) async fn exchange(
    shard: &Rc<Shard>,
    inside: Inside,
    request: Box<Request<RequestBody>>,
) -> Result<Response<ResponseBody>, Failure> {
    if !request.body().is_empty() {
        return Box::pin(with_body(shard, inside, request)).await;
    }
    let mut link = match link(shard, inside.life()).await {
        Ok(link) => link,
        Err(error) => return Err(Failure::Unreachable(request, error)),
    };
    let head = match ask(shard, &mut link, &request).await {
        Ok(head) => head,
        Err(Asked::Again) => {
            link = match new_link(shard, inside.life(), 0).await {
                Ok(link) => link,
                Err(error) => return Err(Failure::Unreachable(request, error)),
            };
            ask(shard, &mut link, &request).await.map_err(|failed| Failure::Broken(failed.into()))?
        }
        Err(Asked::Broken(broken)) => return Err(Failure::Broken(broken)),
    };
    Ok(answer(shard, head, link, Use::Alone(inside), None))
}

/// Why a request without a body has no answer.
enum Asked {
    /// The connection had been closed while it was idle, and the request may be sent over another one.
    Again,
    Broken(Broken),
}

impl From<Asked> for Broken {
    fn from(asked: Asked) -> Self {
        match asked {
            Asked::Again => Self::Closed,
            Asked::Broken(broken) => broken,
        }
    }
}

/// Sends a request without a body, and waits for the head of the answer.
async fn ask(shard: &Shard, link: &mut Link, request: &Request<RequestBody>) -> Result<AnswerHead, Asked> {
    let is_used = link.is_used;
    if let Err((broken, is_unsent)) = link.send(request).await {
        let again = is_used && (is_unsent || is_repeatable(request.method()));
        return Err(if again { Asked::Again } else { Asked::Broken(broken) });
    }
    match link.answer(&shard.scratch, request.method() == Method::HEAD).await {
        Ok(head) => Ok(head),
        // Whether the service has closed an idle connection meanwhile shows only when it is used.
        Err(Broken::Closed | Broken::Connection(_))
            if is_used && !link.is_answered && is_repeatable(request.method()) =>
        {
            Err(Asked::Again)
        }
        Err(broken) => Err(Asked::Broken(broken)),
    }
}

async fn with_body(
    shard: &Rc<Shard>,
    inside: Inside,
    request: Box<Request<RequestBody>>,
) -> Result<Response<ResponseBody>, Failure> {
    let life = Arc::clone(inside.life());
    let mut found = link(shard, &life).await;
    if found.as_ref().is_ok_and(|link| link.is_used && !link.is_alive()) {
        found = new_link(shard, &life, 0).await;
    }
    let outgoing;
    let link = loop {
        let mut link = match found {
            Ok(link) => link,
            Err(error) => return Err(Failure::Unreachable(request, error)),
        };
        match link.send(&request).await {
            Ok(how) => {
                outgoing = how;
                break link;
            }
            Err((_, true)) if link.is_used => {}
            Err((broken, _)) => return Err(Failure::Broken(broken)),
        }
        found = new_link(shard, &life, 0).await;
    };
    let is_head = request.method() == Method::HEAD;
    let meter = shard.meter(inside.door());
    let lease = Rc::new(inside);
    let (mut link, half) = link.split();
    let Some(half) = half else { return Err(Failure::Broken(Broken::Closed)) };
    let mut upload = Upload::start(request.into_body(), half, outgoing, (Rc::clone(&lease), meter));
    let head = upload.beside(link.answer(&shard.scratch, is_head)).await.map_err(Failure::Broken)?;
    Ok(answer(shard, head, link, Use::Shared(lease), Some(upload)))
}

/// An answer whose body comes over a connection. Its headers are with its body until somebody needs them.
pub(crate) fn answer(
    shard: &Rc<Shard>,
    head: AnswerHead,
    link: Box<Link>,
    lease: Use,
    upload: Option<Upload>,
) -> Response<ResponseBody> {
    let AnswerHead { status, reason, fields, framing, keeps } = head;
    let answering = Answering::new(shard, (fields, framing, keeps), link, lease, upload);
    let mut answer = Response::new(ResponseBody::answering(answering));
    *answer.status_mut() = status;
    if let Some(reason) = reason {
        answer.extensions_mut().insert(reason);
    }
    answer
}

fn is_repeatable(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE)
}
