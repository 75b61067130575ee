//! From a template and values to the definition of a stack.

use core_monitor_compose::{Code, Diagnostic, Limits, Severity, Span};
use core_monitor_domain::names::{ServiceName, StackName, TemplateName};
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack_version::{Source, SourceSecret};
use core_monitor_domain::template::{
    Declaration, Filled, FolderRoots, ParameterKind, ValueProblem, declared, place_of,
};
use core_monitor_message::Message;

use super::super::{Definition, Issue, RefusedDefinition, ServerPorts, said};

/// The code of a value that a parameter does not take.
pub(in super::super) const INVALID_PARAMETER: &str = "invalid-parameter";
/// The code of a compose file that declares no template.
pub(in super::super) const NO_TEMPLATE: &str = "no-template";

/// A template with its files, ready to be filled in.
#[derive(Debug, Clone)]
pub(in super::super) struct Rendering {
    /// Its files and its own variables.
    pub(in super::super) source: Source,
    /// What it declares.
    pub(in super::super) declaration: Declaration,
}

impl Rendering {
    /// Reads what the last compose file of `source` that declares a template says.
    pub(in super::super) fn read(source: Source, limits: Limits) -> Result<Self, RefusedDefinition> {
        let mut found = None;
        for path in source.compose_files.iter().rev() {
            let text = source.files.get(path).and_then(|file| file.text());
            // What is no text is refused by the loader, with its name.
            let Some(text) = text else { continue };
            match declared(path, text, &limits) {
                Ok(Some(declaration)) => {
                    found = Some(declaration);
                    break;
                }
                Ok(None) => {}
                Err(errors) => return Err(refused(errors.into_iter().map(Issue::from).collect())),
            }
        }
        let none = || {
            let hint = Some(said::declare_template());
            refused(vec![Issue { hint, ..plain(said::no_template_declared()) }])
        };
        Ok(Self { source, declaration: found.ok_or_else(none)? })
    }

    /// The definition of the stack of an instance: the files of the template with these variables.
    pub(in super::super) fn filled(&self, filled: &Filled) -> Source {
        let mut source = self.source.clone();
        source.variables.extend(filled.variables.clone());
        source.secret_changes = filled.secrets.clone();
        source
    }

    /// Checks the template with sample values, as the stack of an instance that it could have. What is wrong with it is so found
    /// when it is saved, with positions in it.
    pub(in super::super) async fn check(
        &self,
        ports: &ServerPorts,
        template: &TemplateName,
    ) -> Result<Definition, RefusedDefinition> {
        let limits = ports.definition_limits;
        let sample = self.declaration.sample(template);
        let sample = sample.map_err(|problems| values_refused(self, problems, limits))?;
        let mut source = self.filled(&sample);
        // Values are generated when an instance is launched; until then, only the names are known.
        let names = std::mem::take(&mut source.secret_changes).into_keys();
        let unknown = |name| SourceSecret { reference: SecretRef::unknown(name), value: None };
        source.secrets = names.map(unknown).collect();
        let name = StackName::new(template.as_str());
        let name = name.map_err(|error| refused(vec![plain(error.message())]))?;
        let mut definition = Definition::read_blocking(&source, &name, "/template", limits).await?;
        let unknown = |service: &&ServiceName| !definition.model.services.contains_key(service.as_str());
        if let Some(service) = self.declaration.build.iter().find(unknown) {
            let span = self.place(&["build"], limits);
            return Err(refused(vec![Issue { span, ..plain(said::build_service_unknown(service)) }]));
        }
        definition.warnings.extend(self.roots_to_come(&ports.mount_roots, limits));
        Ok(definition)
    }

    /// Warnings about folders of the host that nobody allows yet.
    fn roots_to_come(&self, roots: &FolderRoots, limits: Limits) -> Vec<Diagnostic> {
        let missing = self.declaration.parameters.iter().filter_map(|parameter| match &parameter.kind {
            ParameterKind::Folder { root, .. } | ParameterKind::File { root, .. } => {
                (!roots.contains_key(root)).then_some((parameter.name.as_str(), root))
            }
            _ => None,
        });
        let warning = |(name, root): (&str, &String)| Diagnostic {
            code: Code::UndefinedReference,
            severity: Severity::Warning,
            message: said::mount_root_to_come(root),
            expected: None,
            hint: Some(said::allow_mount_root(root)),
            span: self.place(&["parameters", name], limits),
        };
        missing.map(warning).collect()
    }

    /// Where something of the template is declared.
    fn place(&self, path: &[&str], limits: Limits) -> Option<Span> {
        let files = self.source.compose_files.iter().rev();
        let mut texts = files.filter_map(|path| Some((path, self.source.files.get(path)?.text()?)));
        texts.find_map(|(file, text)| place_of(file, text, &limits, path))
    }
}

/// Refuses values, each where its parameter is declared.
pub(in super::super) fn values_refused(
    rendering: &Rendering,
    problems: Vec<ValueProblem>,
    limits: Limits,
) -> RefusedDefinition {
    let issue = |problem: ValueProblem| Issue {
        code: INVALID_PARAMETER.to_owned(),
        message: said::parameter_refused(&problem.parameter, problem.message),
        expected: None,
        hint: problem.hint,
        span: rendering.place(&["parameters", &problem.parameter], limits),
    };
    refused(problems.into_iter().map(issue).collect())
}

fn plain(message: Message) -> Issue {
    Issue { code: NO_TEMPLATE.to_owned(), message, expected: None, hint: None, span: None }
}

fn refused(issues: Vec<Issue>) -> RefusedDefinition {
    RefusedDefinition { issues, warnings: Vec::new() }
}
