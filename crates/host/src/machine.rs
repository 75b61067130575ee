//! What the operating system says about this machine and the files of an installation, for the doctor. Changes nothing.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use core_monitor_domain::doctor::{
    DatabaseFacts, EngineState, FolderState, KeyState, LeaseFacts, ListenState, LockState, MachineFacts,
    SpaceFacts,
};
use core_monitor_domain::ports::Clock as _;
use core_monitor_transport::own::over_tls;
use rustix::fs::{Access, access, statvfs};

use crate::{KeyFileVault, SystemClock};

/// How long a program on this machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest part of an answer that is read.
const LONGEST_ANSWER: u64 = 4_096;

/// What this machine calls itself; `None` if it has no name.
pub fn host_name() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Some(name).filter(|name| !name.is_empty() && name != "(none)")
}

/// What both programs find out in the same way. The database tells its own state and the lease of the worker; the server's address
/// and the engine concern one of the programs each.
pub fn facts(
    data_dir: &Path,
    key_encryption_file: Option<&Path>,
    (database, lease): (DatabaseFacts, Option<LeaseFacts>),
    lock: LockState,
) -> MachineFacts {
    MachineFacts {
        user: user_id(),
        now: SystemClock.now(),
        data_dir: data_dir.display().to_string(),
        folder: folder_state(data_dir),
        space: space(data_dir),
        key: key_state(data_dir, key_encryption_file),
        database,
        lock,
        lease,
        storage: None,
        listen: None,
        engine: None,
    }
}

/// The user this process runs as.
fn user_id() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The state of the data folder.
fn folder_state(path: &Path) -> FolderState {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let above = path.ancestors().skip(1).find(|above| above.exists());
            FolderState::Missing { creatable: above.is_some_and(is_writable) }
        }
        Err(error) => FolderState::Unreadable(error.to_string()),
        Ok(found) if !found.is_dir() => FolderState::NotAFolder,
        Ok(found) => FolderState::Found {
            owner: found.uid(),
            mode: found.mode() & 0o7777,
            writable: is_writable(path),
        },
    }
}

fn is_writable(folder: &Path) -> bool {
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// The space on the disk of `path`, or of the closest folder above it that exists.
pub(crate) fn space(path: &Path) -> Option<SpaceFacts> {
    let existing = path.ancestors().find(|above| above.exists())?;
    let found = statvfs(existing).ok()?;
    // Some file systems make room for files as they are created and report none.
    let free_files = (found.f_files > 0).then_some(found.f_favail);
    Some(SpaceFacts { free: found.f_bavail.saturating_mul(found.f_frsize), free_files })
}

/// The key file of an installation, for the user of its programs. It is not created.
fn key_state(data_dir: &Path, encryption_file: Option<&Path>) -> KeyState {
    let user = folder_state(data_dir).user_of_programs(user_id());
    match KeyFileVault::examine(data_dir, encryption_file, user) {
        Ok(Some(form)) if form.is_rotating => KeyState::BeingRotated,
        Ok(Some(form)) => form
            .encrypted_with
            .map_or(KeyState::Usable, |file| KeyState::Encrypted { with: file.display().to_string() }),
        Ok(None) => KeyState::Missing,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            KeyState::Unusable(format!("{error}{}", cause.unwrap_or_default()))
        }
    }
}

/// What is spoken at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// HTTP in the clear.
    Plain,
    /// HTTP over TLS.
    Tls,
}

/// Whether the server can listen at `address`, or does already.
pub fn listen_state(address: SocketAddr, speech: Speech) -> ListenState {
    let text = address.to_string();
    match TcpListener::bind(address) {
        Ok(_) => ListenState::Free { address: text },
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => match ask_readiness(address, speech) {
            Ok(_) => ListenState::Ours { address: text },
            Err(_) => ListenState::Taken { address: text },
        },
        Err(error) => ListenState::Refused { address: text, reason: error.to_string() },
    }
}

/// Asks the server at `address` whether it can do its work, and repeats its answer. An error if it cannot, or if something
/// else answers; its words are for people.
pub fn ask_health(address: SocketAddr, speech: Speech) -> Result<String, String> {
    let Readiness { status, body } = ask_readiness(address, speech)?;
    if status == "200" { Ok(body) } else { Err(format!("{address} answers {status}: {}", body.trim())) }
}

/// What a server says about itself.
struct Readiness {
    status: String,
    body: String,
}

