//! The work of an import: rows in pages, then managers and members.

use std::{
    collections::BTreeMap,
    mem::take,
    ops::AddAssign,
    path::PathBuf,
    time::{Duration, Instant},
};

use directory::{Error, Imported, Incoming};
use model::{Key, Mutability, Name, ObjectId};
use store::Durability;
use wire::{Item, Reader, Rejected, Row, code};

use super::{
    Outcome, Plan, Way,
    file::{Counted, Position},
    notices::{Notice, Notices, Rejects, place_of},
    references::{self, Pending},
    rows::{Duplicate, Number, Rows},
};
use crate::{
    failure::Failure,
    output::{Output, Progress},
};

/// So many rows are written at once, unless their text is long.
const PAGE: usize = 1_000;
const PAGE_BYTES: usize = 8 << 20;

/// What ends within a second needs no progress bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// An import at work.
pub(super) struct Import<'a, 'o> {
    plan: &'a Plan<'a>,
    way: Way,
    output: &'o mut dyn Output,
    begun: Instant,
    rows: Rows,
    pending: Pending,
    page: Vec<Slot>,
    page_bytes: usize,
    outcome: Outcome,
}

/// What was read and is not yet dealt with: rejected text waits for its turn too, so that all of it
/// is told in the order of the file.
enum Slot {
    Row(Number, Row),
    Rejected(Notice, String),
}

/// What became of a row that is in, or would be.
struct Taken {
    object: ObjectId,
    imported: Option<Imported>,
    claims: Vec<Key>,
}

impl<'a, 'o> Import<'a, 'o> {
    pub(super) fn new(
        plan: &'a Plan<'a>,
        way: Way,
        rejected: Option<PathBuf>,
        output: &'o mut dyn Output,
    ) -> Self {
        let keep = output.view().json;
        let notices = || Notices::new(&plan.source.name, keep);
        let outcome = Outcome {
            read: 0,
            created: 0,
            updated: 0,
            unchanged: 0,
            managers: 0,
            members: 0,
            rejects: Rejects::new(notices(), rejected),
            left: notices(),
            ignored: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            interrupted: false,
        };
        Self {
            plan,
            way,
            output,
            begun: Instant::now(),
            rows: Rows::new(),
            pending: Pending::default(),
            page: Vec::new(),
            page_bytes: 0,
            outcome,
        }
    }

    pub(super) fn run(mut self) -> Result<Outcome, Failure> {
        self.read_rows()?;
        if !self.outcome.interrupted {
            self.set_references()?;
        }
        Ok(self.outcome)
    }

    fn read_rows(&mut self) -> Result<(), Failure> {
        let text = self.plan.source.open()?;
        let position = text.position();
        let mut reader = wire::read(self.plan.source.format, self.plan.options.clone(), text);
        while let Some(item) = reader.next() {
            self.outcome.read += 1;
            match item {
                Item::Rejected(rejected) => self.take_rejected(*rejected)?,
                Item::Row(row) => self.take_row(*row),
            }
            if self.page.len() >= PAGE || self.page_bytes >= PAGE_BYTES {
                self.end_page(&reader, &position)?;
            }
            if self.outcome.read.is_multiple_of(PAGE as u64) && self.output.is_interrupted() {
                self.outcome.interrupted = true;
                break;
            }
        }
        self.end_page(&reader, &position)?;
        add(&mut self.outcome.ignored, reader.ignored());
        add(&mut self.outcome.passed_over, reader.passed_over());
        Ok(())
    }

    fn take_rejected(&mut self, rejected: Rejected) -> Result<(), Failure> {
        let Rejected { line, column, code, message, hint, text, .. } = rejected;
        if code == code::HEADER {
            let place = format!("{}:{line}:{column}", self.plan.source.name);
            let failure = Failure::new(code, format!("{place}: {message}"));
            return Err(Failure { hint, ..failure });
        }
        self.reject(Notice { line, column, code, message, hint }, text);
        Ok(())
    }

    fn take_row(&mut self, mut row: Row) {
        if self.plan.source.is_lossy && row.text.contains(char::REPLACEMENT_CHARACTER) {
            let (line, column) = place_of(&row, "\u{fffd}");
            let message = "a byte that was not UTF-8".to_owned();
            let hint = Some("send the text as UTF-8".to_owned());
            let notice = Notice { line, column, code: code::ENCODING, message, hint };
            return self.reject(notice, row.text);
        }
        self.leave_out_kept(&mut row);
        match self.rows.enter(self.plan.kind, &row) {
            Ok(number) => {
                self.page_bytes += row.text.len();
                self.page.push(Slot::Row(number, row));
            }
            Err(duplicate) => self.reject(duplicate_notice(&row, &duplicate), row.text),
        }
    }

