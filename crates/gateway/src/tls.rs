//! TLS with certificates from a folder, which are replaced while connections are open.

pub use core_monitor_transport::certificates::{
    CertificateError, CertificateFacts, CertificateWarning, Certificates, Reload, server_config,
};
