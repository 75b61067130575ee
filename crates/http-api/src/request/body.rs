//! The body of a request: capped in size and in time.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, web};
use core_monitor_archive::File;
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};

use super::upload;

/// The whole body, with its content type.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// Empty for an archive, which is read as it comes and not kept.
    pub(crate) bytes: Bytes,
    /// Lower case, without parameters; empty when the request did not say.
    pub(crate) content_type: String,
    /// The files of a body that is an archive by its content type.
    pub(crate) archive: Option<Vec<File>>,
    /// SHA-256 of all its bytes.
    pub(crate) digest: [u8; 32],
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limits = request.app_data::<web::Data<Api>>().map(|api| api.limits).unwrap_or_default();
        let content_type = content_type(request);
        let announced = request.headers().get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let mut payload = payload.take();
        Box::pin(async move {
            let format = upload::format_of(&content_type);
            let (limit, timeout) = match format {
                Some(_) => (limits.archive.packed, limits.archive_timeout),
                None => (limits.body as u64, limits.body_timeout),
            };
            if announced.is_some_and(|length| length > limit) {
                return Err(too_large(limit));
            }
            let read = async {
                if let Some(format) = format {
                    let (files, digest) = upload::receive(&mut payload, format, limits.archive).await?;
                    return Ok((Bytes::new(), Some(files), digest));
                }
                let bytes = read(&mut payload, limits.body).await?;
                let digest = Sha256::digest(&bytes).into();
                Ok((bytes, None, digest))
            };
            match tokio::time::timeout(timeout, read).await {
                Ok(Ok((bytes, archive, digest))) => Ok(Self { bytes, content_type, archive, digest }),
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

pub(super) fn unreadable(error: &PayloadError) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, format!("the body cannot be read: {error}"))
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

impl Body {
    /// Reads JSON; an empty body means the defaults.
    pub(crate) fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        let nothing = self.bytes.is_empty() && self.archive.is_none();
        if nothing { Ok(T::default()) } else { self.json() }
    }

    /// Reads JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if !self.is_json() {
            return Err(Problem::new(
                ErrorCode::UnsupportedMediaType,
                format!("the body must be `application/json`, not `{}`", self.content_type),
            )
            .with_hint("add the header `Content-Type: application/json`"));
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
