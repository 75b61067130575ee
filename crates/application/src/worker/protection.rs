//! Asks right before the engine creates or starts something whether a stack may have it. Plans are refused for the same reasons, but
//! only here is it known what the engine gets and where links on the host lead.

use core_monitor_domain::effect::{Effect, NewContainer};
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::labels::COMPONENT;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::plan::Step;
use core_monitor_domain::ports::{EngineError, HostMounts};
use core_monitor_domain::protection::{
    Asking, Protected, Refusal, VolumeSource, host_paths, is_own, plain, shared_containers,
};
use core_monitor_domain::stack_version::folder_in;

use super::context::Context;
use super::goal::Goal;

/// Refuses an effect that would give the stack what no stack gets. Values of secrets are still missing in it, and cannot be in
/// any of this.
pub(crate) async fn check(
    context: &Context<'_>,
    goal: &Goal,
    step: &Step,
    effect: &Effect,
) -> Result<(), EngineError> {
    let stack = &goal.desired.name;
    let (owner, paths): (&str, Vec<String>) = match effect {
        Effect::CreateContainer(new) => {
            let owner = step.service.as_ref().map_or(new.name.as_str(), ServiceName::as_str);
            check_shared(context, stack, owner, new).await?;
            (owner, host_paths(&new.spec).map(str::to_owned).collect())
        }
        Effect::CreateVolume { volume, .. } => {
            let source = VolumeSource { driver: volume.driver.as_deref(), options: &volume.driver_opts };
            (volume.name.as_str(), source.host_paths())
        }
        // The engine follows links at each start, and a container may have exchanged what it can write to since.
        Effect::StartContainer { .. } | Effect::RestartContainer { .. } => {
            let Some(service) = goal.service_of(step) else { return Ok(()) };
            let folder = folder_in(&context.ports.folders.root(), context.command.stack_id);
            let own = host_paths(&service.container).filter(|path| is_own(&folder, path));
            (service.name.as_str(), own.map(str::to_owned).collect())
        }
        _ => return Ok(()),
    };
    let site = Site {
        protected: &context.settings.protected,
        mounts: &*context.ports.host_mounts,
        root: &context.ports.folders.root(),
        id: context.command.stack_id,
        stack,
    };
    match site.refusal(owner, &paths).await {
        Some(refusal) => Err(EngineError::Protected(Box::new(refusal))),
        None => Ok(()),
    }
}

/// Refuses to share something with a container of Core Monitor itself. The engine is asked, since it decides which container
/// a name or the beginning of an id means.
async fn check_shared(
    context: &Context<'_>,
    stack: &StackName,
    owner: &str,
    new: &NewContainer,
) -> Result<(), EngineError> {
    let is_service = |name: &str| new.parents.keys().any(|service| service.as_str() == name);
    let shared: Vec<ContainerId> = shared_containers(&new.spec, is_service).map(ContainerId::from).collect();
    for container in shared {
        let found = context.engine().inspect(&container).await?;
        if let Some(own) = found.filter(|found| found.labels.contains_key(COMPONENT)) {
            let refusal = Refusal::of_container(stack, owner, &own.name);
            return Err(EngineError::Protected(Box::new(refusal)));
        }
    }
    Ok(())
}

/// The host on which something is created.
struct Site<'a> {
    protected: &'a Protected,
    mounts: &'a dyn HostMounts,
    /// The folder with the folders of all stacks.
    root: &'a str,
    id: StackId,
    stack: &'a StackName,
}

