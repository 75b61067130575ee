//! The processes of a container.

use serde::{Deserialize, Serialize};

/// A table of processes, as `ps` of the engine's host prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessList {
    /// The heads of the columns.
    pub titles: Vec<String>,
    /// A row for each process, with a cell for each column. Process ids are those of the host.
    pub processes: Vec<Vec<String>>,
    /// Whether rows are missing because there are too many.
    pub cut: bool,
}

impl ProcessList {
    /// The largest number of rows.
    pub const MOST: usize = 5_000;

    /// Keeps the rows that there may be.
    pub fn new(titles: Vec<String>, mut processes: Vec<Vec<String>>) -> Self {
        let cut = processes.len() > Self::MOST;
        processes.truncate(Self::MOST);
        Self { titles, processes, cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_cut_says_so() {
        let list = |rows| ProcessList::new(vec!["PID".into()], vec![vec!["1".into()]; rows]);
        assert!(!list(ProcessList::MOST).cut);
        let cut = list(ProcessList::MOST + 1);
        assert!(cut.cut && cut.processes.len() == ProcessList::MOST);
    }
}
