//! The work of an import: rows in pages, then managers and members.

use std::{collections::BTreeMap, io::BufRead, mem::take, ops::AddAssign};

use model::{Actor, Key, Modification, Mutability, Name, ObjectId};
use store::Durability;
use wire::{Item, Reader, Rejected, Row, code};

use super::{
    FileImport, ImportError, ImportStep, ImportTotals, ImportWatch, ImportWay, Notice, RowChange,
    place_of,
    references::{self, Pending},
    rows::{Duplicate, Number, Rows},
};
use crate::{Directory, Error, Imported, Incoming};

/// So many rows are written at once, unless their text is long.
const PAGE: usize = 1_000;
const PAGE_BYTES: usize = 8 << 20;

/// An import at work.
pub(super) struct Import<'a> {
    directory: &'a Directory,
    actor: &'a Actor,
    plan: &'a FileImport<'a>,
    watch: &'a mut dyn ImportWatch,
    rows: Rows,
    pending: Pending,
    page: Vec<Slot>,
    page_bytes: usize,
    outcome: ImportTotals,
}

/// What was read and is not yet dealt with: rejected text waits for its turn too, so that all of it
/// is told in the order of the file.
enum Slot {
    Row(Number, Row),
    Rejected(Notice, String),
}

/// What became of a row that is in, or would be.
struct Taken {
    imported: Imported,
    claims: Vec<Key>,
    modifications: Vec<Modification>,
}

impl<'a> Import<'a> {
    pub(super) fn new(
        (directory, actor): (&'a Directory, &'a Actor),
        plan: &'a FileImport<'a>,
        watch: &'a mut dyn ImportWatch,
    ) -> Self {
        Self {
            directory,
            actor,
            plan,
            watch,
            rows: Rows::new(),
            pending: Pending::default(),
            page: Vec::new(),
            page_bytes: 0,
            outcome: ImportTotals::default(),
        }
    }

    pub(super) fn run(mut self, text: impl BufRead) -> Result<ImportTotals, ImportError> {
        self.read_rows(text)?;
        if !self.outcome.interrupted {
            self.set_references()?;
        }
        Ok(self.outcome)
    }

    fn read_rows(&mut self, text: impl BufRead) -> Result<(), ImportError> {
        let mut reader = wire::read(self.plan.format, self.plan.options.clone(), text);
        while let Some(item) = reader.next() {
            self.outcome.read += 1;
            match item {
                Item::Rejected(rejected) => self.take_rejected(*rejected)?,
                Item::Row(row) => self.take_row(*row),
            }
            if self.page.len() >= PAGE || self.page_bytes >= PAGE_BYTES {
                self.end_page(&reader)?;
            }
            if self.outcome.read.is_multiple_of(PAGE as u64) && self.watch.is_interrupted() {
                self.outcome.interrupted = true;
                break;
            }
        }
        self.end_page(&reader)?;
        add(&mut self.outcome.ignored, reader.ignored());
        add(&mut self.outcome.passed_over, reader.passed_over());
        Ok(())
    }

    fn take_rejected(&mut self, rejected: Rejected) -> Result<(), ImportError> {
        let Rejected { line, column, code, message, hint, text, .. } = rejected;
        let notice = Notice { line, column, code, message, hint };
        if code == code::HEADER {
            return Err(ImportError::Header(notice));
        }
        self.reject(notice, text);
        Ok(())
    }