/// Asks for what only a Core Monitor server answers, ready or not: anything may say 200.
fn ask_readiness(address: SocketAddr, speech: Speech) -> Result<Readiness, String> {
    let answer = ask(reachable(address), speech, "/readyz")
        .map_err(|error| format!("no answer from {address}: {error}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.split_whitespace().next());
    match status {
        Some(status @ ("200" | "503")) if is_readiness(body) => {
            Ok(Readiness { status: status.to_owned(), body: body.to_owned() })
        }
        _ => Err(format!("what answers at {address} is no Core Monitor server")),
    }
}

/// Whether an answer has the shape of ours.
fn is_readiness(body: &str) -> bool {
    let found: Result<serde_json::Value, _> = serde_json::from_str(body);
    found.is_ok_and(|found| {
        ["database", "worker", "disk"]
            .into_iter()
            .all(|part| found.get(part).is_some_and(serde_json::Value::is_boolean))
    })
}

fn ask(address: SocketAddr, speech: Speech, path: &str) -> io::Result<String> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    match speech {
        Speech::Plain => exchange(stream, &request),
        Speech::Tls => exchange(over_tls(stream).map_err(io::Error::other)?, &request),
    }
}

fn exchange(mut stream: impl Read + Write, request: &str) -> io::Result<String> {
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The address at which to ask for what listens at `address`: all addresses of a machine include its own.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// What is wrong with the socket of an engine at `path`; `None` if it can be opened.
pub fn socket_trouble(path: &str) -> Option<EngineState> {
    let silent =
        |error: &io::Error| EngineState::Silent { address: path.to_owned(), reason: error.to_string() };
    match Path::new(path).metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some(EngineState::NoSocket(path.to_owned()));
        }
        Ok(found) if !found.file_type().is_socket() => return Some(EngineState::NoSocket(path.to_owned())),
        Err(error) => return Some(silent(&error)),
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Ok(_) => None,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let group = Path::new(path).metadata().map_or(0, |found| found.gid());
            Some(EngineState::Denied { path: path.to_owned(), group })
        }
        Err(error) => Some(silent(&error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::thread;

    use super::*;

    #[test]
    fn a_folder_is_described_without_creating_it() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("a/b");
        assert_eq!(folder_state(&missing), FolderState::Missing { creatable: true });
        assert!(!missing.exists() && space(&missing).unwrap().free > 0);
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o750)).unwrap();
        let found = FolderState::Found { owner: user_id(), mode: 0o750, writable: true };
        assert_eq!(folder_state(folder.path()), found);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(folder_state(&file), FolderState::NotAFolder);
    }

    #[test]
    fn a_key_is_looked_at_but_never_made() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(key_state(folder.path(), None), KeyState::Missing);
        assert!(!folder.path().join("secret.key").exists());
        KeyFileVault::open(folder.path()).unwrap();
        assert_eq!(key_state(folder.path(), None), KeyState::Usable);
        std::fs::write(folder.path().join("secret.key"), "short").unwrap();
        assert!(
            matches!(key_state(folder.path(), None), KeyState::Unusable(reason) if reason.contains("exactly 32"))
        );
    }

    #[test]
    fn root_judges_the_files_for_the_owner_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        KeyFileVault::open(folder.path()).unwrap();
        let key = folder.path().join("secret.key");
        // Only root can give files away.
        if std::os::unix::fs::chown(&key, Some(12_345), None).is_err() {
            return;
        }
        let reason = |state: KeyState| match state {
            KeyState::Unusable(reason) => reason,
            state => panic!("{state:?}"),
        };
        let own = reason(key_state(folder.path(), None));
        assert!(own.contains("belongs to user 12345") && !own.contains("chown"), "{own}");
        std::os::unix::fs::chown(folder.path(), Some(12_345), None).unwrap();
        assert_eq!(key_state(folder.path(), None), KeyState::Usable);
        std::os::unix::fs::chown(&key, Some(0), None).unwrap();
        let put_back = reason(key_state(folder.path(), None));
        assert!(
            put_back.contains("belongs to user 0, but its folder to user 12345: run `chown 12345`"),
            "{put_back}"
        );
    }

    /// Answers one request with `answer`.
    fn server(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut part = [0; 256];
                let length = stream.read(&mut part).unwrap();
                request.extend_from_slice(&part[..length]);
            }
            assert!(request.starts_with(b"GET /readyz HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        address
    }

    const READY: &str = r#"{"database":true,"worker":false,"disk":true}"#;
    const OURS: &str =
        "HTTP/1.1 200 OK\r\nContent-Length: 44\r\n\r\n{\"database\":true,\"worker\":false,\"disk\":true}";
    const OURS_IN_TROUBLE: &str =
        "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"database\":false,\"worker\":false,\"disk\":true}";

    #[test]
    fn only_a_server_that_says_200_is_well() {
        let check = |answer, expected: Result<&str, &str>| {
            let found = ask_health(server(answer), Speech::Plain);
            match expected {
                Ok(body) => assert_eq!(found.as_deref(), Ok(body)),
                Err(part) => assert!(found.as_ref().is_err_and(|error| error.contains(part)), "{found:?}"),
            }
        };
        check(OURS, Ok(READY));
        check(OURS_IN_TROUBLE, Err("answers 503: {\"database\":false"));
        for other in
            ["SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\n\r\nok", "HTTP/1.1 200 OK\r\n\r\n{\"database\":true}"]
        {
            check(other, Err("is no Core Monitor server"));
        }
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(
            ask_health(nobody, Speech::Plain)
                .is_err_and(|error| error.starts_with("no answer from 127.0.0.1:"))
        );
    }

    #[test]
    fn an_address_is_free_ours_or_taken() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(listen_state(free, Speech::Plain), ListenState::Free { address: free.to_string() });
        for answer in [OURS, OURS_IN_TROUBLE] {
            let ours = server(answer);
            assert_eq!(listen_state(ours, Speech::Plain), ListenState::Ours { address: ours.to_string() });
        }
        for answer in ["HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n<html>another server</html>"]
        {
            let taken = server(answer);
            assert_eq!(listen_state(taken, Speech::Plain), ListenState::Taken { address: taken.to_string() });
        }
        let elsewhere: SocketAddr = "203.0.113.1:1".parse().unwrap();
        assert!(matches!(listen_state(elsewhere, Speech::Plain), ListenState::Refused { .. }));
        assert_eq!(reachable("0.0.0.0:80".parse().unwrap()), "127.0.0.1:80".parse().unwrap());
    }

    #[test]
    fn a_socket_is_missing_or_answers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sock").display().to_string();
        assert_eq!(socket_trouble(&path), Some(EngineState::NoSocket(path.clone())));
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert_eq!(socket_trouble(&path), None);
        drop(listener);
        assert!(matches!(socket_trouble(&path), Some(EngineState::Silent { .. })));
    }
}
