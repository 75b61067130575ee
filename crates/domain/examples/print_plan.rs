//! How another tool can embed the planner: load a compose file, pass an observation, print the plan.
//!
//! ```text
//! cargo run -p core-monitor-domain --example print_plan -- compose.yml [observation.json]
//! ```
//!
//! Without an observation, the host is assumed to be empty. An observation is the JSON form of [`Observation`]; no
//! engine is contacted.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::process::ExitCode;

use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use core_monitor_domain::command::Readiness;
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::{InstanceId, StackId};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::{ApiVersion, EngineFacts, HostObservation, Observation};
use core_monitor_domain::plan::{Impact, Surroundings};
use core_monitor_domain::planner::{Facts, Objective, PlanningInput, plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::time::Timestamp;

#[expect(clippy::print_stderr, reason = "a command-line example")]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(compose_file) = arguments.next() else {
        eprintln!("usage: print_plan COMPOSE_FILE [OBSERVATION_JSON]");
        return ExitCode::from(2);
    };
    match run(&compose_file, arguments.next().as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a command-line example")]
fn run(compose_file: &str, observation_file: Option<&str>) -> Result<(), Box<dyn Error>> {
    let files = ProjectFiles::single("compose.yml", std::fs::read(compose_file)?);
    let options = LoadOptions { project_name: Some("example".to_owned()), ..LoadOptions::default() };
    let loaded = load(&files, &options)
        .map_err(|rejected| rejected.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let desired = DesiredStack::from_project(&loaded.project)?;
    let observed = match observation_file {
        Some(path) => serde_json::from_slice(&std::fs::read(path)?)?,
        None => empty_host(),
    };
    let provenance = Provenance {
        instance: InstanceId(uuid::Uuid::nil()),
        stack_id: StackId(uuid::Uuid::nil()),
        stack: desired.name.clone(),
        version: None,
        command: None,
        epoch: None,
        predecessors: BTreeSet::new(),
    };
    let pins = BTreeMap::new();
    let made = plan(&PlanningInput {
        objective: Objective::Converge {
            desired: &desired,
            previous: None,
            pins: &pins,
            readiness: Readiness::Ready,
            recreate: &BTreeSet::new(),
            only: None,
        },
        observed: &observed,
        provenance: &provenance,
        facts: &Facts::default(),
        rules: &Rules::Everything,
    });
    print!("{made}");
    let around = Surroundings { desired: &desired, previous: None, containers: &observed.containers };
    let impact = Impact { services: made.services(&around), ..Impact::of(&made) };
    println!("impact: {}", serde_json::to_string_pretty(&impact)?);
    Ok(())
}

fn empty_host() -> Observation {
    let engine = EngineFacts {
        id: "example".to_owned(),
        version: "20.10.24".to_owned(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    };
    let host = HostObservation::empty(Timestamp(jiff::Timestamp::UNIX_EPOCH), engine);
    Observation { host, containers: Vec::new() }
}
