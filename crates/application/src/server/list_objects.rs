//! Listing the images, volumes and networks of the host.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;

use super::host_stock::host_stock;
use super::{HostStock, HostStockError, Server};

impl Server {
    /// The images on the host, with who uses them. With `sizes`, also what removing each would free.
    pub async fn list_images(&self, actor: &Actor, sizes: bool) -> Result<HostStock, HostStockError> {
        host_stock(self.permit(actor, Action::ListImages, &Resource::Installation).await?, sizes).await
    }

    /// The volumes on the host, with who uses them. With `sizes`, also how large they are.
    pub async fn list_volumes(&self, actor: &Actor, sizes: bool) -> Result<HostStock, HostStockError> {
        host_stock(self.permit(actor, Action::ListVolumes, &Resource::Installation).await?, sizes).await
    }

    /// The networks on the host, with who uses them.
    pub async fn list_networks(&self, actor: &Actor) -> Result<HostStock, HostStockError> {
        host_stock(self.permit(actor, Action::ListNetworks, &Resource::Installation).await?, false).await
    }
}
