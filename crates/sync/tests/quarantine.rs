//! Quarantine: a job that cannot run, or that fails for too many, is tried rarely, goes on as soon as
//! what stopped it is gone, and is disabled after 28 days. The clock is the test's.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use model::{
    Clock, Code, Job, JobState, Mapping, Quarantine, QuarantineReason, Schedule, ScopeMode,
};
use sync::{Reset, Silent, Turns};
use testkit::{CallKind, Fate, HookedStore, World};

/// A world whose job is active, with its turns.
struct Served {
    world: World,
    turns: Turns,
    stop: AtomicBool,
}

impl Served {
    fn over(world: World) -> Self {
        let turns = Turns::new(world.sync.clone(), 1);
        Self { world, turns, stop: AtomicBool::new(false) }
    }

    /// Everybody is in scope, and Ada is in the target.
    fn new() -> Self {
        let served = Self::over(World::new());
        served.world.change_job(|job| {
            job.scope = ScopeMode::All;
            job.state = JobState::Active;
        });
        served.world.person("ada", &[]);
        served.run();
        served
    }

    /// Takes every turn that there is now. Gives how many.
    fn run(&self) -> usize {
        for count in 0..100 {
            self.turns.look_now();
            let Some(turn) = self.turns.take() else { return count };
            self.turns.run(&turn, &self.stop);
        }
        panic!("it never comes to rest");
    }

    /// Lets time pass, with whatever turns it brings.
    fn pass(&self, seconds: i64, step: i64) {
        for _ in 0..seconds / step {
            self.world.clock.advance_seconds(step);
            self.run();
        }
    }

    fn quarantine(&self) -> Option<Quarantine> {
        let world = &self.world;
        world.sync.progress(&world.operator, &world.job()).expect("it may be asked").quarantine
    }

    fn rows(&self) -> usize {
        let world = &self.world;
        world.sync.list_runs(&world.operator, &world.job(), 1_000).expect("they are there").len()
    }
}

#[test]
fn a_week_without_consent_and_the_recovery() {
    let served = Served::new();
    let world = &served.world;
    let rows = served.rows();
    let began = world.clock.now();
    world.set_target_consent(false);
    world.person("cy", &[]);
    served.run();
    let first = served.quarantine().expect("it begins at once");
    assert_eq!(
        (first.reason, first.code),
        (QuarantineReason::Exception, Some(Code::CONSENT_MISSING))
    );
    assert_eq!((first.began, first.next_attempt), (began, began.plus_seconds(60)));
    assert_eq!(
        world.sync.next_run(&world.operator, &world.job()).expect("it may"),
        Some(first.next_attempt)
    );

    served.pass(7 * 86_400, 60);
    let late = served.quarantine().expect("it lasts");
    assert_eq!(late.began, began);
    assert!(late.next_attempt.0 - late.tried.0 == 86_400_000, "once a day by now");
    // A minute, two, four … to a day, and then each day.
    assert!((12..=18).contains(&late.attempts), "{} attempts in a week", late.attempts);
    assert_eq!(served.rows(), rows + 1, "the log has one row for all of them");

    // People go on changing meanwhile, and nobody of them moves.
    let bo = world.person("bo", &[]);
    served.run();
    assert!(world.linked(bo).is_none());
    assert_eq!(served.quarantine(), Some(late), "a probe is no attempt");

    world.clock.advance_seconds(1);
    world.set_target_consent(true);
    served.run();
    assert_eq!(served.quarantine(), None, "consent ends it at once");
    assert!(world.linked(bo).is_some());
    world.assert_settled(true);
}

#[test]
fn a_configuration_that_does_not_compile_any_more_is_a_quarantine_until_it_does() {
    let served = Served::new();
    let world = &served.world;
    let new = directory::NewExtension {
        name: "shoeSize".to_owned(),
        application: None,
        data_type: model::ExtensionType::String,
        multi_valued: false,
        targets: vec![model::Kind::User],
    };
    let operator = &world.operator;
    let extension = world.directory.create_extension(operator, world.target, new).expect("it may");
    let name = extension.attribute().to_string();
    world.change_job(|job| {
        job.mappings.push(Mapping::new(&name, model::Source::Direct("city".to_owned())))
    });
    served.run();
    assert_eq!(served.quarantine(), None);
    world.directory.delete_extension(operator, world.target, &name).expect("it may");
    served.run();
    let quarantine = served.quarantine().expect("the mapping has no target");
    assert_eq!(quarantine.code, Some(Code::CONFIGURATION_INVALID));
    served.pass(3_600, 60);
    assert!(served.quarantine().expect("it lasts").attempts > 3);
    world.change_job(|job| job.mappings.retain(|mapping| mapping.target != name));
    served.run();
    assert_eq!(served.quarantine(), None);
}

/// So many people whose addresses lie in no verified domain, beside some whose do.
fn failing(served: &Served, failing: usize, well: usize) {
    for number in 0..failing {
        served
            .world
            .person(&format!("f{number}"), &[("mail", &format!("f{number}@other.example"))]);
    }
    for number in 0..well {
        served.world.person(&format!("w{number}"), &[]);
    }
}

