use core_monitor_simulation::clock::ManualClock;
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm};
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::fixture::{FakeProvider, Key, Reply, header, unsigned};
use crate::settings::Written;

const SECRET: &str = "a-secret-of-the-tests";
const SECRETS: SignInSecrets = SignInSecrets { state: [1; 32], nonce: [2; 32], verifier: [3; 32] };

/// A provider, its key, and this client of it.
struct World {
    fake: FakeProvider,
    key: Key,
    clock: Arc<ManualClock>,
    provider: OpenIdProvider,
}

impl World {
    fn new() -> Self {
        let key = Key::new(7, "first");
        let fake = FakeProvider::start(&key);
        let text = |text: &str| Some(text.to_owned());
        let written = Written {
            issuer: text(&fake.issuer),
            client_id: text("core-monitor"),
            client_secret: text(SECRET),
            name: None,
            scopes: "openid profile".to_owned(),
            groups_claim: "groups".to_owned(),
            roles: text("admins=administrator"),
            public_url: text("https://monitor.example.org"),
        };
        let settings = OpenIdSettings::parse(written).unwrap().unwrap();
        let clock = Arc::new(ManualClock::new());
        let provider = OpenIdProvider::new(settings, &Trust::default(), clock.clone());
        Self { fake, key, clock, provider }
    }

    /// What a token says that counts.
    fn claims(&self) -> Value {
        let now = self.clock.now().as_millis() / 1_000;
        json!({
            "iss": self.fake.issuer, "aud": "core-monitor", "sub": "42", "nonce": letters(&SECRETS.nonce),
            "iat": now, "exp": now + 300, "preferred_username": "ann", "groups": ["admins", "devs"],
        })
    }

    /// Signs in with a code that is worth this token.
    async fn identify(&self, token: &str) -> Result<Identity, IdentityError> {
        self.fake.gives(token);
        self.provider.identify("a-code".to_owned(), &SECRETS).await
    }

    /// The same with a token that says this, signed by the provider.
    async fn identify_by(&self, claims: &Value) -> Result<Identity, IdentityError> {
        self.identify(&self.key.sign(claims)).await
    }

    /// How often the provider was asked for its keys.
    fn looks(&self) -> usize {
        self.fake.asked("/jwks").len()
    }
}

