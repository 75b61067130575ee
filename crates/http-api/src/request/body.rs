//! The body of a request: capped in size and in time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, web};
use core_monitor_archive::File;
use futures::StreamExt as _;
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};

use super::upload;

/// The whole body, with its content type. Only with `ARCHIVES` is it read as an archive when it says that it is one.
#[derive(Debug, Clone)]
pub(crate) struct Body<const ARCHIVES: bool = false> {
    /// Empty for an archive, which is read as it comes and not kept.
    pub(crate) bytes: Bytes,
    /// Lower case, without parameters; empty when the request did not say.
    pub(crate) content_type: String,
    /// The files of a body that is an archive by its content type.
    pub(crate) archive: Option<Vec<File>>,
    /// SHA-256 of all its bytes.
    pub(crate) digest: [u8; 32],
    /// Keeps the room of `archive` taken as long as it is held.
    _room: Option<Arc<OwnedSemaphorePermit>>,
}

/// The body of a request that may send a project folder.
pub(crate) type Upload = Body<true>;

impl<const ARCHIVES: bool> FromRequest for Body<ARCHIVES> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let api = request.app_data::<web::Data<Api>>();
        let limits = api.map(|api| api.limits).unwrap_or_default();
        let uploads = api.map(|api| Arc::clone(&api.uploads));
        let content_type = content_type(request);
        let announced = request.headers().get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let encoding = request.headers().get(header::CONTENT_ENCODING).cloned();
        let mut payload = payload.take();
        Box::pin(async move {
            refuse_encoding(encoding.as_ref())?;
            let format = if ARCHIVES { upload::format_of(&content_type) } else { None };
            let (limit, timeout) = match format {
                Some(_) => (limits.archive.packed, limits.archive_timeout),
                None => (limits.body as u64, limits.body_timeout),
            };
            if announced.is_some_and(|length| length > limit) {
                return Err(too_large(limit));
            }
            let read = async {
                if let Some(format) = format {
                    let room = match uploads {
                        // Never closed, so nobody is turned away.
                        Some(uploads) => uploads.acquire_owned().await.ok().map(Arc::new),
                        None => None,
                    };
                    let (files, digest) = upload::receive(&mut payload, format, limits.archive).await?;
                    return Ok((Bytes::new(), Some(files), digest, room));
                }
                let bytes = read(&mut payload, limits.body).await?;
                let digest = Sha256::digest(&bytes).into();
                Ok((bytes, None, digest, None))
            };
            match tokio::time::timeout(timeout, read).await {
                Ok(Ok((bytes, archive, digest, room))) => {
                    Ok(Self { bytes, content_type, archive, digest, _room: room })
                }
                Ok(Err(problem)) => Err(problem),
                Err(_) => Err(Problem::new(
                    ErrorCode::RequestTimeout,
                    format!("the body did not arrive within {} seconds", timeout.as_secs()),
                )),
            }
        })
    }
}

async fn read(payload: &mut Payload, limit: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| unreadable(&error))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large(limit as u64));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// What came over the wire is what is hashed, counted and kept, so it is not unpacked on the way.
fn refuse_encoding(encoding: Option<&header::HeaderValue>) -> Result<(), Problem> {
    match encoding.map(|value| value.to_str().unwrap_or("?").trim()) {
        None => Ok(()),
        Some(plain) if plain.is_empty() || plain.eq_ignore_ascii_case("identity") => Ok(()),
        Some(packed) => {
            let shown: String = packed.chars().take(40).collect();
            let text = format!("the body has `Content-Encoding: {shown}`, and only plain ones are read");
            Err(Problem::new(ErrorCode::UnsupportedMediaType, text)
                .with_hint("send it as it is; a packed project folder has `Content-Type: application/gzip`"))
        }
    }
}

pub(super) fn unreadable(error: &PayloadError) -> Problem {
    let text = match error {
        PayloadError::Incomplete(_) => "it ended before the length that was announced".to_owned(),
        PayloadError::EncodingCorrupted => "its chunks are malformed".to_owned(),
        error => error.to_string(),
    };
    Problem::new(ErrorCode::InvalidRequest, format!("the body cannot be read: {text}"))
}

pub(super) fn too_large(limit: u64) -> Problem {
    Problem::new(ErrorCode::BodyTooLarge, format!("the body may have {limit} bytes at most"))
        .with_header(header::CONNECTION, "close")
}

fn content_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

impl<const ARCHIVES: bool> Body<ARCHIVES> {
    /// Reads text.
    pub(crate) fn text(&self) -> Result<String, Problem> {
        let bytes = self.bytes.as_ref();
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
            let text = format!("the body is not UTF-8 text, byte {} is wrong", error.valid_up_to());
            Problem::new(ErrorCode::InvalidRequest, text).with_hint("save the file as UTF-8")
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
                format!("the body must be `application/json`, not `{}`", self.content_type),
            )
            .with_hint("add the header `Content-Type: application/json`"));
        }
        let first = self.bytes.iter().position(|byte| !byte.is_ascii_whitespace());
        let Some(first) = first else {
            return Err(Problem::new(
                ErrorCode::InvalidRequest,
                "the body is empty, it must be a JSON object",
            ));
        };
        if self.bytes.get(first) != Some(&b'{') {
            // A list would be taken for the object's values in the order of the program's own fields.
            serde_json::from_slice::<IgnoredAny>(&self.bytes).map_err(|error| invalid_json(&error))?;
            return Err(Problem::new(ErrorCode::InvalidRequest, "the JSON body must be an object"));
        }
        serde_json::from_slice(&self.bytes).map_err(|error| invalid_json(&error))
    }

    /// Whether it says that it is JSON, or says nothing.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.content_type.as_str(), "" | "application/json") || self.content_type.ends_with("+json")
    }
}

fn invalid_json(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    // serde_json ends its messages with the place, which has fields of its own here.
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = text.strip_suffix(&place).unwrap_or(&text).to_owned();
    let number = |value: usize| u32::try_from(value).ok();
    let item = ProblemItem {
        code: "json".to_owned(),
        message: message.clone(),
        line: number(error.line()),
        column: number(error.column()),
        ..ProblemItem::default()
    };
    let detail =
        format!("the JSON body is wrong at line {}, column {}: {message}", error.line(), error.column());
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
    async fn only_an_object_is_an_object() {
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
    async fn a_body_is_text_as_it_is() {
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
