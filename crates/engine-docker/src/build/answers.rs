//! Answers the requests of `BuildKit` during a build, over a separate connection: health checks, files, registry
//! credentials and secrets. Other requests are rejected.
//!
//! The protocol is `BuildKit`'s `session`: gRPC over HTTP/2, with the engine as the client.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use bollard::errors::Error;
use bollard_buildkit_proto::fsutil::types::Packet;
use bollard_buildkit_proto::health::health_check_response::ServingStatus;
use bollard_buildkit_proto::health::health_server::{Health, HealthServer};
use bollard_buildkit_proto::health::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
};
use bollard_buildkit_proto::moby::buildkit::secrets::v1::secrets_server::{Secrets, SecretsServer};
use bollard_buildkit_proto::moby::buildkit::secrets::v1::{GetSecretRequest, GetSecretResponse};
use bollard_buildkit_proto::moby::filesync::packet::file_sync_server::{FileSync, FileSyncServer};
use bollard_buildkit_proto::moby::filesync::v1::auth_server::{Auth, AuthServer};
use bollard_buildkit_proto::moby::filesync::v1::{
    CredentialsRequest, CredentialsResponse, FetchTokenRequest, FetchTokenResponse, GetTokenAuthorityRequest,
    GetTokenAuthorityResponse, VerifyTokenAuthorityRequest, VerifyTokenAuthorityResponse,
};
use bytes::Bytes;
use core_monitor_domain::desired::{BuildHash, BuildSpec};
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::registry::{Credentials, RegistryHost};
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http2;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioExecutor;
use hyper_util::service::TowerToHyperService;
use tonic::codegen::BoxStream;
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};
use tracing::debug;

use super::context::{self, Folder, Version};
use super::sync;
use crate::session::Session;

/// The calls offered to the engine.
const CALLS: [&str; 3] = [
    "/moby.filesync.v1.FileSync/DiffCopy",
    "/moby.filesync.v1.Auth/Credentials",
    "/moby.buildkit.secrets.v1.Secrets/GetSecret",
];
const CALL: HeaderName = HeaderName::from_static("x-docker-expose-session-grpc-method");
const IDENTITY: HeaderName = HeaderName::from_static("x-docker-expose-session-uuid");
const SHARED_KEY: HeaderName = HeaderName::from_static("x-docker-expose-session-sharedkey");

/// The names of the folders that a build requests.
const CONTEXT: &str = "context";
const INSTRUCTIONS: &str = "dockerfile";
/// The header that names the requested folder.
const FOLDER_NAME: &str = "dir-name";

/// Numbers the sessions of this process.
static SESSIONS: AtomicU64 = AtomicU64::new(0);

/// Distinguishes them from sessions of an earlier process, which the engine may remember for a while. A process id would
/// not do: in a container it is always the same.
static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());

/// What a build may request.
pub(super) struct Answers {
    version: Version,
    context: Folder,
    instructions: Folder,
    credentials: Vec<(RegistryHost, Credentials)>,
    secrets: BTreeMap<String, Bytes>,
}

/// The connection for the engine's requests.
pub(super) struct Conversation {
    /// The session id that the build refers to.
    pub(super) id: String,
    connection: Upgraded,
    answers: Arc<Answers>,
}

impl Answers {
    pub(super) async fn new(
        version: Version,
        spec: &BuildSpec,
        credentials: Vec<(RegistryHost, Credentials)>,
        secrets: &[(String, Bytes)],
    ) -> Result<Self, EngineError> {
        let files = version.files().await?;
        Ok(Self {
            context: context::seen_by_steps(&files, spec)?,
            instructions: context::instructions(&files, spec),
            version,
            credentials,
            secrets: secrets.iter().cloned().collect(),
        })
    }

    /// Opens a connection for these answers. Requests are answered only while [`Conversation::hold`] is polled.
    ///
    /// `BuildKit` reuses files of builds with the same `shared_key` if sizes and times match. All times are equal here, so
    /// only identical files may share a key.
    pub(super) async fn offer(
        self,
        session: &Session,
        shared_key: &BuildHash,
    ) -> Result<Conversation, Error> {
        let id = format!("core-monitor-{:016x}-{}", *PROCESS, SESSIONS.fetch_add(1, Ordering::Relaxed));
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY, HeaderValue::try_from(&id).map_err(hyper::http::Error::from)?);
        let shared_key = HeaderValue::try_from(shared_key.as_str()).map_err(hyper::http::Error::from)?;
        headers.insert(SHARED_KEY, shared_key);
        for call in CALLS {
            headers.append(CALL, HeaderValue::from_static(call));
        }
        let connection = session.upgrade("/session", "h2c", headers, None).await?;
        Ok(Conversation { id, connection, answers: Arc::new(self) })
    }
}

