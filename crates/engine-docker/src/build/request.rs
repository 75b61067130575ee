//! The request parameters of a build.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use core_monitor_domain::effect::NewImage;
use core_monitor_domain::registry::{Credentials, RegistryHost};
use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::path;

/// Path and query for the classic builder, which receives the files in the request body.
pub(super) fn classic(new: &NewImage) -> String {
    path(new, &[("version", "1"), ("dockerfile", &new.spec.dockerfile_name())])
}

/// Path and query for `BuildKit`, which requests files and more over this session.
pub(super) fn buildkit(new: &NewImage, session: &str) -> String {
    let name = new.spec.dockerfile_name();
    let name = name.rsplit('/').next().unwrap_or(&name);
    path(new, &[("version", "2"), ("session", session), ("remote", "client-session"), ("dockerfile", name)])
}

/// Contains values of build arguments: never log this.
fn path(new: &NewImage, builder: &[(&'static str, &str)]) -> String {
    let spec = &new.spec;
    let mut query = vec![
        ("t", new.image.familiar()),
        // Removes intermediate containers, even after a failure.
        ("rm", "1".to_owned()),
        ("forcerm", "1".to_owned()),
        ("labels", json!(new.labels).to_string()),
    ];
    query.extend(builder.iter().map(|(name, value)| (*name, (*value).to_owned())));
    query.extend(spec.tags.iter().map(|tag| ("t", tag.clone())));
    query.extend(spec.extra_hosts.iter().map(|host| ("extrahosts", host.clone())));
    let mut add = |name, value: Option<String>| query.extend(value.map(|value| (name, value)));
    add("buildargs", (!spec.args.is_empty()).then(|| json!(spec.args).to_string()));
    add("target", spec.target.clone());
    add("networkmode", spec.network.clone());
    add("shmsize", spec.shm_size.map(|size| size.to_string()));
    add("cachefrom", (!spec.cache_from.is_empty()).then(|| json!(spec.cache_from).to_string()));
    add("nocache", spec.no_cache.then(|| "1".to_owned()));
    add("pull", spec.pull.then(|| "1".to_owned()));
    add("platform", spec.platform.clone());
    add("isolation", spec.isolation.clone());
    let limit = |(name, limit): (&String, &core_monitor_domain::desired::Ulimit)| json!({ "Name": name, "Soft": limit.soft, "Hard": limit.hard });
    let ulimits: Vec<Value> = spec.ulimits.iter().map(limit).collect();
    add("ulimits", (!ulimits.is_empty()).then(|| Value::from(ulimits).to_string()));
    let query: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", path::value(value))).collect();
    format!("/build?{}", query.join("&"))
}

/// Content type, and credentials for the registries of base images.
pub(super) fn classic_headers(credentials: &[(RegistryHost, Credentials)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
    let entries = credentials.iter().map(|(host, credentials)| {
        let value = json!({ "username": credentials.username, "password": credentials.password });
        (host.engine_key().to_owned(), value)
    });
    let entries: serde_json::Map<String, Value> = entries.collect();
    if !entries.is_empty() {
        let encoded = URL_SAFE.encode(Value::Object(entries).to_string());
        // Base64 has only letters, digits, `-`, `_` and `=`, which are valid in a header.
        if let Ok(mut value) = HeaderValue::from_str(&encoded) {
            value.set_sensitive(true);
            headers.insert("X-Registry-Config", value);
        }
    }
    headers
}
