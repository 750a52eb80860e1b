//! The list of steps, and the run of all of them.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::cargo;
use crate::{Context, browser, clients, editor, generate, licences, scenarios, setup, tidy};

/// One thing that CI checks.
pub struct Step {
    pub name: &'static str,
    pub about: &'static str,
    pub run: fn(&Context) -> Result<()>,
}

/// In the order in which they run: cheap before dear, and each on the ground of those before it.
pub const STEPS: &[Step] = &[
    Step { name: "setup", about: "install the tools that are missing", run: setup::run },
    Step { name: "fmt", about: "the code is formatted", run: check_format },
    Step { name: "clippy", about: "no warning in any target", run: check_lints },
    Step { name: "test", about: "unit and integration tests", run: run_tests },
    Step { name: "doc", about: "examples in doc comments", run: run_doc_tests },
    Step { name: "generate", about: "docs/reference/ is up to date", run: generate::check },
    Step { name: "tidy", about: "the rules of ARCHITECTURE.md", run: tidy::run },
    Step { name: "licences", about: "licences of all dependencies", run: licences::run },
    Step { name: "scenarios", about: "whole stories in scenarios/", run: scenarios::run_all },
    Step {
        name: "clients",
        about: "Microsoft's libraries for Graph, unchanged",
        run: clients::run,
    },
    Step { name: "editor", about: "the bundle of crates/web/editor/", run: editor::check },
    Step { name: "browser", about: "pages in Chromium: clients/browser/", run: browser::run_all },
];

impl Step {
    pub fn find(name: &str) -> Option<&'static Self> {
        STEPS.iter().find(|step| step.name == name)
    }

    pub fn get(name: &str) -> &'static Self {
        Self::find(name).expect("the name was taken from STEPS")
    }
}

/// Runs the steps until one fails, and ends with the table of what ran.
pub fn run(context: &Context) -> Result<()> {
    let began = Instant::now();
    let mut table = Vec::new();
    let mut failure = None;
    for step in STEPS {
        println!("\n== {}: {}", step.name, step.about);
        let step_began = Instant::now();
        let result = (step.run)(context);
        let took = step_began.elapsed();
        match result {
            Ok(()) => {
                println!("== {}: passed in {}", step.name, seconds(took));
                table.push((step.name, "passed", took));
            }
            Err(error) => {
                println!("== {}: FAILED after {}", step.name, seconds(took));
                table.push((step.name, "FAILED", took));
                failure = Some((step.name, error));
                break;
            }
        }
    }
    println!("\n{}", render(&table, began.elapsed()));
    match failure {
        None => Ok(()),
        Some((name, error)) => bail!(
            "step `{name}` failed: {error:#}\nalone: `CI=true cargo xtask {}`",
            command_line(name)
        ),
    }
}

/// How to call the step alone so that it does what it does here.
fn command_line(name: &str) -> &str {
    match name {
        "generate" => "generate --check",
        other => other,
    }
}

fn render(table: &[(&str, &str, Duration)], total: Duration) -> String {
    let mut text = String::from("step        result      time\n");
    let rest = STEPS[table.len()..].iter().map(|step| (step.name, "not run", None));
    let ran = table.iter().map(|(name, result, took)| (*name, *result, Some(*took)));
    for (name, result, took) in ran.chain(rest) {
        let took = took.map(seconds).unwrap_or_default();
        text.push_str(format!("{name:<11} {result:<7} {took:>8}").trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{:<11} {:<7} {:>8}", "total", "", seconds(total)));
    text
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

fn check_format(context: &Context) -> Result<()> {
    cargo(context, "fmt --all --check").run("hint: `cargo fmt --all` mends it")
}

fn check_lints(context: &Context) -> Result<()> {
    cargo(context, "clippy --workspace --all-targets --locked -- -D warnings").run("")
}

fn run_tests(context: &Context) -> Result<()> {
    let profile = if context.strict { "ci" } else { "default" };
    cargo(context, &format!("nextest run --workspace --locked --profile {profile}"))
        .run("hint: `cargo xtask setup` installs cargo-nextest")
}

fn run_doc_tests(context: &Context) -> Result<()> {
    cargo(context, "test --doc --workspace --locked").run("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_shows_what_ran_and_what_did_not() {
        let ran = [
            ("setup", "passed", Duration::from_millis(120)),
            ("fmt", "FAILED", Duration::from_millis(61_440)),
        ];
        let text = render(&ran, Duration::from_millis(61_600));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "setup       passed     0.1 s");
        assert_eq!(lines[2], "fmt         FAILED    61.4 s");
        assert_eq!(lines[3], "clippy      not run");
        assert_eq!(lines.last(), Some(&"total                 61.6 s"));
    }
}
