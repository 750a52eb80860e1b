//! Whose turn it is: what wakes a job, in which order jobs run, and that none runs twice at once. The
//! clock is the test's; the turns are taken by hand, but for one story with real threads.

use std::{
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::Duration,
};

use directory::{NewExtension, NewJob, NewTenant, PolicyChange};
use model::{
    Code, ExtensionType, Filter, Job, JobState, Kind, Mapping, RunState, Schedule, ScopeMode,
    TenantId,
};
use sync::{Observer, Silent, Turn, Turns, Worker};
use testkit::World;

/// A world with its turns.
struct Served {
    world: World,
    turns: Turns,
    stop: AtomicBool,
}

impl Served {
    /// The world's job is active, and has been looked at once.
    fn new(threads: usize) -> Self {
        let served = Self::idle(threads);
        served.world.change_job(|job| job.state = JobState::Active);
        assert_eq!(served.run(), ["staff"]);
        assert_eq!(served.run(), [""; 0], "then it rests");
        served
    }

    fn idle(threads: usize) -> Self {
        let world = World::new();
        let turns = Turns::new(world.sync.clone(), threads);
        Self { world, turns, stop: AtomicBool::new(false) }
    }

    fn take(&self) -> Option<Turn> {
        self.turns.look_now();
        self.turns.take()
    }

    /// Runs whatever has a turn, until nothing has. Gives the jobs' names, with what there is to tell.
    fn run(&self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(turn) = self.take() {
            let news = self.turns.run(&turn, &self.stop);
            names.push(match news {
                None => turn.job.name,
                Some(news) => format!("{}: {news}", turn.job.name),
            });
            assert!(names.len() < 100, "it never comes to rest: {names:?}");
        }
        names
    }

    fn tenant(&self, name: &str) -> TenantId {
        let domains = vec![format!("{name}.example").parse().expect("a domain")];
        let new = NewTenant { id: None, name: name.to_owned(), domains };
        self.world.directory.create_tenant(&self.world.operator, new).expect("it is free").id
    }

    /// An active job for everybody, to which both sides consent.
    fn job(&self, name: &str, source: TenantId, target: TenantId) -> Job {
        let (directory, operator) = (&self.world.directory, &self.world.operator);
        let inbound = PolicyChange {
            sync_inbound: Some(true),
            redeem_inbound: Some(true),
            ..PolicyChange::default()
        };
        let outbound = PolicyChange { redeem_outbound: Some(true), ..PolicyChange::default() };
        directory.set_partner(operator, target, source, &inbound).expect("it may");
        directory.set_partner(operator, source, target, &outbound).expect("it may");
        let new = NewJob {
            name: name.to_owned(),
            source,
            target,
            scope: ScopeMode::All,
            filter: Filter::default(),
            condition: None,
            mappings: Mapping::defaults(),
            groups: Default::default(),
        };
        let job = directory.create_job(operator, new).expect("it compiles");
        let active = |job: &mut Job| job.state = JobState::Active;
        directory.update_job(operator, &job, active).expect("it still does")
    }

    fn person(&self, tenant: TenantId, address: &str) {
        let pairs = [("userPrincipalName", address), ("displayName", address)];
        self.world.make(tenant, Kind::User, testkit::attributes(&pairs));
    }
}

#[test]
fn a_change_of_the_source_wakes_its_jobs_and_no_other() {
    let served = Served::new(1);
    let other = served.tenant("other");
    served.job("guests", other, served.world.target);
    assert_eq!(served.run(), ["guests"]);
    let ada = served.world.person("ada", &[]);
    served.world.assign(ada, true);
    assert_eq!(served.run(), ["staff"]);
    assert!(served.world.linked(ada).is_some());
    served.person(other, "bo@other.example");
    assert_eq!(served.run(), ["guests"]);
    assert_eq!(served.run(), [""; 0]);
}

#[test]
fn a_paused_job_rests_until_it_is_started() {
    let served = Served::new(1);
    served.world.change_job(|job| job.state = JobState::Paused);
    let ada = served.world.person("ada", &[]);
    served.world.assign(ada, true);
    assert_eq!(served.run(), [""; 0]);
    served.world.change_job(|job| job.state = JobState::Active);
    assert_eq!(served.run(), ["staff"]);
    assert!(served.world.linked(ada).is_some());
    let job = served.world.job();
    served.world.directory.delete_job(&served.world.operator, &job).expect("it may");
    assert_eq!(served.run(), [""; 0]);
}

