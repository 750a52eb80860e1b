//! The page for whatever went wrong: what, why, and where to go from here.

use askama::Template;

use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "wrong.html")]
struct Page<'a> {
    frame: Frame,
    error: &'a Error,
    request: &'a str,
}

/// The page of an error. To a script of ours, or for a part of a page, the same as little as possible.
pub fn page(visit: &Visit, error: &Error) -> Answer {
    if !visit.request.json.is_empty() {
        let document = serde_json::json!({
            "error": { "code": error.code, "message": error.message, "hint": error.hint }
        });
        return Answer::Refused { status: error.status, document };
    }
    let title = match error.status {
        403 => text!("wrong-forbidden"),
        404 => text!("wrong-missing"),
        500.. => text!("wrong-failed"),
        _ => text!("wrong-title"),
    };
    let page = Page { frame: Frame::new(visit, title), error, request: &visit.request.id };
    let html = if visit.request.partial {
        format!(
            "<p class=\"callout bad\" role=\"alert\">{}</p>",
            crate::markup::escape(&error.message)
        )
    } else {
        // A page about a failure that fails itself still says what it was about.
        page.render().unwrap_or_else(|_| crate::markup::escape(&error.message))
    };
    Answer::Page { status: error.status, html }
}
