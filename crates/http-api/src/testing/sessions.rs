//! Browsers that are signed in.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use core_monitor_transport::TrustedProxies;
use serde_json::json;

use super::{Answer, World, read, request};

/// The session of a browser.
pub(crate) struct Browser {
    /// The `Cookie` header.
    pub(crate) cookie: String,
    /// What the browser was told, to remember the cookie.
    pub(crate) set_cookie: String,
    pub(crate) csrf_token: String,
    pub(crate) session_id: String,
}

impl Browser {
    /// What a browser remembers of an answer with which a session has begun.
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let (set_cookie, session) = (answer.header("set-cookie").unwrap(), answer.json());
        let text = |name: &str| session[name].as_str().unwrap().to_owned();
        Self {
            cookie: set_cookie.split(';').next().unwrap().to_owned(),
            set_cookie: set_cookie.to_owned(),
            csrf_token: text("csrf_token"),
            session_id: text("session_id"),
        }
    }

    /// The name of its cookie.
    pub(crate) fn cookie_name(&self) -> &str {
        self.cookie.split('=').next().unwrap()
    }
}

impl World {
    /// Signs in with the token of the world.
    pub(crate) async fn sign_in(&self, headers: &[(&str, &str)]) -> Browser {
        let answer = self.try_to_sign_in(self.token(), headers).await;
        Browser::of(&answer)
    }

    pub(crate) async fn try_to_sign_in(&self, token: &str, headers: &[(&str, &str)]) -> Answer {
        let body = json!({"token": token}).to_string();
        self.send_anonymously("POST", "/api/v1/session", headers, body).await
    }

    /// The same over a connection from `peer`, which says that it comes from somebody else.
    pub(crate) async fn try_to_sign_in_from(&self, peer: &str, said: &str, token: &str) -> Answer {
        let peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
        let request = request("POST", "/api/v1/session", &[("X-Forwarded-For", said)]).peer_addr(peer);
        let request = request.set_json(json!({"token": token})).to_request();
        read(self.application.call(&self.api, request).await).await
    }

    /// The same world with proxies that are believed. Only before anything else has the state behind the handlers.
    pub(crate) fn trusting(self, proxies: &str) -> Self {
        let api = Arc::into_inner(self.api.into_inner()).unwrap_or_else(|| panic!("somebody has it already"));
        Self { api: Data::new(api.trusting(TrustedProxies::parse(proxies).unwrap())), ..self }
    }

    /// Sends a request as a browser does: with its cookie, and with the CSRF token.
    pub(crate) async fn browse(&self, browser: &Browser, method: &str, address: &str) -> Answer {
        let headers = [("Cookie", browser.cookie.as_str()), ("X-CSRF-Token", &browser.csrf_token)];
        self.send_anonymously(method, address, &headers, "").await
    }
}