fn groups_of(identity: &Identity) -> Vec<&str> {
    identity.groups.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn a_browser_is_sent_with_state_nonce_and_challenge() {
    let world = World::new();
    let address: Url = world.provider.authorization(&SECRETS).await.unwrap().parse().unwrap();
    assert!(address.as_str().starts_with(&format!("{}/authorize?", world.fake.issuer)), "{address}");
    let given = |name: &str| {
        let mut values = address.query_pairs().filter(|(found, _)| found == name);
        let value = values.next().map(|(_, value)| value.into_owned());
        assert!(values.next().is_none(), "`{name}` is there twice: {address}");
        value.unwrap_or_default()
    };
    assert_eq!((given("response_type"), given("client_id")), ("code".to_owned(), "core-monitor".to_owned()));
    assert_eq!(given("redirect_uri"), "https://monitor.example.org/signed-in");
    assert_eq!(given("scope"), "openid profile");
    assert_eq!((given("state"), given("nonce")), (letters(&SECRETS.state), letters(&SECRETS.nonce)));
    let verifier = PkceCodeVerifier::new(letters(&SECRETS.verifier));
    assert_eq!(given("code_challenge"), PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str());
    assert_eq!(given("code_challenge_method"), "S256");
    assert!(!address.as_str().contains(&letters(&SECRETS.verifier)), "the verifier stays here: {address}");
}

#[tokio::test]
async fn whoever_has_a_token_of_the_provider_is_identified() {
    let world = World::new();
    let identity = world.identify_by(&world.claims()).await.unwrap();
    assert_eq!((identity.subject.issuer(), identity.subject.subject()), (world.fake.issuer.as_str(), "42"));
    assert_eq!(
        (identity.names.as_slice(), groups_of(&identity)),
        (&["ann".to_owned()][..], vec!["admins", "devs"])
    );
    let asked = world.fake.asked("/token");
    let form: Vec<_> = url::form_urlencoded::parse(asked[0].body.as_bytes()).into_owned().collect();
    for (name, value) in [
        ("grant_type", "authorization_code".to_owned()),
        ("code", "a-code".to_owned()),
        ("code_verifier", letters(&SECRETS.verifier)),
        ("redirect_uri", "https://monitor.example.org/signed-in".to_owned()),
    ] {
        assert!(form.contains(&(name.to_owned(), value)), "`{name}`: {form:?}");
    }
    assert!(header(&asked[0].head, "authorization").is_some_and(|proof| proof.starts_with("Basic ")));
    assert!(world.fake.asked("/me").is_empty(), "the token has the groups");
}

#[tokio::test]
async fn a_token_that_is_not_for_this_sign_in_is_refused() {
    let world = World::new();
    let now = world.clock.now().as_millis() / 1_000;
    for (claim, value) in [
        ("nonce", json!(letters(&[9; 32]))),
        ("nonce", Value::Null),
        ("aud", json!("another-client")),
        ("aud", json!(["core-monitor", "another-client"])),
        ("iss", json!("https://id.example.org")),
        ("exp", json!(now - 1)),
        ("iat", json!(now + 601)),
        ("iat", json!(now - 601)),
        ("sub", json!("")),
        ("sub", json!("s".repeat(256))),
    ] {
        let mut claims = world.claims();
        claims[claim] = value.clone();
        assert_eq!(world.identify_by(&claims).await, Err(IdentityError::Invalid), "{claim}: {value}");
    }
    assert!(world.identify_by(&world.claims()).await.is_ok());
}

#[tokio::test]
async fn only_a_signature_with_a_key_of_the_provider_counts() {
    let world = World::new();
    let claims = world.claims();
    let none = unsigned(&json!({"alg": "none"}), &claims) + ".";
    let by_secret = unsigned(&json!({"alg": "HS256", "kid": "first"}), &claims);
    let mac = CoreHmacKey::new(SECRET).sign(&CoreJwsSigningAlgorithm::HmacSha256, by_secret.as_bytes());
    let by_secret = format!("{by_secret}.{}", URL_SAFE_NO_PAD.encode(mac.unwrap()));
    let good = world.key.sign(&claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let mut root = claims.clone();
    root["sub"] = json!("1");
    let changed = format!("{}.{signature}", unsigned(&json!({"alg": "EdDSA", "kid": "first"}), &root));
    for (why, token) in [
        ("no algorithm", none),
        ("the client secret", by_secret),
        ("another key under the name of the right one", Key::new(8, "first").sign(&claims)),
        ("a key that nobody publishes", Key::new(8, "second").sign(&claims)),
        ("another text", changed),
        ("no signature", format!("{message}.")),
        ("no token", "x".to_owned()),
    ] {
        assert_eq!(world.identify(&token).await, Err(IdentityError::Invalid), "{why}");
    }
    assert!(world.identify(&good).await.is_ok());
}

#[tokio::test]
async fn keys_are_asked_for_again_when_a_token_names_another_one_but_not_all_the_time() {
    let world = World::new();
    world.identify_by(&world.claims()).await.unwrap();
    let second = Key::new(8, "second");
    world.fake.says("/jwks", Reply::json(second.published()));
    let token = second.sign(&world.claims());
    assert_eq!(world.identify(&token).await, Err(IdentityError::Invalid));
    assert_eq!(world.looks(), 1, "whoever sends tokens cannot make the server ask");
    world.clock.advance(Duration::from_secs(30));
    assert!(world.identify(&token).await.is_ok());
    assert_eq!(world.looks(), 2);
    world.clock.advance(Duration::from_secs(30));
    let unknown = Key::new(9, "third").sign(&world.claims());
    assert_eq!(world.identify(&unknown).await, Err(IdentityError::Invalid));
    assert_eq!(world.looks(), 3, "once for each token");
    // What was asked for is believed for an hour, and then no longer.
    world.clock.advance(Duration::from_hours(1));
    assert!(world.identify(&second.sign(&world.claims())).await.is_ok());
    assert_eq!(world.looks(), 4);
}

#[tokio::test]
async fn groups_that_are_not_in_the_token_are_asked_for() {
    let world = World::new();
    let mut claims = world.claims();
    for claim in ["groups", "preferred_username"] {
        claims.as_object_mut().unwrap().remove(claim);
    }
    let said = json!({"sub": "42", "groups": ["devs"], "email": "ann@example.org"});
    world.fake.says("/me", Reply::json(said.to_string()));
    let identity = world.identify_by(&claims).await.unwrap();
    assert_eq!(identity.names, ["ann@example.org"]);
    assert_eq!(groups_of(&identity), ["devs"]);
    let asked = world.fake.asked("/me");
    assert_eq!(header(&asked[0].head, "authorization"), Some("Bearer letmein"));

    let other = json!({"sub": "1", "groups": ["admins"]});
    world.fake.says("/me", Reply::json(other.to_string()));
    assert_eq!(world.identify_by(&claims).await, Err(IdentityError::Invalid), "it is about somebody else");

    world.fake.says("/me", Reply::json(json!({"sub": "42"}).to_string()));
    assert!(world.identify_by(&claims).await.unwrap().groups.is_empty());
}

#[tokio::test]
async fn a_code_that_the_provider_does_not_take_is_refused() {
    let world = World::new();
    world.fake.says("/token", Reply::refused(r#"{"error": "invalid_grant"}"#));
    let refused = world.provider.identify("used".to_owned(), &SECRETS).await;
    assert_eq!(refused, Err(IdentityError::Refused));
    let without = json!({"access_token": "letmein", "token_type": "Bearer"});
    world.fake.says("/token", Reply::json(without.to_string()));
    let nobody = world.provider.identify("a-code".to_owned(), &SECRETS).await;
    assert_eq!(nobody, Err(IdentityError::Invalid), "there is no ID token");
}

#[tokio::test]
async fn answers_are_short_and_no_redirect_is_followed() {
    let world = World::new();
    world.identify_by(&world.claims()).await.unwrap();
    world.fake.says("/elsewhere", Reply::json("{}"));
    world.fake.says("/token", Reply::redirect(&format!("{}/elsewhere", world.fake.issuer)));
    let redirected = world.provider.identify("a-code".to_owned(), &SECRETS).await;
    assert_eq!(redirected, Err(IdentityError::Invalid));
    assert!(world.fake.asked("/elsewhere").is_empty(), "it is not followed");

    let long = json!({
        "access_token": "a".repeat(600_000), "token_type": "Bearer", "id_token": world.key.sign(&world.claims()),
    });
    world.fake.says("/token", Reply::json(long.to_string()));
    let oversized = world.provider.identify("a-code".to_owned(), &SECRETS).await;
    assert_eq!(oversized, Err(IdentityError::Unreachable));
    assert!(world.identify_by(&world.claims()).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_publishes_nonsense_is_not_used() {
    for changes in [
        json!({"issuer": "https://id.example.org"}),
        json!({"jwks_uri": "http://169.254.169.254/latest"}),
        json!({"authorization_endpoint": "http://id.example.org/authorize"}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
    ] {
        let world = World::new();
        world.fake.publish(&changes);
        let refused = world.provider.authorization(&SECRETS).await;
        assert_eq!(refused, Err(IdentityError::Invalid), "{changes}");
    }
    for changes in
        [json!({"token_endpoint": "http://169.254.169.254/token"}), json!({"token_endpoint": null})]
    {
        let world = World::new();
        world.fake.publish(&changes);
        let refused = world.identify_by(&world.claims()).await;
        assert_eq!(refused, Err(IdentityError::Invalid), "{changes}");
    }
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again_the_next_time() {
    let world = World::new();
    world.fake.says("/jwks", Reply::refused("{}"));
    assert!(world.provider.authorization(&SECRETS).await.is_err());
    world.fake.says("/jwks", Reply::json(world.key.published()));
    assert!(world.provider.authorization(&SECRETS).await.is_ok());
}
