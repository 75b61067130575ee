//! Rules of this repository that hold themselves.
//!
//! Each module states one rule as a function from facts to sentences: no sentence, no violation. Each has a test that
//! gives it the facts of this tree, and tests that give it a small tree which breaks the rule, so that a rule which
//! stopped looking is noticed. `docs/ARCHITECTURE.md` names the module that enforces each of its invariants.

#[cfg(test)]
mod dependency_law;
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
mod no_machine_paths;
#[cfg(test)]
mod ports_law;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod settings_match_docs;
#[cfg(test)]
mod source;
#[cfg(test)]
mod tests_are_alive;
