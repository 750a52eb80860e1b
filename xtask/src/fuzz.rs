//! Random input for the mapping language, for queries and for the Graph interface, by cargo-fuzz; see `fuzz/README.md`.
//!
//! Not a step of CI, since it takes minutes and is different each time. What CI runs is the test
//! `fuzz_corpus` of `expr`, `wire` and `api-graph`, which try the committed inputs and some changed ones.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::Context;
use crate::process::{cargo, is_installed};

/// What there is to try.
const TARGETS: &[&str] = &["parse", "evaluate", "pattern", "query", "graph"];

/// Which targets to try, and how long each of them.
#[derive(Debug, PartialEq)]
pub struct Wanted {
    targets: &'static [&'static str],
    seconds: u32,
}

impl Wanted {
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut wanted = Self { targets: TARGETS, seconds: 300 };
        for word in words {
            if let Ok(seconds) = word.parse() {
                wanted.seconds = seconds;
                continue;
            }
            match TARGETS.iter().position(|target| target == word) {
                Some(at) => wanted.targets = &TARGETS[at..=at],
                None => return Err(format!("`fuzz` takes a target and seconds, not `{word}`")),
            }
        }
        Ok(wanted)
    }
}

pub fn run(context: &Context, wanted: &Wanted) -> Result<()> {
    if !is_installed("cargo-fuzz") {
        bail!("cargo-fuzz is not installed\nhint: `cargo install cargo-fuzz --locked`");
    }
    for target in wanted.targets {
        let found = format!("fuzz/found/{target}");
        fs::create_dir_all(context.root.join(&found)).with_context(|| format!("make {found}"))?;
        // No sanitizer: it would need a nightly toolchain, and there is no unsafe code to watch.
        let line = format!(
            "fuzz run {target} -s none {found} fuzz/corpus/{target} -- -max_total_time={} -max_len=2000 \
             -timeout=5",
            wanted.seconds
        );
        cargo(context, &line).run("hint: `fuzz/README.md` says what to do with a finding")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_targets_and_seconds() {
        let wanted = |words: &[&str]| {
            Wanted::parse(words).map(|wanted| (wanted.targets.len(), wanted.seconds))
        };
        assert_eq!(wanted(&[]), Ok((5, 300)));
        assert_eq!(wanted(&["pattern", "60"]), Ok((1, 60)));
        assert_eq!(
            wanted(&["nothing"]),
            Err("`fuzz` takes a target and seconds, not `nothing`".to_owned())
        );
    }
}
