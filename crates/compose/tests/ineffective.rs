//! Every attribute that has no effect is warned about, and the table of attributes lists exactly those.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::collections::BTreeSet;

use core_monitor_compose::support::{ATTRIBUTES, Support};
use core_monitor_compose::{Code, LoadOptions, ProjectFiles, load};

/// By attribute, a service (or, with a newline in front, a whole file) that uses it.
const USES: &[(&str, &str)] = &[
    ("services.*.develop", "develop: {watch: [{path: ., action: rebuild}]}"),
    ("services.*.models", "\nservices: {a: {image: x, models: [m]}}\nmodels: {m: {model: y}}"),
    ("services.*.provider", "provider: {type: p}"),
    ("services.*.credential_spec", "credential_spec: {file: f}"),
    ("services.*.isolation", "isolation: hyperv"),
    ("services.*.use_api_socket", "use_api_socket: true"),
    ("services.*.pull_refresh_after", "pull_refresh_after: 1h"),
    ("services.*.cpu_count", "cpu_count: 1"),
    ("services.*.cpu_percent", "cpu_percent: 10"),
    ("services.*.deploy.placement", "deploy: {placement: {constraints: [a]}}"),
    ("services.*.deploy.mode", "deploy: {mode: global}"),
    ("services.*.deploy.endpoint_mode", "deploy: {endpoint_mode: vip}"),
    ("services.*.deploy.labels", "deploy: {labels: {a: b}}"),
    ("services.*.deploy.update_config", "deploy: {update_config: {parallelism: 2}}"),
    ("services.*.deploy.rollback_config", "deploy: {rollback_config: {parallelism: 2}}"),
    ("services.*.deploy.restart_policy.delay", "deploy: {restart_policy: {delay: 1s}}"),
    ("services.*.deploy.restart_policy.window", "deploy: {restart_policy: {window: 1s}}"),
    ("services.*.deploy.resources.reservations.cpus", "deploy: {resources: {reservations: {cpus: 1}}}"),
    (
        "services.*.deploy.resources.reservations.generic_resources",
        "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: g, value: 1}}]}}}",
    ),
    ("services.*.configs.uid", "configs: [{source: file, uid: '1'}]"),
    ("services.*.configs.gid", "configs: [{source: file, gid: '1'}]"),
    ("services.*.configs.mode", "configs: [{source: file, mode: 0400}]"),
    ("services.*.secrets.uid", "secrets: [{source: file, uid: '1'}]"),
    ("services.*.secrets.gid", "secrets: [{source: file, gid: '1'}]"),
    ("services.*.secrets.mode", "secrets: [{source: file, mode: 0400}]"),
    ("services.*.build.secrets.uid", "build: {context: ., secrets: [{source: file, uid: '1'}]}"),
    ("services.*.build.secrets.gid", "build: {context: ., secrets: [{source: file, gid: '1'}]}"),
    ("services.*.build.secrets.mode", "build: {context: ., secrets: [{source: file, mode: 0400}]}"),
    (
        "services.*.volumes.bind.selinux",
        "volumes: [{type: bind, source: /a, target: /a, bind: {selinux: z, create_host_path: false}}]",
    ),
    ("models", "\nservices: {a: {image: x}}\nmodels: {m: {model: y}}"),
    (
        "configs.*.labels",
        "\nservices: {a: {image: x, configs: [c]}}\nconfigs: {c: {file: ./f, labels: {a: b}}}",
    ),
    (
        "configs.*.template_driver",
        "\nservices: {a: {image: x, configs: [c]}}\nconfigs: {c: {file: ./f, template_driver: golang}}",
    ),
    (
        "secrets.*.labels",
        "\nservices: {a: {image: x, secrets: [c]}}\nsecrets: {c: {file: ./f, labels: {a: b}}}",
    ),
    ("secrets.*.driver", "\nservices: {a: {image: x, secrets: [c]}}\nsecrets: {c: {file: ./f, driver: d}}"),
    (
        "secrets.*.driver_opts",
        "\nservices: {a: {image: x, secrets: [c]}}\nsecrets: {c: {file: ./f, driver_opts: {a: b}}}",
    ),
    (
        "secrets.*.template_driver",
        "\nservices: {a: {image: x, secrets: [c]}}\nsecrets: {c: {file: ./f, template_driver: golang}}",
    ),
];

fn warnings(text: &str) -> Vec<String> {
    let file = match text.strip_prefix('\n') {
        Some(whole) => whole.to_owned(),
        None => format!(
            "services: {{a: {{image: x, {text}}}}}\nconfigs: {{file: {{file: ./f}}}}\nsecrets: {{file: {{file: ./f}}}}\n"
        ),
    };
    let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
    let loaded = load(&ProjectFiles::single("compose.yml", file), &options).unwrap();
    let warnings = loaded.warnings.iter().filter(|warning| warning.code == Code::NotApplied);
    warnings.map(|warning| warning.message.to_string()).collect()
}

#[test]
fn an_attribute_without_effect_is_never_accepted_without_a_word() {
    for (path, text) in USES {
        let attribute = path.trim_start_matches("services.*.").replace(".*", ".c");
        let said = warnings(text);
        assert!(said.iter().any(|line| line.contains(&format!("`{attribute}`"))), "{path}: {said:?}");
    }
}

#[test]
fn the_table_lists_what_is_warned_about() {
    let listed = ATTRIBUTES.iter().filter(|(support, _)| *support == Support::NotApplied);
    let listed: BTreeSet<&str> =
        listed.flat_map(|(_, paths)| *paths).copied().filter(|path| !path.ends_with(".**")).collect();
    let mut warned: BTreeSet<&str> = USES.iter().map(|(path, _)| *path).collect();
    // Obsolete, and warned about as such.
    warned.insert("version");
    assert_eq!(listed, warned);
}

#[test]
fn what_has_an_effect_is_not_warned_about() {
    for text in [
        "\nservices: {a: {image: x, secrets: [{source: c, uid: '1', mode: 0400}]}}\nsecrets: {c: {environment: HOME}}",
        "\nservices: {a: {image: x, configs: [{source: c, uid: '1', mode: 0400}]}}\nconfigs: {c: {content: x}}",
        "deploy: {mode: replicated, replicas: 2, resources: {limits: {cpus: 1}, reservations: {memory: 1g}}}",
        "volumes: ['/a:/a:z']",
    ] {
        assert_eq!(warnings(text), Vec::<String>::new(), "{text}");
    }
}
