//! The suite that holds a backend against the model.
//!
//! Random operations over a few tenants are done in both, and every answer is compared. Names come
//! from small sets, so that operations meet: keys are taken, versions have moved, documents stand
//! already. A sequence that shows a difference is shortened before it is printed.

mod inquiry;
mod operation;
mod question;
mod side;
mod specimen;

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use model::{Actor, ChangeNumber, Edge, Tenant, Timestamp, Watermark};
use proptest::{
    collection::vec,
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use self::{
    operation::{Asked, Operation, operation},
    side::Side,
};
use crate::{
    AuditEntry, Changes, Durability, Group, ObjectCommit, Store, Write, memory::MemoryStore,
};

/// What the suite did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// How many operations were done and compared.
    pub operations: u64,
    /// How many of them were commits into objects or journals that were written ...
    pub written: u64,
    /// ... and how many groups or commits were refused.
    pub refused: u64,
}

impl Figures {
    const NONE: Self = Self { operations: 0, written: 0, refused: 0 };

    fn count(&mut self, asked: &Asked, answer: &str) {
        self.operations += 1;
        if matches!(asked, Asked::Commit(_) | Asked::Record(..)) {
            let refusals = ["Moved", "KeyTaken", "Exists", "Condition", "condition:"];
            self.refused +=
                refusals.map(|word| answer.matches(word).count() as u64).iter().sum::<u64>();
            self.written += u64::from(answer.contains("Ok(") || answer == "()");
        }
    }
}

/// Opens the same store again and again.
pub type Opener = Box<dyn Fn() -> Box<dyn Store>>;

/// Runs `cases` sequences of `steps` operations, each against a new store. Panics with the shortest
/// sequence that it finds when an answer differs.
pub fn run(make: impl Fn() -> Box<dyn Store>, cases: u32, steps: u32, seed: u64) -> Figures {
    let make = &make;
    drive(|| Box::new(make), cases, (steps, None), seed)
}

/// Like [`run`], with a store that is closed and opened again after every `every` operations.
pub fn run_reopening(
    make: impl Fn() -> Opener,
    cases: u32,
    (steps, every): (u32, usize),
    seed: u64,
) -> Figures {
    let make = &make;
    drive(|| Box::new(make()), cases, (steps, Some(every)), seed)
}

fn drive<'a>(
    make: impl Fn() -> Box<dyn Fn() -> Box<dyn Store> + 'a>,
    cases: u32,
    (steps, every): (u32, Option<usize>),
    seed: u64,
) -> Figures {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let figures = Cell::new(Figures::NONE);
    let sequences = vec(operation(), steps as usize)
        .prop_map(|operations| operation::beginning().into_iter().chain(operations).collect());
    let outcome = runner.run(&sequences, |sequence: Vec<Operation>| {
        let so_far = figures.get();
        figures.set(case(&*make(), &sequence, every, so_far).map_err(TestCaseError::fail)?);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("the backend and the model differ: {error}");
    }
    println!("conformance: {:?}", figures.get());
    figures.get()
}

/// Does one sequence in both and adds to the figures.
fn case(
    open: &dyn Fn() -> Box<dyn Store>,
    sequence: &[Operation],
    every: Option<usize>,
    mut figures: Figures,
) -> Result<Figures, String> {
    let mut backend = Side::new(open());
    let mut model = Side::new(Box::new(MemoryStore::new(backend.store.epoch())));
    let mut compare = |operation: &Operation, backend: &mut Side, model: &mut Side| {
        // Versions are read from the model, so that both are asked the same.
        let asked = operation.settle(&*model.store);
        let (expected, found) = (model.answer(&asked), backend.answer(&asked));
        if expected == found {
            figures.count(&asked, &found);
            return Ok(());
        }
        Err(format!("{asked:?}\n model:   {expected}\n backend: {found}"))
    };
    for (index, operation) in sequence.iter().enumerate() {
        if every.is_some_and(|every| index % every == every - 1) {
            let epoch = backend.store.epoch();
            // The old store must have let go of its files before the new one takes them.
            drop(backend);
            backend = Side::new(open());
            model.forget_leases();
            if backend.store.epoch() != epoch {
                return Err("the epoch changed when the store was opened again".to_owned());
            }
        }
        compare(operation, &mut backend, &mut model)?;
    }
    for operation in operation::everything() {
        compare(&operation, &mut backend, &mut model)?;
    }
    backend.check_chains()?;
    Ok(figures)
}

/// Lets several threads commit into one tenant of an empty store while a reader follows its
/// changes. Panics when the reader sees a gap, a wrong order, or less than was committed.
pub fn concurrent(store: &dyn Store, writers: u32, commits: u32) -> Figures {
    let tenant = Tenant {
        id: specimen::tenant(0),
        name: "north".to_owned(),
        domains: vec![specimen::domain(0)],
        created: Timestamp(0),
        version: 1,
    };
    store.create_tenant(&tenant, &Actor::System, Timestamp(0)).expect("the store is empty");
    let committed = AtomicU64::new(0);
    let total = u64::from(writers) * u64::from(commits) * 3;
    thread::scope(|scope| {
        for writer in 0..writers {
            let committed = &committed;
            scope.spawn(move || {
                for number in 0..commits {
                    let done = store.commit(three_changes(&tenant_id(), writer, number));
                    let last = done.expect("nothing refuses it").results.pop();
                    let last = last.expect("two groups").expect("no conditions");
                    committed.fetch_max(last, Ordering::SeqCst);
                }
            });
        }
        let (mut seen, mut tick) = (0, 0);
        while seen < total {
            tick = store.wait(tick, Duration::from_millis(200));
            let at_least = committed.load(Ordering::SeqCst);
            seen = follow(store, seen);
            assert!(seen >= at_least, "{at_least} was committed, and the feed ends at {seen}");
        }
        assert_eq!(seen, total);
    });
    println!("conformance: {total} changes followed while {writers} threads committed");
    Figures { operations: total, written: u64::from(writers * commits), refused: 0 }
}

fn tenant_id() -> model::TenantId {
    specimen::tenant(0)
}

/// A commit of two groups with three changes.
fn three_changes(tenant: &model::TenantId, writer: u32, number: u32) -> ObjectCommit {
    let edge =
        |to| Write::PutEdge(Edge::member(specimen::object(writer as u8), specimen::object(to)));
    let group = |writes| Group {
        expects: Vec::new(),
        writes,
        audit: AuditEntry {
            activity: "Add member".to_owned(),
            target_kind: "group".to_owned(),
            target: writer.to_string(),
            detail: String::new(),
            request: None,
        },
    };
    let bulk = writer % 2 == 1 && number.is_multiple_of(3);
    ObjectCommit {
        tenant: *tenant,
        actor: Actor::System,
        at: Timestamp(i64::from(number)),
        conditions: Vec::new(),
        groups: vec![group(vec![edge(1), edge(2)]), group(vec![edge(3)])],
        durability: if bulk { Durability::Bulk } else { Durability::Durable },
    }
}

/// Reads the feed to its end from behind a number; gives the last number.
fn follow(store: &dyn Store, mut seen: ChangeNumber) -> ChangeNumber {
    loop {
        let after = Watermark { epoch: store.epoch(), number: seen };
        let page = store.changes(tenant_id(), after, 7).expect("the tenant stands");
        let Changes::Page { changes, more } = page else { panic!("the feed was cut") };
        for change in changes {
            assert_eq!(change.number, seen + 1, "a gap or a wrong order in the feed");
            seen = change.number;
        }
        if !more {
            return seen;
        }
    }
}
