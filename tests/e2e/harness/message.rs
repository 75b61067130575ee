//! HTTP/1.1 messages, as far as a proxy needs to understand them.

use std::io::{self, BufRead, Read as _, Write};

/// Start line and headers of a request or an answer.
pub(crate) struct Head {
    /// As received, with the empty line at its end.
    pub(crate) bytes: Vec<u8>,
    pub(crate) start_line: String,
    length: Option<u64>,
    chunked: bool,
}

impl Head {
    /// `None`: the other side has closed the connection.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = Self { bytes: Vec::new(), start_line: String::new(), length: None, chunked: false };
        loop {
            let begin = head.bytes.len();
            if from.read_until(b'\n', &mut head.bytes)? == 0 {
                return if head.bytes.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
            let line = String::from_utf8_lossy(&head.bytes[begin..]).trim_end().to_ascii_lowercase();
            match line.split_once(':') {
                _ if begin == 0 => {
                    String::from_utf8_lossy(&head.bytes).trim_end().clone_into(&mut head.start_line);
                }
                None if line.is_empty() => return Ok(Some(head)),
                Some(("content-length", value)) => head.length = value.trim().parse().ok(),
                Some(("transfer-encoding", value)) => head.chunked = value.contains("chunked"),
                _ => {}
            }
        }
    }

    /// Of a request: `POST /containers/create`, without version and parameters.
    pub(crate) fn request(&self) -> String {
        let mut words = self.start_line.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let path = target.split('?').next().unwrap_or_default();
        let unversioned = match path.strip_prefix("/v1.").and_then(|rest| rest.split_once('/')) {
            Some((_, rest)) => format!("/{rest}"),
            None => path.to_owned(),
        };
        format!("{method} {unversioned}")
    }

    /// Passes the body of a request on.
    pub(crate) fn copy_request_body(&self, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
        if self.chunked { copy_chunks(from, to) } else { copy_exactly(from, to, self.length.unwrap_or(0)) }
    }

    /// Passes the body of an answer on, piece by piece. `false`: its end was the end of the connection.
    pub(crate) fn copy_answer_body(
        &self,
        to_head_request: bool,
        from: &mut impl BufRead,
        to: &mut impl Write,
    ) -> io::Result<bool> {
        let status = self.start_line.split(' ').nth(1).unwrap_or_default();
        if to_head_request || matches!(status, "204" | "304") {
            return Ok(true);
        }
        match self.length {
            _ if self.chunked => copy_chunks(from, to).map(|()| true),
            Some(length) => copy_exactly(from, to, length).map(|()| true),
            None => io::copy(from, to).map(|_| false),
        }
    }
}

fn copy_exactly(from: &mut impl BufRead, to: &mut impl Write, length: u64) -> io::Result<()> {
    if io::copy(&mut from.take(length), to)? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    to.flush()
}

fn copy_chunks(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line)?;
        let size = String::from_utf8_lossy(&line);
        let size = u64::from_str_radix(size.trim().split(';').next().unwrap_or_default(), 16)
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        to.write_all(&line)?;
        // Each chunk has a line break behind it, and so has the last one, which is empty.
        copy_exactly(from, to, size + 2)?;
        if size == 0 {
            return Ok(());
        }
    }
}