impl Conversation {
    /// Answers requests until it is dropped. If the engine closes the connection, it waits forever; the build itself reports
    /// the outcome.
    pub(super) async fn hold(self) -> Infallible {
        let routes = Routes::new(HealthServer::new(HealthService))
            .add_service(FileSyncServer::from_arc(Arc::clone(&self.answers)))
            .add_service(AuthServer::from_arc(Arc::clone(&self.answers)))
            .add_service(SecretsServer::from_arc(self.answers));
        let service = TowerToHyperService::new(routes);
        let served =
            http2::Builder::new(TokioExecutor::new()).serve_connection(self.connection, service).await;
        if let Err(error) = served {
            debug!(%error, "the engine ended the session of a build");
        }
        std::future::pending().await
    }
}

/// Answers health checks: the engine closes a session whose client does not.
struct HealthService;

#[tonic::async_trait]
impl Health for HealthService {
    type WatchStream = BoxStream<HealthCheckResponse>;

    async fn check(&self, _: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() }))
    }

    async fn list(&self, _: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        Err(not_offered())
    }

    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Err(not_offered())
    }
}

#[tonic::async_trait]
impl FileSync for Answers {
    type DiffCopyStream = BoxStream<Packet>;
    type TarStreamStream = BoxStream<Packet>;

    /// The requested patterns are not needed: the folders contain only files that are not ignored.
    async fn diff_copy(
        &self,
        request: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::DiffCopyStream>, Status> {
        let name = request.metadata().get(FOLDER_NAME).and_then(|name| name.to_str().ok());
        let folder = match name {
            Some(CONTEXT) => &self.context,
            Some(INSTRUCTIONS) => &self.instructions,
            _ => return Err(Status::not_found("no such folder")),
        };
        Ok(Response::new(sync::send(self.version.clone(), folder.clone(), request.into_inner())))
    }

    async fn tar_stream(
        &self,
        _: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::TarStreamStream>, Status> {
        Err(not_offered())
    }
}

#[tonic::async_trait]
impl Auth for Answers {
    /// Empty credentials mean that there are none.
    async fn credentials(
        &self,
        request: Request<CredentialsRequest>,
    ) -> Result<Response<CredentialsResponse>, Status> {
        let host = request.into_inner().host.parse::<RegistryHost>();
        let known = host.ok().and_then(|host| self.credentials.iter().find(|(known, _)| *known == host));
        Ok(Response::new(known.map_or_else(CredentialsResponse::default, |(_, known)| CredentialsResponse {
            username: known.username.clone(),
            secret: known.password.clone(),
        })))
    }

    // If the client does not fetch tokens, the engine does so itself, as for pulls.

    async fn fetch_token(
        &self,
        _: Request<FetchTokenRequest>,
    ) -> Result<Response<FetchTokenResponse>, Status> {
        Err(not_offered())
    }

    async fn get_token_authority(
        &self,
        _: Request<GetTokenAuthorityRequest>,
    ) -> Result<Response<GetTokenAuthorityResponse>, Status> {
        Err(not_offered())
    }

    async fn verify_token_authority(
        &self,
        _: Request<VerifyTokenAuthorityRequest>,
    ) -> Result<Response<VerifyTokenAuthorityResponse>, Status> {
        Err(not_offered())
    }
}

#[tonic::async_trait]
impl Secrets for Answers {
    async fn get_secret(
        &self,
        request: Request<GetSecretRequest>,
    ) -> Result<Response<GetSecretResponse>, Status> {
        let id = request.into_inner().id;
        // The engine treats this as an error only if the step requires the secret.
        let content = self.secrets.get(&id).ok_or_else(|| Status::not_found(format!("no secret `{id}`")))?;
        Ok(Response::new(GetSecretResponse { data: content.to_vec() }))
    }
}

fn not_offered() -> Status {
    Status::unimplemented("not offered")
}
