//! What the tests of all formats share: rows and rejections as lines of text.

use std::fmt::Write;

use super::read;
use crate::{Format, Item, Options};

/// Reads a text and compares what comes out: rows with their attributes, rejections, counts, and
/// for the bulk form the header. Line ends are shown as `|`.
#[track_caller]
pub(super) fn check_with(format: Format, options: Options, text: &[u8], expected: &str) {
    let mut reader = read(format, options, text);
    let mut out = String::new();
    for item in &mut reader {
        show(&mut out, &item);
    }
    for (name, count) in reader.ignored() {
        writeln!(out, "ignored {name}: {count}").expect("text");
    }
    for (class, count) in reader.passed_over() {
        writeln!(out, "passed over {class}: {count}").expect("text");
    }
    if reader.header().starts_with("version:v") {
        writeln!(out, "header {}", reader.header().replace('\n', "|")).expect("text");
    }
    assert_eq!(out.trim_end_matches('\n'), expected);
}

fn show(out: &mut String, item: &Item) {
    match item {
        Item::Row(row) => {
            let id = row.id.map(|id| format!(" id {id}")).unwrap_or_default();
            writeln!(out, "{}{id}", row.line).expect("text");
            for (name, value) in row.attributes.iter() {
                writeln!(out, "  {name}: {}", value.to_string().replace('\n', "|")).expect("text");
            }
            if let Some(home) = row.home {
                writeln!(out, "  home {} {}", home.tenant, home.object).expect("text");
            }
            if let Some(manager) = &row.manager {
                writeln!(out, "  manager {manager:?}").expect("text");
            }
            for member in &row.members {
                writeln!(out, "  member {member:?}").expect("text");
            }
            for text in row.verbatim.iter().flatten() {
                writeln!(out, "  verbatim {text}").expect("text");
            }
            for handle in &row.handles {
                writeln!(out, "  handle {handle}").expect("text");
            }
        }
        Item::Rejected(rejected) => {
            let hint = rejected.hint.as_deref().unwrap_or("-");
            let text = rejected.text.replace('\n', "|");
            writeln!(
                out,
                "reject {}:{} {}: {} ({hint}) {text}",
                rejected.line, rejected.column, rejected.code, rejected.message
            )
            .expect("text");
            for text in rejected.verbatim.iter().flatten() {
                writeln!(out, "  verbatim {text}").expect("text");
            }
        }
    }
}
