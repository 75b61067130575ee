//! Files of records, and the chain they form.

use serde::{Deserialize, Serialize};

use crate::artifact::ArtifactDigest;
use crate::audit::{ChainValue, Gone};
use crate::time::Timestamp;

/// What the records of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordSubject {
    /// Commands with their journals; ids are their places in the queue.
    Commands,
    /// The audit; ids are those of its entries.
    Audit,
}

impl RecordSubject {
    /// The word in names and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commands => "commands",
            Self::Audit => "audit",
        }
    }

    /// The subject with this name.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Commands, Self::Audit].into_iter().find(|subject| subject.as_str() == word)
    }
}

/// The first line of a record file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHead {
    /// The version of this layout.
    pub format: u32,
    /// Its place in the chain, from 1.
    pub number: u32,
    /// What its records are.
    pub subject: RecordSubject,
    /// The smallest id.
    pub first: i64,
    /// The largest id.
    pub last: i64,
    /// How many records follow.
    pub records: u32,
    /// SHA-256 of the file before it; `None` for the first.
    pub previous: Option<ArtifactDigest>,
    /// When it was made.
    pub made_at: Timestamp,
}

impl RecordHead {
    /// The version that this release writes.
    pub const FORMAT: u32 = 1;

    /// The name of the file.
    pub fn name(&self) -> String {
        let Self { number, subject, first, last, .. } = self;
        format!("{number:06}-{}-{first}-{last}.jsonl.gz", subject.as_str())
    }
}

/// A record file, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// Its first line.
    pub head: RecordHead,
    /// SHA-256 of the whole file, as it is on the disk.
    pub digest: ArtifactDigest,
    /// Its size on the disk in bytes.
    pub size: u64,
    /// When it was removed because of its age.
    pub removed_at: Option<Timestamp>,
    /// Of the audit: the value of its last entry in the chain of entries, so that the chain is known to go on here when the file
    /// is gone.
    pub chain: Option<ChainValue>,
}

impl RecordFile {
    /// The entries of the audit that are gone by rule with this file.
    pub fn gone(&self) -> Option<Gone> {
        let RecordHead { subject, first, last, .. } = self.head;
        let is_gone = subject == RecordSubject::Audit && self.removed_at.is_some();
        is_gone.then_some(Gone { first, last, value: self.chain })
    }
}

/// Why a chain of record files cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// A file is not there.
    #[error("the record file `{0}` is missing")]
    Missing(String),
    /// A file has other bytes than those that were written.
    #[error("the record file `{0}` was changed: it does not have the digest that was recorded")]
    Changed(String),
    /// A file does not name the one before it.
    #[error("the record file `{0}` does not follow the one before it")]
    Broken(String),
}

/// Checks the files of an installation, in their order, against what is found on the disk: the digest and first line of
/// each, `None` if there is no such file. Files that were removed because of their age need not be there.
pub fn check_chain(files: &[RecordFile], found: &[Option<(ArtifactDigest, RecordHead)>]) -> Vec<ChainFault> {
    let mut faults = Vec::new();
    let mut previous = None;
    for (file, found) in files.iter().zip(found.iter().chain(std::iter::repeat(&None))) {
        let name = file.head.name();
        if file.head.previous != previous {
            faults.push(ChainFault::Broken(name.clone()));
        }
        match found {
            None if file.removed_at.is_some() => {}
            None => faults.push(ChainFault::Missing(name)),
            Some((digest, head)) if *digest != file.digest || *head != file.head => {
                faults.push(ChainFault::Changed(name));
            }
            Some(_) => {}
        }
        previous = Some(file.digest);
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(number: u32, previous: Option<&RecordFile>) -> RecordFile {
        let head = RecordHead {
            format: RecordHead::FORMAT,
            number,
            subject: RecordSubject::Commands,
            first: i64::from(number) * 10,
            last: i64::from(number) * 10 + 9,
            records: 10,
            previous: previous.map(|file| file.digest),
            made_at: Timestamp::from_millis(1_800_000_000_000).unwrap(),
        };
        let digest = ArtifactDigest::of(head.name().as_bytes());
        RecordFile { head, digest, size: 100, removed_at: None, chain: None }
    }

    fn as_found(file: &RecordFile) -> (ArtifactDigest, RecordHead) {
        (file.digest, file.head.clone())
    }

    #[test]
    fn every_change_of_a_chain_is_noticed() {
        let one = file(1, None);
        let two = file(2, Some(&one));
        let three = file(3, Some(&two));
        assert_eq!(three.head.name(), "000003-commands-30-39.jsonl.gz");
        let files = [one, two, three];
        let whole: Vec<_> = files.iter().map(|file| Some(as_found(file))).collect();
        assert_eq!(check_chain(&files, &whole), []);
        let names = files.each_ref().map(|file| file.head.name());
        for place in 0..3 {
            let mut missing = whole.clone();
            missing[place] = None;
            assert_eq!(check_chain(&files, &missing), [ChainFault::Missing(names[place].clone())]);
            let mut removed = files.clone();
            removed[place].removed_at = Some(removed[place].head.made_at);
            assert_eq!(check_chain(&removed, &missing), []);
            let mut changed = whole.clone();
            changed[place].as_mut().unwrap().0 = ArtifactDigest::of(b"other bytes");
            assert_eq!(check_chain(&files, &changed), [ChainFault::Changed(names[place].clone())]);
        }
        // Somebody writes a file anew and its digest into the database: the next one still names the former.
        let mut forged = files.clone();
        forged[0].digest = ArtifactDigest::of(b"forged");
        let mut found = whole.clone();
        found[0] = Some(as_found(&forged[0]));
        assert_eq!(check_chain(&forged, &found), [ChainFault::Broken(names[1].clone())]);
        assert_eq!(check_chain(&files, &whole[..2]), [ChainFault::Missing(names[2].clone())]);
    }
}
