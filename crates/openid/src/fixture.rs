//! A provider of the tests: a server on this machine that answers as it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};

/// A key that signs tokens.
pub(crate) struct Key {
    key: CoreEdDsaPrivateSigningKey,
    id: &'static str,
}

impl Key {
    /// The key of Ed25519 with this byte, 32 times, as its secret.
    pub(crate) fn new(byte: u8, id: &'static str) -> Self {
        // What PKCS #8 has around the secret (RFC 8410, 7).
        let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        der.extend([byte; 32]);
        let text = STANDARD.encode(der);
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        let key = CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.to_owned())));
        Self { key: key.unwrap(), id }
    }

    /// A token that says this.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let message = unsigned(&json!({"alg": "EdDSA", "kid": self.id}), claims);
        let signature = self.key.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The list of keys that has only this one, as a provider publishes it.
    pub(crate) fn published(&self) -> String {
        json!({"keys": [self.key.as_verification_key()]}).to_string()
    }
}

/// What is signed of a token.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// The answer to a request.
#[derive(Clone)]
pub(crate) struct Reply {
    status: &'static str,
    more: String,
    body: String,
}

impl Reply {
    pub(crate) fn json(body: impl Into<String>) -> Self {
        Self { status: "200 OK", more: String::new(), body: body.into() }
    }

    pub(crate) fn refused(body: impl Into<String>) -> Self {
        Self { status: "400 Bad Request", ..Self::json(body) }
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self { status: "302 Found", more: format!("Location: {to}\r\n"), body: String::new() }
    }
}

/// A request that was made.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    /// The lines of the head but the first one.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A provider on this machine.
pub(crate) struct FakeProvider {
    pub(crate) issuer: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    replies: BTreeMap<&'static str, Reply>,
    asked: Vec<Asked>,
}

impl FakeProvider {
    /// One with this key, whose answers about tokens and people are still to be said.
    pub(crate) fn start(key: &Key) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        let served = Arc::clone(&state);
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // Who has gone away in the middle of it is not answered.
                let _ = serve(&stream.unwrap(), &served);
            }
        });
        let provider = Self { issuer, state };
        provider.publish(&json!({}));
        provider.says("/jwks", Reply::json(key.published()));
        provider
    }

    /// Publishes the addresses, with these changes.
    pub(crate) fn publish(&self, changes: &Value) {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let mut metadata = json!({
            "issuer": self.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/me"), "jwks_uri": at("/jwks"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        for (name, value) in changes.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        self.says("/.well-known/openid-configuration", Reply::json(metadata.to_string()));
    }

    /// From now on, this is the answer at `path`.
    pub(crate) fn says(&self, path: &'static str, reply: Reply) {
        self.state.lock().unwrap().replies.insert(path, reply);
    }

    /// From now on, every code is worth this token.
    pub(crate) fn gives(&self, token: &str) {
        let answer = json!({"access_token": "letmein", "token_type": "Bearer", "id_token": token});
        self.says("/token", Reply::json(answer.to_string()));
    }

    /// What was asked at `path`.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        self.state.lock().unwrap().asked.iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut head) = (String::new(), String::new());
    reader.read_line(&mut first)?;
    while reader.read_line(&mut head)? > 2 {}
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let reply = {
        let mut state = state.lock().unwrap();
        let reply = state.replies.get(path.as_str()).cloned();
        state.asked.push(Asked { path, head, body });
        reply.unwrap_or(Reply { status: "404 Not Found", ..Reply::json("{}") })
    };
    let Reply { status, more, body } = reply;
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n");
    let mut stream = stream;
    stream.write_all(format!("{head}Connection: close\r\n{more}\r\n{body}").as_bytes())
}

/// The value of a header, whatever the case of its name.
pub(crate) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
