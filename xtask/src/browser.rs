//! The pages in a real browser: the stories of `clients/browser/tests/`, pictures for the documentation,
//! and how fast pages come.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::{Program, cargo, has_all, program};
use crate::workspace::{Workspace, build_syncline};
use crate::{Context, node};

/// What a run of the step is about.
#[derive(Debug, PartialEq)]
pub enum Wanted {
    /// The stories in files whose names contain this; all for the empty text.
    Stories(String),
    /// Pictures of pages, into `docs/pictures/`.
    Pictures,
    /// How long pages take, with a table.
    Speed,
}

/// All stories.
pub fn run_all(context: &Context) -> Result<()> {
    run(context, &Wanted::Stories(String::new()))
}

pub fn run(context: &Context, wanted: &Wanted) -> Result<()> {
    if !has_all(context, &["npm", "node", "chromium"])? {
        return Ok(());
    }
    let place = Place::make(context)?;
    match wanted {
        Wanted::Stories(name) => {
            let tests = node::list_tests(&place.folder.join("tests"), name)?;
            if tests.is_empty() {
                bail!("no file of clients/browser/tests contains `{name}` in its name");
            }
            let tests = tests.iter().map(|path| path.to_string_lossy().into_owned());
            // Each file has a browser of its own, and a small machine has two cores.
            let words = ["--test", "--test-concurrency=2", "--test-reporter=spec"];
            let words: Vec<String> = words.map(str::to_owned).into_iter().chain(tests).collect();
            place.node(words, build_syncline(context)?).run("")
        }
        Wanted::Pictures => {
            let pictures = context.root.join("docs/pictures");
            let words = ["screenshots.mjs".to_owned(), pictures.to_string_lossy().into_owned()];
            place.node(words.to_vec(), build_syncline(context)?).run("")
        }
        Wanted::Speed => {
            place.node(vec!["speed.mjs".to_owned()], build_fast_syncline(context)?).run("")
        }
    }
}

/// Where the programs lie with their packages, and where they put what they leave.
struct Place {
    folder: PathBuf,
    out: PathBuf,
    root: PathBuf,
}

impl Place {
    fn make(context: &Context) -> Result<Self> {
        let target = Workspace::load(context)?.target.join("browser");
        let (folder, out) = (target.join("program"), target.join("out"));
        let place = Self { folder, out, root: context.root.clone() };
        let sources = context.root.join("clients/browser");
        node::install(&sources, &place.folder)?;
        node::copy(&sources, &place.folder)?;
        Ok(place)
    }

    fn node(&self, words: Vec<String>, syncline: impl Into<OsString>) -> Program {
        program("node", words.iter().map(String::as_str))
            .in_folder(&self.folder)
            .env("SYNCLINE_ROOT", &self.root)
            .env("SYNCLINE_PROGRAM", syncline.into())
            .env("SYNCLINE_BROWSER_OUT", &self.out)
    }
}

/// The program as people get it, since the other one says nothing about speed. One that is built already
/// can be named.
fn build_fast_syncline(context: &Context) -> Result<OsString> {
    if let Some(named) = std::env::var_os("SYNCLINE_PROGRAM") {
        return Ok(named);
    }
    cargo(context, "build --quiet --release --package syncline --locked").run("")?;
    let name = format!("syncline{}", std::env::consts::EXE_SUFFIX);
    Ok(Workspace::load(context)?.target.join("release").join(name).into())
}
