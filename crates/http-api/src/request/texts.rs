//! Bodies with secrets in them: objects of strings, read so that no error repeats a value.

use serde_json::{Map, Value};

use super::Body;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// The strings of a body.
pub(crate) struct Texts(Map<String, Value>);

impl Texts {
    /// Reads a body that is an object with the strings `required`, and perhaps those that are `optional`.
    pub(crate) fn read(body: &Body, required: &[&str], optional: &[&str]) -> Result<Self, Problem> {
        let refuse = |message| Problem::new(ErrorCode::InvalidRequest, message);
        let Value::Object(object) = body.json::<Value>()? else {
            return Err(refuse(said::body_is_no_object()));
        };
        if let Some(key) = required.iter().find(|key| !object.get(**key).is_some_and(Value::is_string)) {
            return Err(refuse(said::body_needs_text(key)));
        }
        let is_known = |key: &str| required.contains(&key) || optional.contains(&key);
        let known = || required.iter().chain(optional).copied().collect::<Vec<_>>().join("`, `");
        for (key, value) in &object {
            if !is_known(key) {
                return Err(refuse(said::body_has_no_such_key(known())));
            }
            if !value.is_string() && !value.is_null() {
                return Err(refuse(said::body_needs_text(key)));
            }
        }
        Ok(Self(object))
    }

    /// Takes a string that is required.
    pub(crate) fn take(&mut self, key: &str) -> String {
        self.take_if(key).unwrap_or_default()
    }

    /// Takes a string that is optional.
    pub(crate) fn take_if(&mut self, key: &str) -> Option<String> {
        match self.0.remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }
}
