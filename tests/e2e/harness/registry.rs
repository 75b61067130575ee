//! A registry on the loopback, as fast or as slow as a test needs it.

use super::engine::{free_port, try_docker};
use super::program::{command, script};

/// A registry with `test/pull:1` and `test/pull:2`, 4 MiB each.
pub(crate) struct Registry {
    port: u16,
    slow_port: u16,
}

impl Registry {
    /// One that also serves at a port where a pull takes 4 MiB divided by `bytes_per_second`.
    pub(crate) fn start(bytes_per_second: u32) -> Self {
        let (port, slow_port) = (free_port(), free_port());
        let registry = Self { port, slow_port };
        run(&["start", &port.to_string(), &slow_port.to_string(), &bytes_per_second.to_string()]);
        registry
    }

    /// A registry that requires these credentials.
    pub(crate) fn start_locked(user: &str, password: &str) -> Self {
        let port = free_port();
        let registry = Self { port, slow_port: port };
        let output = command(script("setup/registry.sh"))
            .args(["start", &port.to_string()])
            .env("REGISTRY_USER", user)
            .env("REGISTRY_PASSWORD", password)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "tests/setup/registry.sh: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        registry
    }

    /// Adds images for another architecture: `foreign`, `both`, which is for the engine's own too, and `unrunnable-here`.
    pub(crate) fn add_platforms(&self, architecture: &str) {
        run(&["platforms", &self.port.to_string(), architecture]);
    }

    /// An image by its tag, pulled quickly.
    pub(crate) fn tagged(&self, tag: &str) -> String {
        format!("127.0.0.1:{}/test/pull:{tag}", self.port)
    }

    /// As image names begin.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// An image that takes long to pull.
    pub(crate) fn slow_image(&self, tag: u32) -> String {
        format!("127.0.0.1:{}/test/pull:{tag}", self.slow_port)
    }

    /// The same image, pulled quickly.
    pub(crate) fn image(&self, tag: u32) -> String {
        format!("127.0.0.1:{}/test/pull:{tag}", self.port)
    }

    /// An image that the registry does not have.
    pub(crate) fn missing_image(&self) -> String {
        format!("127.0.0.1:{}/test/missing:1", self.port)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        for host in [self.port, self.slow_port] {
            // By id, because those that a later pull took the name from have none; most were never pulled.
            let reference = format!("reference=127.0.0.1:{host}/test/pull");
            let pulled = try_docker(&["image", "ls", "--all", "--quiet", "--filter", &reference]);
            for image in pulled.unwrap_or_default().lines() {
                let _ = try_docker(&["image", "rm", "--force", image]);
            }
        }
        let _ = command(script("setup/registry.sh")).args(["stop", &self.port.to_string()]).output();
    }
}

fn run(arguments: &[&str]) {
    let output = command(script("setup/registry.sh")).args(arguments).output().unwrap();
    assert!(output.status.success(), "tests/setup/registry.sh: {}", String::from_utf8_lossy(&output.stderr));
}
