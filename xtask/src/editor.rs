//! The expression editor of the admin center: a bundle that is committed, made from
//! `crates/web/editor/` with npm. The step tests the sources, makes the bundle anew below the target
//! folder, and compares.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process::{has_all, program};
use crate::workspace::Workspace;
use crate::{Context, node};

const SOURCES: &str = "crates/web/editor";
const ASSETS: &str = "crates/web/assets";

/// What the bundler writes, and the program serves.
const FILES: &[&str] = &["editor.js", "editor.LICENSES.txt"];

/// Fails when a committed file is not what the sources give.
pub fn check(context: &Context) -> Result<()> {
    let Some(made) = make(context)? else { return Ok(()) };
    let mut differ = Vec::new();
    for name in FILES {
        let new = fs::read(made.join(name)).with_context(|| format!("read the new {name}"))?;
        // One that is missing differs.
        if fs::read(context.root.join(ASSETS).join(name)).ok() != Some(new) {
            println!("   {ASSETS}/{name}: not what {SOURCES} gives");
            differ.push(*name);
        }
    }
    if differ.is_empty() {
        println!("   {ASSETS}: {} are what {SOURCES} gives", FILES.join(" and "));
        return Ok(());
    }
    bail!(
        "{} out of date in {ASSETS}\nhint: `cargo xtask editor --bless` writes them",
        differ.join(" and ")
    )
}

/// Writes the files into the checkout.
pub fn bless(context: &Context) -> Result<()> {
    let Some(made) = make(context)? else { return Ok(()) };
    let assets = context.root.join(ASSETS);
    fs::create_dir_all(&assets).with_context(|| format!("make {ASSETS}"))?;
    for name in FILES {
        fs::copy(made.join(name), assets.join(name)).with_context(|| format!("write {name}"))?;
        println!("   {ASSETS}/{name}: written");
    }
    Ok(())
}

/// The folder with the new files; nothing where npm is missing.
fn make(context: &Context) -> Result<Option<PathBuf>> {
    if !has_all(context, &["npm", "node"])? {
        return Ok(None);
    }
    let sources = context.root.join(SOURCES);
    let place = Workspace::load(context)?.target.join("editor");
    node::install(&sources, &place)?;
    node::copy(&sources, &place)?;
    let tests = node::list_tests(&place.join("test"), "")?;
    let tests = tests.iter().map(|path| path.to_string_lossy());
    let words: Vec<String> = tests.map(String::from).collect();
    let words =
        ["--test", "--test-reporter=dot"].into_iter().chain(words.iter().map(String::as_str));
    program("node", words).in_folder(&place).env("SYNCLINE_ROOT", &context.root).run("")?;
    let out = place.join("out");
    fs::create_dir_all(&out).context("make a folder for the bundle")?;
    bundle(&place, &out)?;
    Ok(Some(out))
}

fn bundle(place: &Path, out: &Path) -> Result<()> {
    program("node", ["build.mjs", &out.to_string_lossy()]).in_folder(place).run("")
}
