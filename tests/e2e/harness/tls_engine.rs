//! A second engine, at an address that it protects with TLS.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::authority::Authority;
use super::clock::poll;
use super::engine::{docker, free_port, try_docker};
use super::log::Log;
use super::program::command;

/// How long it may take to start, and to stop with all that it runs.
const LIMIT: Duration = Duration::from_secs(20);

/// A `dockerd` with folders of its own, which leaves the networks of the host alone. It ends with this value, and with the thread that started it.
pub(crate) struct TlsEngine {
    daemon: Child,
    log: Arc<Log>,
    address: String,
    client: TempDir,
    _files: TempDir,
    folder: TempDir,
}

impl TlsEngine {
    /// Starts one that believes the clients of this authority, and waits until it answers. Needs root, as `tests/run.sh` does.
    pub(crate) fn start(authority: &Authority) -> Self {
        let driver = docker(&["info", "--format", "{{.Driver}}"]);
        let folder = TempDir::with_prefix("core-monitor-engine-").unwrap();
        let (files, client) = (authority.engine(), authority.client(authority));
        let address = format!("tcp://127.0.0.1:{}", free_port());
        // What the engine of this machine is configured with is not for this one.
        fs::write(folder.path().join("daemon.json"), "{}").unwrap();
        let mut daemon = command("setpriv");
        daemon.args(["--pdeathsig", "TERM", "dockerd", "--host", &address]);
        // Not `--bridge=none`: that would take the bridge of the other engine away.
        daemon.args(["--iptables=false", "--ip-masq=false", "--ip-forward=false"]);
        daemon.args(["--tlsverify", "--shutdown-timeout=5"]);
        for (flag, file) in [("--tlscacert", "ca.pem"), ("--tlscert", "cert.pem"), ("--tlskey", "key.pem")] {
            daemon.arg(flag).arg(files.path().join(file));
        }
        for (flag, name) in [
            ("--config-file", "daemon.json"),
            ("--data-root", "data"),
            ("--exec-root", "exec"),
            ("--pidfile", "pid"),
        ] {
            daemon.arg(flag).arg(folder.path().join(name));
        }
        // With the image store of containerd it is no driver that could be asked for; there, the engine's own choice is the same.
        if driver != "overlayfs" {
            daemon.args(["--storage-driver", &driver]);
        }
        let daemon = daemon.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut daemon = daemon.expect("setpriv, of util-linux");
        let log = Arc::new(Log::default());
        log.collect(daemon.stderr.take().unwrap());
        let engine = Self { daemon, log, address, client, _files: files, folder };
        poll("the engine with TLS answers", LIMIT, || {
            assert!(!engine.log.has_ended_within(Duration::ZERO), "it ended: dockerd is of docker.io");
            engine.ask(&["version"]).ok()
        });
        engine
    }

    /// As the worker gets it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What `docker` prints about this engine.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        self.ask(arguments).unwrap_or_else(|error| panic!("docker {}: {error}", arguments.join(" ")))
    }

    /// Copies an image from the engine of this machine.
    pub(crate) fn load(&self, image: &str) {
        let archive = self.folder.path().join("image.tar").display().to_string();
        docker(&["save", "--output", &archive, image]);
        self.docker(&["load", "--input", &archive]);
    }

    fn ask(&self, arguments: &[&str]) -> Result<String, String> {
        let file = |name: &str| self.client.path().join(name).display().to_string();
        let (authority, certificate, key) = (file("ca.pem"), file("cert.pem"), file("key.pem"));
        let engine = ["--host", &self.address, "--tlsverify", "--tlscacert", &authority];
        let own = ["--tlscert", &certificate, "--tlskey", &key];
        try_docker(&[&engine[..], &own[..], arguments].concat())
    }

    /// The containerd that it has started for itself.
    fn containerd(&self) -> Option<Pid> {
        let file = self.folder.path().join("exec/containerd/containerd.pid");
        Pid::from_raw(fs::read_to_string(file).ok()?.trim().parse().ok()?)
    }
}

impl Drop for TlsEngine {
    fn drop(&mut self) {
        if thread::panicking() {
            for line in self.log.lines() {
                eprintln!("dockerd: {line}");
            }
        }
        let containerd = self.containerd();
        // It stops its containers and its containerd first.
        let _ = kill_process(Pid::from_child(&self.daemon), Signal::TERM);
        if !self.log.has_ended_within(LIMIT) {
            let _ = self.daemon.kill();
            if let Some(containerd) = containerd {
                let _ = kill_process(containerd, Signal::KILL);
            }
        }
        let _ = self.daemon.wait();
        // What an engine that was killed has left mounted would keep its folder from being removed.
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let places = mounts.lines().filter_map(|line| line.split(' ').nth(1));
        for place in places.filter(|place| Path::new(place).starts_with(self.folder.path())) {
            let _ = command("umount").args(["--lazy", place]).output();
        }
    }
}
