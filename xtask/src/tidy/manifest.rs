//! The workspace's manifest and `docs/decisions/dependencies.md` name the same packages.

use std::collections::BTreeMap;

use super::Violation;

pub const FILE: &str = "Cargo.toml";
pub const DECISION: &str = "docs/decisions/dependencies.md";

pub fn check(manifest: &str, decision: &str) -> Vec<Violation> {
    let used = read_manifest(manifest);
    let explained = read_table(decision);
    let mut violations = Vec::new();
    for (name, version) in &used {
        match explained.get(name) {
            None => violations.push(Violation::new(
                FILE,
                format!("`{name}` is not explained in {DECISION}"),
                "add a row: crate, version, why",
            )),
            Some(said) if said != version => violations.push(Violation::new(
                DECISION,
                format!("`{name}` is said to be {said}, the manifest asks for {version}"),
                "correct the row",
            )),
            Some(_) => {}
        }
    }
    for name in explained.keys().filter(|name| !used.contains_key(*name)) {
        violations.push(Violation::new(
            DECISION,
            format!("`{name}` is not in the workspace's manifest"),
            "take the row out",
        ));
    }
    violations
}

/// Name and version of each line in `[workspace.dependencies]` that is not a crate of ours.
fn read_manifest(text: &str) -> BTreeMap<&str, &str> {
    let section = text.split_once("[workspace.dependencies]").map_or("", |(_, after)| after);
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    lines
        .filter_map(|line| line.split_once('='))
        .filter(|(_, value)| !value.contains("path ="))
        .map(|(name, value)| (name.trim(), version_of(value.trim())))
        .collect()
}

/// The version in `"1"` or in `{ version = "1", … }`.
fn version_of(value: &str) -> &str {
    let after = value.split_once("version = ").map_or(value, |(_, after)| after);
    after.split('"').nth(1).unwrap_or_default()
}

/// Name and version of each row `| `name` | version | … |`.
fn read_table(text: &str) -> BTreeMap<&str, &str> {
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, name, version, ..] = cells.as_slice()
            && let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'))
        {
            rows.insert(name, *version);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::{render, unindent};
    use super::*;

    #[test]
    fn manifest_and_decision_agree() {
        let manifest = r#"
            [workspace.dependencies]
            model = { path = "crates/model" }
            anyhow = "1"
            clap = { version = "4.6", features = ["derive"] }
            sha2 = "0.10"
[profile.dev]
            debug = "x"
        "#;
        let decision = "
| crate | version | why |
|---|---|---|
| `anyhow` | 1 | errors |
| `clap` | 4.5 | options |
| `tokio` | 1 | threads |
";
        let expected =
            "docs/decisions/dependencies.md: `clap` is said to be 4.5, the manifest asks for 4.6
             Cargo.toml: `sha2` is not explained in docs/decisions/dependencies.md
             docs/decisions/dependencies.md: `tokio` is not in the workspace's manifest";
        assert_eq!(render(&check(manifest, decision)), unindent(expected));
    }
}
