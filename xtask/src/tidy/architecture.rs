//! ARCHITECTURE.md and the workspace name the same crates.

use std::collections::BTreeSet;

use super::Violation;
use super::rules::is_crate_name;

pub const FILE: &str = "ARCHITECTURE.md";

/// A crate is described under a heading of this level with its name in backticks.
const HEADING: &str = "### `";

pub fn check(text: &str, members: &[&str]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let described: BTreeSet<&str> = text.lines().filter_map(crate_heading).collect();
    for member in members.iter().filter(|member| !described.contains(*member)) {
        violations.push(Violation::new(
            FILE,
            format!("does not describe the crate `{member}`"),
            format!("add a paragraph under {HEADING}{member}`, above all what it does not know"),
        ));
    }
    let mut reported = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        for name in named_crates(line) {
            if !members.contains(&name) && reported.insert(name) {
                violations.push(Violation::new(
                    format!("{FILE}:{}", index + 1),
                    format!("names the crate `{name}`, which does not exist"),
                    "describe crates when they exist",
                ));
            }
        }
    }
    violations
}

fn crate_heading(line: &str) -> Option<&str> {
    line.strip_prefix(HEADING)?.strip_suffix('`')
}

/// Crates that a line names: as a heading, as a folder, or as code that starts with a name which
/// the rules keep for a crate.
fn named_crates(line: &str) -> Vec<&str> {
    let mut names: Vec<&str> = crate_heading(line).into_iter().collect();
    for (at, folder) in line.match_indices("crates/") {
        names.push(leading_name(&line[at + folder.len()..]));
    }
    // Between an odd backtick and the next is code.
    for code in line.split('`').skip(1).step_by(2) {
        let name = leading_name(code);
        let rest = &code[name.len()..];
        if is_crate_name(name) && (rest.is_empty() || rest.starts_with("::")) {
            names.push(name);
        }
    }
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    names
}

fn leading_name(text: &str) -> &str {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    &text[..text.find(|it| !is_part(it)).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::super::{render, unindent};
    use super::*;

    #[test]
    fn every_crate_is_described_and_no_other() {
        let text = "The line is `sync::cycle`, called by `web` and `syncline job`.
### `model`
Lives in crates/model, unlike crates/common/x. `engine` is not `engineering`, but `engine`.
### `gone`
And `gone` again, and crates/gone.
";
        let expected = "ARCHITECTURE.md: does not describe the crate `sync`
            ARCHITECTURE.md:1: names the crate `web`, which does not exist
            ARCHITECTURE.md:3: names the crate `common`, which does not exist
            ARCHITECTURE.md:3: names the crate `engine`, which does not exist
            ARCHITECTURE.md:4: names the crate `gone`, which does not exist";
        assert_eq!(render(&check(text, &["model", "sync"])), unindent(expected));
    }
}
