//! The log, searched: what was done for whom, when, and how it went.

use askama::Template;
use model::{Action, ChangeId, Code, Kind, ObjectId, Timestamp};
use sync::{LogQuery, LogStatus};

use super::{lines::Line, place::Place, words};
use crate::{answer::Answer, error::Error, filters, form::Fields, frame::Frame, visit::Visit};

/// So many entries are on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "job_log.html")]
struct Page {
    frame: Frame,
    base: String,
    search: Search,
    refused: Option<Error>,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
    exports: [String; 2],
}

/// What is searched for, as the address has it.
pub struct Search {
    /// The fields.
    pub fields: Fields,
    /// Every action, its word, and whether it is chosen.
    pub actions: Vec<(&'static str, String, bool)>,
    /// Every status, its word, and whether it is chosen.
    pub statuses: Vec<(&'static str, String, bool)>,
}

/// The log.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let search = Search::read(visit);
    let asked = search.query(visit, &place);
    let (query, refused) = match asked {
        Ok(query) => (Some(query), None),
        Err(error) => (None, Some(error)),
    };
    let (lines, next) = match &query {
        Some(query) => find_entries(visit, &place, query)?,
        None => (Vec::new(), None),
    };
    let path = format!("{}/log", place.base);
    let address = |after: &str| format!("{path}?{}", search.fields.with("after", after).query());
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("nav-log"), "log"),
        first: query.and_then(|query| query.behind).map(|_| address("")),
        next: next.map(|id| address(&id.to_string())),
        exports: ["csv", "jsonl"].map(|form| {
            let fields = search.fields.with("after", "").with("format", form);
            format!("{path}/export?{}", fields.query())
        }),
        base: place.base,
        search,
        refused,
        lines,
    };
    Answer::page_with(status, &page)
}

/// A page of entries as rows, and the entry behind which they go on.
pub fn find_entries(
    visit: &Visit,
    place: &Place,
    query: &LogQuery,
) -> Result<(Vec<Line>, Option<ChangeId>), Error> {
    let query = LogQuery { limit: SHOWN, ..query.clone() };
    let found = visit.center.sync.read_log(visit.actor(), &place.job, &query)?;
    let line = |entry| Line::of_log(entry, &place.base, !place.is_incoming);
    Ok((found.entries.iter().map(line).collect(), found.next))
}

impl Search {
    /// From the address.
    pub fn read(visit: &Visit) -> Self {
        let fields = visit.query().with("said", "").with("of", "");
        let (action, status) = (fields.text("action").to_owned(), fields.text("status").to_owned());
        Self {
            actions: Action::ALL
                .map(|one| (one.as_str(), words::action(one), one.as_str() == action))
                .into(),
            statuses: words::STATUSES
                .map(|one| (one.as_str(), words::status(one).word, one.as_str() == status))
                .into(),
            fields,
        }
    }

    /// A field.
    pub fn text(&self, name: &str) -> &str {
        self.fields.text(name)
    }

    /// The action that is asked for.
    pub fn action(&self) -> Option<Action> {
        words::find_action(self.text("action"))
    }

    /// How the entries are to have gone.
    pub fn status(&self) -> Option<LogStatus> {
        words::STATUSES.into_iter().find(|one| one.as_str() == self.text("status"))
    }

    /// The code that is asked for.
    pub fn code(&self) -> Option<Code> {
        words::find_code(self.text("code"))
    }

    /// As a question to the log, newest first.
    pub fn query(&self, visit: &Visit, place: &Place) -> Result<LogQuery, Error> {
        let until = self.day("until")?.map(|day| day.plus_days(1));
        let code = self.text("code");
        if !code.is_empty() && self.code().is_none() {
            return Err(Error::invalid(text!("log-no-code", code = code)));
        }
        Ok(LogQuery {
            source: self.person(visit, place)?,
            since: self.day("since")?,
            until,
            actions: self.action().into_iter().collect(),
            statuses: self.status().into_iter().collect(),
            codes: self.code().into_iter().collect(),
            text: self.text("text").to_owned(),
            behind: self.fields.get("after").and_then(|id| id.parse().ok()),
            newest_first: true,
            ..LogQuery::default()
        })
    }

    fn day(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        let Some(text) = self.fields.get(name) else { return Ok(None) };
        let day = format!("{text}T00:00:00Z").parse().or_else(|_| text.parse());
        day.map(Some).map_err(|_| Error::invalid(text!("log-no-day", text = text)))
    }

    /// The person, or the group, of the source. Somebody who is gone for good has an id still.
    fn person(&self, visit: &Visit, place: &Place) -> Result<Option<ObjectId>, Error> {
        let Some(name) = self.fields.get("who") else { return Ok(None) };
        if let Ok(id) = name.parse() {
            return Ok(Some(id));
        }
        let directory = &visit.center.directory;
        let find = |kind| directory.find(visit.actor(), place.job.source, kind, name);
        match find(Kind::User).or_else(|error| find(Kind::Group).map_err(|_| error)) {
            Ok(object) => Ok(Some(object.id)),
            Err(directory::Error::Ambiguous { .. } | directory::Error::NotFound { .. }) => {
                Err(Error::invalid(text!("log-nobody", name = name)))
            }
            Err(error) => Err(error.into()),
        }
    }
}
