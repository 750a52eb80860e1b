//! Developer tasks: everything that CI runs, one step or all of them.
//!
//! `cargo xtask --help` lists the steps. This file reads the command and does nothing else; each
//! step is a module, and `ci` holds the list that says in which order they run.

mod browser;
mod ci;
mod clients;
mod editor;
mod fuzz;
mod generate;
mod licences;
mod node;
mod process;
mod scenarios;
mod setup;
mod temporary;
mod tidy;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use ci::Step;

/// Where the step works and how strict it is.
pub struct Context {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// Whether a test whose real part is absent fails instead of being skipped.
    pub strict: bool,
}

/// What the command line asks for.
#[derive(Debug, PartialEq)]
enum Command {
    Help,
    Ci,
    Step(&'static str),
    WriteGenerated,
    WriteEditor,
    Scenarios(scenarios::Wanted),
    Fuzz(fuzz::Wanted),
    Browser(browser::Wanted),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = match parse(&arguments) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("error: {problem}\nhint: `cargo xtask --help` lists the steps");
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let root = workspace::find_root()?;
    let strict = std::env::var_os("CI").is_some();
    let context = Context { root, strict };
    match command {
        Command::Help => {
            print!("{}", help());
            Ok(())
        }
        Command::Ci => ci::run(&Context { strict: true, ..context }),
        Command::Step(name) => (Step::get(name).run)(&context),
        Command::WriteGenerated => generate::write(&context),
        Command::WriteEditor => editor::bless(&context),
        Command::Scenarios(wanted) => scenarios::run(&context, &wanted),
        Command::Fuzz(wanted) => fuzz::run(&context, &wanted),
        Command::Browser(wanted) => browser::run(&context, &wanted),
    }
}

fn parse(arguments: &[String]) -> Result<Command, String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if words.iter().any(|word| matches!(*word, "-h" | "--help" | "help")) {
        return Ok(Command::Help);
    }
    match words.as_slice() {
        [] => Err("a step is missing".to_owned()),
        ["ci"] => Ok(Command::Ci),
        ["generate"] => Ok(Command::WriteGenerated),
        ["generate", "--check"] => Ok(Command::Step("generate")),
        ["fuzz", rest @ ..] => Ok(Command::Fuzz(fuzz::Wanted::parse(rest)?)),
        ["editor", "--bless"] => Ok(Command::WriteEditor),
        ["browser", name] => Ok(Command::Browser(browser::Wanted::Stories((*name).to_owned()))),
        ["screenshots"] => Ok(Command::Browser(browser::Wanted::Pictures)),
        ["pages"] => Ok(Command::Browser(browser::Wanted::Speed)),
        ["scenarios", rest @ ..] => {
            let wanted = scenarios::Wanted::parse(rest)?;
            Ok(Command::Scenarios(wanted))
        }
        [name] => match Step::find(name) {
            Some(step) => Ok(Command::Step(step.name)),
            None => Err(format!("no step is called `{name}`")),
        },
        [name, more, ..] => Err(format!("`{name}` does not take `{more}`")),
    }
}

fn help() -> String {
    let mut steps = String::new();
    for step in ci::STEPS {
        steps.push_str(&format!("  {:<11} {}\n", step.name, step.about));
    }
    format!(
        "Developer tasks of Syncline.

usage: cargo xtask STEP

  ci          all steps below in this order, until one fails, then a table with seconds
{steps}  fuzz        random input for expressions, for minutes; no step of ci
  screenshots pictures of pages into docs/pictures/; no step of ci
  pages       how fast pages come, on a release build; no step of ci

Under `ci`, or when CI is set, a test whose real part is absent fails instead of being skipped.

examples:
  cargo xtask ci                        what CI runs; as root it installs what is missing
  cargo xtask tidy                      only the rules of ARCHITECTURE.md
  cargo xtask generate                  write docs/reference/ anew
  cargo xtask generate --check          fail when docs/reference/ is out of date
  cargo xtask scenarios                 every story in scenarios/
  cargo xtask scenarios demo            those whose name contains `demo`
  cargo xtask scenarios demo --bless    write their output to scenarios/NAME.out
  cargo xtask editor --bless            write the editor's bundle into crates/web/assets/
  cargo xtask browser sign-in           the stories of clients/browser/tests/sign-in.test.mjs
  cargo xtask fuzz pattern 60           one target of fuzz/ for a minute
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Command, &str>) {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(parse(&arguments), expected.map_err(str::to_owned), "{line}");
    }

    #[test]
    fn reads_commands() {
        check("", Err("a step is missing"));
        check("ci", Ok(Command::Ci));
        check("tidy", Ok(Command::Step("tidy")));
        check("tidy --help", Ok(Command::Help));
        check("tidy now", Err("`tidy` does not take `now`"));
        check("polish", Err("no step is called `polish`"));
        check("generate", Ok(Command::WriteGenerated));
        let stories = browser::Wanted::Stories("sign".to_owned());
        check("browser sign", Ok(Command::Browser(stories)));
        check("browser", Ok(Command::Step("browser")));
        check("editor --bless", Ok(Command::WriteEditor));
        check("pages", Ok(Command::Browser(browser::Wanted::Speed)));
        check("generate --check", Ok(Command::Step("generate")));
    }

    #[test]
    fn help_names_every_step() {
        let text = help();
        for step in ci::STEPS {
            assert!(text.contains(step.about), "{}", step.name);
        }
    }
}
