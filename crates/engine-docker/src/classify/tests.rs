//! One check per response. Messages are from Engine 20.10.24 unless another version is named.

use super::*;

fn check(operation: Operation, status: u16, message: &str, expected: &str) {
    let error = Error::DockerResponseServerError { status_code: status, message: message.to_owned() };
    assert_eq!(short(&rejection(operation, error)), expected, "{operation:?} {status} {message}");
}

fn check_pull(status: u16, message: &str, expected: &str) {
    let error = Error::DockerResponseServerError { status_code: status, message: message.to_owned() };
    let error = pull("registry.example".parse().unwrap(), false, error);
    assert_eq!(short(&Rejection::Failed(error)), expected, "{status} {message}");
}

fn short(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Failed(EngineError::NameTaken { holder, .. }) => {
            format!("name taken by {}", holder.as_ref().map_or("an unknown container", ContainerId::short))
        }
        Rejection::Failed(error) => {
            let debug = format!("{error:?}");
            debug.split([' ', '{']).next().unwrap_or_default().to_owned()
        }
        other => format!("{other:?}"),
    }
}

const HOLDER: &str = "4716ce3b7a432237e89ec53bced9460f551ae4788e14d1ec999d024ab999c4c2";

#[test]
fn create_container() {
    use Operation::CreateContainer as Create;
    check(
        Create,
        409,
        &format!(
            "Conflict. The container name \"/web\" is already in use by container \"{HOLDER}\". You have to remove \
             (or rename) that container to be able to reuse that name."
        ),
        "name taken by 4716ce3b7a43",
    );
    check(
        Create,
        409,
        "Conflict. The name is already in use by container unknown.",
        "name taken by an unknown container",
    );
    check(Create, 404, "No such image: test/nosuch:1", "ImageUnavailable");
    check(Create, 404, "No such container: parent", "NotFound");
    check(
        Create,
        400,
        "invalid mount config for type \"bind\": bind source path does not exist: /nosuchdir",
        "Refused",
    );
    check(Create, 400, "Container cannot be connected to network endpoints: a, b", "Refused");
    check(Create, 500, "open /var/lib/docker/tmp: no space left on device", "Refused");
    check(Create, 500, "error creating rw layer: context deadline exceeded", "Unavailable");
    check(Create, 503, "", "Unavailable");
    check(
        Create,
        404,
        "image with reference test/arm:1 was found but does not match the specified platform: wanted linux/arm64, \
         actual: linux/amd64",
        "WrongPlatform",
    );
}

#[test]
fn a_5xx_that_names_no_lasting_cause_is_unexplained_for_every_write() {
    use Operation::{
        Connect, Copy, CreateContainer, CreateNetwork, CreateVolume, Disconnect, Hook, Pause,
        RemoveContainer, RemoveNetwork, RemoveVolume, Rename, Start, Stop, Unpause,
    };
    let writes = [
        CreateNetwork,
        RemoveNetwork,
        Connect,
        Disconnect,
        CreateVolume,
        RemoveVolume,
        CreateContainer,
        Start,
        Stop,
        Pause,
        Unpause,
        Rename,
        RemoveContainer,
        Copy,
        Hook,
    ];
    for operation in writes {
        check(operation, 500, "something went wrong", "Unexplained");
        check(operation, 502, "", "Unexplained");
    }
    check_pull(500, "something went wrong", "Unexplained");
    let build = build(500, "something went wrong".to_owned(), None, Vec::new());
    assert_eq!(short(&Rejection::Failed(build)), "Unexplained");
}

#[test]
fn start() {
    use Operation::Start;
    let network = "network 679e3fec77694e3a591ba3eed157e986c114e4de0165984f5649e9592ddef92d not found";
    check(Start, 404, network, "NotFound");
    check(Start, 404, "No such container: nonono", "NotFound");
    check(Start, 500, "Cannot restart container 4b4a: No such container: 42fe", "NotFound");
    check(Start, 409, "cannot start a paused container, try unpause instead", "Conflict");
    check(Start, 409, "container is marked for removal and cannot be started", "Conflict");
    check(Start, 409, "cannot join network of a non running container: 42fe", "Conflict");
    check(
        Start,
        400,
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container \
         process: exec: \"nosuchcmd\": executable file not found in $PATH: unknown",
        "StartRefused",
    );
    check(Start, 400, "network web is ambiguous (2 matches found on name)", "StartRefused");
    check(Start, 403, "Address already in use", "StartRefused");
    check(
        Start,
        500,
        "error while mounting volume '/v/_data': failed to mount local volume: mount /nosuchdir:/v/_data, flags: \
         0x1000: no such file or directory",
        "StartRefused",
    );
    check(
        Start,
        500,
        "driver failed programming external connectivity on endpoint web (33e2): Bind for 0.0.0.0:8000 failed: \
         port is already allocated",
        "PortTaken",
    );
    check(
        Start,
        500,
        "driver failed programming external connectivity on endpoint web (a3f1): Error starting userland proxy: \
         listen tcp4 0.0.0.0:38011: bind: address already in use",
        "PortTaken",
    );
    check(
        Start,
        500,
        "driver failed programming external connectivity on endpoint web (a3f1): Bind for 127.0.0.1:39181-39182 \
         failed: all ports are allocated",
        "PortTaken",
    );
    // Engine 28.
    check(
        Start,
        500,
        "failed to set up container networking: driver failed programming external connectivity on endpoint web \
         (9a): failed to bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: Bind: address already in use",
        "PortTaken",
    );
    check(Start, 500, "connection error: dial unix /run/containerd/containerd.sock: refused", "Unavailable");
}

