//! [`HostPorts`] from `/proc`, which shows those of the network that this program is in.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use core_monitor_domain::ports::HostPorts;

/// The tables of sockets, below `/proc`.
const TABLES: [&str; 2] = ["net/tcp", "net/tcp6"];
/// How many bytes of a table are read at most. Sockets that listen come first in it, some 150 bytes each.
const BYTES: u64 = 4 << 20;
/// The state of a socket that listens, see proc(5).
const LISTENS: &str = "0A";

/// The machine that this program runs on.
#[derive(Debug, Clone)]
pub struct ProcHostPorts {
    proc: PathBuf,
}

impl Default for ProcHostPorts {
    fn default() -> Self {
        Self { proc: PathBuf::from("/proc") }
    }
}

#[async_trait]
impl HostPorts for ProcHostPorts {
    async fn listening(&self) -> BTreeSet<u16> {
        let proc = self.proc.clone();
        tokio::task::spawn_blocking(move || listening(&proc)).await.unwrap_or_default()
    }
}

fn listening(proc: &Path) -> BTreeSet<u16> {
    let tables = TABLES.iter().filter_map(|name| table(&proc.join(name)).ok());
    tables.flat_map(|text| text.lines().filter_map(listens).collect::<Vec<_>>()).collect()
}

fn table(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The port of a line about a socket that listens: `0: 0100007F:1F90 00000000:0000 0A ...`.
fn listens(line: &str) -> Option<u16> {
    let mut columns = line.split_whitespace();
    let (local, state) = (columns.nth(1)?, columns.nth(1)?);
    let (_, port) = local.rsplit_once(':').filter(|_| state == LISTENS)?;
    u16::from_str_radix(port, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const TCP: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:9C25 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2755459 1 00000000ed251f3c 100 0 0 10 0
   1: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1076 1 00000000f971508e 100 0 0 10 0
   2: 0100007F:B31D 0100007F:DF3A 06 00000000:00000000 03:00000044 00000000     0        0 0 3 000000007a5ae320
   3: 0100007F:8F6D 0100007F:DC46 01 00000000:00000000 00:00000000 00000000     0        0 12 1 000000007a5ae321 20 4 30 10 -1
";
    const TCP6: &str = "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1077 1 00000000f971508f 100 0 0 10 0
";

    fn with(tables: &[(&str, &str)]) -> (tempfile::TempDir, ProcHostPorts) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("net")).unwrap();
        for (name, text) in tables {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let ports = ProcHostPorts { proc: folder.path().to_owned() };
        (folder, ports)
    }

    #[tokio::test]
    async fn sockets_that_listen_are_told_from_others() {
        let (_folder, ports) = with(&[("net/tcp", TCP), ("net/tcp6", TCP6)]);
        assert_eq!(ports.listening().await, BTreeSet::from([39_973, 2_024, 80]));
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_left_out() {
        let (_folder, ports) = with(&[]);
        assert_eq!(ports.listening().await, BTreeSet::new());
        let (_folder, ports) = with(&[("net/tcp6", TCP6)]);
        assert_eq!(ports.listening().await, BTreeSet::from([80]));
        let other = "0: 0A\n1: here there 0A\n2: 0100007F:GGGG 00000000:0000 0A\n3: 0100007F:10000 00000000:0000 0A\n\n";
        let (_folder, ports) = with(&[("net/tcp", other)]);
        assert_eq!(ports.listening().await, BTreeSet::new());
    }

    #[tokio::test]
    async fn this_machine_shows_who_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(ProcHostPorts::default().listening().await.contains(&port));
        // Not every machine has IPv6.
        if let Ok(listener) = TcpListener::bind("[::1]:0") {
            let port = listener.local_addr().unwrap().port();
            assert!(ProcHostPorts::default().listening().await.contains(&port));
        }
    }
}
