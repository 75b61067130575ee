//! The template language, with its limits.

use std::io;

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::context::context;
use super::error::{ThemeError, ThemeErrorKind};
use super::escape;
use super::files::Place;
use crate::Page;

/// How many instructions a page may take. A page with a loop over the log takes some hundreds.
const FUEL: u64 = 100_000;
/// How deep macros and loops may be nested.
const DEPTH: usize = 64;
/// How large a page may get: all files of a theme, as text, and as much again.
const SIZE: usize = 6 * 1024 * 1024;

/// A template that was compiled.
#[derive(Debug)]
pub(super) struct Template {
    file: String,
    environment: Environment<'static>,
    /// Style sheets and scripts, which the template only places.
    inlined: Value,
}

impl Template {
    pub(super) fn compile(file: &str, source: String, inlined: Vec<String>) -> Result<Self, ThemeError> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(escape::format);
        environment.add_filter("escape", escape::filter);
        environment.add_filter("e", escape::filter);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEPTH);
        environment.add_template_owned(file.to_owned(), source).map_err(|error| explained(file, &error))?;
        Ok(Self { file: file.to_owned(), environment, inlined: Value::from(inlined) })
    }

    /// Whether it uses one of these variables.
    pub(super) fn reads(&self, names: &[&str]) -> bool {
        let template = self.environment.get_template(&self.file);
        template.is_ok_and(|template| {
            let used = template.undeclared_variables(false);
            names.iter().any(|name| used.contains(*name))
        })
    }

    pub(super) fn render(&self, page: &Page<'_>) -> Result<Vec<u8>, ThemeError> {
        let explained = |error| explained(&self.file, &error);
        let template = self.environment.get_template(&self.file).map_err(explained)?;
        let mut written = Limited(Vec::new());
        match template.render_captured_to(context(page, &self.inlined), &mut written) {
            Ok(_) => Ok(written.0),
            Err(error) if error.kind() == ErrorKind::WriteFailure => {
                Err(Place { file: &self.file, line: 1 }.error(ThemeErrorKind::TooLarge { limit: SIZE }))
            }
            Err(error) => Err(explained(error)),
        }
    }
}

/// What the template language says about a mistake, at its line.
fn explained(file: &str, error: &Error) -> ThemeError {
    let kind = match error.kind() {
        ErrorKind::OutOfFuel => ThemeErrorKind::TooMuchWork,
        _ if error.detail().is_some_and(|detail| detail.contains("recursion limit")) => {
            ThemeErrorKind::TooMuchWork
        }
        kind => ThemeErrorKind::Template {
            message: error.detail().map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}")),
        },
    };
    Place { file, line: error.line().unwrap_or(1) }.error(kind)
}

/// A page that is not larger than allowed.
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > SIZE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
