//! The yardstick: the rows that the first cycle wrote, written again into a second store, in the
//! same files and commits, by nothing but calls of the store. What the cycle cannot reach of this
//! is the price of reading, deciding and asking.

use std::{
    collections::VecDeque,
    path::Path,
    time::{Duration, Instant},
};

use model::{
    Actor, Entry, EntryState, Key, Link, LinkState, Name, Object, Progress, RunId, TenantId,
    Timestamp, Value,
};
use store::{
    AuditEntry, Durability, EntryQuery, Expect, Group, JournalCommit, LinkWrite, ObjectCommit,
    Settled, Store, Write,
};
use store_sqlite::{Options, SqliteStore};

use super::{advance, rate, report::Figures, world::World};
use crate::{app, failure::Failure, output::Output};

const PAGE: usize = 1_000;

pub fn measure(
    world: &World,
    run: RunId,
    dir: &Path,
    figures: &mut Figures,
    output: &mut dyn Output,
) -> Result<(), Failure> {
    output.talk("raw: the same rows without the engine");
    let raw = create(world, dir)?;
    let job = world.job.id;
    let lease = raw.lease(world.source, job, "raw")?;
    let mut pages = Pages::of(world, run);
    let mut before: Vec<Entry> = Vec::new();
    let mut took = Duration::ZERO;
    let mut done = 0;
    loop {
        // Reading the rows back is not measured, nor are the copies of them.
        let (entries, groups) = pages.next()?;
        let last = entries.is_empty();
        let settled = std::mem::replace(&mut before, entries.clone());
        done += settled.len() as u64;
        let journal = JournalCommit {
            settled: settled
                .iter()
                .map(|entry| Settled { id: entry.id, state: EntryState::Done, reason: None })
                .collect(),
            links: settled.iter().map(link).collect(),
            entries,
            progress: Some(Progress { linked: done, ..Progress::default() }),
            ..JournalCommit::new(&lease)
        };
        let objects = ObjectCommit {
            tenant: world.target,
            actor: Actor::Job { tenant: world.source, job, run },
            at: Timestamp(0),
            conditions: Vec::new(),
            groups,
            durability: Durability::Durable,
        };
        let began = Instant::now();
        raw.record(journal)?;
        if !last {
            let committed = raw.commit(objects)?;
            if committed.results.iter().any(Result::is_err) {
                return Err(Failure::new("bench-wrong", "the raw store refused a row"));
            }
        }
        took += began.elapsed();
        if last {
            break;
        }
        advance(output, "raw", done, world.users)?;
    }
    figures.raw_store_users_per_s = rate(done, took);
    Ok(())
}

fn create(world: &World, dir: &Path) -> Result<SqliteStore, Failure> {
    let settings = app::read_settings(&world.app.path, &[])?;
    let options = Options { shards: settings.shards, cache_mb: settings.cache_mb };
    let raw = SqliteStore::open(dir, options)
        .map_err(|error| Failure::new("storage-failed", error.to_string()))?;
    // Made in the same order they come to lie in the same files.
    for tenant in [world.source, world.target] {
        let tenant = world.app.directory.tenant(tenant)?;
        raw.create_tenant(&tenant, &Actor::System, tenant.created)?;
    }
    Ok(raw)
}

fn link(entry: &Entry) -> LinkWrite {
    LinkWrite::Put(Link { source: entry.source, target: entry.target, state: LinkState::Active })
}

/// What the first cycle wrote, page by page.
struct Pages<'a> {
    store: &'a SqliteStore,
    world: &'a World,
    query: EntryQuery,
    audited: u64,
    audit: VecDeque<AuditEntry>,
}

impl<'a> Pages<'a> {
    fn of(world: &'a World, run: RunId) -> Self {
        let query = EntryQuery { run: Some(run), limit: PAGE, ..EntryQuery::default() };
        Self { store: &world.app.store, world, query, audited: 0, audit: VecDeque::new() }
    }

    fn next(&mut self) -> Result<(Vec<Entry>, Vec<Group>), Failure> {
        let (source, target) = (self.world.source, self.world.target);
        let mut entries = self.store.entries(source, self.world.job.id, &self.query)?;
        self.query.after = entries.last().map(|entry| entry.id).or(self.query.after);
        let ids: Vec<_> = entries.iter().map(|entry| entry.target).collect();
        let objects = self.store.get(target, &ids)?;
        self.read_audit(target, entries.len())?;
        for entry in &mut entries {
            entry.state = EntryState::Open;
        }
        let groups = objects.into_iter().zip(&entries).map(|(object, entry)| {
            let missing = || Failure::new("bench-wrong", format!("no object {}", entry.target));
            let object = object.ok_or_else(missing)?;
            let audit = self.audit.pop_front().ok_or_else(missing)?;
            Ok(group(object, audit))
        });
        let groups: Result<Vec<Group>, Failure> = groups.collect();
        Ok((entries, groups?))
    }

    /// Audit entries come in the order of the objects.
    fn read_audit(&mut self, target: TenantId, wanted: usize) -> Result<(), Failure> {
        while self.audit.len() < wanted {
            let page = self.store.audit(target, self.audited, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            self.audited = last.number;
            let entries = page.into_iter().filter_map(|audited| audited.entry);
            self.audit.extend(entries.filter(|entry| entry.activity == "Add user"));
        }
        Ok(())
    }
}

fn group(object: Object, audit: AuditEntry) -> Group {
    let mut claim: Vec<Key> = object.home.map(Key::home).into_iter().collect();
    claim.extend(object.text(&Name::USER_PRINCIPAL_NAME).map(Key::user_principal_name));
    let addresses = object.attributes.get(&Name::PROXY_ADDRESSES);
    let addresses = addresses.iter().flat_map(|value| value.members());
    claim.extend(addresses.filter_map(Value::as_text).map(Key::address));
    claim.extend(object.text(&Name::MAIL).map(Key::address));
    claim.sort_unstable();
    claim.dedup();
    Group {
        expects: vec![Expect::Absent { object: object.id }],
        writes: vec![Write::Put { object, claim, release: Vec::new() }],
        audit,
    }
}
