//! What a browser is signed in with is nowhere but in the browser.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_application::server::{TokenSecret, Visitor};
use core_monitor_domain::actor::Actor;

use crate::installation::Installation;
use crate::log::Log;
use crate::pages::Pages;

#[tokio::test]
async fn the_secret_of_a_session_is_neither_stored_nor_logged() {
    let log = Log::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let installation = Installation::new().await;
    let (name, token) = ("ann".parse().unwrap(), TokenSecret::chosen("a token of somebody who signs in"));
    installation.server.set_token(&Actor::server(), &name, &token).await.unwrap();
    let actor = installation.server.authenticate(token.expose()).await.unwrap().unwrap();
    let begun = installation.server.open_session(&actor, Visitor::default()).await.map_err(|e| e.to_string());
    let begun = begun.unwrap();
    let found = installation.server.authenticate_session(&begun.secret).await.unwrap();
    assert!(found.is_some_and(|found| found.accepts(&begun.csrf_token)));
    let stored = Pages::read(&installation.file()).await.all();
    let is_stored = |bytes: &[u8]| stored.windows(bytes.len()).any(|window| window == bytes);
    assert!(is_stored(&begun.shown.session.hash), "what is stored would be found");
    let bits = URL_SAFE_NO_PAD.decode(&begun.secret).unwrap();
    assert!(
        !is_stored(&bits) && !is_stored(begun.secret.as_bytes()) && !is_stored(begun.csrf_token.as_bytes())
    );
    let said = log.text();
    assert!(said.contains("a session has begun"), "{said}");
    assert!(!said.contains(&begun.secret) && !said.contains(&begun.csrf_token), "{said}");
}
