//! A plan as text: one line per step, what, why and after what. Golden tests and people read this form.

use std::fmt;

use super::{Action, Plan, Problem, Step};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() && self.notes.is_empty() {
            return f.write_str("nothing to do\n");
        }
        for problem in &self.problems {
            writeln!(f, "problem: {problem}")?;
        }
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>3}. {} ({})", self.id.0, self.action, self.cause)?;
        if self.after.is_empty() {
            return Ok(());
        }
        let after: Vec<_> = self.after.iter().map(ToString::to_string).collect();
        write!(f, " after {}", after.join(", "))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PullImage { image, .. } => write!(f, "pull image {image}"),
            Self::BuildImage(build) => write!(f, "build image {}", build.image),
            Self::CreateNetwork { network, .. } => write!(f, "create network {}", network.name),
            Self::RemoveNetwork { id, name } => write!(f, "remove network {name} [{}]", id.short()),
            Self::CreateVolume { volume, .. } => write!(f, "create volume {}", volume.name),
            Self::RemoveVolume { name } => write!(f, "remove volume {name} with its data"),
            Self::CreateContainer(create) => {
                write!(f, "create container {}", create.name)?;
                for volume in &create.inherited {
                    write!(f, ", keeping the volume at {}", volume.target)?;
                }
                Ok(())
            }
            Self::ConnectNetwork { container, network, .. } => {
                write!(f, "connect {} to network {}", container.name(), network.name())
            }
            Self::DisconnectNetwork { container, name, .. } => {
                write!(f, "disconnect {} from network {name}", container.name())
            }
            // What is in them may be a secret.
            Self::CopyFiles { container, files } => {
                let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
                write!(f, "put {} into {}", paths.join(", "), container.name())
            }
            // The arguments may be a secret as well.
            Self::RunHook { container, stage, hook, .. } => {
                let program = hook.command.first().map_or("", String::as_str);
                write!(f, "run {} hook `{program}` in {}", stage.as_str(), container.name())
            }
            Self::StartContainer { container } => write!(f, "start {}", container.name()),
            Self::StopContainer { container, .. } => write!(f, "stop {}", container.name()),
            Self::RestartContainer { container, .. } => write!(f, "restart {}", container.name()),
            Self::UnpauseContainer { container } => write!(f, "unpause {}", container.name()),
            Self::RenameContainer { container, to } => write!(f, "rename {} to {to}", container.name()),
            Self::RemoveContainer { container, anonymous_volumes: false } => {
                write!(f, "remove {}", container.name())
            }
            Self::RemoveContainer { container, anonymous_volumes: true } => {
                write!(f, "remove {} with its anonymous volumes", container.name())
            }
            Self::Prepared => f.write_str("everything is prepared"),
            Self::AwaitHealthy { container, .. } => write!(f, "wait until {} is healthy", container.name()),
            Self::AwaitCompleted { container, .. } => {
                write!(f, "wait until {} has succeeded", container.name())
            }
            Self::AwaitStable { container } => write!(f, "wait until {} is stable", container.name()),
        }
    }
}
