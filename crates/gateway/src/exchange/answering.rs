//! The body of an answer, and the connection that it comes over.

use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use core_monitor_application::gateway::Inside;
use http_body::{Frame, SizeHint};

use super::upload::Upload;
use crate::body::BodyError;
use crate::shard::Shard;
use crate::upstream::Link;
use crate::upstream::decoder::{Decoder, Framing, Step};
use crate::upstream::fields::Fields;

/// The use of a service, for as long as this exists.
pub(crate) enum Use {
    /// Of one answer.
    Alone(#[expect(dead_code, reason = "it only has to exist")] Inside),
    /// Of an answer and a body that is still being sent.
    Shared(#[expect(dead_code, reason = "it only has to exist")] Rc<Inside>),
}

/// The body of an answer, read as the client takes it: what the client does not read is not read from the service.
pub(crate) struct Answering {
    /// The headers, as the service has written them, until somebody needs them otherwise.
    pub(crate) fields: Option<Fields>,
    /// `None` once the answer has ended.
    link: Option<Box<Link>>,
    decoder: Decoder,
    /// The connection may be used again.
    keeps: bool,
    upload: Option<Upload>,
    shard: Rc<Shard>,
    #[expect(dead_code, reason = "the service is in use as long as it exists")]
    lease: Use,
}

impl Answering {
    pub(super) fn new(
        shard: &Rc<Shard>,
        (fields, framing, keeps): (Fields, Framing, bool),
        link: Box<Link>,
        lease: Use,
        upload: Option<Upload>,
    ) -> Box<Self> {
        let (decoder, shard) = (Decoder::new(framing), Rc::clone(shard));
        let mut this =
            Box::new(Self { fields: Some(fields), link: Some(link), decoder, keeps, upload, shard, lease });
        this.release_if_ended();
        this
    }

    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            let Some(link) = &mut self.link else { return Poll::Ready(None) };
            let step = match self.decoder.next(&mut link.incoming) {
                Ok(Step::More) => {
                    let filled = ready!(link.poll_fill(&self.shard.scratch, cx));
                    match filled {
                        Ok(1..) => continue,
                        Ok(_) => self.decoder.close().map(|()| Step::End).map_err(Into::into),
                        Err(error) => Err(error.into()),
                    }
                }
                step => step.map_err(Into::into),
            };
            if step.is_err() {
                self.keeps = false;
                self.link = None;
            }
            self.release_if_ended();
            return Poll::Ready(match step {
                Ok(Step::Data(data)) => Some(Ok(Frame::data(data))),
                Ok(Step::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
                Ok(Step::More | Step::End) => None,
                Err(error) => Some(Err(error)),
            });
        }
    }

    /// Gives the connection back as soon as the answer has been read, before the client has got it.
    fn release_if_ended(&mut self) {
        if !self.decoder.has_ended() {
            return;
        }
        let Some(link) = self.link.take().filter(|_| self.keeps) else { return };
        let whole = match self.upload.take() {
            None => Some(link),
            // A service that answers before it has everything may still want the rest; it gets it over a connection of its own.
            Some(upload) => upload.sent().and_then(|half| link.join(half)),
        };
        if let Some(link) = whole {
            self.shard.pools.put(&self.shard.scratch, link);
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.decoder.has_ended()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.decoder.left().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
