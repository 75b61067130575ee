//! A real provider of OpenID Connect on the loopback.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;

use super::log::Log;
use super::program::{command, script};

/// Where people reach the web UI, as far as the provider knows. Nobody listens there: what a browser brings back is read here.
const PUBLIC: &str = "http://127.0.0.1:1";
const SECRET: &str = "a-secret-of-the-tests";

/// A provider with ann, who is in `admins`, bob, who is in `devs`, and carl, who is in no group.
pub(crate) struct Provider {
    child: Child,
    agent: Agent,
    address: String,
    /// With the file that has the client secret.
    folder: TempDir,
}

/// What a browser brings back.
pub(crate) struct Return {
    pub(crate) code: String,
    pub(crate) state: String,
}

impl Provider {
    pub(crate) fn start() -> Self {
        let mut child = command(script("setup/openid.sh"))
            .args(["serve", "0", &format!("{PUBLIC}/signed-in")])
            .env("CLIENT_SECRET", SECRET)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Log::default());
        log.collect(child.stdout.take().unwrap());
        log.collect(child.stderr.take().unwrap());
        let address =
            log.find(Duration::from_secs(30), |line| line.strip_prefix("listening at ").map(str::to_owned));
        let address = address.unwrap_or_else(|| panic!("tests/setup/openid.sh: {}", log.lines().join("\n")));
        let folder = TempDir::with_prefix("core-monitor-openid-").unwrap();
        let file = folder.path().join("secret");
        fs::write(&file, SECRET).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { child, agent: agent.into(), address, folder }
    }

    /// The settings of a server that people sign in to with this provider, whose groups are worth `roles`.
    pub(crate) fn settings(&self, roles: &str) -> Vec<(&'static str, String)> {
        vec![
            ("CORE_MONITOR_OIDC_ISSUER", self.address.clone()),
            ("CORE_MONITOR_OIDC_CLIENT_ID", "core-monitor".to_owned()),
            ("CORE_MONITOR_OIDC_CLIENT_SECRET_FILE", self.folder.path().join("secret").display().to_string()),
            ("CORE_MONITOR_OIDC_NAME", "Example".to_owned()),
            ("CORE_MONITOR_OIDC_ROLES", roles.to_owned()),
            ("CORE_MONITOR_PUBLIC_URL", PUBLIC.to_owned()),
        ]
    }

    /// Changes accounts or keys, see `tests/setup/openid/provider.mjs`.
    pub(crate) fn change(&self, what: &Value) {
        let answer = self.agent.post(format!("{}/control", self.address)).send(what.to_string()).unwrap();
        assert_eq!(answer.status(), 200, "{what}");
    }

    /// What a browser brings back that was sent to `address` and signs in there as `account`.
    pub(crate) fn visit(&self, address: &str, account: &str) -> Return {
        let mut cookies = BTreeMap::new();
        let mut next = format!("{address}&login_hint={account}");
        for _ in 0..10 {
            if let Some(query) = next.strip_prefix(&format!("{PUBLIC}/signed-in?")) {
                let value = |name: &str| {
                    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned()).unwrap()
                };
                return Return { code: value("code"), state: value("state") };
            }
            next = self.step(&next, &mut cookies);
        }
        panic!("the provider redirects for ever, at last to {next}");
    }

    /// Where the provider sends the browser from here.
    fn step(&self, address: &str, cookies: &mut BTreeMap<String, String>) -> String {
        let held: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = self.agent.get(address).header("Cookie", held.join("; ")).call().unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = cookie.split_once('=').unwrap();
            // An empty one is forgotten.
            if value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let to = to.unwrap_or_else(|| panic!("{address} answers {} and leads nowhere", answer.status()));
        if to.starts_with('/') { format!("{}{to}", self.address) } else { to }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Fails only for a process that has ended and was waited for already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