    fn reject(&mut self, notice: Notice, text: String) {
        self.page_bytes += text.len();
        self.page.push(Slot::Rejected(notice, text));
    }

    /// What the directory keeps itself cannot be brought in: nobody becomes another tenant's person
    /// by a file.
    fn leave_out_kept(&mut self, row: &mut Row) {
        let is_kept = |name: &Name| {
            name.definition().is_some_and(|known| known.mutability == Mutability::Directory)
        };
        let kept: Vec<Name> = row
            .attributes
            .iter()
            .map(|(name, _)| name)
            .filter(|name| is_kept(name))
            .cloned()
            .collect();
        let mut ignored: Vec<&str> = Vec::new();
        for name in &kept {
            row.attributes.remove(name);
            ignored.push(name.as_str());
        }
        if row.home.take().is_some() {
            ignored.extend(["homeTenantId", "homeObjectId"]);
        }
        for name in ignored {
            *self.outcome.ignored.entry(name.to_owned()).or_default() += 1;
        }
    }

    fn end_page(&mut self, reader: &Reader<Counted>, position: &Position) -> Result<(), Failure> {
        let mut page = take(&mut self.page);
        self.page_bytes = 0;
        let incoming: Vec<Incoming> = page
            .iter_mut()
            .filter_map(|slot| match slot {
                Slot::Row(_, row) => {
                    Some(Incoming { id: row.id, attributes: take(&mut row.attributes) })
                }
                Slot::Rejected(..) => None,
            })
            .collect();
        let mut results = self.put(&incoming)?.into_iter().zip(&incoming);
        for slot in page {
            let (notice, text) = match slot {
                Slot::Rejected(notice, text) => (notice, text),
                Slot::Row(number, mut row) => match results.next() {
                    Some((Ok(taken), _)) => match self.placed(number, &mut row, taken) {
                        Ok(()) => continue,
                        Err(duplicate) => (duplicate_notice(&row, &duplicate), row.text),
                    },
                    Some((Err(error), incoming)) => {
                        (refused_notice(&row, incoming, &error), row.text)
                    }
                    // Each row has its result.
                    None => continue,
                },
            };
            self.outcome.rejects.add(notice, reader.header(), &text, self.output)?;
        }
        let what = match self.way {
            Way::Check => format!("checking {}s", self.plan.kind),
            Way::Write => format!("importing {}s", self.plan.kind),
        };
        let Outcome { read, created, updated, .. } = self.outcome;
        self.advance(Progress {
            what,
            done: read,
            of: position.estimate(read),
            changed: created + updated,
        });
        Ok(())
    }

    fn put(&self, incoming: &[Incoming]) -> Result<Vec<Result<Taken, Error>>, Failure> {
        if incoming.is_empty() {
            return Ok(Vec::new());
        }
        let Plan { call, tenant, kind, .. } = self.plan;
        let directory = &call.app.directory;
        Ok(match self.way {
            Way::Write => directory
                .import(call.actor, tenant.id, *kind, incoming, Durability::Durable)?
                .into_iter()
                .map(|result| {
                    result.map(|imported| Taken {
                        object: imported.id(),
                        imported: Some(imported),
                        claims: Vec::new(),
                    })
                })
                .collect(),
            Way::Check => directory
                .check_import(call.actor, tenant.id, *kind, incoming)?
                .into_iter()
                .map(|result| {
                    result.map(|checked| Taken {
                        object: checked.id,
                        imported: None,
                        claims: checked.claims,
                    })
                })
                .collect(),
        })
    }

    fn placed(&mut self, number: Number, row: &mut Row, taken: Taken) -> Result<(), Duplicate> {
        self.rows.claim(number, &taken.claims)?;
        self.rows.place(number, taken.object);
        self.pending.add(number, row);
        match taken.imported {
            Some(Imported::Created(_)) => self.outcome.created += 1,
            Some(Imported::Updated(_)) => self.outcome.updated += 1,
            Some(Imported::Unchanged(_)) => self.outcome.unchanged += 1,
            None => {}
        }
        Ok(())
    }

    fn set_references(&mut self) -> Result<(), Failure> {
        let pending = take(&mut self.pending);
        let names = pending.list();
        let Plan { call, tenant, .. } = self.plan;
        let found = references::resolve(call, tenant, &self.rows, &names)?;
        let mut resolved = |what: &str, pairs: &[(Number, u32)]| {
            let mut known = Vec::with_capacity(pairs.len());
            for &(number, place) in pairs {
                match (self.rows.object(number), found[place as usize]) {
                    (Some(from), Some(to)) => known.push((number, from, to)),
                    _ => {
                        let name = references::name(names[place as usize]);
                        let notice = unresolved(self.rows.line(number), what, &name);
                        self.outcome.left.add(notice, self.output);
                    }
                }
            }
            known
        };
        let managers = resolved("manager", &pending.managers);
        let members = resolved("member", &pending.members);
        self.set_managers(&managers)?;
        self.add_members(&members)
    }

