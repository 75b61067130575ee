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

    /// One that lets nobody in without these credentials.
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

    /// As image names begin.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// An image that takes its time.
    pub(crate) fn slow_image(&self, tag: u32) -> String {
        format!("127.0.0.1:{}/test/pull:{tag}", self.slow_port)
    }

    /// The same image at once.
    pub(crate) fn image(&self, tag: u32) -> String {
        format!("127.0.0.1:{}/test/pull:{tag}", self.port)
    }

    /// An image that it does not have.
    pub(crate) fn missing_image(&self) -> String {
        format!("127.0.0.1:{}/test/missing:1", self.port)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        for image in [self.image(1), self.image(2), self.slow_image(1), self.slow_image(2)] {
            // Most were never pulled.
            let _ = try_docker(&["image", "rm", "--force", &image]);
        }
        let _ = command(script("setup/registry.sh")).args(["stop", &self.port.to_string()]).output();
    }
}

fn run(arguments: &[&str]) {
    let output = command(script("setup/registry.sh")).args(arguments).output().unwrap();
    assert!(output.status.success(), "tests/setup/registry.sh: {}", String::from_utf8_lossy(&output.stderr));
}
