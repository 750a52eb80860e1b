//! Brakes beside that for removals: what exceeds the window waits, the others go on, and approval
//! decides anew (DESIGN.md, Brakes).

use model::{Action, Brake, Code, EntryState, RunState};
use sync::{Extent, Silent};
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

#[test]
fn some_of_what_is_held_is_approved_by_what_it_says() {
    let world = world(|limits| limits.removals_at_least = 1);
    check_with(
        &world,
        "add ada department=Sales
         add bo department=Sales
         add cy
         assign ada
         assign bo
         assign cy
         cycle
         > create ada
         > create bo
         > create cy
         unassign ada
         unassign bo
         unassign cy
         cycle
         > held remove ada (removal-brake)
         > held remove bo (removal-brake)
         > held remove cy (removal-brake)
         hold approve older 1
         hold approve text 'bo@'
         > remove bo (not-assigned)
         wait 25h
         hold reject older 1
         > rejected remove ada (removal-brake)
         > rejected remove cy (removal-brake)
         drifted",
    );
}

#[test]
fn what_nobody_decides_about_is_rejected_after_a_week_and_never_done() {
    let world = world(|limits| limits.creates = Some(Brake::fixed(1)));
    check_with(
        &world,
        "scope all
         add ada
         add bo
         cycle
         > create ada
         > held create bo (create-brake)
         wait 167h
         cycle
         hold list
         > held create bo (create-brake)
         wait 1h
         cycle
         > rejected create bo (hold-expired)
         hold list
         show bo
         > nobody
         # The person is decided about anew when something about them changes.
         set bo city=Oslo
         cycle
         > create bo",
    );
}

#[test]
fn what_is_held_waits_for_ever_where_the_job_says_so() {
    let world = world(|limits| {
        limits.creates = Some(Brake::fixed(0));
        limits.hold_days = 0;
    });
    check_with(
        &world,
        "scope all
         add ada
         cycle
         > held create ada (create-brake)
         wait 400d
         cycle
         hold list
         > held create ada (create-brake)",
    );
}

#[test]
fn a_saved_plan_passes_the_brakes() {
    let world = world(|limits| {
        limits.creates = Some(Brake::fixed(1));
        limits.clears = Some(Brake::fixed(0));
    });
    check_with(
        &world,
        "scope all
         add ada city=Oslo
         cycle
         > create ada
         set ada -city
         add bo
         wait 25h
         add cy
         save
         > 3 changes
         apply
         > held update ada city: Oslo -> - (clearing-brake)
         > create bo
         > held create cy (create-brake)
         show ada city
         > #1 city=Oslo
         hold approve all
         > cancelled update ada city: Oslo -> - (superseded)
         > update ada city: Oslo -> -
         > cancelled create cy (superseded)
         > create cy",
    );
}

#[test]
fn a_run_and_a_plan_tell_what_waits_already() {
    let world = world(|limits| limits.removals_at_least = 0);
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    assert_eq!((world.cycle().held, world.cycle().state), (0, RunState::Done));
    world.assign(ada, false);
    let first = world.cycle();
    assert_eq!((first.held, first.state), (1, RunState::Held));
    // Nothing has happened since, and still somebody has to decide.
    let idle = world.cycle();
    assert_eq!((idle.read, idle.held, idle.state), (0, 1, RunState::Held));

    let mut planned = Vec::new();
    let counts = world
        .sync
        .plan(&world.operator, &world.job(), Extent::Everybody, &Silent, &mut |entry| {
            planned.push((entry.state, entry.action));
            Ok(())
        })
        .expect("the plan is made");
    assert_eq!(planned, [(EntryState::Held, Action::Remove)]);
    assert_eq!((counts.total(), counts.held()), (0, 1), "it is not counted twice");

    // Whoever asked about one person is told about that person.
    let bo = world.person("bo", &[]);
    world.assign(bo, true);
    let shown = world.sync.provision(&world.operator, &world.job(), bo, &Silent);
    let run = shown.expect("bo is made").run.expect("it was done");
    assert_eq!((run.held, run.state), (1, RunState::Done));
}

