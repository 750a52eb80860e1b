//! The target's bad days: each fault by name, and each fault at each call of a whole story. What comes
//! after is the same process with the target well again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicBool},
};

use model::{EntryState, Job, JobState, Kind, Object, ObjectId, ScopeMode};
use sync::{Error, Silent, Turns};
use testkit::{Door, Fault, Faults, World, attributes};

const PEOPLE: usize = 12;
/// Longer than any target of these tests wants to be left alone.
const LATER: i64 = 3_600;

/// What a target tenant holds of the source's people, by their display names.
type State = BTreeMap<String, (bool, Vec<(String, String)>)>;

struct Story {
    world: World,
    people: Vec<ObjectId>,
    stranger: Object,
}

impl Story {
    fn new() -> Self {
        let world = World::new();
        world.change_job(|job| {
            job.scope = ScopeMode::All;
            job.limits.removals_at_least = 1_000_000;
            job.limits.removals_at_most = 1_000_000;
            job.limits.clears = None;
        });
        let people = (0..PEOPLE).map(|at| world.person(&format!("p{at}"), &[("city", "Oslo")]));
        let people: Vec<ObjectId> = people.collect();
        manage(&world, people[1], Some(people[0]));
        let desk = attributes(&[
            ("displayName", "Desk"),
            ("userPrincipalName", "desk@fabrikam.example"),
            ("mail", "p3@contoso.example"),
        ]);
        let desk = world.make(world.target, Kind::User, desk);
        let stranger = world.find(world.target, desk).expect("it was made");
        Self { world, people, stranger }
    }

    /// Changes, leavers, a swap of addresses, another manager.
    fn change(&self) {
        let (world, people, source) = (&self.world, &self.people, self.world.source);
        for (at, person) in people.iter().enumerate() {
            match at {
                4..=6 => world.set(source, *person, &[("city", "Rome"), ("jobTitle", "Head")]),
                7 | 8 => drop(world.directory.delete(&world.operator, source, *person)),
                9 => world.set(source, *person, &[("accountEnabled", "false"), ("city", "")]),
                _ => {}
            }
        }
        world.set(source, people[4], &[("mail", "x@contoso.example")]);
        world.set(source, people[5], &[("mail", "p4@contoso.example")]);
        world.set(source, people[4], &[("mail", "p5@contoso.example")]);
        manage(world, people[1], Some(people[2]));
        world.person("late", &[]);
    }

    /// Two come back, one for good out.
    fn change_back(&self) {
        let (world, people, source) = (&self.world, &self.people, self.world.source);
        drop(world.directory.restore(&world.operator, source, people[7]));
        world.directory.purge(&world.operator, source, people[8]).expect("it lies there");
        world.set(source, people[9], &[("accountEnabled", "true")]);
        manage(world, people[1], None);
    }

    fn state(&self) -> State {
        let show = |object: &Object| {
            let attributes = object.attributes.iter();
            // When somebody was made is another instant after a pause.
            let lasting = attributes.filter(|(name, _)| !name.as_str().ends_with("DateTime"));
            lasting.map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        let objects = self.world.objects(self.world.target, Kind::User).into_values();
        let ours = objects.filter(|object| object.home.is_some());
        ours.map(|one| (one.display_name(), (one.deleted.is_some(), show(&one)))).collect()
    }

    #[track_caller]
    fn assert_stranger_untouched(&self) {
        let now = self.world.find(self.world.target, self.stranger.id);
        assert_eq!(now.as_ref(), Some(&self.stranger), "what is nobody's stays as it is");
    }
}

fn manage(world: &World, person: ObjectId, manager: Option<ObjectId>) {
    let set = world.directory.set_manager(&world.operator, world.source, person, manager);
    set.expect("it may be set");
}

/// The states after each of the three cycles, and how often the target was written to and asked.
fn run(script: &[(Door, u64, Fault)]) -> (Vec<State>, (u64, u64)) {
    let story = Story::new();
    let faults = Faults::scripted(&story.world.clock, script.iter().copied());
    let bad = story.world.through_faults(&faults);
    let mut states = Vec::new();
    for phase in 0..3 {
        match phase {
            0 => {}
            1 => story.change(),
            _ => story.change_back(),
        }
        let failed = bad.try_cycle().is_err();
        story.assert_stranger_untouched();
        if failed || faults.told().contains_key("clock back") {
            bad.clock.advance_seconds(LATER);
            bad.cycle();
            bad.cycle();
        }
        states.push(story.state());
    }
    assert_eq!(faults.hurried(), 0, "{script:?}: a target that wants to be left alone is");
    story.assert_stranger_untouched();
    story.world.assert_settled(true);
    (states, (faults.count(Door::Write), faults.count(Door::Question)))
}

#[test]
fn each_fault_at_each_call_of_a_story_leaves_no_trace() {
    let (undisturbed, (writes, questions)) = run(&[]);
    assert!(writes >= 8 && questions > 30, "{writes} writes and {questions} questions");
    let faults = [
        Fault::Throttled(600),
        Fault::Failed,
        Fault::Unanswered,
        Fault::Half,
        Fault::Short,
        Fault::Clock(50 * 3_600),
        Fault::Clock(-50 * 3_600),
    ];
    let mut count = 0;
    for fault in faults {
        for (door, calls) in [(Door::Write, writes), (Door::Question, questions)] {
            for at in 1..=calls {
                let (states, _) = run(&[(door, at, fault)]);
                for (phase, (state, expected)) in states.iter().zip(&undisturbed).enumerate() {
                    assert_eq!(state, expected, "{fault:?} at {door:?} {at}, phase {phase}");
                }
                count += 1;
            }
        }
    }
    println!("{count} stories with a fault, {writes} writes and {questions} questions each");
}

/// A job that follows its source, with a target that goes wrong.
struct Served {
    world: World,
    faults: Arc<Faults>,
    turns: Turns,
    stop: AtomicBool,
}

impl Served {
    fn new(script: &[(Door, u64, Fault)]) -> Self {
        Self::over(World::new(), script)
    }

