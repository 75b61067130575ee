//! A session with the engine: the negotiated API version and the engine's identity.

use std::io;
use std::sync::Arc;

use bollard::errors::Error;
use bollard::{BollardRequest, ClientVersion, Docker};
use bytes::Bytes;
use core_monitor_domain::observation::{ApiVersion, EngineFacts};
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::time::Timestamp;
use futures::Stream;
use hyper::{Method, Uri};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::classify;
use crate::wire::Wire;

/// Oldest supported API version: Engine 20.10.
const OLDEST: ApiVersion = ApiVersion { major: 1, minor: 41 };

/// Newest supported API version: that of bollard's models.
const NEWEST: ApiVersion = ApiVersion { major: 1, minor: 53 };

/// Bollard's timeout for every call, in seconds. Deadlines are enforced per effect, so this only has to be longer than any of
/// them; its default of two minutes would interrupt pulls and long stops.
const NEVER_SECONDS: u64 = 30 * 24 * 60 * 60;

/// A connection with a negotiated version. Recreated after the engine went away, since a different one may come back.
#[derive(Debug)]
pub(crate) struct Session {
    /// Bollard's typed calls, at the negotiated version.
    pub(crate) docker: Docker,
    /// The engine.
    pub(crate) facts: EngineFacts,
    wire: Arc<Wire>,
    prefix: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    #[serde(rename = "Version")]
    engine: String,
    #[serde(rename = "ApiVersion")]
    highest: String,
    #[serde(rename = "MinAPIVersion", default)]
    lowest: Option<String>,
    os: String,
    arch: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    #[serde(rename = "ID", default)]
    id: String,
    #[serde(default)]
    system_time: String,
    #[serde(default)]
    docker_root_dir: String,
}

impl Session {
    /// Connects and queries the engine's version and identity.
    pub(crate) async fn open(wire: Arc<Wire>) -> Result<Self, EngineError> {
        // Without a version in the path, since an engine rejects paths of unknown versions.
        let version: Version = wire.json(Method::GET, "/version", None).await.map_err(classify::read)?;
        let api = agree(&version)?;
        let prefix = format!("/v{api}");
        let docker = connect(&wire, &prefix, api).map_err(classify::read)?;
        let info: Info =
            wire.json(Method::GET, &format!("{prefix}/info"), None).await.map_err(classify::read)?;
        let facts =
            EngineFacts { id: info.id, version: version.engine, api, os: version.os, arch: version.arch };
        Ok(Self { docker, facts, wire, prefix })
    }

    /// The negotiated version.
    pub(crate) fn api(&self) -> ApiVersion {
        self.facts.api
    }

    /// Sends a request at the negotiated version; `path` starts with a slash.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Error> {
        self.wire.json(method, &format!("{}{path}", self.prefix), body).await
    }

    /// The same, without reading the response body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
    ) -> Result<hyper::Response<hyper::body::Incoming>, Error> {
        self.wire.send(method, &format!("{}{path}", self.prefix), None).await
    }

    /// Streams a request body; does not read the response body.
    pub(crate) async fn upload(
        &self,
        path: &str,
        headers: hyper::HeaderMap,
        body: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Result<hyper::Response<hyper::body::Incoming>, Error> {
        self.wire.upload(&format!("{}{path}", self.prefix), headers, body).await
    }

    /// A connection upgraded to another protocol.
    pub(crate) async fn upgrade(
        &self,
        path: &str,
        protocol: &str,
        headers: hyper::HeaderMap,
        body: Option<&Value>,
    ) -> Result<hyper::upgrade::Upgraded, Error> {
        self.wire.upgrade(&format!("{}{path}", self.prefix), protocol, headers, body).await
    }

    /// The folder of the engine's data.
    pub(crate) async fn data_root(&self) -> Result<String, Error> {
        let info: Info = self.json(Method::GET, "/info", None).await?;
        Ok(info.docker_root_dir)
    }

    /// The engine's time; `None` if it does not report it.
    pub(crate) async fn engine_time(&self) -> Result<Option<Timestamp>, Error> {
        let info: Info = self.json(Method::GET, "/info", None).await?;
        Ok(Timestamp::parse(&info.system_time))
    }
}

