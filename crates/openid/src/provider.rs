//! [`IdentityProvider`]: a provider of OpenID Connect.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use core_monitor_domain::ports::{Clock, IdentityError, IdentityProvider};
use core_monitor_domain::session::SignInSecrets;
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{Identity, ProviderSubject};
use core_monitor_requests::Trust;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClientAuthMethod, CoreJsonWebKey, CoreProviderMetadata,
};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClaimsVerificationError, CsrfToken, DiscoveryError,
    ErrorResponse, HttpRequest, HttpResponse, IdTokenVerifier, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse as _, UserInfoError,
};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::claims::{ALGORITHMS, Claims, Info, Known, groups, is_fresh, names};
use crate::client::{Client, RequestError};
use crate::settings::OpenIdSettings;

/// How long what the provider publishes is believed: addresses and keys change rarely.
const KNOWN_FOR: Duration = Duration::from_hours(1);

/// How long it is not asked for again, whatever keys a token names.
const NOT_AGAIN_FOR: Duration = Duration::from_secs(30);

/// How many sign-ins ask the provider at once. Each takes a thread.
const AT_ONCE: usize = 8;

/// The provider of the settings.
#[derive(Clone)]
pub struct OpenIdProvider {
    inner: Arc<Inner>,
    turns: Arc<Semaphore>,
}

struct Inner {
    settings: OpenIdSettings,
    client: Client,
    clock: Arc<dyn Clock>,
    published: Mutex<Option<Published>>,
}

/// What the provider publishes.
#[derive(Clone)]
struct Published {
    metadata: Arc<CoreProviderMetadata>,
    asked_at: Duration,
}

impl OpenIdProvider {
    /// Nothing is asked yet: the provider may be down while the server starts.
    pub fn new(settings: OpenIdSettings, trust: &Trust, clock: Arc<dyn Clock>) -> Self {
        let client = Client::new(settings.issuer.url(), trust);
        let inner = Inner { settings, client, clock, published: Mutex::default() };
        Self { inner: Arc::new(inner), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Does this on a thread where waiting disturbs nobody, if there is one.
    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, IdentityError> + Send + 'static,
    ) -> Result<T, IdentityError> {
        let turn = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| IdentityError::Busy)?;
        let inner = Arc::clone(&self.inner);
        let done = spawn_blocking(move || {
            let _turn = turn;
            work(&inner)
        });
        done.await.unwrap_or_else(|error| {
            tracing::error!(%error, "asking the provider of identities has failed");
            Err(IdentityError::Invalid)
        })
    }
}

#[async_trait]
impl IdentityProvider for OpenIdProvider {
    fn name(&self) -> String {
        self.inner.settings.name.clone()
    }

    async fn authorization(&self, secrets: &SignInSecrets) -> Result<String, IdentityError> {
        let secrets = secrets.clone();
        self.on_thread(move |inner| inner.authorization(&secrets)).await
    }

    async fn identify(&self, code: String, secrets: &SignInSecrets) -> Result<Identity, IdentityError> {
        let secrets = secrets.clone();
        self.on_thread(move |inner| inner.identify(code, &secrets)).await
    }
}

/// Of a secret, the 43 letters that an address can contain.
fn letters(secret: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(secret)
}

impl Inner {
    fn authorization(&self, secrets: &SignInSecrets) -> Result<String, IdentityError> {
        let published = self.published(None)?;
        let known = self.known(&published)?;
        let (state, nonce) = (letters(&secrets.state), letters(&secrets.nonce));
        let verifier = PkceCodeVerifier::new(letters(&secrets.verifier));
        let mut request = known
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (address, ..) = request.url();
        if !self.client.may_use(&address) {
            tracing::warn!(%address, "the provider of identities names an address without https");
            return Err(IdentityError::Invalid);
        }
        Ok(address.into())
    }

