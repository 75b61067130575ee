//! `HostPorts`: a port is listed as long as somebody listens on it.

use std::net::TcpListener;

use core_monitor_domain::ports::HostPorts;
use core_monitor_host::ProcHostPorts;
use core_monitor_simulation::host_ports::SimHostPorts;

async fn lists(ports: &dyn HostPorts, taken: &[u16], free: &[u16]) {
    let listening = ports.listening().await;
    for port in taken {
        assert!(listening.contains(port), "somebody listens on {port}: {listening:?}");
    }
    for port in free {
        assert!(!listening.contains(port), "nobody listens on {port}: {listening:?}");
    }
}

#[tokio::test]
async fn in_memory() {
    let ports = SimHostPorts::default();
    lists(&ports, &[], &[8_002, 8_003]).await;
    ports.set_listening([8_002, 8_003]);
    lists(&ports, &[8_002, 8_003], &[8_004]).await;
    ports.set_listening([8_003]);
    lists(&ports, &[8_003], &[8_002]).await;
}

#[tokio::test]
async fn of_this_machine() {
    let ports = ProcHostPorts::default();
    let [one, other] = ["127.0.0.1:0", "0.0.0.0:0"].map(|address| TcpListener::bind(address).unwrap());
    let taken = [&one, &other].map(|listener| listener.local_addr().unwrap().port());
    // Nothing is said about others: any program may take a port at any time.
    lists(&ports, &taken, &[]).await;
}
