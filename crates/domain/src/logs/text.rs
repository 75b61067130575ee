//! The text of a piece.

use std::borrow::Cow;

/// What a container wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogText {
    /// Text. Unless raw output was asked for, without anything that could command a terminal.
    Text(String),
    /// Raw output that is no UTF-8.
    Bytes(Vec<u8>),
}

impl LogText {
    /// The bytes, whatever they are.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// As text, with replacement characters for what is none.
    pub fn lossy(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes),
        }
    }
}

impl From<Vec<u8>> for LogText {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Bytes(error.into_bytes()),
        }
    }
}