#[test]
fn an_interval_comes_at_its_times_whatever_changes() {
    let served = Served::new(1);
    let world = &served.world;
    world.change_job(|job| job.schedule = Schedule::every("15m").expect("an interval"));
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    assert_eq!(served.run(), [""; 0]);
    let next = world.sync.next_run(&world.operator, &world.job()).expect("it may be asked");
    assert_eq!(next.expect("one comes").to_string(), "2026-01-05T08:15:00Z");
    world.clock.advance_seconds(14 * 60 + 59);
    assert_eq!(served.run(), [""; 0]);
    world.clock.advance_seconds(1);
    assert_eq!(served.run(), ["staff"]);
    assert!(world.linked(ada).is_some());
    // A time that was missed is not made up for twice.
    world.clock.advance_hours(5);
    assert_eq!(served.run(), ["staff"]);
    world.clock.advance_seconds(15 * 60);
    assert_eq!(served.run(), ["staff"]);
}

#[test]
fn times_of_the_calendar() {
    let served = Served::new(1);
    let world = &served.world;
    world.change_job(|job| job.schedule = Schedule::cron("0 3 * * *").expect("times"));
    assert_eq!(served.run(), [""; 0]);
    world.clock.advance_hours(18);
    assert_eq!(served.run(), [""; 0]);
    world.clock.advance_hours(1);
    assert_eq!(served.run(), ["staff"]);
    world.clock.advance_hours(23);
    assert_eq!(served.run(), [""; 0]);
    world.clock.advance_hours(1);
    assert_eq!(served.run(), ["staff"]);
    world.change_job(|job| job.schedule = Schedule::OnChange);
    assert_eq!(served.run(), ["staff"]);
}

#[test]
fn whoever_is_due_and_whatever_is_waited_for_wakes_the_job() {
    let served = Served::new(1);
    let world = &served.world;
    let bo = world.person("bo", &[]);
    let desk = [
        ("displayName", "Desk"),
        ("userPrincipalName", "desk@fabrikam.example"),
        ("mail", "bo@contoso.example"),
    ];
    let desk = world.make(world.target, Kind::User, testkit::attributes(&desk));
    world.assign(bo, true);
    assert_eq!(served.run(), ["staff"]);
    let job = world.job();
    let next = world.sync.next_run(&world.operator, &job).expect("it may be asked");
    assert_eq!(next.expect("bo is due").to_string(), "2026-01-05T14:00:00Z");
    world.clock.advance_hours(5);
    assert_eq!(served.run(), [""; 0]);
    world.clock.advance_hours(1);
    assert_eq!(served.run(), ["staff"], "the six hours are over");
    assert_eq!(world.escrow()[0].attempts, 2);
    world.set(world.target, desk, &[("mail", "desk@fabrikam.example")]);
    assert_eq!(served.run(), ["staff"]);
    assert!(world.linked(bo).is_some());
    // Nobody waits any more: the target may change as it likes.
    world.set(world.target, desk, &[("city", "Oslo")]);
    assert_eq!(served.run(), [""; 0]);
    let new = NewExtension {
        name: "shoeSize".to_owned(),
        application: None,
        data_type: ExtensionType::String,
        multi_valued: false,
        targets: vec![Kind::User],
    };
    world.directory.create_extension(&world.operator, world.target, new).expect("it may");
    assert_eq!(served.run(), ["staff"], "but not its extensions");
}

#[test]
fn what_a_command_did_is_looked_at() {
    let served = Served::new(1);
    let world = &served.world;
    world.sync.run_cycle(&world.operator, &world.job(), &Silent).expect("it runs");
    assert_eq!(served.run(), ["staff"], "somebody may be due now");
    let reset = sync::Reset::USUAL;
    world.sync.restart(&world.operator, &world.job(), reset, &Silent).expect("it may");
    assert_eq!(served.run(), ["staff"]);
}

#[test]
fn a_job_that_cannot_run_is_tried_ever_more_rarely_and_told_once() {
    let served = Served::new(1);
    let world = &served.world;
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    world.set_target_consent(false);
    let first = served.run();
    assert!(first.len() == 1 && first[0].contains("does not allow"), "{first:?}");
    let mut times = 0;
    for _ in 0..600 {
        world.clock.advance_seconds(1);
        times += served.run().iter().filter(|name| *name == "staff").count();
    }
    assert!((8..=10).contains(&times), "{times} attempts in ten minutes");
    world.set_target_consent(true);
    assert_eq!(served.run(), ["staff"], "consent wakes it at once");
    assert!(world.linked(ada).is_some());
}

#[test]
fn tenants_take_turns_and_so_do_their_jobs() {
    let served = Served::idle(1);
    let (many, few) = (served.tenant("many"), served.tenant("few"));
    for name in ["m1", "m2", "m3"] {
        served.job(name, many, served.tenant(name));
    }
    served.job("f1", few, served.tenant("f1"));
    served.run();
    served.person(many, "ada@many.example");
    served.turns.look_now();
    served.person(few, "bo@few.example");
    assert_eq!(served.run(), ["m1", "f1", "m2", "m3"]);
}

/// Pages are a thousand people; this is three and a half.
const MANY: usize = 3_500;

fn crowd(world: &World) {
    world.change_job(|job| job.scope = ScopeMode::All);
    for number in 0..MANY {
        world.person(&format!("p{number}"), &[]);
    }
}

