//! Runs a script line by line. `= NAME` starts a definition that ends with `=`; every other line is a command.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use core_monitor_domain::artifact::{Artifact, ArtifactDigest, ArtifactForm, Artifacts, PathSet, SlotKey};
use core_monitor_domain::command::Readiness;
use core_monitor_domain::desired::{BuildFiles, DesiredStack};
use core_monitor_domain::ids::StepId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::plan::{Plan, ServiceImpact, Surroundings};
use core_monitor_domain::planner::{Chosen, Facts, Objective};

use crate::world::World;

type Answer<T> = Result<T, String>;

/// More rounds than any script needs.
const MAX_ROUNDS: usize = 8;

/// Runs a script and returns its output.
pub(crate) fn run(script: &str) -> Answer<String> {
    let mut stage = Stage::default();
    let mut lines = script.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            writeln!(stage.out, "{line}").map_err(|error| error.to_string())?;
            continue;
        }
        if let Some(name) = line.strip_prefix("= ") {
            let text: Vec<_> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "=").collect();
            stage.define(name, &text.join("\n"))?;
            continue;
        }
        let words: Vec<_> = line.split_whitespace().collect();
        let answer =
            stage.command(&words).map_err(|error| format!("line {}: `{line}`: {error}", number + 1))?;
        write!(stage.out, "> {line}\n{answer}").map_err(|error| error.to_string())?;
    }
    Ok(stage.out)
}

#[derive(Default)]
struct Stage {
    world: World,
    definitions: BTreeMap<String, DesiredStack>,
    /// Services whose containers are replaced in any case.
    recreate: BTreeSet<ServiceName>,
    /// The artifacts of each definition, and of all of them.
    artifacts: BTreeMap<String, Artifacts>,
    earlier: Vec<(SlotKey, Artifact)>,
    /// The definition applied last.
    applied: Option<String>,
    out: String,
}

impl Stage {
    fn define(&mut self, name: &str, yaml: &str) -> Answer<()> {
        let options = LoadOptions {
            project_name: Some("shop".to_owned()),
            project_directory: "/stacks/shop".to_owned(),
            ..LoadOptions::default()
        };
        let loaded = load(&ProjectFiles::single("compose.yml", yaml), &options).map_err(|rejected| {
            rejected.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        })?;
        let desired = DesiredStack::with_files(&loaded.project, &BuildFiles::new("shop", Vec::new()))
            .map_err(|error| error.to_string())?;
        self.definitions.insert(name.to_owned(), desired);
        Ok(())
    }

    fn command(&mut self, words: &[&str]) -> Answer<String> {
        match *words {
            ["deploy", from, to, slot, file, number, ref paths @ ..] => {
                self.deploy(from, to, slot, file, number, paths)
            }
            ["plan", name] => Ok(self.converge_plan(name, Readiness::Ready)?.to_string()),
            ["impact", name] => self.impact(name),
            ["plan", name, "started"] => Ok(self.converge_plan(name, Readiness::Started)?.to_string()),
            ["force", ref services @ ..] => {
                let names: Result<_, _> = services.iter().map(|name| name.parse()).collect();
                self.recreate = names.map_err(|error| format!("{error}"))?;
                Ok(String::new())
            }
            ["apply", name] => self.apply(name, u32::MAX),
            ["apply", name, "upto", step] => {
                self.apply(name, step.parse().map_err(|_| "invalid step number")?)
            }
            ["converge", name] => self.converge(name),
            ["forget"] => {
                // A new command starts, without the memory of the previous one.
                let stopped_runs = std::mem::take(&mut self.world.projection.facts.stopped_runs);
                self.world.projection.facts = Facts { stopped_runs, ..Facts::default() };
                Ok(String::new())
            }
            ["restarting"] => {
                self.world.remember_runs();
                Ok(String::new())
            }
            ["start" | "stop" | "wake" | "doze" | "sleep" | "restart" | "delete", ..] => {
                self.objective(words)
            }
            ["show"] => Ok(self.world.render()),
            _ => self.world.command(words).map(|()| String::new()),
        }
    }

    fn definition(&self, name: &str) -> Answer<&DesiredStack> {
        self.definitions.get(name).ok_or_else(|| format!("there is no definition `{name}`"))
    }

