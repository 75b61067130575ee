//! The body of a request: capped in size and in time.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, web};
use core_monitor_archive::File;
use core_monitor_domain::ports::within;
use core_monitor_message::Message;
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::Digest as _;

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};
use crate::request::said;

use super::arriving::Arriving;
use super::body_memory::Held;
use super::upload;
use super::{json_place, parser_words};

/// The whole body, with its content type. It is read as an archive only with `ARCHIVES` and a matching content type.
#[derive(Debug, Clone)]
pub(crate) struct Body<const ARCHIVES: bool = false> {
    /// Empty for an archive, which is not kept once it is unpacked.
    pub(crate) bytes: Bytes,
    /// Lower case, without parameters; empty if the request has no `Content-Type`.
    pub(crate) content_type: String,
    /// The unpacked files, if the body is an archive.
    pub(crate) archive: Option<Vec<File>>,
    /// SHA-256 of all its bytes.
    pub(crate) digest: [u8; 32],
    /// The memory of `bytes` and `archive`, held as long as the body.
    memory: Arc<Held>,
}

/// The body of a request that may send a project folder.
pub(crate) type Upload = Body<true>;

impl<const ARCHIVES: bool> FromRequest for Body<ARCHIVES> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let Some(api) = request.app_data::<web::Data<Api>>().cloned() else {
            let problem = Problem::new(ErrorCode::Internal, said::shared_state_missing());
            return Box::pin(ready(Err(problem)));
        };
        let limits = api.limits;
        let content_type = content_type(request);
        let announced = request.headers().get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let encoding = request.headers().get(header::CONTENT_ENCODING).cloned();
        let payload = payload.take();
        Box::pin(async move {
            refuse_encoding(encoding.as_ref())?;
            let form = if ARCHIVES { upload::form_of(&content_type) } else { None };
            let (limit, timeout) = match form {
                Some(_) => (limits.archive.packed, limits.archive_timeout),
                None => (limits.body as u64, limits.body_timeout),
            };
            if announced.is_some_and(|length| length > limit) {
                return Err(too_large(limit));
            }
            let mut arriving = Arriving::new(payload, limit, limits.body_timeout, api.memory.hold());
            let received = within(&*api.clock, timeout, arriving.receive(&*api.clock)).await;
            received.unwrap_or_else(|| Err(too_slow(timeout)))?;
            let Arriving { parts, digest, memory, .. } = arriving;
            let digest = digest.finalize().into();
            let (bytes, archive, memory) = match form {
                Some(form) => {
                    let unpacking = upload::unpack(parts, form, limits.archive, memory, &api.unpacking);
                    let (files, memory) = unpacking.await?;
                    (Bytes::new(), Some(files), memory)
                }
                None => (joined(&parts), None, memory),
            };
            Ok(Self { bytes, content_type, archive, digest, memory: Arc::new(memory) })
        })
    }
}

fn joined(parts: &[Bytes]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(parts.iter().map(Bytes::len).sum());
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes.freeze()
}

/// The bytes on the wire are hashed, counted and kept, so encoded bodies are refused instead of decoded.
pub(super) fn refuse_encoding(encoding: Option<&header::HeaderValue>) -> Result<(), Problem> {
    match encoding.map(|value| value.to_str().unwrap_or("?").trim()) {
        None => Ok(()),
        Some(plain) if plain.is_empty() || plain.eq_ignore_ascii_case("identity") => Ok(()),
        Some(packed) => {
            let shown: String = packed.chars().take(40).collect();
            let text = said::content_encoding_unsupported(shown);
            Err(Problem::new(ErrorCode::UnsupportedMediaType, text).with_hint(said::send_without_encoding()))
        }
    }
}

pub(super) fn too_slow(timeout: Duration) -> Problem {
    let message = said::body_too_slow(timeout.as_secs());
    Problem::new(ErrorCode::RequestTimeout, message)
}

pub(super) fn unreadable(error: &PayloadError) -> Problem {
    let text = match error {
        PayloadError::Incomplete(_) => said::body_shorter_than_announced(),
        PayloadError::EncodingCorrupted => said::body_chunks_malformed(),
        error => Message::foreign(error.to_string()),
    };
    Problem::new(ErrorCode::InvalidRequest, said::body_unreadable(text))
}

/// The error for a body of more than `limit` bytes.
pub(crate) fn too_large(limit: u64) -> Problem {
    Problem::new(ErrorCode::BodyTooLarge, said::body_too_large(limit))
        .with_header(header::CONNECTION, "close")
}

pub(super) fn content_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

#[cfg(test)]
impl<const ARCHIVES: bool> Body<ARCHIVES> {
    /// A body without an archive.
    pub(crate) fn for_test(content_type: &str, text: &'static str) -> Self {
        Self {
            bytes: Bytes::from_static(text.as_bytes()),
            content_type: content_type.to_owned(),
            archive: None,
            digest: [0; 32],
            memory: Arc::new(super::BodyMemory::new(0).hold()),
        }
    }
}

