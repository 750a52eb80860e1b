//! The same people in two places, and what their targets hold in the end: what a test does to one of
//! them must make no difference.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use directory::Incoming;
use model::{Kind, Name, ObjectId, StoreId};
use store::{Durability, memory::MemoryStore};
use testkit::{World, attributes};

use super::{Data, wait};

/// A number from the environment.
pub fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What a target holds, by display name: whether it is deleted, and its attributes.
type State = BTreeMap<String, (bool, Vec<(String, String)>)>;

/// The same people in two places: in memory, where nothing is killed, and in a data directory.
pub struct Twins {
    calm: World,
    /// What the directory's world is like; its store is opened only while no program runs.
    killed: World,
    pub data: Data,
    /// By number, with the ids in both places.
    pub people: Vec<(ObjectId, ObjectId)>,
    /// How many of them were there from the beginning.
    known: usize,
}

impl Twins {
    pub fn new(data: Data, count: usize) -> Self {
        let calm = World::over(Arc::new(MemoryStore::new(StoreId::NIL)));
        let opened = World::over(data.store());
        for world in [&calm, &opened] {
            world.change_job(|job| {
                job.scope = model::ScopeMode::All;
                job.limits.removals_at_least = 1_000_000;
                job.limits.removals_at_most = 1_000_000;
                job.limits.clears = None;
            });
        }
        // The directory is the program's from here on.
        let killed = opened.through(Arc::new(MemoryStore::new(StoreId::NIL)));
        drop(opened);
        let mut twins = Self { calm, killed, data, people: Vec::new(), known: count };
        twins.join(count);
        twins
    }

    /// Does something to both.
    fn both<T>(&self, act: impl Fn(&World, usize) -> T) -> (T, T) {
        let opened = self.killed.through(self.data.store());
        (act(&self.calm, 0), act(&opened, 1))
    }

    fn join(&mut self, count: usize) {
        let first = self.people.len();
        let rows: Vec<Incoming> = (first..first + count)
            .map(|number| {
                let (shown, address) = (format!("p{number}"), format!("p{number}@contoso.example"));
                let attributes = attributes(&[
                    ("userPrincipalName", &address),
                    ("mail", &address),
                    ("displayName", &shown),
                    ("department", "Sales"),
                ]);
                Incoming { id: None, attributes }
            })
            .collect();
        let (calm, killed) = self.both(|world, _| write(world, &rows));
        self.people.extend(calm.into_iter().zip(killed));
    }

    /// The source goes on: some move, some are disabled or enabled, some leave or return, some join.
    /// Who is disabled never leaves, and who has just joined stays as is, so that it makes no
    /// difference which of the states in between a cycle saw.
    pub fn change(&mut self, dice: &mut fastrand::Rng) {
        let known = self.known;
        let touched: Vec<(usize, u8)> =
            (0..known / 12).map(|_| (dice.usize(..known), dice.u8(..))).collect();
        let people = &self.people;
        self.both(|world, place| {
            let id = |number: usize| [people[number].0, people[number].1][place];
            let rows: BTreeMap<usize, Incoming> = touched
                .iter()
                .map(|&(number, how)| {
                    let name = Name::new(if number % 3 == 0 { "accountEnabled" } else { "city" });
                    let value = match number % 3 {
                        0 => model::Value::Boolean(how % 2 == 0),
                        _ => model::Value::text(format!("c{}", how % 5)),
                    };
                    let attributes = [(name, value)].into_iter().collect();
                    (number, Incoming { id: Some(id(number)), attributes })
                })
                .collect();
            let leaving = rows.keys().copied().filter(|number| number % 30 == 1);
            let leaving: Vec<usize> = leaving.collect();
            write(world, &rows.into_values().collect::<Vec<_>>());
            for number in leaving {
                let (actor, source) = (&world.operator, world.source);
                if world.directory.delete(actor, source, id(number)).is_err() {
                    world.directory.restore(actor, source, id(number)).expect("it lies there");
                }
            }
        });
        self.join(5);
    }

    /// Starts the job, and kills it after so long.
    pub fn kill(&self, after: Duration) -> bool {
        let mut child = self.data.start(&["job", "run", "staff"]);
        // The moment of the kill is the test's input, nothing is waited for.
        std::thread::sleep(after);
        let was_running = child.try_wait().is_ok_and(|status| status.is_none());
        child.kill().expect("it is ours");
        drop(wait(child));
        was_running
    }

    pub fn run(&self) -> Duration {
        let begun = Instant::now();
        self.data.done(&["job", "run", "staff"]);
        begun.elapsed()
    }

    /// Both have come to rest: they hold the same, nobody twice, and every log is whole.
    pub fn compare(&self) {
        self.data.done(&["audit", "verify"]);
        self.calm.cycle();
        let (calm, killed) = self.both(|world, _| {
            world.assert_settled(true);
            state(world)
        });
        for (name, expected) in &calm {
            assert_eq!(killed.get(name), Some(expected), "{name}");
        }
        assert_eq!(calm.len(), killed.len(), "nobody has a copy");
    }
}

fn write(world: &World, rows: &[Incoming]) -> Vec<ObjectId> {
    let mut ids = Vec::with_capacity(rows.len());
    for page in rows.chunks(1_000) {
        let (actor, tenant) = (&world.operator, world.source);
        let done = world.directory.import(actor, tenant, Kind::User, page, Durability::Bulk);
        let done = done.expect("the store answers");
        ids.extend(done.into_iter().map(|row| row.expect("the row fits").id()));
    }
    ids
}

fn state(world: &World) -> State {
    let users = world.objects(world.target, Kind::User).into_values();
    let values = |object: &model::Object| {
        let kept = |name: &Name| *name != Name::EXTERNAL_USER_STATE_CHANGED;
        let all = object.attributes.iter().filter(|(name, _)| kept(name));
        all.map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    users.map(|user| (user.display_name(), (user.deleted.is_some(), values(&user)))).collect()
}
