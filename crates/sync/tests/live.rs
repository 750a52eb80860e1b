//! What can be seen of a run while it is under way, by whom, and how it is asked to stop.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use model::{Actor, Code, ObjectId, Role, RunKind, RunState, TenantId};
use sync::{Error, Extent, Live, Observer};
use testkit::World;

fn reader(tenant: TenantId) -> Actor {
    Actor::User {
        tenant,
        id: ObjectId::NIL,
        name: "reader".to_owned(),
        roles: vec![Role::GlobalReader],
        through: None,
    }
}

fn staffed(count: usize) -> World {
    let world = World::new();
    for number in 0..count {
        world.assign(world.person(&format!("p{number}"), &[]), true);
    }
    world
}

/// Looks from inside a run at what others see of it.
struct Peek<'w> {
    world: &'w World,
    actor: Actor,
    seen: Mutex<Vec<Live>>,
    then: fn(&World),
}

impl<'w> Peek<'w> {
    fn new(world: &'w World, actor: Actor, then: fn(&World)) -> Self {
        Self { world, actor, seen: Mutex::default(), then }
    }

    fn seen(self) -> Vec<Live> {
        self.seen.into_inner().expect("nobody panicked")
    }
}

impl Observer for Peek<'_> {
    fn advanced(&self, _read: u64, _of: u64, _changed: u64) {
        self.world.clock.advance_seconds(10);
        let live = self.world.sync.live(&self.actor, &self.world.job()).expect("it may be seen");
        self.seen.lock().expect("nobody panicked").push(live.expect("a run is under way"));
        (self.then)(self.world);
    }
}

#[test]
fn a_run_is_seen_from_both_tenants_until_it_ends() {
    let world = staffed(3);
    for tenant in [world.source, world.target] {
        world.person(&format!("more{}", u8::from(tenant == world.source)), &[]);
        let peek = Peek::new(&world, reader(tenant), |_| {});
        world.sync.run_cycle(&world.operator, &world.job(), &peek).expect("it comes to its end");
        let seen = peek.seen();
        let last = seen.last().expect("it was seen");
        assert_eq!((last.kind, last.stopping), (RunKind::Cycle, false));
        assert!(last.read > 0 && last.of >= last.read, "{last:?}");
        assert!(last.seconds >= 10 && last.seconds_left.is_some(), "{last:?}");
        assert_eq!(world.sync.live(&world.operator, &world.job()).expect("it may"), None);
    }
    let stranger = reader(TenantId::NIL);
    let refused = world.sync.live(&stranger, &world.job()).expect_err("it is none of theirs");
    assert_eq!(refused.code(), "not-found");
}

#[test]
fn whoever_may_run_a_job_may_ask_its_run_to_stop() {
    let world = staffed(1_500);
    let refused = world.sync.stop(&reader(world.source), &world.job()).expect_err("may not");
    assert_eq!(refused.code(), "not-allowed");
    assert!(!world.sync.stop(&world.operator, &world.job()).expect("it may"), "nothing to stop");
    let stop = |world: &World| {
        assert!(world.sync.stop(&world.operator, &world.job()).expect("it may"));
        let live = world.sync.live(&world.operator, &world.job()).expect("it may");
        assert!(live.is_some_and(|live| live.stopping));
    };
    let peek = Peek::new(&world, world.operator.clone(), stop);
    let stopped = world.sync.run_cycle(&world.operator, &world.job(), &peek);
    let Err(Error::Stopped(reason)) = stopped else { panic!("it was to stop: {stopped:?}") };
    assert_eq!(reason.code, Code::INTERRUPTED);
    assert_eq!(world.sync.live(&world.operator, &world.job()).expect("it may"), None);
    let run = world.cycle();
    assert_eq!(run.state, RunState::Done);
    assert_eq!(world.links().len(), 1_500, "the next cycle goes on from there");
    world.assert_settled(true);
}

#[test]
fn a_plan_that_is_made_is_seen_as_well_and_gone_when_it_fails() {
    let world = staffed(2);
    let peek = Peek::new(&world, world.operator.clone(), |_| {});
    let mut fail = |_: &model::Entry| Err(Error::Plan("nobody wants it".to_owned()));
    let job = world.job();
    let failed = world.sync.plan(&world.operator, &job, Extent::NextCycle, &peek, &mut fail);
    assert!(failed.is_err());
    assert_eq!(world.sync.live(&world.operator, &job).expect("it may"), None);
    world.plan(Extent::NextCycle).expect("the next one is made");
    world
        .sync
        .plan(&world.operator, &job, Extent::NextCycle, &peek, &mut |_| Ok(()))
        .expect("it is made");
    assert!(peek.seen().iter().all(|live| live.kind == RunKind::Plan));
}

#[test]
fn a_cycle_in_the_background_answers_at_once_where_it_can() {
    let world = staffed(2);
    let begin = || world.sync.begin_cycle(&world.operator, &world.job());
    if let Some(run) = begin().expect("it may") {
        assert_eq!(run.done.get("create"), Some(&2));
    }
    // On a machine that is busy the moment may be over before.
    while world.links().len() < 2 {
        std::thread::yield_now();
    }
    world.set_target_consent(false);
    let refused = loop {
        match begin() {
            Err(error) if error.code() != "job-busy" => break error,
            other => assert!(!matches!(other, Ok(Some(_))), "nobody consented"),
        }
    };
    assert_eq!(refused.code(), Code::CONSENT_MISSING.as_str());
    let refused = world.sync.begin_cycle(&reader(world.source), &world.job()).expect_err("may not");
    assert_eq!(refused.code(), "not-allowed");
}

/// Asks for a cycle of its own job from inside a run, once.
struct Another<'w>(&'w World, AtomicBool);

impl Observer for Another<'_> {
    fn advanced(&self, _read: u64, _of: u64, _changed: u64) {
        if !self.1.swap(true, Ordering::Relaxed) {
            let refused = self.0.sync.begin_cycle(&self.0.operator, &self.0.job());
            assert_eq!(refused.expect_err("another run holds it").code(), "job-busy");
        }
    }
}

#[test]
fn a_cycle_in_the_background_does_not_run_beside_another() {
    let world = staffed(2);
    let another = Another(&world, AtomicBool::new(false));
    world.sync.run_cycle(&world.operator, &world.job(), &another).expect("it comes to its end");
    assert!(another.1.into_inner(), "it asked");
}
