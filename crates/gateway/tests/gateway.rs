//! The gateway with real sockets, before services that the tests play.

#[cfg(test)]
#[path = "gateway/answers.rs"]
mod answers;
#[cfg(test)]
#[path = "gateway/caching_proxy.rs"]
mod caching_proxy;
#[cfg(test)]
#[path = "gateway/edges.rs"]
mod edges;
#[cfg(test)]
#[path = "gateway/forwarding.rs"]
mod forwarding;
#[cfg(test)]
#[path = "gateway/hygiene.rs"]
mod hygiene;
#[cfg(test)]
#[path = "gateway/idle.rs"]
mod idle;
#[cfg(test)]
#[path = "gateway/matrix.rs"]
mod matrix;
#[cfg(test)]
#[path = "gateway/misdirected.rs"]
mod misdirected;
#[cfg(test)]
#[path = "gateway/nowhere.rs"]
mod nowhere;
#[cfg(test)]
#[path = "gateway/pages.rs"]
mod pages;
#[cfg(test)]
#[path = "gateway/tunnels.rs"]
mod tunnels;
#[cfg(test)]
#[path = "gateway/waiting.rs"]
mod waiting;
#[cfg(test)]
#[path = "gateway/world.rs"]
mod world;
