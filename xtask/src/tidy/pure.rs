//! Pure crates: no runtime, database, network or clock, in what they need or in what they say.

use super::Violation;
use super::rules::{IMPURE_NAMES, IMPURE_PACKAGES, PURE};
use super::source::Source;
use crate::workspace::Workspace;

pub fn check_dependencies(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for name in PURE {
        for package in IMPURE_PACKAGES {
            let Some(chain) = workspace.find_chain(name, package) else {
                continue;
            };
            violations.push(Violation::new(
                *name,
                format!("reaches `{package}`: {}", chain.join(" -> ")),
                "drop the dependency or its feature; what needs it belongs into `sync` or above",
            ));
        }
    }
    violations
}

pub fn check_sources(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        let Some(name) = PURE.iter().find(|name| source.is_in(&format!("crates/{name}/src/")))
        else {
            continue;
        };
        for (word, hint) in IMPURE_NAMES {
            for line in source.find_production_name(word) {
                let problem = format!("mentions `{word}`, which `{name}` must not know");
                violations.push(Violation::new(source.place(line), problem, *hint));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::{render, unindent};
    use super::*;
    use crate::workspace::tests::workspace;

    #[test]
    fn follows_normal_dependencies() {
        let workspace = workspace(
            "engine -> expr
             expr -> client, server (dev)
             wire -> server (dev)
             [client] -> hyper
             [server] -> axum
             [hyper] -> tokio
             [axum]
             [tokio]",
        );
        let expected = "expr: reaches `tokio`: expr -> client -> hyper -> tokio
             expr: reaches `hyper`: expr -> client -> hyper
             engine: reaches `tokio`: engine -> expr -> client -> hyper -> tokio
             engine: reaches `hyper`: engine -> expr -> client -> hyper";
        assert_eq!(render(&check_dependencies(&workspace)), unindent(expected));
    }

    #[test]
    fn reads_code_and_grouped_imports() {
        let text = "//! Not Instant::now, says this comment.
            use std::{collections::BTreeMap, fs, time::SystemTime as Now};
            use std::fsx;
            fn now() { let text = \"std::net\"; Timestamp::now() }
            #[cfg(test)]
            mod tests { fn f() { std::fs::read(\"x\"); } }";
        let sources = [
            Source::parse("crates/engine/src/a.rs", text),
            Source::parse("crates/engine/tests/a.rs", text),
            Source::parse("crates/sync/src/a.rs", text),
        ];
        let expected =
            "crates/engine/src/a.rs:2: mentions `std::time::SystemTime`, which `engine` must not know
             crates/engine/src/a.rs:4: mentions `Timestamp::now`, which `engine` must not know
             crates/engine/src/a.rs:2: mentions `std::fs`, which `engine` must not know";
        assert_eq!(render(&check_sources(&sources)), unindent(expected));
    }
}
