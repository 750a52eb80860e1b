//! Words that belong to some places only, or to none.

use super::Violation;
use super::files::File;
use super::rules::{FORBIDDEN_CODE, KEPT, Kept, Kind, MACHINE_FOLDERS};
use super::source::{Source, find_words};

pub fn check_sources(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        for (code, hint) in FORBIDDEN_CODE {
            for line in source.find_name(code) {
                violations.push(Violation::new(
                    source.place(line),
                    format!("holds `{code}`"),
                    *hint,
                ));
            }
        }
        for kept in KEPT {
            violations.extend(check_kept(source, kept));
        }
    }
    violations
}

/// Only product code: xtask has to name what it looks for.
fn check_kept(source: &Source, kept: &Kept) -> Vec<Violation> {
    let is_home = kept.places.iter().any(|place| source.is_in(place));
    if is_home || !source.is_in("crates/") {
        return Vec::new();
    }
    let lines: Vec<usize> = match kept.kind {
        Kind::Name => source.find_production_name(kept.word),
        Kind::InLiteral => {
            find_literals(source, |text| find_words(text, kept.word).next().is_some())
        }
        Kind::WholeLiteral => find_literals(source, |text| text == kept.word),
    };
    let places: Vec<String> = kept.places.iter().map(|place| format!("{place}*")).collect();
    let problem = format!("`{}` belongs only to {}", kept.word, places.join(", "));
    lines
        .into_iter()
        .map(|line| Violation::new(source.place(line), problem.as_str(), kept.hint))
        .collect()
}

fn find_literals(source: &Source, is_meant: impl Fn(&str) -> bool) -> Vec<usize> {
    source.production_literals().filter(|(_, text)| is_meant(text)).map(|(line, _)| line).collect()
}

/// Paths that are true on one machine only.
pub fn check_machine_paths(files: &[File]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            for folder in MACHINE_FOLDERS {
                if has_machine_path(line, folder) {
                    violations.push(Violation::new(
                        format!("{}:{}", file.path, index + 1),
                        format!("names the folder /{folder} of a machine"),
                        "make the path relative to the workspace, or take it from a setting",
                    ));
                }
            }
        }
    }
    violations
}

/// An absolute path starts there. In `https://host/home/` and `crates/work/` the slash goes on
/// from something.
fn has_machine_path(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    line.match_indices(&path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|it| !it.is_alphanumeric() && !"_-.}>~)*".contains(it))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{render, unindent};
    use super::*;

    fn check_text(path: &str, text: &str, expected: &str) {
        let sources = [Source::parse(path, text)];
        assert_eq!(render(&check_sources(&sources)), unindent(expected));
    }

    #[test]
    fn hosted_objects_change_only_through_directory() {
        let text = "use store::ObjectCommit;\n// An ObjectCommit is audited.\n#[cfg(test)]\nuse x::ObjectCommit;";
        let expected = "crates/sync/src/a.rs:1: `ObjectCommit` belongs only to crates/directory/*, crates/store*, crates/syncline/src/bench/raw.rs*";
        check_text("crates/sync/src/a.rs", text, expected);
        check_text("crates/directory/src/a.rs", text, "");
        check_text("crates/store-sqlite/src/a.rs", text, "");
        check_text("crates/sync/tests/a.rs", text, "");
    }

    #[test]
    fn older_names_stay_where_they_are_spoken() {
        let text = r#"f("telephoneNumber"); f("[telephoneNumber] x"); f("mobile"); f("mobilePhone mobile");"#;
        let sources = [Source::parse("crates/engine/src/a.rs", text)];
        assert_eq!(check_sources(&sources).len(), 3);
        check_text("crates/wire/src/ldif.rs", text, "");
        check_text("crates/connector/src/ldap/attributes.rs", text, "");
        check_text("crates/engine/src/a.rs", "// telephoneNumber\nfn telephoneNumber() {}", "");
    }

    #[test]
    fn some_code_is_for_nobody() {
        let text =
            "#[ignore = \"slow\"]\nfn a() { todo!() }\n// todo!\nlet s = \"unimplemented!\";";
        let expected = "crates/a/tests/b.rs:1: holds `#[ignore`
             crates/a/tests/b.rs:2: holds `todo!`";
        check_text("crates/a/tests/b.rs", text, expected);
    }

    #[test]
    fn machine_paths_are_absolute() {
        for (template, expected) in [
            ("read FOLDERmain", true),
            ("\"FOLDERmain\"", true),
            ("FOLDER", true),
            ("https://host.exampleFOLDERpage", false),
            ("cratesFOLDERsrc", false),
            ("${base}FOLDERx", false),
        ] {
            for folder in MACHINE_FOLDERS {
                let line = template.replace("FOLDER", &format!("/{folder}/"));
                assert_eq!(has_machine_path(&line, folder), expected, "{line}");
            }
        }
    }
}
