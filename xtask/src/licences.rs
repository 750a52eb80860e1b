//! Licences: every package of the lock file may be used under terms that we accept.
//!
//! Why this is our own and not a tool's is in `docs/decisions/dependencies.md`.

use anyhow::{Result, bail};

use crate::Context;
use crate::workspace::{Package, Workspace};

/// Licences that ask for no more than to be named.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Exceptions only give more rights; these are the ones we have read.
const ALLOWED_EXCEPTIONS: &[&str] = &["LLVM-exception"];

/// What our own crates say.
const OURS: &str = "MIT OR Apache-2.0";

/// A package that is accepted in spite of the lists above.
struct Accepted {
    package: &'static str,
    licence: &'static str,
    /// Why; a sentence.
    reason: &'static str,
}

const ACCEPTED: &[Accepted] = &[Accepted {
    package: "webpki-root-certs",
    licence: "CDLA-Permissive-2.0",
    reason: "a list of certificates under a permissive data licence, built on phones only",
}];

pub fn run(context: &Context) -> Result<()> {
    let workspace = Workspace::load(context)?;
    let findings: Vec<String> = workspace.packages.iter().filter_map(check).collect();
    for finding in &findings {
        println!("   {finding}");
    }
    for accepted in ACCEPTED {
        println!("   {}: {} accepted: {}", accepted.package, accepted.licence, accepted.reason);
    }
    if findings.is_empty() {
        println!("   {} packages, all licences accepted", workspace.packages.len());
        return Ok(());
    }
    bail!(
        "{} packages have licences that we do not accept\n\
         hint: take another package, or add it to ACCEPTED in xtask/src/licences.rs with a reason",
        findings.len()
    )
}

/// What is wrong with the licence of this package, if anything.
fn check(package: &Package) -> Option<String> {
    let place = format!("{} {}", package.name, package.version);
    let Some(licence) = &package.licence else {
        return Some(format!("{place}: its manifest names no licence"));
    };
    if package.is_member {
        let is_ours = licence == OURS;
        return (!is_ours).then(|| format!("{place}: says {licence}, our crates say {OURS}"));
    }
    let mut accepted = ACCEPTED.iter();
    if accepted.any(|it| it.package == package.name && it.licence == licence) {
        return None;
    }
    match is_allowed(licence) {
        Ok(true) => None,
        Ok(false) => Some(format!("{place}: {licence}")),
        Err(problem) => Some(format!("{place}: cannot read `{licence}`: {problem}")),
    }
}

/// Whether an SPDX expression leaves us a choice in which every part is allowed.
fn is_allowed(expression: &str) -> Result<bool, String> {
    // Before SPDX, manifests wrote a slash for OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut parser = Parser { words: spaced.split_whitespace().collect(), at: 0 };
    let allowed = parser.read_or()?;
    match parser.peek() {
        None => Ok(allowed),
        Some(word) => Err(format!("`{word}` is one too many")),
    }
}

/// `WITH` binds tighter than `AND`, and `AND` tighter than `OR`.
struct Parser<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn read_or(&mut self) -> Result<bool, String> {
        let mut allowed = self.read_and()?;
        while self.take("OR") {
            allowed |= self.read_and()?;
        }
        Ok(allowed)
    }

    fn read_and(&mut self) -> Result<bool, String> {
        let mut allowed = self.read_one()?;
        while self.take("AND") {
            allowed &= self.read_one()?;
        }
        Ok(allowed)
    }

    fn read_one(&mut self) -> Result<bool, String> {
        if self.take("(") {
            let allowed = self.read_or()?;
            return if self.take(")") { Ok(allowed) } else { Err("`)` is missing".to_owned()) };
        }
        let licence = self.read_name("a licence")?;
        let mut allowed = ALLOWED.contains(&licence.trim_end_matches('+'));
        if self.take("WITH") {
            allowed &= ALLOWED_EXCEPTIONS.contains(&self.read_name("an exception")?);
        }
        Ok(allowed)
    }

    fn read_name(&mut self, what: &str) -> Result<&'a str, String> {
        match self.peek() {
            Some(word) if !["AND", "OR", "WITH", "(", ")"].contains(&word) => {
                self.at += 1;
                Ok(word)
            }
            Some(word) => Err(format!("expected {what}, found `{word}`")),
            None => Err(format!("expected {what} at its end")),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_expressions() {
        for (expression, expected) in [
            ("MIT", Ok(true)),
            ("GPL-3.0-only", Ok(false)),
            ("MIT OR GPL-3.0-only", Ok(true)),
            ("MIT AND GPL-3.0-only", Ok(false)),
            ("MIT/Apache-2.0", Ok(true)),
            ("GPL-3.0-only OR MIT AND Zlib", Ok(true)),
            ("(GPL-3.0-only OR MIT) AND LGPL-2.1-or-later", Ok(false)),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", Ok(true)),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", Ok(true)),
            ("Apache-2.0 WITH Some-exception", Ok(false)),
            ("GPL-2.0-only WITH LLVM-exception", Ok(false)),
            ("BSL-1.0+", Ok(true)),
            ("MIT OR", Err("expected a licence at its end")),
            ("(MIT", Err("`)` is missing")),
            ("MIT Zlib", Err("`Zlib` is one too many")),
            ("AND MIT", Err("expected a licence, found `AND`")),
        ] {
            assert_eq!(is_allowed(expression), expected.map_err(str::to_owned), "{expression}");
        }
    }

    fn check_package(is_member: bool, licence: Option<&str>, expected: Option<&str>) {
        let package = Package {
            name: "p".to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            is_member,
            declared: Vec::new(),
            needs: Vec::new(),
        };
        assert_eq!(check(&package).as_deref(), expected);
    }

    #[test]
    fn checks_packages() {
        check_package(false, Some("MIT"), None);
        check_package(false, None, Some("p 1.0.0: its manifest names no licence"));
        check_package(false, Some("AGPL-3.0-only"), Some("p 1.0.0: AGPL-3.0-only"));
        check_package(true, Some("MIT OR Apache-2.0"), None);
        let ours = "p 1.0.0: says MIT, our crates say MIT OR Apache-2.0";
        check_package(true, Some("MIT"), Some(ours));
    }
}