    fn identify(&self, code: String, secrets: &SignInSecrets) -> Result<Identity, IdentityError> {
        let published = self.published(None)?;
        let known = self.known(&published)?;
        let verifier = PkceCodeVerifier::new(letters(&secrets.verifier));
        let request = known.exchange_code(AuthorizationCode::new(code)).map_err(|error| invalid(&error))?;
        let answer = request.set_pkce_verifier(verifier).request(&self.asking()).map_err(not_exchanged)?;
        let token = answer.id_token().ok_or_else(|| invalid(&"there is no ID token in the answer"))?;
        let nonce = Nonce::new(letters(&secrets.nonce));
        let claims = match token.claims(&self.verifier(&known), &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                // The provider may have changed its keys since.
                let renewed = self.published(Some(&published))?;
                let again = self.known(&renewed)?;
                token.claims(&self.verifier(&again), &nonce).map_err(|error| invalid(&error))?.clone()
            }
            other => other.map_err(|error| invalid(&error))?.clone(),
        };
        let subject = ProviderSubject::new(claims.issuer().as_str(), claims.subject().as_str());
        let subject = subject.map_err(|error| invalid(&error))?;
        let claim = &self.settings.groups_claim;
        let own = groups(claims.additional_claims(), claim);
        let info = match own {
            None if known.user_info_url().is_some() => {
                Some(self.info(&known, answer.access_token().clone(), &claims)?)
            }
            _ => None,
        };
        let groups = own.or_else(|| groups(info.as_ref()?.additional_claims(), claim));
        Ok(Identity { subject, names: names(&claims, info.as_ref()), groups: groups.unwrap_or_default() })
    }

    /// What the provider says of whom the token is for, besides.
    fn info(&self, known: &Known, access: AccessToken, claims: &Claims) -> Result<Info, IdentityError> {
        let subject = claims.subject().clone();
        let request = known.user_info(access, Some(subject)).map_err(|error| invalid(&error))?;
        let info: Info = request.request(&self.asking()).map_err(|error| match error {
            UserInfoError::Request(error) => unreachable(&error),
            other => invalid(&other),
        })?;
        if info.subject() == claims.subject() { Ok(info) } else { Err(invalid(&"it is about somebody else")) }
    }

    /// Checks tokens for this client, at the time of the clock, by the keys of the provider only.
    fn verifier<'a>(&self, known: &'a Known) -> IdTokenVerifier<'a, CoreJsonWebKey> {
        let now = self.clock.now();
        known
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || time(now))
            .set_issue_time_verifier_fn(move |issued| {
                if is_fresh(issued.timestamp_millis(), now) {
                    Ok(())
                } else {
                    Err("the token was not issued a moment ago".to_owned())
                }
            })
    }

    /// How the provider is asked.
    fn asking(&self) -> impl Fn(HttpRequest) -> Result<HttpResponse, RequestError> {
        let client = self.client.clone();
        move |request| client.send(request)
    }

    /// What the provider publishes, from memory if it was asked lately, and if it is not `outdated`.
    fn published(
        &self,
        outdated: Option<&Arc<CoreProviderMetadata>>,
    ) -> Result<Arc<CoreProviderMetadata>, IdentityError> {
        let now = self.clock.elapsed();
        let lately = self.published.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(lately) = lately {
            let age = now.saturating_sub(lately.asked_at);
            let is_outdated = outdated.is_some_and(|outdated| Arc::ptr_eq(outdated, &lately.metadata));
            if age < NOT_AGAIN_FOR || (age < KNOWN_FOR && !is_outdated) {
                return Ok(lately.metadata);
            }
        }
        // Whoever comes meanwhile asks, too; there are few at once.
        let found = CoreProviderMetadata::discover(&self.settings.issuer, &self.asking());
        let metadata = Arc::new(found.map_err(|error| match error {
            DiscoveryError::Request(error) => unreachable(&error),
            other => invalid(&other),
        })?);
        let published = Published { metadata: Arc::clone(&metadata), asked_at: now };
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = Some(published);
        Ok(metadata)
    }

    /// The provider, as this client asks it.
    fn known(&self, published: &CoreProviderMetadata) -> Result<Known, IdentityError> {
        if published.token_endpoint().is_none() {
            return Err(invalid(&"it publishes no address for tokens"));
        }
        let settings = &self.settings;
        let methods = published.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let known = Known::from_provider_metadata(
            published.clone(),
            settings.client_id.clone(),
            Some(settings.client_secret.clone()),
        );
        let known = known.set_redirect_uri(settings.redirect.clone());
        Ok(if in_body { known.set_auth_type(AuthType::RequestBody) } else { known })
    }
}

/// The same moment, as the library has it.
fn time(now: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(now.as_millis()).unwrap_or_default()
}

fn not_exchanged<T>(error: RequestTokenError<RequestError, T>) -> IdentityError
where
    T: ErrorResponse + 'static,
{
    match error {
        RequestTokenError::ServerResponse(answer) => {
            tracing::warn!(?answer, "the provider of identities refuses a code");
            IdentityError::Refused
        }
        RequestTokenError::Request(error) => unreachable(&error),
        // What came with it may have a token in it.
        RequestTokenError::Parse(error, _) => invalid(&format!("it cannot be read at `{}`", error.path())),
        RequestTokenError::Other(reason) => invalid(&reason),
    }
}

fn unreachable(error: &RequestError) -> IdentityError {
    tracing::warn!(%error, "the provider of identities cannot be asked");
    match error {
        RequestError::Failed(_) => IdentityError::Unreachable,
        RequestError::Insecure(_) | RequestError::Redirected => IdentityError::Invalid,
    }
}

fn invalid(reason: &dyn Display) -> IdentityError {
    tracing::warn!(%reason, "an answer of the provider of identities is not valid");
    IdentityError::Invalid
}

#[cfg(test)]
mod tests;
