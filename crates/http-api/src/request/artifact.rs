//! The body of an upload that is passed on while it arrives.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{Clock, within};
use futures::StreamExt as _;

use crate::api::Api;
use crate::connection::Credit;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

use super::body::{content_type, refuse_encoding, too_slow, unreadable};
use super::write::header_text;

/// Headers with a digest of the body, the first one first.
const DIGESTS: [&str; 3] = ["Repr-Digest", "Content-Digest", "Digest"];

/// How an artifact is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SentAs {
    /// As the body itself.
    Octets,
    /// As the file of a form.
    Form,
    /// Not at all: JSON names one that is stored.
    Reference,
}

impl SentAs {
    /// What the `Content-Type` says.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        match content_type(request).as_str() {
            "application/octet-stream" => Ok(Self::Octets),
            "multipart/form-data" => Ok(Self::Form),
            text if matches!(text, "" | "application/json") || text.ends_with("+json") => Ok(Self::Reference),
            other => {
                let shown: String = other.chars().take(60).collect();
                Err(Problem::new(ErrorCode::UnsupportedMediaType, said::artifact_content_type(shown))
                    .with_hint(said::send_artifact_as()))
            }
        }
    }
}

/// The bytes of an artifact, in the order in which they arrive. Nothing of them is kept here.
pub(crate) struct ArtifactBody<'a> {
    source: Source,
    clock: &'a dyn Clock,
    credit: Credit,
    patience: Duration,
    /// When the whole must have arrived, in elapsed time.
    deadline: Duration,
    whole: Duration,
    promised: Option<(&'static str, ArtifactDigest)>,
    /// The name that a form gives to the file.
    pub(crate) file_name: Option<String>,
}

enum Source {
    Octets(Payload),
    Form(Box<(Multipart, Field)>),
}

/// The size that a request announces for its body.
pub(crate) fn announced(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl<'a> ArtifactBody<'a> {
    /// Begins to read. Of a form, what comes before its file is read.
    pub(crate) async fn begin(
        api: &'a Api,
        request: &HttpRequest,
        payload: Payload,
        sent_as: SentAs,
    ) -> Result<Self, Problem> {
        refuse_encoding(request.headers().get(header::CONTENT_ENCODING))?;
        let promised = expected_digest(request)?;
        let (patience, whole) = (api.limits.body_timeout, api.limits.artifact_timeout);
        let clock = &*api.clock;
        let deadline = clock.elapsed().saturating_add(whole);
        let (source, file_name) = if sent_as == SentAs::Form {
            if let Some((header, _)) = promised {
                return Err(invalid(said::digest_of_form(header)));
            }
            let mut multipart = Multipart::new(request.headers(), payload);
            let field = within(clock, patience, multipart.next()).await.ok_or_else(|| too_slow(patience))?;
            let field = field.ok_or_else(|| invalid(said::form_without_file()))?;
            let field = field.map_err(|error| invalid(said::form_invalid(error)))?;
            let name = field.content_disposition().and_then(|part| part.get_filename()).map(str::to_owned);
            let name =
                name.ok_or_else(|| invalid(said::form_without_file()).with_hint(said::send_one_file()))?;
            (Source::Form(Box::new((multipart, field))), Some(name))
        } else {
            (Source::Octets(payload), None)
        };
        Ok(Self {
            source,
            clock,
            credit: Credit::new(patience),
            patience,
            deadline,
            whole,
            promised,
            file_name,
        })
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let since = self.clock.elapsed();
        let left = self.credit.left().min(self.deadline.saturating_sub(since));
        let part = match &mut self.source {
            Source::Octets(payload) => within(self.clock, left, payload.next())
                .await
                .map(|part| part.transpose().map_err(|error| unreadable(&error))),
            Source::Form(form) => within(self.clock, left, form.1.next())
                .await
                .map(|part| part.transpose().map_err(|error| invalid(said::form_invalid(error)))),
        };
        let now = self.clock.elapsed();
        let timeout = if now >= self.deadline { self.whole } else { self.patience };
        let part = part.ok_or_else(|| too_slow(timeout))??;
        let moved = part.as_ref().map_or(0, Bytes::len);
        self.credit.moved(now.saturating_sub(since), moved);
        Ok(part)
    }

    /// Checks what comes after the artifact, and its digest.
    pub(crate) async fn end(self, found: ArtifactDigest) -> Result<(), Problem> {
        if let Source::Form(form) = self.source {
            let (mut multipart, field) = *form;
            drop(field);
            let more = within(self.clock, self.patience, multipart.next()).await;
            match more.ok_or_else(|| too_slow(self.patience))? {
                None => {}
                Some(Ok(_)) => return Err(invalid(said::form_with_more()).with_hint(said::send_one_file())),
                Some(Err(error)) => return Err(invalid(said::form_invalid(error))),
            }
        }
        match self.promised {
            Some((header, promised)) if promised != found => {
                Err(Problem::new(ErrorCode::DigestMismatch, said::digest_other(header, promised, found)))
            }
            _ => Ok(()),
        }
    }
}

fn invalid(message: core_monitor_message::Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, message)
}

/// The SHA-256 that a header promises, in the form of RFC 9530 or the older one of RFC 3230. Other algorithms are passed over.
fn expected_digest(request: &HttpRequest) -> Result<Option<(&'static str, ArtifactDigest)>, Problem> {
    for name in DIGESTS {
        let Some(text) = header_text(request, name)? else { continue };
        let values = text.split(',').filter_map(|value| value.trim().split_once('='));
        let Some((_, value)) = values.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("sha-256")) else {
            continue;
        };
        let plain = value.strip_prefix(':').and_then(|value| value.strip_suffix(':')).unwrap_or(value);
        let bytes = STANDARD.decode(plain).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let bytes = bytes.ok_or_else(|| invalid(said::digest_invalid(name)))?;
        return Ok(Some((name, ArtifactDigest(bytes))));
    }
    Ok(None)
}
