//! Brakes beside that for removals: what exceeds the window waits, the others go on, and approval
//! decides anew (DESIGN.md, Brakes).

use model::{Brake, Code};
use testkit::{World, check_with};

fn world(change: impl Fn(&mut model::Limits)) -> World {
    let world = World::new();
    world.change_job(|job| change(&mut job.limits));
    world
}

#[test]
fn more_creations_than_allowed_wait_for_approval() {
    let world = world(|limits| limits.creates = Some(Brake::fixed(2)));
    check_with(
        &world,
        "scope all
         add ada
         add bo
         add cy
         drifted
         cycle
         > create ada
         > create bo
         > held create cy (create-brake)
         # Held is held: another cycle makes no second line of it, and nobody is made.
         restart
         cycle
         hold list
         > held create cy (create-brake)
         hold approve all
         > cancelled create cy (superseded)
         > create cy",
    );
}

#[test]
fn the_window_slides_and_a_rejected_creation_stays_out() {
    let world = world(|limits| limits.creates = Some(Brake::fixed(1)));
    check_with(
        &world,
        "scope all
         add ada
         cycle
         > create ada
         add bo
         cycle
         > held create bo (create-brake)
         hold reject bo
         > rejected create bo (create-brake)
         wait 25h
         set bo city=Oslo
         cycle
         > create bo",
    );
}

#[test]
fn an_emptied_column_does_not_empty_the_target() {
    let world = world(|limits| limits.clears = Some(Brake::fixed(1)));
    check_with(
        &world,
        "scope all
         add ada city=Oslo
         add bo city=Rome
         cycle
         > create ada
         > create bo
         set ada -city
         set bo -city
         cycle
         > update ada city: Oslo -> -
         > held update bo city: Rome -> - (clearing-brake)
         show bo city
         > #1 city=Rome
         # The column comes back: nothing is left to approve.
         set bo city=Rome
         cycle
         > cancelled update bo city: Rome -> - (superseded)
         hold list",
    );
    let held = world.entries().into_iter().filter_map(|entry| entry.reason);
    assert!(held.into_iter().any(|reason| reason.code == Code::SUPERSEDED));
}

#[test]
fn updates_have_a_brake_of_their_own() {
    let world = world(|limits| limits.updates = Some(Brake::fixed(1)));
    check_with(
        &world,
        "scope all
         add ada
         add bo
         cycle
         > create ada
         > create bo
         set ada city=Oslo
         set bo city=Oslo
         cycle
         > update ada city: - -> Oslo
         > held update bo city: - -> Oslo (update-brake)
         hold approve bo
         > cancelled update bo city: - -> Oslo (superseded)
         > update bo city: - -> Oslo",
    );
}