    fn over(world: World, script: &[(Door, u64, Fault)]) -> Self {
        world.change_job(|job: &mut Job| {
            job.scope = ScopeMode::All;
            job.state = JobState::Active;
        });
        let faults = Faults::scripted(&world.clock, script.iter().copied());
        let world = world.through_faults(&faults);
        let turns = Turns::new(world.sync.clone(), 1);
        Self { world, faults, turns, stop: AtomicBool::new(false) }
    }

    /// Takes every turn that there is now; gives what there was to tell.
    fn run(&self) -> Vec<String> {
        let mut news = Vec::new();
        for _ in 0..100 {
            self.turns.look_now();
            let Some(turn) = self.turns.take() else { return news };
            news.extend(self.turns.run(&turn, &self.stop));
        }
        panic!("it never comes to rest");
    }

    fn is_in_quarantine(&self) -> bool {
        let (world, job) = (&self.world, self.world.job());
        world.sync.progress(&world.operator, &job).expect("it may").quarantine.is_some()
    }
}

#[test]
fn a_target_that_says_when_to_come_back_is_asked_again_then_and_not_before() {
    for door in [Door::Write, Door::Question] {
        let served = Served::new(&[(door, 1, Fault::Throttled(120))]);
        let ada = served.world.person("ada", &[]);
        served.run();
        let asked = || served.faults.count(Door::Write) + served.faults.count(Door::Question);
        let before = asked();
        // Neither time nor what happens meanwhile brings it back earlier.
        for number in 0..119 {
            served.world.clock.advance_seconds(1);
            served.world.person(&format!("p{number}"), &[]);
            served.run();
        }
        assert_eq!(asked(), before, "nothing was asked within two minutes");
        assert!(!served.is_in_quarantine(), "to be throttled is no failure of the job");
        served.world.clock.advance_seconds(1);
        served.run();
        assert!(served.world.linked(ada).is_some(), "it goes on by itself");
        assert_eq!(served.faults.hurried(), 0);
        served.world.assert_settled(true);
    }
}

#[test]
fn whoever_runs_a_job_by_hand_hears_when_its_target_may_be_asked_again() {
    let served = Served::new(&[(Door::Write, 1, Fault::Throttled(120))]);
    let world = &served.world;
    world.person("ada", &[]);
    let refused = |expected: u64| {
        let error = world.try_cycle().expect_err("the target wants to be left alone");
        assert_eq!(error.code(), "target-throttled");
        assert!(matches!(error, Error::Throttled { seconds, .. } if seconds == expected));
    };
    refused(120);
    world.clock.advance_seconds(20);
    refused(100);
    let runs = world.sync.list_runs(&world.operator, &world.job(), 10).expect("it may");
    assert_eq!(runs.len(), 1, "attempts that asked nothing are no runs");
    assert_eq!(runs[0].stopped.as_ref().map(|why| why.code.as_str()), Some("target-throttled"));
    world.clock.advance_seconds(100);
    assert_eq!(world.cycle().changed(), 1);
    world.assert_settled(true);
}

#[test]
fn another_job_leaves_a_throttled_target_alone_too() {
    let served = Served::new(&[(Door::Write, 1, Fault::Throttled(120))]);
    let world = &served.world;
    let (directory, operator) = (&world.directory, &world.operator);
    let new = directory::NewTenant {
        id: None,
        name: "Adatum".to_owned(),
        domains: vec!["adatum.example".parse().expect("a domain")],
    };
    let adatum = directory.create_tenant(operator, new).expect("the domain is free").id;
    let other = World { source: adatum, ..world.through(world.store.clone()) };
    other.set_source_consent(true);
    other.set_target_consent(true);
    let new = directory::NewJob {
        name: "others".to_owned(),
        source: adatum,
        target: world.target,
        scope: ScopeMode::All,
        filter: model::Filter::default(),
        condition: None,
        mappings: model::Mapping::defaults(),
        groups: model::Groups::default(),
    };
    let job = directory.create_job(operator, new).expect("it may be made");
    let run = || world.sync.run_cycle(operator, &job, &Silent);
    run().expect("nothing is wrong yet");
    world.person("ada", &[]);
    served.run();
    assert_eq!(run().expect_err("it waits as well").code(), "target-throttled");
    world.clock.advance_seconds(120);
    run().expect("the pause is over");
    assert_eq!(served.faults.hurried(), 0);
}

#[test]
fn a_write_whose_answer_was_lost_is_not_done_twice() {
    for fault in [Fault::Unanswered, Fault::Half, Fault::Short] {
        let served = Served::new(&[(Door::Write, 1, fault)]);
        let world = &served.world;
        let people: Vec<ObjectId> = (0..6).map(|at| world.person(&format!("p{at}"), &[])).collect();
        world.try_cycle().expect_err("the answer is lost");
        world.cycle();
        world.cycle();
        let targets: BTreeSet<ObjectId> =
            people.iter().filter_map(|one| world.linked(*one)).map(|one| one.id).collect();
        assert_eq!(targets.len(), 6, "{fault:?}: everybody is there once");
        let guests = world.objects(world.target, Kind::User);
        assert_eq!(guests.len(), 6, "{fault:?}: nobody else is");
        let done = world.entries().into_iter().filter(|one| one.state == EntryState::Done).count();
        assert_eq!(done, 6, "{fault:?}: the log has each creation once");
        world.assert_settled(true);
    }
}

/// Five of twelve leave and two may: whatever goes wrong wherever, no more than two are gone before
/// somebody says so.
#[test]
fn no_fault_at_any_call_passes_the_brake() {
    let limited = |script: &[(Door, u64, Fault)]| {
        let world = World::new();
        world.change_job(|job| {
            job.scope = ScopeMode::All;
            job.limits.removals_at_least = 2;
            job.limits.removals_percent = 0;
        });
        let people: Vec<ObjectId> =
            (0..PEOPLE).map(|at| world.person(&format!("p{at}"), &[])).collect();
        world.cycle();
        let gone = |world: &World| {
            let objects = world.objects(world.target, Kind::User).into_values();
            objects.filter(|one| one.deleted.is_some() || !one.is_enabled()).count()
        };
        let leave = |person: ObjectId| {
            world.directory.delete(&world.operator, world.source, person).expect("it stands");
        };
        let faults = Faults::scripted(&world.clock, script.iter().copied());
        let bad = world.through_faults(&faults);
        // Two leave, and then three more within the window.
        people[..2].iter().for_each(|one| leave(*one));
        drop(bad.try_cycle());
        people[2..5].iter().for_each(|one| leave(*one));
        for _ in 0..3 {
            drop(bad.try_cycle());
            bad.clock.advance_seconds(700);
        }
        assert!(gone(&world) <= 2, "{script:?}: {} are gone and two may be", gone(&world));
        let entries = world.entries().into_iter();
        let held = entries.filter(|one| one.state == EntryState::Held).count();
        // Where not both were gone yet, all who are left wait together.
        assert_eq!(gone(&world) + held, 5, "{script:?}: {held} are held");
        world.assert_settled(false);
        (faults.count(Door::Write), faults.count(Door::Question))
    };
    let (writes, questions) = limited(&[]);
    let faults = [
        Fault::Throttled(600),
        Fault::Failed,
        Fault::Unanswered,
        Fault::Half,
        Fault::Short,
        // Half of the window forward, and far back.
        Fault::Clock(12 * 3_600),
        Fault::Clock(-400 * 3_600),
    ];
    for fault in faults {
        for (door, calls) in [(Door::Write, writes), (Door::Question, questions)] {
            for at in 1..=calls {
                limited(&[(door, at, fault)]);
            }
        }
    }
}

/// The clock was years ahead for a while; nobody waits for it to be right again.
#[test]
fn a_clock_that_is_set_back_keeps_nobody_waiting() {
    let served = Served::new(&[]);
    let world = &served.world;
    let lost = world.person("lost", &[("mail", "lost@other.example")]);
    world.clock.advance_days(400);
    served.run();
    assert!(world.linked(lost).is_none(), "the domain is not verified");
    world.clock.advance_days(-400);
    // Something else failed a moment before, which only time or the worker helps.
    let ada = world.person("ada", &[]);
    served.run();
    assert!(world.linked(ada).is_some());
    let waiting = &world.escrow()[0];
    assert!(waiting.since <= world.now(), "it is tried again and dated anew");
    let due = waiting.due.0 - world.now().0;
    assert!(due <= 24 * 3_600_000, "it is due within a day, not in a year");
    world.assert_settled(true);
}

#[test]
fn a_quarantine_of_a_clock_that_was_ahead_ends_with_it() {
    let served = Served::new(&[]);
    let world = &served.world;
    world.change_job(|job| job.quarantine.at_least = 1);
    world.clock.advance_days(400);
    world.person("lost", &[("mail", "lost@other.example")]);
    served.run();
    assert!(served.is_in_quarantine());
    world.clock.advance_days(-400);
    world.change_job(|job| job.quarantine.at_least = 100);
    served.run();
    assert!(!served.is_in_quarantine());
    assert!(world.escrow()[0].attempts >= 1);
}
