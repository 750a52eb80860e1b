//! The shape of files and functions: a first word about what it is, and not too long.

use super::Violation;
use super::rules::{MAX_FILE_LINES, MAX_FUNCTION_LINES};
use super::source::{Source, find_block_end, find_words};

pub fn check(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        violations.extend(check_start(source));
        violations.extend(check_length(source));
        violations.extend(list_functions(source).into_iter().filter_map(|it| it.check(source)));
    }
    violations
}

fn check_start(source: &Source) -> Option<Violation> {
    let is_module = source.path.contains("/src/");
    (is_module && !source.text.starts_with("//!")).then(|| {
        Violation::new(
            source.place(1),
            "does not start with `//!`",
            "say what it is, where it stands on the line, and what it leaves to others",
        )
    })
}

fn check_length(source: &Source) -> Option<Violation> {
    let lines = source.text.lines().count();
    (lines > MAX_FILE_LINES).then(|| {
        Violation::new(
            &source.path,
            format!("{lines} lines, more than {MAX_FILE_LINES}"),
            "look for the second noun and give it a file",
        )
    })
}

#[derive(Debug, PartialEq)]
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

impl Function {
    fn check(&self, source: &Source) -> Option<Violation> {
        (self.lines > MAX_FUNCTION_LINES).then(|| {
            Violation::new(
                source.place(self.line),
                format!("`{}` has {} lines, more than {MAX_FUNCTION_LINES}", self.name, self.lines),
                "name its steps and give each a function, or turn its lines into data",
            )
        })
    }
}

/// Functions with a body, by counting braces.
fn list_functions(source: &Source) -> Vec<Function> {
    let code = &source.code;
    let mut functions = Vec::new();
    for at in find_words(code, "fn") {
        let after = code[at + "fn".len()..].trim_start();
        let name: String =
            after.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
        let Some(opening) = find_body(code, at) else {
            continue;
        };
        if name.is_empty() {
            continue;
        }
        let line = source.line_of(at);
        let last = source.line_of(find_block_end(code, opening) - 1);
        functions.push(Function { name, line, lines: last - line + 1 });
    }
    functions
}

/// The brace that opens a function's body; none when it only declares.
fn find_body(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.checked_sub(1)?,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{render, unindent};
    use super::*;

    fn check_text(path: &str, text: &str, expected: &str) {
        assert_eq!(render(&check(&[Source::parse(path, text)])), unindent(expected));
    }

    #[test]
    fn modules_say_what_they_are() {
        check_text("crates/a/src/b.rs", "//! B.\n", "");
        check_text(
            "crates/a/src/b.rs",
            "use c;\n",
            "crates/a/src/b.rs:1: does not start with `//!`",
        );
        check_text("crates/a/tests/b.rs", "use c;\n", "");
    }

    #[test]
    fn files_and_functions_end() {
        let body = "    f();\n".repeat(99);
        let text = format!("//! B.\nfn short() {{\n{}}}\n", &body[..9 * 98]);
        check_text("crates/a/src/b.rs", &text, "");
        let text = format!("//! B.\nfn long(\n) {{\n{body}}}\n");
        let expected = "crates/a/src/b.rs:2: `long` has 102 lines, more than 100";
        check_text("crates/a/src/b.rs", &text, expected);
        let text = format!("//! B.\n{}", "\n".repeat(800));
        check_text("crates/a/src/b.rs", &text, "crates/a/src/b.rs: 801 lines, more than 800");
    }

    #[test]
    fn finds_functions() {
        let text = "trait T { fn a(x: [u8; 3]); fn b() { '{'; \"{\"; } }\ntype F = fn(u8) -> u8;\nfn c<'a>()\nwhere\n{ // }\n}";
        let functions = list_functions(&Source::parse("a.rs", text));
        let found: Vec<String> =
            functions.iter().map(|it| format!("{}:{}+{}", it.name, it.line, it.lines)).collect();
        assert_eq!(found, ["b:1+1", "c:3+4"]);
    }
}