    fn set_managers(&mut self, known: &[(Number, ObjectId, ObjectId)]) -> Result<(), Failure> {
        let Plan { call, tenant, .. } = self.plan;
        let directory = &call.app.directory;
        let wanted: Vec<_> =
            known.iter().map(|(_, user, manager)| (*user, Some(*manager))).collect();
        if self.way == Way::Check {
            let loops = directory.find_manager_loops(call.actor, tenant.id, &wanted)?;
            for (place, (number, ..)) in known.iter().enumerate() {
                if loops.contains(&place) {
                    let message = "the manager closes a loop of managers".to_owned();
                    self.leave_out(*number, "manager-loop", message);
                }
            }
            return Ok(());
        }
        let of = wanted.len() as u64;
        let mut advanced = |done: usize| {
            self.advance(Progress {
                what: "setting managers".to_owned(),
                done: done as u64,
                of,
                changed: 0,
            });
            !self.output.is_interrupted()
        };
        let set = directory.set_managers(call.actor, tenant.id, &wanted, &mut advanced)?;
        self.outcome.interrupted |= set.results.len() < wanted.len();
        for (place, result) in set.results.into_iter().enumerate() {
            match result {
                Ok(changed) => self.outcome.managers += u64::from(changed),
                Err(error) => {
                    let is_loop = set.loops.contains(&place);
                    let code = if is_loop { "manager-loop" } else { error.code() };
                    self.leave_out(known[place].0, code, error.to_string());
                }
            }
        }
        Ok(())
    }

    fn add_members(&mut self, known: &[(Number, ObjectId, ObjectId)]) -> Result<(), Failure> {
        let Plan { call, tenant, .. } = self.plan;
        let of = known.len() as u64;
        let mut done = 0;
        for page in known.chunks(PAGE) {
            if self.way == Way::Check {
                return Ok(());
            }
            if self.output.is_interrupted() {
                self.outcome.interrupted = true;
                return Ok(());
            }
            let pairs: Vec<_> = page.iter().map(|(_, group, member)| (*group, *member)).collect();
            let results = call.app.directory.add_memberships(call.actor, tenant.id, &pairs)?;
            for ((number, ..), result) in page.iter().zip(results) {
                match result {
                    Ok(new) => self.outcome.members += u64::from(new),
                    Err(error) => self.leave_out(*number, error.code(), error.to_string()),
                }
            }
            done += page.len() as u64;
            let changed = self.outcome.members;
            self.advance(Progress { what: "adding members".to_owned(), done, of, changed });
        }
        Ok(())
    }

    fn leave_out(&mut self, number: Number, code: &'static str, message: String) {
        let line = self.rows.line(number);
        let notice = Notice { line, column: 1, code, message, hint: None };
        self.outcome.left.add(notice, self.output);
    }

    fn advance(&mut self, progress: Progress) {
        if self.begun.elapsed() >= PATIENCE {
            self.output.progress(&progress);
        }
    }
}

fn duplicate_notice(row: &Row, duplicate: &Duplicate) -> Notice {
    let (line, column) = place_of(row, &duplicate.value);
    let message = format!("{} stands on line {} already", duplicate.what, duplicate.line);
    let hint = Some("an id, a name or an address belongs to one row".to_owned());
    Notice { line, column, code: "duplicate", message, hint }
}

fn refused_notice(row: &Row, incoming: &Incoming, error: &Error) -> Notice {
    let value = match error {
        Error::Invalid { attribute, .. } => incoming.attributes.text(&Name::new(attribute)),
        Error::Taken { key, .. } => Some(key.value.as_str()),
        _ => None,
    };
    let (line, column) = value.map_or((row.line, 1), |value| place_of(row, value));
    let (code, message, hint) = (error.code(), error.to_string(), error.hint());
    Notice { line, column, code, message, hint }
}

fn unresolved(line: u64, what: &str, name: &str) -> Notice {
    Notice {
        line,
        column: 1,
        code: "unresolved-reference",
        message: format!("'{name}' is not known here, so this {what} is left out"),
        hint: Some("bring that one in first, then import this file again".to_owned()),
    }
}

fn add(counts: &mut BTreeMap<String, u64>, more: &BTreeMap<String, u64>) {
    for (name, count) in more {
        counts.entry(name.clone()).or_default().add_assign(count);
    }
}
