//! Generated reference pages: `docs/reference/` is what the built program says about itself.
//!
//! The folder belongs to the program: a file that it does not write is out of date by definition.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::Context;
use crate::process::program;
use crate::temporary::TemporaryFolder;
use crate::workspace::build_syncline;

const FOLDER: &str = "docs/reference";

/// A page that readers look for one folder above; the program writes it beside the others.
const ABOVE: &str = "graph.md";

/// File name to text.
type Pages = BTreeMap<String, String>;

/// Fails when a committed page differs from what the program writes today.
pub fn check(context: &Context) -> Result<()> {
    let made = make(context)?;
    let committed = committed(context)?;
    let findings = compare(&made, &committed);
    if findings.is_empty() {
        println!("   {FOLDER}: {} pages up to date", made.len());
        return Ok(());
    }
    for finding in &findings {
        println!("   {finding}");
    }
    bail!("{} pages are out of date\nhint: `cargo xtask generate` writes them", findings.len())
}

/// Writes the pages into the checkout and takes away those that are no longer made.
pub fn write(context: &Context) -> Result<()> {
    let made = make(context)?;
    let folder = context.root.join(FOLDER);
    let committed = committed(context)?;
    fs::create_dir_all(&folder).with_context(|| format!("make {FOLDER}"))?;
    for finding in compare(&made, &committed) {
        println!("   {finding}");
    }
    for name in committed.keys().filter(|name| !made.contains_key(*name)) {
        fs::remove_file(place(context, name)).with_context(|| format!("remove {FOLDER}/{name}"))?;
    }
    for (name, text) in &made {
        fs::write(place(context, name), text).with_context(|| format!("write {FOLDER}/{name}"))?;
    }
    println!("   {FOLDER}: {} pages written", made.len());
    Ok(())
}

/// Where a page lies in the checkout.
fn place(context: &Context, name: &str) -> PathBuf {
    let folder = context.root.join(FOLDER);
    if name == ABOVE { folder.with_file_name(name) } else { folder.join(name) }
}

/// The pages as they lie in the checkout.
fn committed(context: &Context) -> Result<Pages> {
    let mut pages = read(&context.root.join(FOLDER))?;
    if let Ok(text) = fs::read_to_string(place(context, ABOVE)) {
        pages.insert(ABOVE.to_owned(), text);
    }
    Ok(pages)
}

fn make(context: &Context) -> Result<Pages> {
    let syncline = build_syncline(context)?;
    let folder = TemporaryFolder::new("reference")?;
    let out = folder.path().to_str().context("name the temporary folder")?;
    program(&syncline, ["reference", "--out", out]).output()?;
    let pages = read(folder.path())?;
    if pages.is_empty() {
        bail!("`syncline reference --out DIR` wrote no page");
    }
    Ok(pages)
}

fn read(folder: &Path) -> Result<Pages> {
    let mut pages = Pages::new();
    if !folder.is_dir() {
        return Ok(pages);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path()).with_context(|| format!("read {name}"))?;
        pages.insert(name, text);
    }
    Ok(pages)
}

/// One line for each page that differs, with the first line where it does.
fn compare(made: &Pages, committed: &Pages) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, text) in made {
        match committed.get(name) {
            None => findings.push(format!("{FOLDER}/{name}: missing")),
            Some(old) if old != text => {
                let (line, old, new) = first_difference(old, text);
                findings.push(format!(
                    "{FOLDER}/{name}:{line}: committed `{old}`, the program says `{new}`"
                ));
            }
            Some(_) => {}
        }
    }
    for name in committed.keys().filter(|name| !made.contains_key(*name)) {
        findings.push(format!("{FOLDER}/{name}: the program no longer writes it"));
    }
    findings
}

/// The number of the first line that differs, with what either side has there.
pub fn first_difference<'a>(left: &'a str, right: &'a str) -> (usize, &'a str, &'a str) {
    let mut left = left.split('\n');
    let mut right = right.split('\n');
    for line in 1.. {
        match (left.next(), right.next()) {
            (None, None) => break,
            (a, b) if a != b => return (line, a.unwrap_or("(end)"), b.unwrap_or("(end)")),
            _ => {}
        }
    }
    (0, "", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(entries: &[(&str, &str)]) -> Pages {
        entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn says_what_is_out_of_date() {
        let made = pages(&[("codes.md", "a\nb\n"), ("commands.md", "new"), ("same.md", "x")]);
        let committed = pages(&[("codes.md", "a\n"), ("old.md", ""), ("same.md", "x")]);
        let findings = compare(&made, &committed);
        assert_eq!(
            findings,
            [
                "docs/reference/codes.md:2: committed ``, the program says `b`",
                "docs/reference/commands.md: missing",
                "docs/reference/old.md: the program no longer writes it",
            ]
        );
    }
}