impl Site<'_> {
    /// Why one of these paths is refused, as it is written or where it leads.
    async fn refusal(&self, owner: &str, paths: &[String]) -> Option<Refusal> {
        let folder = folder_in(self.root, self.id);
        let asking = Asking { stack: self.stack, folder: &folder };
        let written = paths.iter().find_map(|path| self.protected.of_path(asking, owner, path));
        if written.is_some() || paths.is_empty() || self.protected.is_empty() {
            return written;
        }
        let there = Protected {
            installation: self.resolved(&self.protected.installation).await,
            sockets: self.resolved(&self.protected.sockets).await,
            socket_stacks: self.protected.socket_stacks.clone(),
        };
        // The root is resolved and not the stack's folder: if that were a link itself, what it leads to is not the stack's.
        let folder = folder_in(&self.mounts.resolved(self.root).await, self.id);
        let asking = Asking { stack: self.stack, folder: &folder };
        for path in paths {
            // The engine may take `..` away before it follows links, or after.
            for form in [path.clone(), plain(path)] {
                let leads_to = self.mounts.resolved(&form).await;
                if let Some(refusal) = there.of_path(asking, owner, &leads_to) {
                    return Some(Refusal { subject: path.clone(), ..refusal });
                }
            }
        }
        None
    }

    async fn resolved(&self, paths: &[String]) -> Vec<String> {
        let mut resolved = Vec::with_capacity(paths.len());
        for path in paths {
            resolved.push(self.mounts.resolved(path).await);
        }
        resolved
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use core_monitor_simulation::host_mounts::SimHostMounts;
    use uuid::Uuid;

    use super::*;

    const OWN: &str = "/data/stacks/00000000-0000-0000-0000-000000000001";

    /// The path that is refused, of a stack called `shop`.
    async fn refused(links: &[(&str, &str)], path: &str) -> Option<String> {
        let mounts = Arc::new(SimHostMounts::default());
        for (link, target) in links {
            mounts.put_link(link, target);
        }
        let protected = Protected::new(vec!["/data".to_owned()], None, Vec::new());
        let site = Site {
            protected: &protected,
            mounts: &*mounts,
            root: "/data/stacks",
            id: StackId(Uuid::from_u128(1)),
            stack: &"shop".parse().unwrap(),
        };
        site.refusal("web", &[path.to_owned()]).await.map(|refusal| refusal.subject)
    }

    #[tokio::test]
    async fn a_link_to_the_data_folder_does_not_help() {
        let links = [("/srv/link", "/data"), ("/srv/chain", "/srv/link"), ("/srv/up", "/")];
        for path in ["/srv/link", "/srv/link/secret.key", "/srv/chain/stacks", "/srv/up", "/srv/./link"] {
            assert_eq!(refused(&links, path).await.as_deref(), Some(path));
        }
        assert_eq!(refused(&links, "/srv/other").await, None);
    }

    #[tokio::test]
    async fn a_link_in_the_own_folder_leads_nowhere_else() {
        let out = format!("{OWN}/out");
        let inside = format!("{OWN}/inside");
        let conf = format!("{OWN}/conf");
        let links = [(out.as_str(), "/data/secret.key"), (inside.as_str(), conf.as_str())];
        assert_eq!(refused(&links, &out).await.as_ref(), Some(&out));
        assert_eq!(refused(&links, &inside).await, None);
        assert_eq!(refused(&links, &conf).await, None);
        // The own folder, were it a link.
        assert!(refused(&[(OWN, "/data/stacks/2")], &conf).await.is_some());
    }

    #[tokio::test]
    async fn a_data_folder_that_is_a_link_is_protected_under_both_names() {
        let links = [("/data", "/mnt/disk")];
        for path in ["/data", "/mnt/disk/secret.key", "/mnt", "/mnt/disk/stacks/2"] {
            assert_eq!(refused(&links, path).await.as_deref(), Some(path));
        }
        assert_eq!(refused(&links, &format!("{OWN}/conf")).await, None);
        assert_eq!(refused(&links, "/mnt/other").await, None);
    }

    #[tokio::test]
    async fn a_link_to_the_socket_does_not_help() {
        let links = [("/srv/sock", "/run/docker.sock"), ("/srv/run", "/run")];
        for path in ["/srv/sock", "/srv/run"] {
            assert_eq!(refused(&links, path).await.as_deref(), Some(path));
        }
    }
}