#[test]
fn too_large_a_part_of_the_people_is_too_much_and_one_good_cycle_ends_it() {
    let served = Served::new();
    let world = &served.world;
    world.change_job(|job| job.quarantine.at_least = 10);
    failing(&served, 9, 2);
    served.run();
    assert_eq!(served.quarantine(), None, "nine are below the floor");
    failing_more(world);
    served.run();
    let quarantine = served.quarantine().expect("ten of thirteen");
    assert_eq!((quarantine.reason, quarantine.code), (QuarantineReason::Proportion, None));

    // What happens in the source waits for the next attempt.
    let late = world.person("late", &[]);
    served.run();
    assert!(world.linked(late).is_none());
    served.pass(60, 1);
    assert!(world.linked(late).is_some(), "an attempt is a whole cycle");
    assert_eq!(served.quarantine().expect("they still fail").attempts, 2);

    // The domain is verified: everybody goes on, without waiting for the next attempt.
    world.clock.advance_seconds(2);
    let operator = &world.operator;
    let verified = world.directory.update_tenant(operator, world.source, |tenant| {
        tenant.domains.push("other.example".parse().expect("a domain"));
    });
    verified.expect("it may");
    served.run();
    assert_eq!(served.quarantine(), None);
    world.assert_settled(true);
}

fn failing_more(world: &World) {
    world.person("x", &[("mail", "x@other.example")]);
}

#[test]
fn too_many_people_are_too_many_whatever_the_part() {
    let served = Served::new();
    served.world.change_job(|job| (job.quarantine.at_least, job.quarantine.at_most) = (2, 3));
    failing(&served, 3, 30);
    served.run();
    assert_eq!(served.quarantine(), None, "three are not more than three");
    failing_more(&served.world);
    served.run();
    assert_eq!(served.quarantine().map(|one| one.reason), Some(QuarantineReason::Number));
}

#[test]
fn after_28_days_the_job_is_disabled_until_somebody_starts_it() {
    let served = Served::new();
    let world = &served.world;
    world.set_target_consent(false);
    world.person("cy", &[]);
    served.run();
    served.pass(28 * 86_400, 3_600);
    assert_eq!(world.job().state, JobState::Active, "the last attempt comes on the 28th day");
    served.pass(86_400, 3_600);
    assert_eq!(world.job().state, JobState::Disabled);
    world.set_target_consent(true);
    served.pass(86_400, 3_600);
    assert_eq!(world.job().state, JobState::Disabled, "nothing wakes it");
    let figures = world.sync.read_figures(&world.operator, &world.job()).expect("it may be asked");
    assert!(figures.disabled && figures.quarantine.is_some());

    let bo = world.person("bo", &[]);
    world.change_job(|job| job.state = JobState::Active);
    assert!(world.sync.lift_quarantine(&world.operator, &world.job()).expect("it may"));
    served.run();
    assert_eq!(served.quarantine(), None);
    assert!(world.linked(bo).is_some());
}

#[test]
fn a_restart_ends_it_and_somebody_who_asks_is_not_kept_waiting() {
    let served = Served::new();
    let world = &served.world;
    world.change_job(|job| job.quarantine.at_least = 1);
    failing(&served, 5, 0);
    served.run();
    assert_eq!(served.quarantine().expect("five of six").attempts, 1);
    world.cycle();
    assert_eq!(served.quarantine().expect("they still fail").attempts, 2);
    let reset = Reset { quarantine: true, ..Reset::NOTHING };
    world.sync.restart(&world.operator, &world.job(), reset, &Silent).expect("it may");
    assert_eq!(served.quarantine(), None);
    world.change_job(|job| job.quarantine.at_least = 100);
    served.run();
    assert_eq!(served.quarantine(), None);
}

#[test]
fn a_job_with_times_of_its_own_keeps_them_in_quarantine() {
    let served = Served::new();
    let world = &served.world;
    world.change_job(|job: &mut Job| job.schedule = Schedule::every("6h").expect("an interval"));
    served.run();
    world.set_target_consent(false);
    served.pass(5 * 3_600, 600);
    assert_eq!(served.quarantine(), None, "it was not tried");
    served.pass(3_600, 600);
    assert_eq!(served.quarantine().expect("its time came").attempts, 1);
    served.pass(3 * 86_400, 3_600);
    let attempts = served.quarantine().expect("it lasts").attempts;
    assert!((5..=9).contains(&attempts), "{attempts} attempts in three days");
    let next =
        world.sync.next_run(&world.operator, &world.job()).expect("it may").expect("one comes");
    assert_eq!((next.0 - world.job().created.0) % (6 * 3_600_000), 0, "at one of its times");
    world.set_target_consent(true);
    served.pass(6 * 3_600, 3_600);
    assert_eq!(served.quarantine(), None, "the next of its times is enough");
}

#[test]
fn a_target_that_fails_is_tried_at_most_once_in_a_pause() {
    let world = World::new();
    let (target, broken) = (world.target, Arc::new(AtomicBool::new(false)));
    let (fails, tried) = (broken.clone(), Arc::new(std::sync::atomic::AtomicUsize::new(0)));
    let count = tried.clone();
    let hook = move |call: testkit::Call| {
        let is_write = call.kind == CallKind::Commit && call.tenant == target && !call.is_over;
        if is_write && fails.load(Ordering::SeqCst) {
            count.fetch_add(1, Ordering::SeqCst);
            return Fate::Fail;
        }
        Fate::Go
    };
    let served = Served::over(world.through(Arc::new(HookedStore::new(world.store.clone(), hook))));
    served.world.change_job(|job| {
        job.scope = ScopeMode::All;
        job.state = JobState::Active;
    });
    served.run();
    broken.store(true, Ordering::SeqCst);
    served.world.person("ada", &[]);
    served.run();
    assert_eq!(served.quarantine().map(|one| one.code), Some(Some(Code::TARGET_REFUSED)));
    for number in 0..120 {
        served.world.person(&format!("p{number}"), &[]);
        served.pass(1, 1);
    }
    assert!((2..=4).contains(&tried.load(Ordering::SeqCst)), "{tried:?} writes in two minutes");
    broken.store(false, Ordering::SeqCst);
    served.pass(120, 1);
    assert_eq!(served.quarantine(), None);
    served.world.assert_settled(true);
}
