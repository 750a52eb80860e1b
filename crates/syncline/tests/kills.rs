//! A hundred kills: `job run` is killed at any moment between its start and a bit after its usual end,
//! the source goes on, and in the end the target is what it is without any kill.
//!
//! `SYNCLINE_KILLS` sets how many kills (100 without it), `SYNCLINE_PEOPLE` how many people (2,500).

mod support;

use std::time::Instant;

use support::{
    Data,
    twins::{Twins, setting},
};

#[test]
fn a_hundred_kills_leave_no_trace() {
    let kills = setting("SYNCLINE_KILLS", 100);
    let mut dice = fastrand::Rng::with_seed(20_260_105);
    let mut twins = Twins::new(Data::new(), setting("SYNCLINE_PEOPLE", 2_500));
    let mut while_running = 0;

    // The first cycle, killed on copies of one and the same beginning and then resumed.
    let (begun, fresh) = (Instant::now(), kills / 10);
    let beginning = twins.data.copy();
    let usual = twins.run();
    twins.compare();
    let end = std::mem::replace(&mut twins.data, beginning);
    for _ in 0..fresh {
        let copy = twins.data.copy();
        let beginning = std::mem::replace(&mut twins.data, copy);
        while_running += u32::from(twins.kill(usual.mul_f64(dice.f64() * 1.1)));
        twins.run();
        twins.compare();
        twins.data = beginning;
    }
    twins.data = end;
    let first = begun.elapsed();

    // Then one and the same directory, killed again and again while its source goes on.
    twins.change(&mut dice);
    let usual = twins.run();
    for number in fresh..kills {
        twins.change(&mut dice);
        while_running += u32::from(twins.kill(usual.mul_f64(dice.f64() * 1.2)));
        if number % 30 == 29 {
            twins.run();
            twins.compare();
        }
    }
    twins.run();
    twins.compare();
    println!(
        "{kills} kills, {while_running} of them while the job ran, {} people, first cycles {first:.1?}, \
         all {:.1?}",
        twins.people.len(),
        begun.elapsed()
    );
}
