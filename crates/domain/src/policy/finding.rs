//! Something that a policy does not allow.

use core_monitor_message::Message;

use super::{Demand, Restricted, said};

/// Why a stack does not get something: the demand that the policy does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(pub Demand);

impl From<Demand> for Finding {
    fn from(demand: Demand) -> Self {
        Self(demand)
    }
}

impl Finding {
    /// Most characters of a value in a sentence. A whole seccomp profile can be one.
    const SHOWN: usize = 120;

    /// What is refused.
    pub fn message(&self) -> Message {
        let Demand { what, owner, value, is_exchangeable, .. } = &self.0;
        let value: String = value.chars().take(Self::SHOWN).collect();
        match what {
            Restricted::Privileged => said::policy_privileged(owner),
            Restricted::Namespaces => said::policy_namespace(owner, value),
            Restricted::Capabilities => said::policy_capability(owner, value),
            Restricted::Devices => said::policy_device(owner, value),
            Restricted::SecurityOptions => said::policy_security_option(owner, value),
            Restricted::Sysctls => said::policy_sysctl(owner, value),
            Restricted::Binds if *is_exchangeable => said::policy_bind_in_writable(owner, value),
            Restricted::Binds => said::policy_bind(owner, value),
            Restricted::VolumeDrivers => said::policy_volume_driver(owner, value),
            Restricted::Volumes => said::policy_volume(owner, value),
            Restricted::NetworkDrivers => said::policy_network_driver(owner, value),
            Restricted::NetworkOptions => said::policy_network_option(owner, value),
            Restricted::Subnets => said::policy_subnet(owner, value),
            Restricted::Networks => said::policy_network(owner, value),
            Restricted::Containers => said::policy_container(owner, value),
            Restricted::Ports => said::policy_port(owner, value),
            Restricted::Addresses => said::policy_address(owner, value),
            Restricted::Images => said::policy_image(owner, value),
            Restricted::Builds => said::policy_build(owner, value),
            Restricted::Runtimes => said::policy_runtime(owner, value),
            Restricted::CgroupParents => said::policy_cgroup_parent(owner, value),
            Restricted::LogDrivers => said::policy_log_driver(owner, value),
            Restricted::OomProtection => said::policy_oom_protection(owner, value),
            Restricted::Annotations => said::policy_annotation(owner, value),
        }
    }

    /// What to try.
    pub fn hint(&self) -> Message {
        said::do_without_or_allow(self.0.what)
    }
}
