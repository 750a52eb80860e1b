//! A search of the log as a file, a page of the journal in memory at most.

use model::{Actor, Job};
use sync::{LogForm, LogPage, LogQuery, Sync};

use super::{log::Search, place::Place};
use crate::{answer::Answer, error::Error, visit::Visit};

/// So many entries are read at a time.
const PAGE: usize = 1_000;

/// The file.
pub fn send(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let ending = visit.query().text("format").to_owned();
    let form = LogForm::of_ending(&ending).ok_or_else(Error::missing)?;
    let query = LogQuery { limit: PAGE, behind: None, ..Search::read(visit).query(visit, &place)? };
    let (sync, actor) = (visit.center.sync.clone(), visit.actor().clone());
    let name = format!("{}-log.{ending}", place.job.name);
    // Whoever may not read it is told so before the file begins.
    let page = sync.read_log(&actor, &place.job, &query)?;
    let mut reading = Reading { sync, actor, job: place.job, query, form, page: Some(page) };
    let mut head = Some(form.head());
    let kind = match form {
        LogForm::Csv => "text/csv; charset=utf-8",
        LogForm::JsonLines => "application/jsonl",
    };
    let parts = move || head.take().map(|head| Ok(head.into_bytes())).or_else(|| reading.part());
    Ok(Answer::Sent { name, kind, parts: Box::new(parts) })
}

/// A file on its way out.
struct Reading {
    sync: Sync,
    actor: Actor,
    job: Job,
    query: LogQuery,
    form: LogForm,
    page: Option<LogPage>,
}

impl Reading {
    /// The lines of a page; none when there are no more.
    fn part(&mut self) -> Option<Result<Vec<u8>, Error>> {
        let page = self.page.take()?;
        let text: String = page.entries.iter().map(|entry| self.form.line(entry)).collect();
        if page.next.is_some() {
            self.query.behind = page.next;
            match self.sync.read_log(&self.actor, &self.job, &self.query) {
                Ok(next) => self.page = Some(next),
                // The file breaks off, and whoever gets it sees that it does.
                Err(error) => return Some(Err(error.into())),
            }
        }
        Some(Ok(text.into_bytes()))
    }
}
