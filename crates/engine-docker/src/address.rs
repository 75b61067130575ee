//! The address of the engine.

use std::fmt;
use std::str::FromStr;

/// An address in the form of `DOCKER_HOST`: `unix:///var/run/docker.sock` or `tcp://host:2375`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineAddress {
    /// A unix socket, by its absolute path.
    Unix(String),
    /// TCP, by host and port.
    Tcp(String),
}

/// An invalid engine address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither `unix://` nor `tcp://`.
    #[error("the engine address `{0}` must start with `unix://` or `tcp://`")]
    Scheme(String),
    /// Requires TLS.
    #[error("the engine address `{0}` needs TLS: write `tcp://` and set `docker_cert_path`")]
    Tls(String),
    /// A unix socket without an absolute path.
    #[error("the engine address `{0}` has no absolute path after `unix://`")]
    SocketPath(String),
    /// A TCP address without host or port.
    #[error("the engine address `{0}` is not `tcp://HOST:PORT`")]
    HostAndPort(String),
}

impl FromStr for EngineAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("unix://") {
            let absolute = path.starts_with('/').then(|| Self::Unix(path.to_owned()));
            return absolute.ok_or_else(|| AddressError::SocketPath(text.to_owned()));
        }
        if text.starts_with("https://") {
            return Err(AddressError::Tls(text.to_owned()));
        }
        let authority = text.strip_prefix("tcp://").or_else(|| text.strip_prefix("http://"));
        let authority = authority.ok_or_else(|| AddressError::Scheme(text.to_owned()))?;
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if is_host(host) && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(authority.to_owned()))
            }
            _ => Err(AddressError::HostAndPort(text.to_owned())),
        }
    }
}

impl EngineAddress {
    /// Whether whoever is on the way can read and change what is sent there in the clear: anything but this machine.
    pub fn is_remote(&self) -> bool {
        let Self::Tcp(authority) = self else { return false };
        let host = authority.rsplit_once(':').map_or("", |(host, _)| host).trim_matches(['[', ']']);
        host != "localhost" && !host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

fn is_host(host: &str) -> bool {
    let name = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    let address = host.starts_with('[') && host.ends_with(']');
    !host.is_empty() && (name || address)
}

impl fmt::Display for EngineAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{path}"),
            Self::Tcp(authority) => write!(f, "tcp://{authority}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = match text.parse::<EngineAddress>() {
            Ok(address) => address.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn sockets_and_plain_tcp_are_accepted() {
        check("unix:///var/run/docker.sock", "unix:///var/run/docker.sock");
        check("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375");
        check("http://engine:2375/", "tcp://engine:2375");
        check("tcp://[::1]:2375", "tcp://[::1]:2375");
    }

    #[test]
    fn only_this_machine_is_not_remote() {
        for own in ["unix:///run/docker.sock", "tcp://127.0.0.1:1", "tcp://[::1]:1", "tcp://localhost:1"] {
            assert!(!own.parse::<EngineAddress>().unwrap().is_remote(), "{own}");
        }
        for other in ["tcp://engine:1", "tcp://10.0.0.1:1", "tcp://[2001:db8::1]:1"] {
            assert!(other.parse::<EngineAddress>().unwrap().is_remote(), "{other}");
        }
    }

    #[test]
    fn other_addresses_are_rejected_with_a_reason() {
        check("", "the engine address `` must start with `unix://` or `tcp://`");
        check(
            "unix://docker.sock",
            "the engine address `unix://docker.sock` has no absolute path after `unix://`",
        );
        check("tcp://engine", "the engine address `tcp://engine` is not `tcp://HOST:PORT`");
        check("tcp://a/b:1", "the engine address `tcp://a/b:1` is not `tcp://HOST:PORT`");
        check(
            "https://engine:2376",
            "the engine address `https://engine:2376` needs TLS: write `tcp://` and set `docker_cert_path`",
        );
        check("ssh://engine", "the engine address `ssh://engine` must start with `unix://` or `tcp://`");
    }
}
