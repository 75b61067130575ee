//! The body of a request: capped in size and in time.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, web};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;

use crate::api::{Api, Limits};
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};

/// The whole body, with its content type.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    /// Lower case, without parameters; empty when the request did not say.
    pub(crate) content_type: String,
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
            if announced.is_some_and(|length| length > limits.body as u64) {
                return Err(too_large(limits));
            }
            let read = read(&mut payload, limits);
            match tokio::time::timeout(limits.body_timeout, read).await {
                Ok(bytes) => Ok(Self { bytes: bytes?, content_type }),
                Err(_) => Err(Problem::new(
                    ErrorCode::RequestTimeout,
                    format!("the body did not arrive within {} seconds", limits.body_timeout.as_secs()),
                )),
            }
        })
    }
}

async fn read(payload: &mut Payload, limits: Limits) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::new(ErrorCode::InvalidRequest, format!("the body cannot be read: {error}"))
        })?;
        if bytes.len() + chunk.len() > limits.body {
            return Err(too_large(limits));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn too_large(limits: Limits) -> Problem {
    Problem::new(ErrorCode::BodyTooLarge, format!("the body may have {} bytes at most", limits.body))
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
        if self.bytes.is_empty() { Ok(T::default()) } else { self.json() }
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
