//! One Rust file: its code without comments and literals, its tests, and how to search it.

use std::ops::Range;

use super::files::File;
use super::lexer::{is_name_byte, lex};

/// A Rust file, read once for all checks.
#[derive(Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
    /// The text with spaces for comments and for what is inside literals.
    pub code: String,
    literals: Vec<Range<usize>>,
    tests: Vec<Range<usize>>,
    /// Imports outside tests, groups written out.
    imports: Vec<(usize, String)>,
}

impl Source {
    /// The Rust files among these.
    pub fn read_all(files: &[File]) -> Vec<Self> {
        let rust = files.iter().filter(|file| file.path.ends_with(".rs"));
        let mut sources: Vec<Self> = rust.map(|file| Self::parse(&file.path, &file.text)).collect();
        let tests: Vec<String> = sources.iter().flat_map(Self::declared_tests).collect();
        for source in &mut sources {
            let is_in = |test: &String| {
                let rest = source.path.strip_prefix(test.as_str());
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            };
            if tests.iter().any(is_in) {
                source.tests = std::iter::once(0..source.text.len()).collect();
                source.imports.clear();
            }
        }
        sources
    }

    pub fn parse(path: &str, text: &str) -> Self {
        let lexed = lex(text);
        let tests = if is_test_path(path) {
            std::iter::once(0..text.len()).collect()
        } else {
            find_tests(&lexed.code)
        };
        let mut source = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: lexed.code,
            literals: lexed.literals,
            tests,
            imports: Vec::new(),
        };
        source.imports = source.list_imports();
        source
    }

    pub fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Files and folders of modules that this file declares behind `#[cfg(test)]`.
    fn declared_tests(&self) -> impl Iterator<Item = String> {
        let stem = self.path.trim_end_matches(".rs");
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let folder = if ["lib", "main", "mod"].contains(&name) { folder } else { stem };
        self.tests.iter().filter_map(move |range| {
            let item = self.code[range.clone()].strip_suffix(';')?;
            let (_, module) = item.rsplit_once("mod ")?;
            Some(format!("{folder}/{}", module.trim()))
        })
    }

    /// How messages name a line of this file.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }

    /// The line, from 1, of a place in the text.
    pub fn line_of(&self, at: usize) -> usize {
        1 + self.text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
    }

    /// Lines with this name in code, tests included.
    pub fn find_name(&self, name: &str) -> Vec<usize> {
        let found = find_words(&self.code, name);
        unique(found.map(|at| self.line_of(at)).collect())
    }

    /// Lines with this name, or an import of it, in code outside tests.
    pub fn find_production_name(&self, name: &str) -> Vec<usize> {
        let found = find_words(&self.code, name).filter(|at| !self.is_test(*at));
        let mut lines: Vec<usize> = found.map(|at| self.line_of(at)).collect();
        for (at, path) in &self.imports {
            if find_words(path, name).next().is_some() {
                lines.push(self.line_of(*at));
            }
        }
        unique(lines)
    }

    /// Text literals outside tests, with their lines.
    pub fn production_literals(&self) -> impl Iterator<Item = (usize, &str)> {
        let literals = self.literals.iter().filter(|range| !self.is_test(range.start));
        literals.map(|range| (self.line_of(range.start), &self.text[range.clone()]))
    }

    fn is_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }

    fn list_imports(&self) -> Vec<(usize, String)> {
        let mut imports = Vec::new();
        for at in find_words(&self.code, "use").filter(|at| !self.is_test(*at)) {
            let tree = &self.code[at + "use".len()..];
            let tree = &tree[..tree.find(';').unwrap_or(tree.len())];
            let mut paths = Vec::new();
            expand("", tree, &mut paths);
            imports.extend(paths.into_iter().map(|path| (at, path)));
        }
        imports
    }
}