#[test]
fn a_long_cycle_makes_room_and_goes_on_where_it_stopped() {
    let served = Served::idle(1);
    let world = &served.world;
    crowd(world);
    world.change_job(|job| job.state = JobState::Active);
    let long = served.take().expect("the long one has its turn");
    let other = served.tenant("other");
    served.job("guests", other, world.target);
    served.turns.look_now();
    world.clock.advance_seconds(2);
    served.turns.look_now();
    assert_eq!(served.turns.run(&long, &served.stop), None);
    let first = world.sync.list_runs(&world.operator, &world.job(), 1).expect("the runs");
    let stopped = first[0].stopped.as_ref().expect("it says why");
    assert_eq!(stopped.code, Code::GAVE_WAY);
    let next = served.take().expect("somebody waits");
    assert_eq!(next.job.name, "guests");
    served.turns.run(&next, &served.stop);
    served.run();
    let runs = world.sync.list_runs(&world.operator, &world.job(), 10).expect("the runs");
    let read: u64 = runs.iter().map(|run| run.read).sum();
    let created: u64 = runs.iter().filter_map(|run| run.done.get("create")).sum();
    assert_eq!(created, MANY as u64, "nobody is done twice");
    assert!(first[0].read < MANY as u64, "it stopped after {} people", first[0].read);
    assert!(read < 2 * MANY as u64, "it went on where it stopped: {read} read in all");
    world.assert_settled(true);
}

#[test]
fn a_job_never_runs_twice_at_once() {
    let served = Served::new(2);
    let world = &served.world;
    world.person("ada", &[]);
    let turn = served.take().expect("it has its turn");
    world.person("bo", &[]);
    assert!(served.take().is_none(), "its turn is under way");
    served.turns.run(&turn, &served.stop);
    assert_eq!(served.run(), ["staff"], "what came meanwhile is looked at afterwards");

    // Somebody runs it by hand, and the worker comes by in the middle.
    struct Meddler<'s>(&'s Served, Mutex<Vec<String>>);
    impl Observer for Meddler<'_> {
        fn advanced(&self, _read: u64, _of: u64, _changed: u64) {
            self.1.lock().expect("nobody panicked").extend(self.0.run());
        }
    }
    world.change_job(|job| job.scope = ScopeMode::All);
    let meddler = Meddler(&served, Mutex::default());
    let run = world.sync.run_cycle(&world.operator, &world.job(), &meddler).expect("it runs");
    assert_eq!(run.done["create"], 2);
    let met = meddler.1.into_inner().expect("nobody panicked");
    assert_eq!(met, ["staff"], "it found the job taken, and did nothing");
    let runs = world.sync.list_runs(&world.operator, &world.job(), 10).expect("the runs");
    assert_eq!(runs[0].id, run.id);
    assert!(runs.iter().all(|run| run.state == RunState::Done), "no run failed for it");
    world.assert_settled(true);
}

/// Pauses the job as soon as the first page is done.
struct Pauser<'w>(&'w World);

impl Observer for Pauser<'_> {
    fn advanced(&self, _read: u64, _of: u64, _changed: u64) {
        if self.0.job().state == JobState::Active {
            self.0.change_job(|job| job.state = JobState::Paused);
        }
    }
}

#[test]
fn a_pause_takes_effect_between_two_pages_and_the_start_goes_on_from_there() {
    let world = World::new();
    crowd(&world);
    world.change_job(|job| job.state = JobState::Active);
    let error = world.sync.run_cycle(&world.operator, &world.job(), &Pauser(&world));
    assert_eq!(error.expect_err("it stops").code(), "paused");
    let runs = world.sync.list_runs(&world.operator, &world.job(), 10).expect("the runs");
    assert_eq!(runs[0].stopped.as_ref().map(|reason| reason.code), Some(Code::PAUSED));
    let created = world.objects(world.target, Kind::User).len();
    assert!((1..MANY).contains(&created), "{created} were made before it stopped");
    // Asked for, a paused job runs all the same.
    let run = world.cycle();
    assert_eq!(world.objects(world.target, Kind::User).len(), MANY);
    assert!(run.read < 2 * MANY as u64 - 1_000, "it went on: {} read", run.read);
    world.assert_settled(true);
}

#[test]
fn threads_do_it_by_themselves() {
    let world = World::new();
    world.change_job(|job| job.state = JobState::Active);
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = told.clone();
    let report = move |line: &str| heard.lock().expect("nobody panicked").push(line.to_owned());
    let worker = Worker::start(world.sync.clone(), 2, report);
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    let mut tick = 0;
    for _ in 0..60 {
        tick = world.store.wait(tick, Duration::from_secs(1));
        if world.linked(ada).is_some() {
            break;
        }
    }
    assert!(world.linked(ada).is_some(), "nobody came: {told:?}");
    drop(worker);
    assert!(told.lock().expect("nobody panicked").is_empty(), "{told:?}");
    world.assert_settled(true);
}
