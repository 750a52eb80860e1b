//! The look, documented on a page of its own: every part that pages are put together from, at work.

use askama::Template;

use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::Frame,
    route::{Route, get},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[get("/center/design", show).for_anybody()];

#[derive(Template)]
#[template(path = "design.html")]
struct Page {
    frame: Frame,
    spaces: [&'static str; 7],
    sizes: [&'static str; 6],
    colours: [&'static str; 10],
    refused: Option<Error>,
}

fn show(visit: &Visit) -> Result<Answer, Error> {
    Answer::page(&Page {
        frame: Frame::new(visit, text!("design-title")),
        spaces: ["1", "2", "3", "4", "5", "6", "7"],
        sizes: ["small", "base", "large", "title", "head", "figure"],
        colours: ["paper", "panel", "line", "ink", "soft", "accent", "ok", "warn", "bad", "info"],
        refused: Some(Error::invalid(text!("design-refused"))),
    })
}
