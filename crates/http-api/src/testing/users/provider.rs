//! A provider of identities that people sign in with.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_application::server::Identification;
use core_monitor_domain::access::{Grant, Role};
use core_monitor_domain::ports::{IdentityError, IdentityProvider};
use core_monitor_domain::session::SignInSecrets;
use core_monitor_domain::terminal::TerminalLimits;
use core_monitor_domain::user::{GroupGrants, Identity, ProviderSubject};
use serde_json::json;

use crate::api::Limits;
use crate::testing::templates::Around;
use crate::testing::{Answer, World};

const ADDRESS: &str = "https://id.example.org/authorize?state=";

/// A provider that knows whom it has given which code. Each is valid once.
#[derive(Default)]
pub(crate) struct FakeProvider {
    codes: Mutex<BTreeMap<String, Identity>>,
    trouble: Mutex<Option<IdentityError>>,
}

impl FakeProvider {
    /// Gives `code` to somebody with this name, who is in these groups.
    pub(crate) fn give(&self, code: &str, name: &str, groups: &[&str]) {
        let identity = Identity {
            subject: ProviderSubject::new("https://id.example.org", &format!("subject of {name}")).unwrap(),
            names: vec![name.to_owned()],
            groups: groups.iter().map(ToString::to_string).collect(),
        };
        self.codes.lock().unwrap().insert(code.to_owned(), identity);
    }

    /// From now on nothing works, for this reason; or everything does again.
    pub(crate) fn fail(&self, trouble: Option<IdentityError>) {
        *self.trouble.lock().unwrap() = trouble;
    }

    fn works(&self) -> Result<(), IdentityError> {
        self.trouble.lock().unwrap().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl IdentityProvider for FakeProvider {
    fn name(&self) -> String {
        "Example".to_owned()
    }

    async fn authorization(&self, secrets: &SignInSecrets) -> Result<String, IdentityError> {
        self.works()?;
        Ok(format!("{ADDRESS}{}", URL_SAFE_NO_PAD.encode(secrets.state)))
    }

    async fn identify(&self, code: String, _: &SignInSecrets) -> Result<Identity, IdentityError> {
        self.works()?;
        self.codes.lock().unwrap().remove(&code).ok_or(IdentityError::Refused)
    }
}

/// A browser that was sent to the provider.
pub(crate) struct Sent {
    /// The `Cookie` header.
    pub(crate) cookie: String,
    /// What the browser was told, to remember the cookie.
    pub(crate) set_cookie: String,
    pub(crate) state: String,
}

impl World {
    /// A world with a provider, where `admins` administer and `watchers` look.
    pub(crate) async fn with_provider() -> (Self, Arc<FakeProvider>) {
        let provider = Arc::<FakeProvider>::default();
        let granted = [("admins", Grant::administrator()), ("watchers", Grant::everything(Role::Viewer))];
        let roles = GroupGrants::new(granted.map(|(group, grant)| (group.to_owned(), grant)).into()).unwrap();
        let identification = Some(Identification { provider: provider.clone(), roles });
        let around = Around { identification, ..Around::default() };
        (Self::among(Limits::default(), TerminalLimits::default(), around).await, provider)
    }

    /// Asks where to sign in.
    pub(crate) async fn try_to_leave(&self) -> Answer {
        self.send_anonymously("POST", "/api/v1/session/oidc", &[], "").await
    }

    /// A browser that is at the provider.
    pub(crate) async fn leave(&self) -> Sent {
        let answer = self.try_to_leave().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let set_cookie = answer.header("set-cookie").unwrap().to_owned();
        let address = answer.json()["address"].as_str().unwrap().to_owned();
        Sent {
            cookie: set_cookie.split(';').next().unwrap().to_owned(),
            set_cookie,
            state: address.strip_prefix(ADDRESS).unwrap().to_owned(),
        }
    }

    /// Comes back with a code and a state, in the browser that has this cookie.
    pub(crate) async fn come_back(&self, code: &str, state: &str, cookie: &str) -> Answer {
        let headers = [("Content-Type", "application/json"), ("Cookie", cookie)];
        let body = json!({ "code": code, "state": state }).to_string();
        self.send_anonymously("POST", "/api/v1/session/oidc/code", &headers, body).await
    }

    /// Goes to the provider and comes back with `code`.
    pub(crate) async fn arrive(&self, code: &str) -> Answer {
        let sent = self.leave().await;
        self.come_back(code, &sent.state, &sent.cookie).await
    }
}