#[test]
fn stop_pause_and_unpause() {
    check(Operation::Stop, 404, "No such container: 3189", "NotFound");
    check(
        Operation::Stop,
        500,
        "cannot stop container: 3189: tried to kill container, but did not receive an exit event",
        "Unexplained",
    );
    check(Operation::Pause, 409, "Container 4716 is already paused", "Conflict");
    check(Operation::Pause, 409, "Container 4716 is not running", "Conflict");
    check(Operation::Pause, 404, "No such container: 4716", "NotFound");
    check(Operation::Unpause, 500, "Container 4716 is not paused", "Conflict");
    check(Operation::Unpause, 404, "No such container: 4716", "NotFound");
}

#[test]
fn rename() {
    use Operation::Rename;
    check(Rename, 400, "Renaming a container with the same name as its current name", "AlreadyDone");
    check(
        Rename,
        409,
        &format!(
            "Error when allocating new name: Conflict. The container name \"/web\" is already in use by container \
             \"{HOLDER}\". You have to remove (or rename) that container to be able to reuse that name."
        ),
        "name taken by 4716ce3b7a43",
    );
    check(
        Rename,
        400,
        "Error when allocating new name: Invalid container name (/c tq), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        "Refused",
    );
    check(Rename, 404, "No such container: nonono", "NotFound");
}

#[test]
fn remove_container() {
    use Operation::RemoveContainer as Remove;
    check(Remove, 404, "No such container: 3189", "AlreadyDone");
    check(Remove, 409, "removal of container 3189 is already in progress", "BeingRemoved");
    check(Remove, 409, "You cannot remove a running container 3189. Stop the container first", "Conflict");
    check(Remove, 409, "You cannot remove a paused container 3189. Unpause it first", "Conflict");
    check(
        Remove,
        500,
        "driver \"overlay2\" failed to remove root filesystem: device or resource busy",
        "Unexplained",
    );
}

#[test]
fn networks() {
    check(
        Operation::CreateNetwork,
        409,
        "network with name web already exists",
        "name taken by an unknown container",
    );
    check(Operation::CreateNetwork, 403, "Pool overlaps with other one on this address space", "Refused");
    check(Operation::CreateNetwork, 404, "plugin \"nosuch\" not found", "Refused");
    check(Operation::RemoveNetwork, 404, "network web not found", "AlreadyDone");
    check(
        Operation::RemoveNetwork,
        403,
        "error while removing network: network web id 14b5 has active endpoints",
        "Conflict",
    );
    check(Operation::RemoveNetwork, 400, "network web is ambiguous (2 matches found on name)", "Refused");
}

#[test]
fn connections() {
    check(Operation::Connect, 403, "endpoint with name web already exists in network back", "EndpointExists");
    check(Operation::Connect, 404, "network nonono not found", "NotFound");
    check(Operation::Connect, 404, "No such container: nonono", "NotFound");
    check(Operation::Connect, 403, "Address already in use", "Refused");
    check(
        Operation::Connect,
        400,
        "user specified IP address is supported only when connecting to networks with user configured subnets",
        "Refused",
    );
    check(Operation::Disconnect, 500, "container 4716 is not connected to the network ctq2", "NotConnected");
    // Engine 25.
    check(Operation::Disconnect, 403, "container 4716 is not connected to network ctq2", "NotConnected");
    check(Operation::Disconnect, 404, "endpoint nonono not found", "NotFound");
}

