//! Measures how long planning takes and how it scales: milliseconds for 1,000 to 10,000 services, for a first apply,
//! for one without changes, and for one in which everything changed.
//!
//! ```text
//! cargo run --release -p core-monitor-domain --example planner_speed
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::{Duration, Instant};

use core_monitor_domain::command::Readiness;
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::{InstanceId, StackId};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::{ApiVersion, EngineFacts, HostObservation, Observation};
use core_monitor_domain::plan::Plan;
use core_monitor_domain::planner::{Facts, Objective, PlanningInput, plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::projection::Projection;
use core_monitor_domain::time::Timestamp;
use serde_json::json;

const SIZES: [usize; 4] = [1_000, 2_500, 5_000, 10_000];
const REPEATS: usize = 5;

#[expect(clippy::print_stdout, reason = "a benchmark")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("| services | first apply | unchanged | every image changed |");
    println!("| ---: | ---: | ---: | ---: |");
    for size in SIZES {
        let before = stack(size, 1)?;
        let after = stack(size, 2)?;
        let mut world = Projection::new(empty_host());
        let (first, made) = timed(&before, &world);
        world.apply(&made, |_| true);
        // Waits are over and another command starts.
        world.facts = Facts::default();
        let (unchanged, nothing) = timed(&before, &world);
        if !nothing.is_empty() {
            return Err(format!("{size} services do not converge in one round:\n{nothing}").into());
        }
        let (changed, _) = timed(&after, &world);
        println!("| {size} | {} | {} | {} |", millis(first), millis(unchanged), millis(changed));
    }
    Ok(())
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

/// The median of a few runs.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn timed(desired: &DesiredStack, world: &Projection) -> (Duration, Plan) {
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
    let input = PlanningInput {
        objective: Objective::Converge {
            desired,
            previous: None,
            pins: &pins,
            readiness: Readiness::Ready,
            recreate: &BTreeSet::new(),
            only: None,
        },
        observed: &world.observation,
        provenance: &provenance,
        facts: &world.facts,
        rules: &Rules::Everything,
    };
    let mut runs = Vec::with_capacity(REPEATS);
    let mut made = Plan::default();
    for _ in 0..REPEATS {
        let start = Instant::now();
        let next = plan(&input);
        runs.push(start.elapsed());
        // Outside the measured time: dropping the previous plan is not part of planning.
        made = next;
    }
    runs.sort();
    (runs[REPEATS / 2], made)
}

/// Chains of ten services, each depending on the previous one, on one of a hundred networks.
fn stack(size: usize, image: u32) -> Result<DesiredStack, Box<dyn Error>> {
    let mut services = serde_json::Map::new();
    for number in 0..size {
        let mut service = json!({
            "image": format!("app:{image}"),
            "restart": "always",
            "environment": { "NUMBER": number.to_string(), "LEVEL": "info" },
            "healthcheck": { "test": ["CMD", "true"], "interval": "5s" },
            "networks": { format!("n{}", number % 100): null },
        });
        if number % 10 != 0 {
            service["depends_on"] =
                json!({ format!("s{}", number - 1): { "condition": "service_healthy", "required": true } });
        }
        services.insert(format!("s{number}"), service);
    }
    let networks: serde_json::Map<_, _> =
        (0..100).map(|n| (format!("n{n}"), json!({ "name": format!("speed_n{n}") }))).collect();
    let project =
        serde_json::from_value(json!({ "name": "speed", "services": services, "networks": networks }))?;
    Ok(DesiredStack::from_project(&project)?)
}

fn empty_host() -> Observation {
    let engine = EngineFacts {
        id: "speed".to_owned(),
        version: "20.10.24".to_owned(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    };
    let host = HostObservation::empty(Timestamp(jiff::Timestamp::UNIX_EPOCH), engine);
    Observation { host, containers: Vec::new() }
}
