//! Answers that a client may keep until they change.

use std::fmt::Write as _;

use actix_web::http::header::{self, EntityTag, Header as _, IfNoneMatch};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::bytes;
use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// An answer as JSON, with a name for what it says.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    text: Bytes,
    tag: EntityTag,
}

impl Tagged {
    /// Writes it.
    pub(crate) fn json(body: &impl Serialize) -> Result<Self, Problem> {
        let text = serde_json::to_vec(body).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Problem::new(ErrorCode::Internal, said::server_failed())
        })?;
        let hash = Sha256::digest(&text);
        let mut tag = String::with_capacity(32);
        for byte in hash.iter().take(16) {
            // Writing to a String cannot fail.
            let _ = write!(tag, "{byte:02x}");
        }
        Ok(Self { text: text.into(), tag: EntityTag::new_strong(tag) })
    }

    /// Sends it, or only that it is the one which the client has. The client may use it again once it has asked.
    pub(crate) fn send(self, api: &Api, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let is_known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&self.tag)),
            // A header that cannot be read is ignored: the client gets the content.
            Err(_) => false,
        };
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer
            .insert_header(header::ETag(self.tag))
            .insert_header((header::CACHE_CONTROL, "private, no-cache"));
        if is_known {
            return Ok(answer.finish());
        }
        answer.content_type("application/json");
        bytes(api, answer, self.text)
    }
}