#[test]
fn a_worker_wakes_when_a_held_change_expires() {
    let world = world(|limits| limits.creates = Some(Brake::fixed(0)));
    world.change_job(|job| {
        job.scope = model::ScopeMode::All;
        job.state = model::JobState::Active;
    });
    world.person("ada", &[]);
    world.cycle();
    let next = world.sync.next_run(&world.operator, &world.job()).expect("the store answers");
    assert_eq!(next, Some(model::Clock::now(&*world.clock).plus_days(7)));
}

#[test]
fn a_plan_counts_each_held_membership_of_one_group() {
    let world = World::new();
    check_with(
        &world,
        "consent groups on
         groups on
         scope all
         group crew
         add ada
         add bo
         join ada crew
         join bo crew
         cycle
         > create ada
         > create bo
         > create crew
         > add-member crew members: - -> ada
         > add-member crew members: - -> bo",
    );
    world.change_job(|job| job.limits.partings = Some(Brake::fixed(0)));
    let crew = world.objects(world.source, model::Kind::Group);
    let crew = *crew.keys().next().expect("there is one");
    let members: Vec<_> = world.objects(world.source, model::Kind::User).into_keys().collect();
    let part = world.directory.remove_members(&world.operator, world.source, crew, &members);
    part.expect("they are members");
    assert_eq!(world.cycle().held, 2);
    let mut states = Vec::new();
    let counts = world
        .sync
        .plan(&world.operator, &world.job(), Extent::Everybody, &Silent, &mut |entry| {
            states.push(entry.state);
            Ok(())
        })
        .expect("the plan is made");
    assert_eq!((counts.total(), counts.held()), (0, 2));
    assert_eq!(states, [EntryState::Held; 2]);
}

#[test]
fn limits_that_nobody_can_mean_are_refused_with_what_to_write() {
    let world = World::new();
    let refused = |change: &dyn Fn(&mut model::Job)| {
        let error = world.directory.update_job(&world.operator, &world.job(), change);
        let error = error.expect_err("it makes no sense");
        assert_eq!(error.code(), "limit-invalid", "{error}");
        let hint = error.hint().unwrap_or_default();
        assert!(!hint.is_empty(), "{error}");
        format!("{error}; {hint}")
    };
    let brake = |at_most, percent, at_least| Some(Brake { at_least, percent, at_most });
    let text = refused(&|job| job.limits.creates = brake(5, 200, 1));
    assert!(text.contains("creates") && text.contains("100 percent"), "{text}");
    refused(&|job| job.limits.removals_percent = 101);
    refused(&|job| job.limits.removals_at_most = 9);
    refused(&|job| job.limits.updates = brake(5, 10, 6));
    refused(&|job| job.limits.clears = brake(0, 10, 1));
    refused(&|job| job.limits.partings = brake(500, 101, 10));
    refused(&|job| job.limits.window_hours = 0);
    refused(&|job| job.limits.window_hours = 24 * 366 + 1);
    let text = refused(&|job| job.limits.hold_days = 3_661);
    assert!(text.contains("3660 days"), "{text}");
    refused(&|job| job.quarantine.percent = 101);
    refused(&|job| (job.quarantine.at_least, job.quarantine.at_most) = (5, 4));
    refused(&|job| (job.quarantine.pause_seconds, job.quarantine.pause_at_most) = (60, 59));
    refused(&|job| (job.retries.transient_seconds, job.retries.transient_at_most) = (60, 59));
    refused(&|job| job.retries.give_up_days = 3_661);
    world.change_job(|job| {
        job.limits.creates = brake(500, 100, 500);
        job.limits.hold_days = 3_660;
        job.limits.window_hours = 1;
    });
}
