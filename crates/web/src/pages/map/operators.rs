//! Who runs the server: operators, made by a one-time link.

use askama::Template;
use identity::Operator;

use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "operators.html")]
struct Page {
    frame: Frame,
    operators: Vec<Operator>,
    link: Option<String>,
    refused: Option<Error>,
    name: String,
}

/// The operators.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None, None)
}

/// Makes a one-time link. It is shown once; what is kept of it is a digest.
pub fn invite(visit: &Visit) -> Result<Answer, Error> {
    match visit.center.operators.make_code(visit.actor(), visit.form().get("name")) {
        Ok(code) => {
            let link = format!("{}/syncline/operator#{code}", visit.request.own_origin);
            page(visit, Some(link), None)
        }
        Err(error) => page(visit, None, Some(error.into())),
    }
}

/// Takes somebody's right to run the server.
pub fn remove(visit: &Visit) -> Result<Answer, Error> {
    let name = visit.form().text("name");
    visit.center.operators.remove(visit.actor(), name)?;
    Ok(Answer::said_of("/center/operators", "said-operator-removed", name))
}

fn page(visit: &Visit, link: Option<String>, refused: Option<Error>) -> Result<Answer, Error> {
    let operators = visit.center.operators.list(visit.actor()).map_err(Error::from);
    let operators = operators.map_err(|error| match error.status {
        404 => Error::missing(),
        _ => error,
    })?;
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: Frame::new(visit, text!("nav-operators")),
        operators,
        link,
        refused,
        name: visit.form().text("name").to_owned(),
    };
    Answer::page_with(status, &page)
}
