//! Tidy: the rules of ARCHITECTURE.md that a compiler does not check.
//!
//! `rules` holds what may be changed, as data. Each other module looks for one kind of violation
//! in text and metadata that were read beforehand, so that its tests are text in, text out.

mod architecture;
mod arrows;
mod files;
mod lexer;
mod manifest;
mod pure;
mod rules;
mod shape;
mod source;
mod words;

use std::fmt;

use anyhow::{Result, bail};

use crate::Context;
use crate::workspace::Workspace;
use files::File;
use source::Source;

/// A rule that is broken at one place.
#[derive(Debug, PartialEq)]
pub struct Violation {
    /// A file, with a line where there is one; or a crate.
    pub place: String,
    pub problem: String,
    pub hint: String,
}

impl Violation {
    fn new(place: impl Into<String>, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into(), hint: hint.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}\n      hint: {}", self.place, self.problem, self.hint)
    }
}

pub fn run(context: &Context) -> Result<()> {
    let workspace = Workspace::load(context)?;
    let files = files::read_all(&context.root)?;
    let sources = Source::read_all(&files);
    let violations = check(&workspace, &files, &sources);
    for violation in &violations {
        println!("   {violation}");
    }
    let crates = workspace.members().count();
    if violations.is_empty() {
        println!("   {crates} crates, {} sources, {} files: tidy", sources.len(), files.len());
        return Ok(());
    }
    bail!("{} violations of the rules in ARCHITECTURE.md", violations.len())
}

fn check(workspace: &Workspace, files: &[File], sources: &[Source]) -> Vec<Violation> {
    let members: Vec<&str> = workspace.members().map(|member| member.name.as_str()).collect();
    let mut violations = arrows::check(workspace);
    violations.extend(pure::check_dependencies(workspace));
    violations.extend(pure::check_sources(sources));
    violations.extend(words::check_sources(sources));
    violations.extend(words::check_machine_paths(files));
    violations.extend(shape::check(sources));
    violations.extend(architecture::check(&text_of(files, architecture::FILE), &members));
    violations.extend(manifest::check(
        &text_of(files, manifest::FILE),
        &text_of(files, manifest::DECISION),
    ));
    violations
}

/// A file that does not exist is one that says nothing.
fn text_of(files: &[File], path: &str) -> String {
    files.iter().find(|file| file.path == path).map(|file| file.text.clone()).unwrap_or_default()
}

/// Violations as text for tests: one a line, without hints.
#[cfg(test)]
fn render(violations: &[Violation]) -> String {
    let lines: Vec<String> =
        violations.iter().map(|it| format!("{}: {}", it.place, it.problem)).collect();
    lines.join("\n")
}

/// The expected text as a test writes it, indented like its surroundings.
#[cfg(test)]
fn unindent(text: &str) -> String {
    text.trim().lines().map(str::trim_start).collect::<Vec<_>>().join("\n")
}
