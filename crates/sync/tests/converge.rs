//! Whatever happens on both sides, in whatever order, with crashes, withdrawn consent, a target that
//! fails and a clock that jumps in between:
//! when the trouble ends, the target is what a simple model says, nobody else's object was touched,
//! and a second plan is empty.
//!
//! `SYNCLINE_CASES` sets how many stories are made up (64 without it), `SYNCLINE_SEED` which ones.

#[path = "converge/expected.rs"]
mod expected;
#[path = "converge/steps.rs"]
mod steps;

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner},
};
use steps::{Life, Sides};

const STEPS: usize = 30;

fn setting(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn live(sides: Sides) {
    let done = AtomicU64::new(0);
    let faults: Mutex<BTreeMap<&'static str, u64>> = Mutex::default();
    let (cases, seed) = (setting("SYNCLINE_CASES", 64), setting("SYNCLINE_SEED", 1));
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_be_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(&vec(any::<[u8; 3]>(), 1..=STEPS), |steps| {
        done.fetch_add(steps.len() as u64, Ordering::Relaxed);
        for (fault, count) in tell(sides, &steps, false) {
            *faults.lock().expect("nobody panics with it").entry(fault).or_default() += count;
        }
        Ok(())
    });
    println!("{cases} cases of seed {seed}, {} steps", done.load(Ordering::Relaxed));
    println!("faults of the target: {:?}", faults.lock().expect("nobody panics with it"));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, steps)) => {
            eprintln!("{reason}; the shortest story with it:");
            tell(sides, &steps, true);
            panic!("the story went well when it was told again");
        }
        Err(error) => panic!("{error}"),
    }
}

fn tell(sides: Sides, steps: &[[u8; 3]], tells: bool) -> BTreeMap<&'static str, u64> {
    let mut life = Life::new(sides);
    life.tells = tells;
    for step in steps {
        life.step(*step);
    }
    life.come_to_rest();
    expected::check(&life);
    life.faults
}

/// Nobody touches what the job made in the target, so no restart is needed for anything.
#[test]
fn changes_of_the_source_and_of_the_configuration() {
    live(Sides::Source);
}

/// The target's own people change what the job made; a restart takes all of it up.
#[test]
fn changes_on_both_sides() {
    live(Sides::Both);
}