impl<const ARCHIVES: bool> Body<ARCHIVES> {
    /// The memory it takes, for work that outlives the request.
    pub(crate) fn memory(&self) -> Arc<Held> {
        Arc::clone(&self.memory)
    }

    /// Reads text.
    pub(crate) fn text(&self) -> Result<String, Problem> {
        let bytes = self.bytes.as_ref();
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
            let text = said::body_not_utf8(error.valid_up_to());
            Problem::new(ErrorCode::InvalidRequest, text).with_hint(said::save_as_utf8())
        })
    }

    /// Reads JSON; an empty body means the defaults.
    pub(crate) fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        let nothing = self.bytes.is_empty() && self.archive.is_none();
        if nothing { Ok(T::default()) } else { self.json() }
    }

    /// Reads a JSON object.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if !self.is_json() {
            return Err(Problem::new(
                ErrorCode::UnsupportedMediaType,
                said::body_not_json(&self.content_type),
            )
            .with_hint(said::add_json_content_type()));
        }
        let first = self.bytes.iter().position(|byte| !byte.is_ascii_whitespace());
        let Some(first) = first else {
            return Err(Problem::new(ErrorCode::InvalidRequest, said::body_empty()));
        };
        if self.bytes.get(first) != Some(&b'{') {
            // serde would read a list as the values of the fields in order.
            serde_json::from_slice::<IgnoredAny>(&self.bytes)
                .map_err(|error| invalid_json(&error, &self.bytes))?;
            return Err(Problem::new(ErrorCode::InvalidRequest, said::json_not_an_object()));
        }
        serde_json::from_slice(&self.bytes).map_err(|error| invalid_json(&error, &self.bytes))
    }

    /// Whether the content type is JSON or missing.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.content_type.as_str(), "" | "application/json") || self.content_type.ends_with("+json")
    }
}

fn invalid_json(error: &serde_json::Error, document: &[u8]) -> Problem {
    let text = error.to_string();
    // serde_json appends the position to its messages; the problem has separate fields for it.
    let place = format!(" at line {} column {}", error.line(), error.column());
    let field = json_place::field_at(document, error.line(), error.column());
    let reason = parser_words::of_body(text.strip_suffix(&place).unwrap_or(&text), field.as_deref());
    let number = |value: usize| u32::try_from(value).ok();
    let item = ProblemItem {
        code: "json".to_owned(),
        message: (&reason).into(),
        line: number(error.line()),
        column: number(error.column()),
        ..ProblemItem::default()
    };
    let detail = said::json_invalid(error.line(), error.column(), reason);
    Problem::new(ErrorCode::InvalidRequest, detail).with_errors(vec![item])
}

#[cfg(test)]
mod tests {
    use crate::testing::{Answer, TAR, WEB, World, YAML};

    const JSON: (&str, &str) = ("Content-Type", "application/json");

    async fn lint(headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        let world = World::new().await;
        world.send_bytes("POST", "/api/v1/lint?name=shop", headers, body.into()).await
    }

    #[actix_web::test]
    async fn a_json_body_must_be_an_object() {
        let check = async |body: &str, words: &str| {
            let answer = lint(&[JSON], body).await;
            assert_eq!(answer.code(), "invalid-request", "{body}");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(words) && !detail.contains("struct"), "{body}: {detail}");
        };
        check("", "the body is empty").await;
        check(" \n", "the body is empty").await;
        check("null", "must be an object").await;
        // Would be the name, then the definition.
        check("[\"shop\", \"services: {web: {image: demo}}\", {}, {}, null]", "must be an object").await;
        check("nul", "line 1, column 3").await;
        check("{", "line 1, column 1").await;
    }

    #[actix_web::test]
    async fn a_body_must_be_utf8_without_content_encoding() {
        let answer = lint(
            &[YAML],
            "services: {web: {image: caf\u{e9}}}".chars().map(|c| c as u8).collect::<Vec<u8>>(),
        )
        .await;
        assert_eq!(answer.code(), "invalid-request");
        assert!(answer.text.contains("byte 27") && answer.text.contains("as UTF-8"), "{}", answer.text);
        let packed = lint(&[YAML, ("Content-Encoding", "gzip")], [0x1f, 0x8b]).await;
        assert_eq!(packed.code(), "unsupported-media-type");
        assert!(packed.text.contains("application/gzip"), "{}", packed.text);
        let plain = lint(&[YAML, ("Content-Encoding", "identity")], WEB).await;
        assert!(plain.status.is_success(), "{}", plain.text);
    }

    #[actix_web::test]
    async fn an_archive_is_read_only_where_it_can_be_a_definition() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        for (method, address) in [
            ("POST", format!("/api/v1/stacks/{stack}/apply/1")),
            ("POST", format!("/api/v1/stacks/{stack}/delete")),
            ("PUT", "/api/v1/registries/docker.io".to_owned()),
            ("POST", "/api/v1/convert/docker-run".to_owned()),
        ] {
            let answer = world.send(method, &address, &[TAR, ("If-Match", "*")], "no archive").await;
            assert_eq!(answer.code(), "unsupported-media-type", "{address}");
        }
    }
}
