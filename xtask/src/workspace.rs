//! The workspace as cargo sees it: packages, licences, and who needs whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::Context;
use crate::process::cargo;

/// Every package of the lock file, our own crates among them.
pub struct Workspace {
    /// Where cargo puts what it builds.
    pub target: PathBuf,
    pub packages: Vec<Package>,
}

/// One package, ours or another's.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: Option<String>,
    pub is_member: bool,
    /// What its manifest asks for, optional dependencies included.
    pub declared: Vec<Dependency>,
    /// Indexes of the packages that its normal dependencies resolved to.
    pub needs: Vec<usize>,
}

/// A line of a manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependency {
    pub name: String,
    /// Only for tests, benches and examples.
    pub is_dev: bool,
}

impl Workspace {
    pub fn load(context: &Context) -> Result<Self> {
        let text = cargo(context, "metadata --format-version 1 --locked").output()?;
        let metadata = serde_json::from_str(&text).context("read cargo metadata")?;
        Self::parse(&metadata).context("understand cargo metadata")
    }

    fn parse(metadata: &Value) -> Result<Self> {
        let members: BTreeSet<&str> =
            list(&metadata["workspace_members"]).filter_map(Value::as_str).collect();
        let mut packages = Vec::new();
        let mut places = BTreeMap::new();
        for entry in list(&metadata["packages"]) {
            let id = text(&entry["id"])?;
            places.insert(id, packages.len());
            packages.push(Package {
                name: text(&entry["name"])?.to_owned(),
                version: text(&entry["version"])?.to_owned(),
                licence: entry["license"].as_str().map(str::to_owned),
                is_member: members.contains(id),
                declared: list(&entry["dependencies"]).map(dependency).collect::<Result<_>>()?,
                needs: Vec::new(),
            });
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let from = places[text(&node["id"])?];
            for edge in list(&node["deps"]) {
                // A kind of null is a normal dependency.
                if list(&edge["dep_kinds"]).any(|kind| kind["kind"].is_null()) {
                    packages[from].needs.push(places[text(&edge["pkg"])?]);
                }
            }
        }
        let target = PathBuf::from(text(&metadata["target_directory"])?);
        Ok(Self { target, packages })
    }

    /// Our own crates.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_member)
    }

    pub fn find_member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.name == name)
    }

    /// The shortest chain of normal dependencies from a crate of ours to a package of this name.
    pub fn find_chain(&self, from: &str, to: &str) -> Option<Vec<&str>> {
        let start = self.packages.iter().position(|p| p.is_member && p.name == from)?;
        let mut came_from = BTreeMap::from([(start, start)]);
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            if self.packages[at].name == to {
                return Some(self.walk_back(&came_from, start, at));
            }
            for &next in &self.packages[at].needs {
                came_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    at
                });
            }
        }
        None
    }

    fn walk_back(&self, came_from: &BTreeMap<usize, usize>, start: usize, end: usize) -> Vec<&str> {
        let mut chain = vec![self.packages[end].name.as_str()];
        let mut at = end;
        while at != start {
            at = came_from[&at];
            chain.push(&self.packages[at].name);
        }
        chain.reverse();
        chain
    }
}

/// Builds the `syncline` program for developers and says where it is.
pub fn build_syncline(context: &Context) -> Result<PathBuf> {
    let workspace = Workspace::load(context)?;
    if workspace.find_member("syncline").is_none() {
        bail!("cannot build syncline: the workspace has no crate of this name");
    }
    cargo(context, "build --quiet --package syncline --locked").run("")?;
    let name = format!("syncline{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target.join("debug").join(name))
}

/// The folder of the workspace: cargo tells it, and without cargo the current folder must be it.
pub fn find_root() -> Result<PathBuf> {
    let here = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => Path::new(&folder).join(".."),
        None => std::env::current_dir()?,
    };
    let root = here.canonicalize().context("find the workspace")?;
    if !root.join("Cargo.lock").is_file() {
        bail!("{} is not the folder of the workspace\nhint: use `cargo xtask`", root.display());
    }
    Ok(root)
}

fn dependency(entry: &Value) -> Result<Dependency> {
    let name = text(&entry["name"])?.to_owned();
    Ok(Dependency { name, is_dev: entry["kind"] == "dev" })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().with_context(|| format!("expected text, found {value}"))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A workspace from lines `crate -> needs, needs (dev)`. A name in square brackets is
    /// another's package; all others are ours.
    pub fn workspace(lines: &str) -> Workspace {
        let mut packages: Vec<Package> = Vec::new();
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (name, needs) = line.split_once("->").unwrap_or((line, ""));
            let declared = needs
                .split(',')
                .map(str::trim)
                .filter(|need| !need.is_empty())
                .map(|need| Dependency {
                    name: need.trim_end_matches("(dev)").trim().to_owned(),
                    is_dev: need.ends_with("(dev)"),
                })
                .collect();
            let name = name.trim();
            packages.push(Package {
                name: name.trim_matches(['[', ']']).to_owned(),
                version: "1.0.0".to_owned(),
                licence: Some("MIT".to_owned()),
                is_member: !name.starts_with('['),
                declared,
                needs: Vec::new(),
            });
        }
        for at in 0..packages.len() {
            let normal = packages[at].declared.iter().filter(|need| !need.is_dev);
            let needs = normal
                .filter_map(|need| packages.iter().position(|package| package.name == need.name))
                .collect();
            packages[at].needs = needs;
        }
        Workspace { target: PathBuf::from("target"), packages }
    }

    #[test]
    fn reads_cargo_metadata() {
        let metadata = serde_json::json!({
            "target_directory": "target",
            "workspace_members": ["a#1"],
            "packages": [
                {"id": "a#1", "name": "a", "version": "1.0.0", "license": "MIT", "dependencies": [
                    {"name": "b", "kind": null}, {"name": "c", "kind": "dev"}]},
                {"id": "b#1", "name": "b", "version": "2.0.0", "license": null, "dependencies": []},
                {"id": "c#1", "name": "c", "version": "3.0.0", "license": null, "dependencies": []}
            ],
            "resolve": {"nodes": [
                {"id": "a#1", "deps": [
                    {"pkg": "b#1", "dep_kinds": [{"kind": null}]},
                    {"pkg": "c#1", "dep_kinds": [{"kind": "dev"}]}]},
                {"id": "b#1", "deps": []},
                {"id": "c#1", "deps": []}
            ]}
        });
        let workspace = Workspace::parse(&metadata).expect("complete metadata");
        let a = workspace.find_member("a").expect("the member");
        assert_eq!(a.needs, [1]);
        let kinds: Vec<bool> = a.declared.iter().map(|need| need.is_dev).collect();
        assert_eq!(kinds, [false, true]);
        assert!(workspace.find_member("b").is_none());
    }

    #[test]
    fn finds_the_shortest_chain_of_normal_dependencies() {
        let workspace = workspace(
            "engine -> expr, wire
             expr -> x
             wire -> y (dev)
             [x] -> tokio
             [y]
             [tokio]",
        );
        let chain = workspace.find_chain("engine", "tokio").expect("a chain");
        assert_eq!(chain, ["engine", "expr", "x", "tokio"]);
        assert_eq!(workspace.find_chain("engine", "y"), None);
    }
}
