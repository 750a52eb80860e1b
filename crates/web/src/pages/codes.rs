//! What a code means and what to do about it, for whoever meets one on a page.

use askama::Template;
use model::{Code, Severity};

use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::Frame,
    route::{Route, get},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[get("/center/codes", list), get("/center/codes/{code}", show)];

#[derive(Template)]
#[template(path = "codes.html")]
struct Page {
    frame: Frame,
    codes: Vec<Row>,
}

struct Row {
    code: Code,
    weight: String,
    meaning: &'static str,
    remedy: &'static str,
}

/// All of them.
fn list(visit: &Visit) -> Result<Answer, Error> {
    page(visit, text!("codes-title"), Code::ALL)
}

/// One of them.
fn show(visit: &Visit) -> Result<Answer, Error> {
    let found = Code::ALL.iter().position(|entry| entry.0.as_str() == visit.key("code"));
    let at = found.ok_or_else(Error::missing)?;
    page(visit, Code::ALL[at].0.to_string(), &Code::ALL[at..=at])
}

fn page(
    visit: &Visit,
    title: String,
    entries: &[(Code, Severity, &'static str, &'static str)],
) -> Result<Answer, Error> {
    let row = |&(code, weight, meaning, remedy): &(Code, Severity, _, _)| Row {
        code,
        weight: match weight {
            Severity::Skip => text!("codes-skip"),
            Severity::Failure => text!("codes-failure"),
            Severity::Hold => text!("codes-hold"),
            Severity::Stop => text!("codes-stop"),
        },
        meaning,
        remedy,
    };
    let frame = Frame::new(visit, title);
    let frame = match entries.len() {
        1 => frame.below(text!("codes-title"), "/center/codes"),
        _ => frame,
    };
    Answer::page(&Page { frame, codes: entries.iter().map(row).collect() })
}