#[test]
fn volumes() {
    check(Operation::CreateVolume, 409, "create data: conflict: volume name must be unique", "AlreadyDone");
    check(
        Operation::CreateVolume,
        404,
        "create data: error looking up volume plugin nosuch: plugin \"nosuch\" not found",
        "Refused",
    );
    check(Operation::CreateVolume, 400, "create a/b: \"a/b\" includes invalid characters", "Refused");
    check(Operation::RemoveVolume, 404, "get data: no such volume", "AlreadyDone");
    check(Operation::RemoveVolume, 409, "remove data: volume is in use - [0be4]", "Conflict");
}

#[test]
fn pulls() {
    let refused = "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused";
    check_pull(500, refused, "Unavailable");
    let nowhere = "Get \"https://no.such.invalid/v2/\": dial tcp: lookup no.such.invalid: no such host";
    check_pull(500, nowhere, "ImageUnavailable");
    check_pull(
        404,
        "pull access denied for nosuch/x, repository does not exist or may require 'docker login': denied: \
         requested access to the resource is denied",
        "RegistryDenied",
    );
    check_pull(404, "manifest for app:9 not found: manifest unknown: manifest unknown", "ImageUnavailable");
    check_pull(400, "invalid reference format: repository name must be lowercase", "ImageUnavailable");
    check_pull(500, "toomanyrequests: You have reached your pull rate limit", "Unavailable");
    check_pull(500, "failed to register layer: no space left on device", "Refused");
    check_pull(200, "unexpected EOF", "Unavailable");
    check_pull(
        200,
        "no matching manifest for linux/arm64/v8 in the manifest list entries",
        "ImageUnavailable",
    );
}

#[test]
fn registries_that_require_credentials() {
    let basic = "Get \"http://127.0.0.1:5000/v2/app/manifests/1\": no basic auth credentials";
    check_pull(500, basic, "RegistryDenied");
    check_pull(500, "unauthorized: authentication required", "RegistryDenied");
    check_pull(
        500,
        "Head \"https://r/v2/a/manifests/1\": unauthorized: incorrect username or password",
        "RegistryDenied",
    );
    check_pull(500, "failed to register layer: mkdir /var/lib/docker: permission denied", "Refused");
}

#[test]
fn builds() {
    let check = |base: Option<&str>, status, message: &str, expected: &str| {
        let error = build(status, message.to_owned(), base.map(ImageRef::from), Vec::new());
        assert_eq!(short(&Rejection::Failed(error)), expected, "{message}");
    };
    let failed = "The command '/bin/sh -c curl x: i/o timeout' returned a non-zero code: 28";
    check(None, 200, failed, "BuildFailed");
    let failed = "executor failed running [/bin/sh -c curl x: i/o timeout]: exit code: 28";
    check(None, 200, failed, "BuildFailed");
    let failed = "process \"/bin/sh -c curl x: i/o timeout\" did not complete successfully: exit code: 28";
    check(None, 200, failed, "BuildFailed");
    let interrupted = "process \"/bin/sh -c make\" did not complete successfully: context canceled";
    check(None, 200, interrupted, "Unavailable");
    let lost = "rpc error: code = Canceled desc = grpc: the client connection is closing";
    check(None, 200, lost, "Unavailable");
    check(None, 200, "no active session for wq1z: context deadline exceeded", "Unavailable");
    check(None, 400, "dockerfile parse error line 2: unknown instruction: RUNN", "BuildFailed");
    check(None, 200, "COPY failed: stat /typeof.js: file does not exist", "BuildFailed");
    check(Some("r:5000/base"), 200, "dial tcp 127.0.0.1:5000: connect: connection refused", "Unavailable");
    check(Some("r:5000/base"), 200, "no basic auth credentials", "RegistryDenied");
    check(Some("r:5000/base"), 200, "manifest unknown: manifest unknown", "BuildFailed");
    check(None, 503, "", "Unavailable");
}

#[test]
fn reads() {
    check(Operation::Read, 500, "anything", "Unavailable");
    check(Operation::Read, 501, "configured logging driver does not support reading", "Refused");
    check(Operation::Read, 404, "No such container: 3189", "NotFound");
    check(Operation::Read, 400, "client version 1.99 is too new", "Refused");
}

#[test]
fn a_refused_connection_reports_its_root_cause() {
    let inner = std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "connection refused");
    let rejection = rejection(Operation::Start, Error::IOError { err: inner });
    let Rejection::Failed(error) = rejection else { panic!("{rejection:?}") };
    assert_eq!(error.to_string(), "the container engine cannot be reached: connection refused");
}

#[test]
fn an_engine_that_speaks_tls_and_was_asked_in_the_clear_says_so() {
    let message = "Client sent an HTTP request to an HTTPS server.".to_owned();
    let error = read(Error::DockerResponseServerError { status_code: 400, message }).to_string();
    assert!(error.contains("speaks TLS") && error.contains("`docker_cert_path`"), "{error}");
}
