//! Users who have signed in.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::sessions::Browser;
use super::{Answer, World};

pub(crate) mod provider;

/// The password of every user of a world.
pub(crate) const PASSWORD: &str = "correct horse battery";

impl World {
    /// Sends JSON without a token.
    pub(crate) async fn post_openly(&self, address: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.send_anonymously("POST", address, &headers, body.to_string()).await
    }

    /// Invites a user, as the administrator that the world has, and gives the secret of the invitation.
    pub(crate) async fn invite(&self, name: &str, grants: Value) -> String {
        let headers = [("Content-Type", "application/json")];
        let body = json!({ "name": name, "grants": grants }).to_string();
        let invited = self.send("POST", "/api/v1/users", &headers, &body).await;
        assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
        invited.json()["invitation"].as_str().unwrap().to_owned()
    }

    /// A user who has accepted their invitation, with the session that began then.
    pub(crate) async fn user(&self, name: &str, grants: Value) -> Browser {
        let invitation = self.invite(name, grants).await;
        let body = json!({ "invitation": invitation, "password": PASSWORD });
        Browser::of(&self.post_openly("/api/v1/invitations/accept", &body).await)
    }

    /// Signs in with a password.
    pub(crate) async fn try_password(&self, name: &str, password: &str, code: Option<&str>) -> Answer {
        let body = json!({ "name": name, "password": password, "code": code });
        self.post_openly("/api/v1/session/password", &body).await
    }

    /// Sends JSON in the session of a browser.
    pub(crate) async fn write_in(
        &self,
        browser: &Browser,
        method: &str,
        address: &str,
        body: &Value,
    ) -> Answer {
        let headers = [
            ("Cookie", browser.cookie.as_str()),
            ("X-CSRF-Token", &browser.csrf_token),
            ("Content-Type", "application/json"),
            ("If-Match", "*"),
        ];
        self.send_anonymously(method, address, &headers, body.to_string()).await
    }
}
