//! What a declaration asks for in vain, as far as the definition alone shows it.

use core_monitor_compose::{Project, nearest};
use core_monitor_message::Message;

use super::super::extension::attribute;
use super::super::said;
use super::{ENTRIES, KEY, declared_on_demand, parsed};
use crate::attribute::At;
use crate::names::ServiceName;

/// Something under `x-core-monitor.on-demand` that is read, and most likely does not do what it is meant to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    /// The service.
    pub service: String,
    /// The path of the value within the service, with dots.
    pub path: String,
    /// What is wrong, in one sentence.
    pub what: Message,
    /// What to try.
    pub hint: Message,
}

impl Caution {
    fn at(at: &At<'_>, what: Message, hint: Message) -> Self {
        Self { service: at.owner.to_owned(), path: at.path.clone(), what, hint }
    }

    /// What is wrong, and where in the definition.
    pub fn message(&self) -> Message {
        said::value_unusable(&self.path, &self.service, self.what.clone())
    }
}

/// What the services of a model that wake on demand ask for in vain, in the order of the file. What other stacks and the
/// gateway's folder of themes have is not known here.
pub fn on_demand_cautions(project: &Project) -> Vec<Caution> {
    let doors: Vec<ServiceName> =
        declared_on_demand(project).unwrap_or_default().into_iter().map(|(name, _)| name).collect();
    let mut cautions = Vec::new();
    for (name, service) in &project.services {
        if doors.iter().all(|door| door.as_str() != name) {
            continue;
        }
        let Ok(Some(at)) = attribute(name, service, KEY) else { continue };
        cautions.extend(theme(&at));
        for key in ["needs", "not-with"] {
            let Ok(Some(list)) = at.get(key) else { continue };
            let items = list.items(ENTRIES).unwrap_or_default();
            cautions.extend(items.iter().filter_map(|item| relation(project, &doors, item)));
        }
    }
    cautions
}

fn theme(at: &At<'_>) -> Option<Caution> {
    let at = at.get("theme").ok()??;
    let name = parsed(&at).ok()?;
    let meant = name.meant()?;
    Some(Caution::at(&at, said::theme_is_not_built_in(name.as_str()), said::theme_is_meant(meant)))
}

/// A service of this same stack that is none, or has no part in it.
fn relation(project: &Project, doors: &[ServiceName], at: &At<'_>) -> Option<Caution> {
    let text = at.text().ok()?;
    let (_, other) = text.split_once('/').filter(|(stack, _)| *stack == project.name)?;
    if other == at.owner {
        return Some(Caution::at(at, said::relation_to_itself(), said::relation_leave_out()));
    }
    if !project.services.contains_key(other) {
        let names = project.services.keys().map(String::as_str).filter(|name| *name != at.owner);
        let hint = match nearest(other, names) {
            Some(near) => said::relation_is_meant(&project.name, near),
            None => said::relation_leave_out(),
        };
        return Some(Caution::at(at, said::relation_service_unknown(other), hint));
    }
    if doors.iter().all(|door| door.as_str() != other) {
        let hint = said::relation_declare_on_demand(other);
        return Some(Caution::at(at, said::relation_not_on_demand(other), hint));
    }
    None
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::{LoadOptions, ProjectFiles, load};

    use super::*;

    /// What is said about a service `web`, beside `db` that wakes on demand and `cache` that does not.
    fn said_of(on_demand: &str) -> Vec<String> {
        let text = format!(
            "name: shop\nservices:\n  web:\n    image: demo\n    expose: [80]\n    x-core-monitor:\n      on-demand: {on_demand}\n  \
             db: {{image: demo, expose: [81], x-core-monitor: {{on-demand: {{}}}}}}\n  cache: {{image: demo}}\n"
        );
        let mut files = ProjectFiles::new();
        files.add_compose("compose.yaml", text.into_bytes());
        let options = LoadOptions { project_directory: "/shop".to_owned(), ..LoadOptions::default() };
        let project = load(&files, &options).unwrap().project;
        let shown = |caution: Caution| format!("{} ({})", caution.message(), caution.hint);
        on_demand_cautions(&project).into_iter().map(shown).collect()
    }

    #[test]
    fn a_theme_that_is_nearly_a_built_in_one_is_said() {
        for (theme, meant) in [
            ("matirx", "matrix"),
            ("gohst", "ghost"),
            ("shufle", "shuffle"),
            ("hacker-terminl", "hackerTerminal"),
            ("plan", "plain"),
        ] {
            let found = said_of(&format!("{{theme: {theme}}}"));
            let expected = format!(
                "x-core-monitor.on-demand.theme of `web`: `{theme}` is not a built-in theme: without a folder of this name among \
                 the gateway's themes, the page is plain (did you mean the built-in theme `{meant}`?)"
            );
            assert_eq!(found, [expected]);
        }
        for theme in
            ["matrix", "Matrix", "hackerTerminal", "hacker-terminal", "hacker_terminal", "neon", "our-brand"]
        {
            assert_eq!(said_of(&format!("{{theme: {theme}}}")), [""; 0], "{theme}");
        }
    }

    #[test]
    fn a_service_of_the_same_stack_that_is_none_or_has_no_part_in_it_is_said() {
        let place = "x-core-monitor.on-demand";
        for (on_demand, expected) in [
            (
                "{needs: [other/x, shop/bd]}",
                format!(
                    "{place}.needs[1] of `web`: `bd` is not a service of this definition (did you mean `shop/db`?)"
                ),
            ),
            (
                "{needs: shop/postgres}",
                format!(
                    "{place}.needs of `web`: `postgres` is not a service of this definition (leave it out)"
                ),
            ),
            (
                "{not-with: [shop/cache]}",
                format!(
                    "{place}.not-with[0] of `web`: `cache` does not wake on demand, so this has no effect (declare \
                     `x-core-monitor.on-demand` at `cache`, or leave it out)"
                ),
            ),
            (
                "{not-with: [shop/web]}",
                format!(
                    "{place}.not-with[0] of `web`: a service has no such relation to itself (leave it out)"
                ),
            ),
        ] {
            assert_eq!(said_of(on_demand), [expected], "{on_demand}");
        }
        for fine in
            ["{needs: [shop/db]}", "{not-with: [shop/db, ai/xtts]}", "{enabled: false, needs: [shop/x]}"]
        {
            assert_eq!(said_of(fine), [""; 0], "{fine}");
        }
    }
}
