//! The ports of the host that an instance gets.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::ports::StoreError;
use core_monitor_domain::template::{Declaration, ParameterName, PortRange, ValueProblem};
use core_monitor_message::Message;
use serde_json::Value;

use super::super::{ServerPorts, said};

/// Ports of the host, by parameter.
pub(in super::super) type ChosenPorts = BTreeMap<ParameterName, u16>;

/// For each parameter that is a port of the host: the one that is given, else the one that the instance `has` already, else the
/// lowest of its range that no instance has, nobody listens on, and that is not to be avoided.
pub(in super::super) async fn free_ports(
    ports: &ServerPorts,
    declaration: &Declaration,
    given: &BTreeMap<String, Value>,
    has: &ChosenPorts,
    avoid: &BTreeSet<u16>,
) -> Result<Result<ChosenPorts, Vec<ValueProblem>>, StoreError> {
    if declaration.host_ports().next().is_none() {
        return Ok(Ok(ChosenPorts::new()));
    }
    let mut taken = ports.instances.ports().await?;
    taken.extend(ports.host_ports.listening().await);
    taken.extend(avoid);
    Ok(chosen(declaration, given, has, taken))
}

fn chosen(
    declaration: &Declaration,
    given: &BTreeMap<String, Value>,
    has: &ChosenPorts,
    mut taken: BTreeSet<u16>,
) -> Result<ChosenPorts, Vec<ValueProblem>> {
    // Its own ports are its to use, and it is the instance itself that listens on them.
    taken.retain(|port| !has.values().any(|own| own == port));
    let mut declared: Vec<_> = declaration.host_ports().collect();
    // What is given or had comes first, so that none of it goes to a parameter that takes any.
    declared.sort_by_key(|(name, _)| (wanted(given, name).is_none(), !has.contains_key(*name)));
    let (mut chosen, mut problems) = (ChosenPorts::new(), Vec::new());
    for (name, range) in declared {
        let kept = || has.get(name).copied().filter(|port| range.contains(*port) && !taken.contains(port));
        let port = match wanted(given, name) {
            Some(value) => usable(value, range, &taken),
            None => kept().or_else(|| range.lowest_free(&taken)).ok_or_else(|| said::port_range_full(range)),
        };
        match port {
            Ok(port) => {
                taken.insert(port);
                chosen.insert(name.clone(), port);
            }
            Err(message) => {
                problems.push(ValueProblem { parameter: name.to_string(), message, hint: None });
            }
        }
    }
    if problems.is_empty() { Ok(chosen) } else { Err(problems) }
}

fn wanted<'v>(given: &'v BTreeMap<String, Value>, name: &ParameterName) -> Option<&'v Value> {
    given.get(name.as_str()).filter(|value| !value.is_null())
}

fn usable(value: &Value, range: PortRange, taken: &BTreeSet<u16>) -> Result<u16, Message> {
    let number = value.as_i64().ok_or_else(said::port_not_a_number)?;
    match u16::try_from(number).ok().filter(|port| range.contains(*port)) {
        None => Err(said::port_of_no_range(number, range)),
        Some(port) if taken.contains(&port) => Err(said::port_has_an_owner(port)),
        Some(port) => Ok(port),
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::template::{Parameter, ParameterKind};
    use serde_json::json;

    use super::*;

    fn try_ports(given: &Value, taken: &[u16]) -> Result<Vec<(String, u16)>, Vec<String>> {
        try_again(given, &[], taken)
    }

    fn try_again(
        given: &Value,
        has: &[(&str, u16)],
        taken: &[u16],
    ) -> Result<Vec<(String, u16)>, Vec<String>> {
        let parameter = |name: &str| Parameter {
            name: name.parse().unwrap(),
            label: None,
            help: None,
            optional: false,
            kind: ParameterKind::HostPort { range: "8002-8003".parse().unwrap() },
        };
        let parameters = vec![parameter("ADMIN"), parameter("WEB")];
        let declaration = Declaration { parameters, ..Declaration::default() };
        let given = serde_json::from_value(given.clone()).unwrap();
        let has: ChosenPorts = has.iter().map(|(name, port)| (name.parse().unwrap(), *port)).collect();
        match chosen(&declaration, &given, &has, taken.iter().copied().collect()) {
            Ok(ports) => Ok(ports.into_iter().map(|(name, port)| (name.to_string(), port)).collect()),
            Err(problems) => {
                let shown =
                    problems.iter().map(|problem| format!("{}: {}", problem.parameter, problem.message));
                Err(shown.collect())
            }
        }
    }

    fn both(admin: u16, web: u16) -> Vec<(String, u16)> {
        vec![("ADMIN".to_owned(), admin), ("WEB".to_owned(), web)]
    }

    #[test]
    fn each_parameter_gets_a_port_of_its_own() {
        assert_eq!(try_ports(&json!({}), &[]), Ok(both(8002, 8003)));
        assert_eq!(try_ports(&json!({"WEB": 8002}), &[]), Ok(both(8003, 8002)), "what is given is kept free");
        assert_eq!(try_ports(&json!({"WEB": null}), &[80]), Ok(both(8002, 8003)));
    }

    #[test]
    fn an_instance_keeps_its_ports() {
        assert_eq!(try_again(&json!({}), &[("ADMIN", 8003)], &[8003]), Ok(both(8003, 8002)));
        assert_eq!(try_again(&json!({"WEB": 8003}), &[("ADMIN", 8003)], &[8003]), Ok(both(8002, 8003)));
        assert_eq!(try_again(&json!({}), &[("ADMIN", 80)], &[]), Ok(both(8002, 8003)), "of another range");
    }

    #[test]
    fn what_cannot_be_had_is_said_of_its_parameter() {
        let full = ["WEB: every port of 8002-8003 is taken".to_owned()];
        assert_eq!(try_ports(&json!({}), &[8003]), Err(full.to_vec()));
        let problems = try_ports(&json!({"ADMIN": 8003, "WEB": 80}), &[8003]).unwrap_err();
        assert_eq!(problems, ["ADMIN: the port 8003 is taken", "WEB: 80 is no port of 8002-8003"]);
        let problems = try_ports(&json!({"ADMIN": "8002"}), &[]).unwrap_err();
        assert_eq!(problems, ["ADMIN: this has to be the number of a port"]);
    }
}
