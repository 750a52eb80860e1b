//! Scenarios: stories for the whole system, one script each, run with the built program.
//!
//! A script runs with bash in an empty folder of its own and finds the program in `SYNCLINE`. It
//! fails by a status other than zero, or by output other than in `NAME.out` beside it, if that
//! file exists.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::Context;
use crate::generate::first_difference;
use crate::temporary::TemporaryFolder;
use crate::workspace::build_syncline;

/// A story that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(600);

/// Which scripts to run, and whether what they print becomes what they must print.
#[derive(Debug, Default, PartialEq)]
pub struct Wanted {
    name_part: String,
    bless: bool,
}

impl Wanted {
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut wanted = Self::default();
        for word in words {
            match *word {
                "--bless" => wanted.bless = true,
                option if option.starts_with('-') => {
                    return Err(format!("`scenarios` does not take `{option}`"));
                }
                name if wanted.name_part.is_empty() => name.clone_into(&mut wanted.name_part),
                name => return Err(format!("`scenarios` takes one name, `{name}` is another")),
            }
        }
        Ok(wanted)
    }
}

pub fn run_all(context: &Context) -> Result<()> {
    run(context, &Wanted::default())
}

pub fn run(context: &Context, wanted: &Wanted) -> Result<()> {
    let scripts = list(&context.root.join("scenarios"), &wanted.name_part)?;
    if scripts.is_empty() {
        if wanted.name_part.is_empty() {
            println!("   scenarios/ holds no script");
            return Ok(());
        }
        bail!("no script in scenarios/ has `{}` in its name", wanted.name_part);
    }
    let syncline = build_syncline(context)?;
    let mut failed = Vec::new();
    for script in &scripts {
        let name = script.file_stem().unwrap_or_default().to_string_lossy();
        let began = Instant::now();
        match tell(context, script, &syncline, wanted.bless) {
            Ok(()) => println!("   {name}: passed in {:.1} s", began.elapsed().as_secs_f64()),
            Err(error) => {
                println!("   {name}: FAILED: {error:#}");
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("{} of {} scenarios failed: {}", failed.len(), scripts.len(), failed.join(", "))
}

fn list(folder: &Path, name_part: &str) -> Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).context("list scenarios/")? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if path.extension().is_some_and(|it| it == "sh") && name.contains(name_part) {
                scripts.push(path);
            }
        }
    }
    scripts.sort();
    Ok(scripts)
}

/// Runs one script and compares what it printed.
fn tell(context: &Context, script: &Path, syncline: &Path, bless: bool) -> Result<()> {
    let name = script.file_stem().unwrap_or_default().to_string_lossy();
    let folder = TemporaryFolder::new(&format!("scenario-{name}"))?;
    let home = folder.path().join("home");
    fs::create_dir(&home).context("make the script's folder")?;
    let [out, err] = ["out", "err"].map(|kind| folder.path().join(kind));
    let mut command = Command::new("bash");
    command
        .arg(script)
        .current_dir(&home)
        .env("SYNCLINE", syncline)
        .env_remove("SYNCLINE_DATA")
        // Scripts run side by side, and beside servers of whoever runs them.
        .env("SYNCLINE_HTTP_LISTEN", "127.0.0.1:0")
        .env("SYNCLINE_HTTP_LISTEN_TLS", "127.0.0.1:0")
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&err)?)
        .process_group(0);
    if context.strict {
        command.env("CI", "true");
    }
    let status = wait(command)?;
    let printed = read_lossy(&out)?;
    let expected_path = script.with_extension("out");
    match status {
        Some(status) if status.success() => {}
        Some(status) => bail!("ended with {status}\n{printed}{}", read_lossy(&err)?),
        None => bail!("no end after {} s\n{printed}{}", LIMIT.as_secs(), read_lossy(&err)?),
    }
    if bless {
        return fs::write(&expected_path, printed).context("write the expected output");
    }
    if !expected_path.is_file() {
        return Ok(());
    }
    let expected = read_lossy(&expected_path)?;
    if printed == expected {
        return Ok(());
    }
    let (line, expected, found) = first_difference(&expected, &printed);
    bail!(
        "line {line} of its output: expected `{expected}`, found `{found}`\n   \
         hint: if that is right, `cargo xtask scenarios {name} --bless`"
    )
}

/// The status at the end, or none when the limit came first and everything it started was ended.
fn wait(mut command: Command) -> Result<Option<ExitStatus>> {
    let mut child = command.spawn().context("start bash")?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("wait for the script")? {
            return Ok(Some(status));
        }
        if began.elapsed() > LIMIT {
            // The script leads its own process group, so its servers end with it.
            let group = format!("-{}", child.id());
            Command::new("kill").args(["-KILL", "--", &group]).status().context("end it")?;
            child.wait().context("wait for its end")?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn read_lossy(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a script whose program is never called, against the output that it must have.
    fn check(name: &str, script: &str, expected_output: &str, expected: Result<(), &str>) {
        let folder = TemporaryFolder::new(&format!("test-{name}")).expect("a folder");
        let path = folder.path().join(format!("{name}.sh"));
        fs::write(&path, script).expect("write the script");
        fs::write(path.with_extension("out"), expected_output).expect("write its output");
        let context = Context { root: folder.path().to_owned(), strict: false };
        let result = tell(&context, &path, Path::new("syncline"), false);
        let message = result.as_ref().map_err(|error| error.to_string());
        let first_line = message.as_ref().map(|_| ()).map_err(|it| it.lines().next().unwrap_or(""));
        assert_eq!(first_line, expected);
    }

    #[test]
    fn passes_when_status_and_output_are_right() {
        check("passes", "echo $SYNCLINE", "syncline\n", Ok(()));
    }

    #[test]
    fn fails_by_status() {
        check("status", "exit 3", "", Err("ended with exit status: 3"));
    }

    #[test]
    fn fails_by_output() {
        let message = "line 2 of its output: expected `b`, found `c`";
        check("output", "echo a; echo c", "a\nb\n", Err(message));
    }
}
