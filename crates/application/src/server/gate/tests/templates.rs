//! Use cases of templates and instances.

use std::num::NonZeroU8;

use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::template::AfterFailure;

use super::*;
use crate::server::{
    ConvertTemplates, CreateTemplate, InstanceQuery, LaunchInstance, RenderTemplate, RolloutQuery,
    RouteFormat, SaveTemplateVersion, StartRollout, TemplateDefinition, UpgradeInstance, WantedKeys,
};

fn shop() -> TemplateName {
    "shop".parse().unwrap()
}

fn rollout() -> StartRollout {
    StartRollout {
        template: shop(),
        version: None,
        at_once: NonZeroU8::MIN,
        after_failure: AfterFailure::Stop,
        comment: String::new(),
    }
}

fn rollout_query() -> RolloutQuery {
    RolloutQuery { template: shop(), version: None, after: None, limit: 1 }
}

fn definition(form: Form) -> TemplateDefinition {
    let source = Source::single("compose.yaml", "services: {}");
    TemplateDefinition { form, source, comment: String::new(), on_failure: None }
}

impl Closed {
    pub(super) async fn of_templates(&self) -> Vec<Action> {
        let (server, actor, template) = (&self.server, &self.actor, shop());
        let create = |form| CreateTemplate { name: Some("shop".to_owned()), definition: definition(form) };
        let save = |form| SaveTemplateVersion {
            template: shop(),
            name: None,
            expected: None,
            definition: definition(form),
        };
        let convert = ConvertTemplates { file: serde_json::Value::Null, titles: None };
        let render = RenderTemplate {
            template: shop(),
            version: None,
            key: "demo".to_owned(),
            values: BTreeMap::new(),
        };
        vec![
            self.refused(server.convert_templates(actor, convert).await),
            self.refused(server.create_template(actor, create(Form::Text)).await),
            self.refused(server.create_template(actor, create(Form::Archive)).await),
            self.refused(server.save_template_version(actor, save(Form::Text)).await),
            self.refused(server.save_template_version(actor, save(Form::Archive)).await),
            self.refused(server.list_templates(actor, None, 1).await),
            self.refused(server.show_template(actor, &template).await),
            self.refused(server.list_template_versions(actor, &template, None, 1).await),
            self.refused(server.show_template_version(actor, &template, V1).await),
            self.refused(server.show_template_file(actor, &template, V1, "compose.yaml").await),
            self.refused(server.diff_template_versions(actor, &template, V1, V1).await),
            self.refused(server.render_template(actor, render).await),
            self.refused(server.delete_template(actor, &template).await),
        ]
    }

    pub(super) async fn of_instances(&self) -> Vec<Action> {
        let (server, actor, template) = (&self.server, &self.actor, shop());
        let key: InstanceKey = "demo".parse().unwrap();
        let at = (&template, &key);
        let patience = Patience::default();
        let launch = LaunchInstance {
            template: shop(),
            key: "demo".to_owned(),
            version: None,
            values: None,
            comment: String::new(),
        };
        let upgrade =
            UpgradeInstance { template: shop(), key: key.clone(), version: None, comment: String::new() };
        let query = InstanceQuery { template: shop(), after: None, limit: 1 };
        let wanted = WantedKeys::These(BTreeSet::new());
        vec![
            self.refused(server.launch_instance(actor, launch, &patience).await),
            self.refused(server.upgrade_instance(actor, upgrade, &patience).await),
            self.refused(server.list_instances(actor, &query).await),
            self.refused(server.show_instance(actor, &template, &key).await),
            self.refused(server.start_instance(actor, at, &patience).await),
            self.refused(server.stop_instance(actor, at, &patience).await),
            self.refused(server.restart_instance(actor, at, &patience).await),
            self.refused(server.rebuild_instance(actor, at, &patience).await),
            self.refused(server.remove_instance(actor, at, &patience).await),
            self.refused(server.hold_instance(actor, at).await),
            self.refused(server.release_instance(actor, at).await),
            self.refused(server.plan_rollout(actor, &rollout_query()).await),
            self.refused(server.start_rollout(actor, rollout()).await),
            self.refused(server.show_rollout(actor, &template).await),
            self.refused(server.cancel_rollout(actor, &template).await),
            self.refused(server.show_keys(actor, &template).await),
            self.refused(server.set_keys(actor, &template, wanted).await),
            self.refused(server.remove_keys(actor, &template).await),
            self.refused(server.list_sweeps(actor, 1).await),
            self.refused(server.list_routes(actor, RouteFormat::Nginx, None).await),
            self.refused(server.list_routes(actor, RouteFormat::Caddy, None).await),
            self.refused(server.list_routes(actor, RouteFormat::Traefik, None).await),
            self.refused(server.look_after_instances(actor).await),
            self.refused(server.carry_on_rollouts(actor).await),
            self.refused(server.ask_for_keys(actor).await),
        ]
    }
}
