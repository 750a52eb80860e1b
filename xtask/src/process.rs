//! Other programs: cargo with our settings, and one way to run and to report.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::Context;

/// A program about to run, and how to name it in a message.
pub struct Program {
    command: Command,
    title: String,
}

/// Cargo in the workspace, with the arguments as one line.
pub fn cargo(context: &Context, arguments: &str) -> Program {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut program = program(cargo, arguments.split_whitespace());
    program.command.current_dir(&context.root);
    program.title = format!("cargo {arguments}");
    if context.strict {
        program.command.env("CI", "true");
    }
    program
}

/// Any program with its arguments.
pub fn program<'a>(
    name: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Program {
    let arguments: Vec<&str> = arguments.into_iter().collect();
    let mut command = Command::new(&name);
    command.args(&arguments).stdin(Stdio::null());
    for (key, _) in std::env::vars_os() {
        if describes_xtask(&key.to_string_lossy()) {
            command.env_remove(key);
        }
    }
    let title = format!("{} {}", Path::new(&name).display(), arguments.join(" "));
    Program { command, title }
}

/// Cargo tells the program that it runs who it is. Handed on, that would reach build scripts and
/// tests of other crates as if it were said to them.
fn describes_xtask(variable: &str) -> bool {
    ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
}

impl Program {
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in another folder than ours.
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it with its output in ours; anything but success is an error.
    pub fn run(mut self, hint: &str) -> Result<()> {
        println!("   {}", self.title);
        let status = self.command.status().with_context(|| format!("run `{}`", self.title))?;
        if status.success() {
            return Ok(());
        }
        let hint = if hint.is_empty() { String::new() } else { format!("\n{hint}") };
        bail!("`{}` ended with {status}{hint}", self.title)
    }

    /// Runs it in silence and gives what it printed; when it fails, its messages are the error.
    pub fn output(mut self) -> Result<String> {
        let output = self.command.output().with_context(|| format!("run `{}`", self.title))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` ended with {}\n{}", self.title, output.status, said.trim_end());
        }
        String::from_utf8(output.stdout).with_context(|| format!("read `{}`", self.title))
    }
}

/// Whether all these programs can be called. Where one cannot, what needs it is skipped, and a strict run
/// fails.
pub fn has_all(context: &Context, names: &[&str]) -> Result<bool> {
    let Some(name) = names.iter().find(|name| !is_installed(name)) else { return Ok(true) };
    if context.strict {
        bail!("skipped: needs {name}");
    }
    println!("   skipped: needs {name}");
    Ok(false)
}

/// Whether a program of this name can be called; daemons live in `sbin`, often outside PATH.
pub fn is_installed(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .any(|folder| folder.join(name).is_file())
}
