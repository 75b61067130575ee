//! Which requests are for which instances, for proxies that are not the gateway.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::template::{Declaration, Route};

use super::super::steward::all_instances;
use super::super::{Server, ServerPorts};
use super::{InstanceError, template_of};

/// What the routes are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteFormat {
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
    /// Traefik.
    Traefik,
}

impl RouteFormat {
    fn action(self) -> Action {
        match self {
            Self::Nginx => Action::ShowNginxRoutes,
            Self::Caddy => Action::ShowCaddyRoutes,
            Self::Traefik => Action::ShowTraefikRoutes,
        }
    }
}

impl Server {
    /// The instances with a port of the host, or those of one template. What is being removed is not routed to any more.
    pub async fn list_routes(
        &self,
        actor: &Actor,
        format: RouteFormat,
        template: Option<&TemplateName>,
    ) -> Result<Vec<Route>, InstanceError> {
        let ports = self.permit(actor, format.action(), &Resource::Installation).await?;
        let wanted = match template {
            Some(name) => Some(template_of(ports, name).await?.id),
            None => None,
        };
        let mut instances = all_instances(ports).await?;
        instances.retain(|instance| wanted.is_none_or(|wanted| instance.template == wanted));
        instances.retain(|instance| !instance.reached().ports.is_empty());
        let mut declarations = Declarations::default();
        let mut routes = Vec::new();
        for cared in self.cared_for(ports, instances).await? {
            if cared.is_going() {
                continue;
            }
            let (template, instance) = (cared.template, cared.instance);
            let reached = instance.reached();
            let version = (instance.template, reached.template_version);
            let Some(declaration) = declarations.of(ports, version).await? else { continue };
            let Some(port) = declaration.host_ports().find_map(|(name, _)| reached.ports.get(name)) else {
                continue;
            };
            let (hosts, _) =
                declaration.addresses((&template, &instance.key), &reached.values, &reached.ports);
            let prefix = declaration.prefix_of(&template, &instance.key);
            routes.push(Route { port: *port, prefix, hosts, template, key: instance.key });
        }
        Ok(routes)
    }
}

/// What versions of templates declare, each read once.
#[derive(Default)]
struct Declarations(BTreeMap<(TemplateId, VersionNumber), Option<Declaration>>);

impl Declarations {
    async fn of(
        &mut self,
        ports: &ServerPorts,
        version: (TemplateId, VersionNumber),
    ) -> Result<Option<&Declaration>, InstanceError> {
        let declared = match self.0.entry(version) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let found = ports.templates.find_version(version.0, version.1).await?;
                free.insert(found.map(|found| found.declaration))
            }
        };
        Ok(declared.as_ref())
    }
}
