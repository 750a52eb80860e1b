//! The suite that every backend passes, driven against SQLite files.

use std::{env, path::Path};

use store::{Store, conformance};
use store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir, Options { shards: 2, cache_mb: 16 }).expect("the directory is free")
}

/// How many steps a sequence has; more with SYNCLINE_CONFORMANCE_STEPS.
fn steps() -> u32 {
    let wanted = env::var("SYNCLINE_CONFORMANCE_STEPS").ok();
    wanted.map_or(150, |steps| steps.parse().expect("SYNCLINE_CONFORMANCE_STEPS is a number"))
}

/// A store with the directory that goes when it goes; the store is named first, so it goes first.
struct Temporary {
    store: SqliteStore,
    _dir: TempDir,
}

#[test]
fn the_backend_answers_as_the_model_does() {
    // The directories outlive the stores in them, which the suite drops.
    let root = tempfile::tempdir().expect("a temporary directory");
    let number = std::cell::Cell::new(0);
    let make = || -> Box<dyn Store> {
        number.set(number.get() + 1);
        Box::new(open(&root.path().join(number.get().to_string())))
    };
    let figures = conformance::run(make, 8, steps(), 1);
    assert!(figures.operations >= 8 * u64::from(steps()));
}

#[test]
fn the_backend_answers_as_the_model_does_across_restarts() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let number = std::cell::Cell::new(0);
    let make = || -> conformance::Opener {
        number.set(number.get() + 1);
        let dir = root.path().join(number.get().to_string());
        Box::new(move || Box::new(open(&dir)))
    };
    let figures = conformance::run_reopening(make, 4, (steps(), 40), 2);
    assert!(figures.operations >= 4 * u64::from(steps()));
}

#[test]
fn readers_see_changes_without_gaps_while_others_commit() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let temporary = Temporary { store: open(dir.path()), _dir: dir };
    conformance::concurrent(&temporary.store, 3, 60);
}

#[test]
fn the_model_agrees_with_itself() {
    let epoch = model::StoreId::NIL;
    let make = || -> Box<dyn Store> { Box::new(store::memory::MemoryStore::new(epoch)) };
    conformance::run(make, 4, steps(), 3);
    conformance::concurrent(&store::memory::MemoryStore::new(epoch), 3, 60);
}
