//! Rules of this repository, as tests.
//!
//! Each module implements one rule as a function from facts to messages: no message, no violation. Each has a test with
//! the facts of this tree, and tests with a small tree that violates the rule, so that a rule that stops working is
//! noticed. `docs/INVARIANTS.md` names the module that enforces each invariant.

#[cfg(test)]
mod dependency_law;
mod dependency_owners;
#[cfg(test)]
mod deployment;
#[cfg(test)]
mod deviations_have_cases;
#[cfg(test)]
mod docs_match_tree;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod module_names;
#[cfg(test)]
mod module_size;
#[cfg(test)]
mod modules;
#[cfg(test)]
mod names;
#[cfg(test)]
mod no_machine_paths;
#[cfg(test)]
mod ports_law;
#[cfg(test)]
mod proof_page;
#[cfg(test)]
mod raw_statements;
#[cfg(test)]
mod reach_law;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod script_law;
#[cfg(test)]
mod sentences_law;
#[cfg(test)]
mod settings_match_docs;
#[cfg(test)]
mod source;
#[cfg(test)]
mod tests_are_alive;
#[cfg(test)]
mod transitions_match_docs;
#[cfg(test)]
mod workflows;