    /// A definition that differs from another one by an artifact: `number` stands for its content, `paths` are its files.
    fn deploy(
        &mut self,
        from: &str,
        to: &str,
        slot: &str,
        file: &str,
        number: &str,
        paths: &[&str],
    ) -> Answer<String> {
        let (service, slot) = slot.split_once('/').ok_or("the slot is SERVICE/SLOT")?;
        let service = service.parse().map_err(|error| format!("{error}"))?;
        let key = SlotKey { service, slot: slot.parse().map_err(|error| format!("{error}"))? };
        let digest = ArtifactDigest([number.parse().map_err(|_| "invalid number")?; 32]);
        let form = if paths.is_empty() { ArtifactForm::File } else { ArtifactForm::Tree };
        let paths = PathSet::of(paths.iter().copied());
        let artifact = Artifact { digest, size: 1, file_name: file.to_owned(), form, paths };
        let mut artifacts = self.artifacts.get(from).cloned().unwrap_or_default();
        artifacts.insert(key.clone(), artifact.clone());
        self.earlier.push((key, artifact));
        let desired = self.definition(from)?.clone();
        self.definitions.insert(to.to_owned(), desired);
        self.artifacts.insert(to.to_owned(), artifacts);
        // Each is read with the artifacts of all that there are by then.
        for (name, artifacts) in &self.artifacts {
            if let Some(desired) = self.definitions.get_mut(name) {
                *desired = desired.clone().with_artifacts(artifacts, &self.earlier);
            }
        }
        Ok(String::new())
    }

    fn converge_plan(&self, name: &str, readiness: Readiness) -> Answer<Plan> {
        let previous = self.applied.as_deref().map(|name| self.definition(name)).transpose()?;
        let pins = BTreeMap::new();
        let objective = Objective::Converge {
            desired: self.definition(name)?,
            previous,
            pins: &pins,
            readiness,
            recreate: &self.recreate,
            only: None,
        };
        Ok(self.world.plan(objective))
    }

    /// What a plan means for each service, one line for each.
    fn impact(&self, name: &str) -> Answer<String> {
        let previous = self.applied.as_deref().map(|name| self.definition(name)).transpose()?;
        let desired = self.definition(name)?;
        let containers = &self.world.projection.observation.containers;
        let around = Surroundings { desired, previous, containers };
        let services = self.converge_plan(name, Readiness::Ready)?.services(&around);
        Ok(services.iter().map(impact_line).collect())
    }

    fn apply(&mut self, name: &str, last: u32) -> Answer<String> {
        let plan = self.converge_plan(name, Readiness::Ready)?;
        if !plan.blockers.is_empty() {
            return Ok(plan.to_string());
        }
        self.world.projection.apply(&plan, |step: StepId| step.0 <= last);
        Ok(String::new())
    }

    fn converge(&mut self, name: &str) -> Answer<String> {
        let mut answer = String::new();
        for round in 1..=MAX_ROUNDS {
            let plan = self.converge_plan(name, Readiness::Ready)?;
            if plan.is_empty() {
                self.applied = Some(name.to_owned());
                return Ok(format!("{answer}{plan}"));
            }
            write!(answer, "round {round}\n{plan}").map_err(|error| error.to_string())?;
            if !plan.blockers.is_empty() {
                return Ok(answer);
            }
            self.world.projection.apply(&plan, |_| true);
        }
        Err(format!("not converged after {MAX_ROUNDS} rounds:\n{answer}"))
    }

    fn objective(&mut self, words: &[&str]) -> Answer<String> {
        let applied = self.applied.clone().ok_or("nothing is applied yet")?;
        let desired = self.definition(&applied)?.clone();
        let names = words[1..].iter().filter(|_| words[0] != "delete").map(|name| name.parse());
        let names: Vec<ServiceName> = names.collect::<Result<_, _>>().map_err(|error| format!("{error}"))?;
        let chosen = &match words[0] {
            "wake" | "doze" | "sleep" if !names.is_empty() => Chosen::Together(names.into_iter().collect()),
            _ => Chosen::named(names.first()),
        };
        let desired = &desired;
        let objective = match words[0] {
            "start" | "wake" => Objective::Start { desired, chosen },
            "stop" | "doze" => Objective::Stop { desired, chosen },
            "sleep" => Objective::Pause { desired, chosen },
            "restart" => Objective::Restart { desired, chosen },
            _ => Objective::Delete { desired, volumes: words.get(1) == Some(&"volumes") },
        };
        let plan = self.world.plan(objective);
        if plan.blockers.is_empty() {
            self.world.projection.apply(&plan, |_| true);
        }
        Ok(plan.to_string())
    }
}

fn impact_line(impact: &ServiceImpact) -> String {
    let listed = |name: &str, items: Vec<String>| match items.as_slice() {
        [] => String::new(),
        items => format!("; {name}: {}", items.join(", ")),
    };
    let ServiceImpact { service, change, containers, .. } = impact;
    let order = impact.order.map(|order| order.as_str().to_owned());
    let gap = impact.gap_ms.map_or_else(|| "unknown".to_owned(), |gap| format!("{gap} ms"));
    let causes = impact.causes.iter().map(ToString::to_string).collect();
    let risks =
        impact.risks.iter().map(|risk| format!("{} ({})", risk.code.as_str(), risk.message)).collect();
    let lists = [
        listed("because", causes),
        listed("order", order.into_iter().collect()),
        listed("ports", impact.ports.clone()),
        listed("volumes", impact.volumes.clone()),
        listed("risks", risks),
    ];
    format!("{service}: {} {containers}; gap {gap}{}\n", change.as_str(), lists.concat())
}