    fn take_row(&mut self, mut row: Row) {
        if self.plan.is_lossy && row.text.contains(char::REPLACEMENT_CHARACTER) {
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

    fn end_page(&mut self, reader: &Reader<impl BufRead>) -> Result<(), ImportError> {
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
            self.outcome.rejected += 1;
            let told = self.watch.rejected(notice, reader.header(), &text);
            told.map_err(ImportError::Output)?;
        }
        let ImportTotals { read, created, updated, .. } = self.outcome;
        self.watch.advanced(ImportStep::Rows, (read, None), created + updated);
        Ok(())
    }

    fn put(&self, incoming: &[Incoming]) -> Result<Vec<Result<Taken, Error>>, Error> {
        if incoming.is_empty() {
            return Ok(Vec::new());
        }
        let (directory, actor) = (self.directory, self.actor);
        let FileImport { tenant, kind, .. } = self.plan;
        let written = |imported| Taken { imported, claims: Vec::new(), modifications: Vec::new() };
        Ok(match self.plan.way {
            ImportWay::Write => directory
                .import(actor, tenant.id, *kind, incoming, Durability::Durable)?
                .into_iter()
                .map(|result| result.map(written))
                .collect(),
            ImportWay::Check => directory
                .check_import(actor, tenant.id, *kind, incoming)?
                .into_iter()
                .map(|result| {
                    result.map(|checked| Taken {
                        imported: checked.imported,
                        claims: checked.claims,
                        modifications: checked.modifications,
                    })
                })
                .collect(),
        })
    }

    fn placed(&mut self, number: Number, row: &mut Row, taken: Taken) -> Result<(), Duplicate> {
        self.rows.claim(number, &taken.claims)?;
        self.rows.place(number, taken.imported.id());
        self.pending.add(number, row);
        match taken.imported {
            Imported::Created(_) => self.outcome.created += 1,
            Imported::Updated(_) => self.outcome.updated += 1,
            Imported::Unchanged(_) => self.outcome.unchanged += 1,
        }
        if self.plan.way == ImportWay::Check {
            let Taken { imported, modifications, .. } = taken;
            self.watch.would(RowChange { line: row.line, imported, modifications });
        }
        Ok(())
    }

    fn set_references(&mut self) -> Result<(), ImportError> {
        let pending = take(&mut self.pending);
        let names = pending.list();
        let (directory, actor, tenant) = (self.directory, self.actor, self.plan.tenant);
        let found = references::resolve((directory, actor), tenant, &self.rows, &names)?;
        let mut resolved = |what: &str, pairs: &[(Number, u32)]| {
            let mut known = Vec::with_capacity(pairs.len());
            for &(number, place) in pairs {
                match (self.rows.object(number), found[place as usize]) {
                    (Some(from), Some(to)) => known.push((number, from, to)),
                    _ => {
                        let name = references::name(names[place as usize]);
                        let notice = unresolved(self.rows.line(number), what, &name);
                        self.outcome.left += 1;
                        self.watch.left_out(notice);
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

    fn set_managers(&mut self, known: &[(Number, ObjectId, ObjectId)]) -> Result<(), ImportError> {
        let (directory, actor, tenant) = (self.directory, self.actor, self.plan.tenant);
        let wanted: Vec<_> =
            known.iter().map(|(_, user, manager)| (*user, Some(*manager))).collect();
        if self.plan.way == ImportWay::Check {
            let loops = directory.find_manager_loops(actor, tenant.id, &wanted)?;
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
            self.watch.advanced(ImportStep::Managers, (done as u64, Some(of)), 0);
            !self.watch.is_interrupted()
        };
        let set = directory.set_managers(actor, tenant.id, &wanted, &mut advanced)?;
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

    fn add_members(&mut self, known: &[(Number, ObjectId, ObjectId)]) -> Result<(), ImportError> {
        let (directory, actor, tenant) = (self.directory, self.actor, self.plan.tenant);
        let of = known.len() as u64;
        let mut done = 0;
        for page in known.chunks(PAGE) {
            if self.plan.way == ImportWay::Check {
                return Ok(());
            }
            if self.watch.is_interrupted() {
                self.outcome.interrupted = true;
                return Ok(());
            }
            let pairs: Vec<_> = page.iter().map(|(_, group, member)| (*group, *member)).collect();
            let results = directory.add_memberships(actor, tenant.id, &pairs)?;
            for ((number, ..), result) in page.iter().zip(results) {
                match result {
                    Ok(new) => self.outcome.members += u64::from(new),
                    Err(error) => self.leave_out(*number, error.code(), error.to_string()),
                }
            }
            done += page.len() as u64;
            let changed = self.outcome.members;
            self.watch.advanced(ImportStep::Members, (done, Some(of)), changed);
        }
        Ok(())
    }

    fn leave_out(&mut self, number: Number, code: &'static str, message: String) {
        let line = self.rows.line(number);
        let notice = Notice { line, column: 1, code, message, hint: None };
        self.outcome.left += 1;
        self.watch.left_out(notice);
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