/// Where a word stands in a text, as a whole word.
pub fn find_words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    let is_name_at =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().is_some_and(is_name_byte);
    let starts_as_name = word.bytes().next().is_some_and(is_name_byte);
    let ends_as_name = word.bytes().last().is_some_and(is_name_byte);
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let glued_before = starts_as_name && is_name_at(at.checked_sub(1));
        let glued_after = ends_as_name && is_name_at(Some(at + word.len()));
        !glued_before && !glued_after
    })
}

/// The end of the block that opens at this brace: one past its closing brace.
pub fn find_block_end(code: &str, opening: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(opening) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

fn is_test_path(path: &str) -> bool {
    let mut folders = path.split('/');
    let name = folders.next_back().unwrap_or_default();
    name == "tests.rs"
        || name.ends_with("_tests.rs")
        || folders.any(|folder| ["tests", "benches", "examples", "testkit"].contains(&folder))
}

/// Items behind `#[cfg(test)]`.
fn find_tests(code: &str) -> Vec<Range<usize>> {
    let mut tests: Vec<Range<usize>> = Vec::new();
    for (start, attribute) in code.match_indices("#[cfg(test)]") {
        let after = start + attribute.len();
        let end = match code[after..].find(['{', ';']).map(|at| after + at) {
            Some(at) if code.as_bytes()[at] == b'{' => find_block_end(code, at),
            Some(at) => at + 1,
            None => code.len(),
        };
        tests.push(start..end);
    }
    tests
}

/// Writes out the groups of an import: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(opening) = tree.find('{') else {
        paths.push(format!("{prefix}{tree}"));
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..opening]);
    let closing = find_block_end(tree, opening);
    let inside = tree[opening + 1..closing].trim_end_matches('}');
    let mut depth = 0usize;
    let mut start = 0;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                expand(&prefix, &inside[start..at], paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    expand(&prefix, &inside[start..], paths);
}

fn unique(mut lines: Vec<usize>) -> Vec<usize> {
    lines.sort_unstable();
    lines.dedup();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_words() {
        let found: Vec<usize> = find_words("fs, std::fs, fsx, xfs, fs_x", "fs").collect();
        assert_eq!(found, [0, 9]);
        let found: Vec<usize> = find_words("todo!() my_todo!()", "todo!").collect();
        assert_eq!(found, [0]);
    }

    #[test]
    fn knows_modules_that_are_tests() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let sources = Source::read_all(&[
            file("a/src/lib.rs", "#[cfg(test)]\nmod testing;\nmod testing_not;"),
            file("a/src/testing.rs", "use word;"),
            file("a/src/testing/more.rs", "use word;"),
            file("a/src/testing_not.rs", "use word;\n#[cfg(test)]\npub(crate) mod made;"),
            file("a/src/testing_not/made.rs", "use word;"),
            file("a/README.md", "use word;"),
        ]);
        let found: Vec<usize> =
            sources.iter().map(|source| source.find_production_name("word").len()).collect();
        assert_eq!(found, [0, 0, 0, 1, 0]);
    }

    #[test]
    fn writes_out_imports() {
        let source = Source::parse("a.rs", "use a::{b, c::{d, e as f}, self};\nuse g;");
        let paths: Vec<&str> = source.imports.iter().map(|(_, path)| path.as_str()).collect();
        assert_eq!(paths, ["a::b", "a::c::d", "a::c::e as f", "a::self", "g"]);
    }

    #[test]
    fn knows_tests() {
        let text = "fn a() { word() }\n#[cfg(test)]\nmod tests {\n fn b() { word() }\n}\nfn c() { word() }";
        assert_eq!(Source::parse("a.rs", text).find_production_name("word"), [1, 6]);
        assert_eq!(Source::parse("a.rs", text).find_name("word"), [1, 4, 6]);
        for path in ["crates/a/tests/b.rs", "crates/a/src/b/tests.rs", "crates/testkit/src/lib.rs"]
        {
            let found = Source::parse(path, text).find_production_name("word");
            assert!(found.is_empty(), "{path}");
        }
    }
}
