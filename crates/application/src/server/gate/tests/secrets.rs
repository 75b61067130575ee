//! Use cases of named secrets.

use std::collections::BTreeSet;

use core_monitor_domain::named_secret::{NamedSecretChange, NamedSecretName};
use core_monitor_domain::secret_variable::SecretValue;

use super::*;
use crate::server::CreateSecret;

impl Closed {
    pub(super) async fn of_secrets(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let name: NamedSecretName = "db-password".parse().unwrap();
        let value = SecretValue::new("s3cret").unwrap();
        let change = NamedSecretChange::default();
        let create = CreateSecret {
            name: name.clone(),
            value: value.clone(),
            description: String::new(),
            stacks: BTreeSet::new(),
        };
        vec![
            self.refused(server.list_secrets(actor, None, 1).await),
            self.refused(server.show_secret(actor, &name).await),
            self.refused(server.create_secret(actor, create).await),
            self.refused(server.change_secret(actor, &name, change).await),
            self.refused(server.add_secret_version(actor, &name, value).await),
            self.refused(server.read_secret_value(actor, &name, V1).await),
            self.refused(server.delete_secret(actor, &name).await),
        ]
    }
}
