//! From what was typed to values, or what is wrong with it, with the words that were typed.

use model::{Schedule, parse_duration};

use crate::{error::Error, form::Fields};

/// When it runs.
pub fn schedule(form: &Fields) -> Result<Schedule, Error> {
    let taken = match form.text("when") {
        "every" => Schedule::every(form.text("every")),
        "cron" => Schedule::cron(form.text("cron")),
        _ => return Ok(Schedule::OnChange),
    };
    taken.map_err(wrong)
}

/// A length of time, in seconds.
pub fn seconds(form: &Fields, name: &str) -> Result<i64, Error> {
    parse_duration(form.text(name)).map_err(wrong)
}

/// A count.
pub fn number(form: &Fields, name: &str) -> Result<u64, Error> {
    let text = form.text(name);
    text.parse().map_err(|_| Error::invalid(text!("settings-no-number", text = text)))
}

/// A count of days.
pub fn signed(form: &Fields, name: &str) -> Result<i64, Error> {
    let text = form.text(name);
    text.parse().map_err(|_| Error::invalid(text!("settings-no-number", text = text)))
}

/// Numbers with commas between.
pub fn hours(form: &Fields, name: &str) -> Result<Vec<i64>, Error> {
    let each = form.text(name).split(',').map(str::trim).filter(|text| !text.is_empty());
    let read = |text: &str| {
        text.parse().map_err(|_| Error::invalid(text!("settings-no-number", text = text)))
    };
    each.map(read).collect()
}

fn wrong(found: model::Diagnostic) -> Error {
    Error { hint: found.hint, ..Error::new(422, found.code, found.message) }
}