fn agree(version: &Version) -> Result<ApiVersion, EngineError> {
    let refuse = |message: String| EngineError::Refused { status: 0, message };
    let highest = parse(&version.highest)
        .ok_or_else(|| refuse(format!("the engine reports the invalid API version `{}`", version.highest)))?;
    let lowest = version.lowest.as_deref().and_then(parse).unwrap_or(OLDEST);
    if highest < OLDEST {
        return Err(refuse(format!(
            "engine {} supports API {highest} at most, but at least {OLDEST} is required (Engine 20.10 or later)",
            version.engine
        )));
    }
    if lowest > NEWEST {
        return Err(refuse(format!(
            "engine {} requires API {lowest} at least, but {NEWEST} is the newest supported version",
            version.engine
        )));
    }
    Ok(highest.min(NEWEST))
}

fn parse(text: &str) -> Option<ApiVersion> {
    let (major, minor) = text.split_once('.')?;
    Some(ApiVersion { major: major.parse().ok()?, minor: minor.parse().ok()? })
}

fn connect(wire: &Arc<Wire>, prefix: &str, api: ApiVersion) -> Result<Docker, Error> {
    let version =
        ClientVersion { major_version: usize::from(api.major), minor_version: usize::from(api.minor) };
    let (shared, prefix) = (Arc::clone(wire), prefix.to_owned());
    let transport = move |request: BollardRequest| {
        let (wire, prefix) = (Arc::clone(&shared), prefix.clone());
        async move { wire.forward(versioned(request, &prefix)?).await }
    };
    Docker::connect_with_custom_transport(transport, Some(wire.base()), NEVER_SECONDS, &version)
}

/// Bollard joins its absolute paths onto the versioned path, which drops the version; without a version the engine responds in
/// its newest format, which may be unknown here.
fn versioned(mut request: BollardRequest, prefix: &str) -> Result<BollardRequest, Error> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if path.starts_with(&format!("{prefix}/")) {
        return Ok(request);
    }
    let path = format!("{prefix}{path}");
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(path.parse()?);
    *request.uri_mut() = Uri::from_parts(parts)?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(highest: &str, lowest: Option<&str>, expected: &str) {
        let version = Version {
            engine: "1.0".into(),
            highest: highest.into(),
            lowest: lowest.map(Into::into),
            os: String::new(),
            arch: String::new(),
        };
        let agreed = match agree(&version) {
            Ok(api) => api.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(agreed, expected);
    }

    #[test]
    fn the_highest_common_version_is_used() {
        check("1.41", Some("1.12"), "1.41");
        check("1.99", Some("1.44"), "1.53");
        check("1.52", None, "1.52");
    }

    #[test]
    fn no_common_version_is_reported_with_both_sides() {
        check(
            "1.40",
            None,
            "engine 1.0 supports API 1.40 at most, but at least 1.41 is required (Engine 20.10 or later)",
        );
        check(
            "1.99",
            Some("1.60"),
            "engine 1.0 requires API 1.60 at least, but 1.53 is the newest supported version",
        );
        check("new", None, "the engine reports the invalid API version `new`");
    }

    #[test]
    fn the_version_is_added_to_a_path_once() {
        let request = |uri: &str| {
            let body = bollard::body_full(Bytes::new());
            hyper::Request::builder().uri(uri).body(body).unwrap()
        };
        let uri = |request: BollardRequest| versioned(request, "/v1.41").unwrap().uri().to_string();
        assert_eq!(uri(request("http://e/volumes?a=b")), "http://e/v1.41/volumes?a=b");
        assert_eq!(uri(request("http://e/v1.41/volumes")), "http://e/v1.41/volumes");
    }
}
