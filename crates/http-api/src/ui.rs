//! The web UI: its files, and its page for every address that is nobody else's.
//!
//! A browser that asks for `/stacks/...` gets the page, which finds out by itself what to show. A request with an `Authorization`
//! header is a program's, which is told that there is no such route instead, except at `/`.

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use core_monitor_web_assets::{Accepted, Asked, Assets, File};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// What the page and everything it loads may do: load from this server, and nothing inline. The same in `apps/web`, whose tests run
/// under it.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// What the page never needs of a device.
pub(crate) const PERMISSIONS: &str =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Addresses that are not the UI's, each with what is below it.
const OTHERS: [&str; 5] = ["/api", "/metrics", "/healthz", "/readyz", "/swagger-ui"];

/// Shown by a program without the UI. It has no script and no style, which the policy would not let be inline.
const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>Core Monitor</title></head>
<body>
<h1>Core Monitor</h1>
<p>The server runs, but the web UI is not built into it. Build the UI with <code>just web</code>, which needs Node, and then the
server again. Releases have the UI.</p>
<ul>
<li><a href=\"/swagger-ui/\">The API in Swagger UI</a></li>
<li><a href=\"/api/v1/openapi.json\">The description of the API</a></li>
</ul>
</body>
</html>
";

/// Whether a request is for the UI, which needs no token: it contains no data.
pub(crate) fn is_meant(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let reads = method == Method::GET || method == Method::HEAD;
    reads && is_address(path) && (path == "/" || !headers.contains_key(header::AUTHORIZATION))
}

fn is_address(path: &str) -> bool {
    let is_below =
        |other: &&str| path.strip_prefix(*other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // The router decodes `/%61pi` to `/api`. No address of the UI begins with anything that would have to be encoded.
    let is_encoded = path.split('/').nth(1).is_some_and(|first| first.contains('%'));
    // A path that begins with two slashes is a mistake, and perhaps meant to get past a rule about one.
    path.starts_with('/') && !path.starts_with("//") && !is_encoded && !OTHERS.iter().any(is_below)
}

/// The answer to a request for the UI.
pub(crate) fn answer(assets: Assets, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    match assets.at(request.path()) {
        Asked::File(file) | Asked::Page(file) => Ok(send(file, request.headers())),
        Asked::Missing => {
            let shown: String = request.path().chars().take(200).collect();
            Err(Problem::new(ErrorCode::NotFound, said::no_route(shown)))
        }
        Asked::NotBuilt => Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/html; charset=utf-8")
            .body(NOT_BUILT)),
    }
}

fn send(file: &File, headers: &HeaderMap) -> HttpResponse {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let sent = file.sent(Accepted::read(accepted));
    let status = if is_known(headers, &sent.etag) { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CACHE_CONTROL, sent.cache)).insert_header((header::ETAG, sent.etag));
    if sent.varies {
        answer.insert_header((header::VARY, "Accept-Encoding"));
    }
    if status == StatusCode::NOT_MODIFIED {
        return answer.finish();
    }
    if let Some(encoding) = sent.encoding {
        answer.insert_header((header::CONTENT_ENCODING, encoding));
    }
    answer.content_type(sent.content_type).body(sent.bytes)
}

/// Whether the browser has what would be sent.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).map(str::trim).any(|known| {
        // A proxy that packs answers makes a weak tag of ours.
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag
    })
}

#[cfg(test)]
mod tests;
