//! A backup in the middle of a story: whatever moment it shows, the restored world comes to where the
//! undisturbed one was, and does nothing again that was done.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use model::{Actor, HomeIdentity, Kind, Link, LinkState, Object, ObjectId, Timestamp};
use store_sqlite::{BackupRequest, Options, RestoreRequest, SqliteStore, restore};
use sync::Extent;
use tempfile::TempDir;
use testkit::{CallKind, Fate, HookedStore, World};

/// The source lies in the first file, the target in the second.
const OPTIONS: Options = Options { shards: 2, cache_mb: 16 };
const PEOPLE: usize = 20;

/// What a target tenant holds of the source's people, by who they are.
type State = BTreeMap<HomeIdentity, (bool, Vec<(String, String)>)>;

struct Story {
    folder: TempDir,
    store: Arc<SqliteStore>,
    world: World,
    people: Vec<ObjectId>,
}

fn open(dir: PathBuf) -> Arc<SqliteStore> {
    let opened = SqliteStore::open(&dir, OPTIONS);
    Arc::new(opened.unwrap_or_else(|error| panic!("the store opens, and did not: {error}")))
}

impl Story {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room");
        let store = open(folder.path().join("data"));
        let world = World::over(store.clone());
        world.change_job(|job| {
            job.limits.removals_at_least = 1_000;
            job.limits.removals_at_most = 1_000;
        });
        let people = (0..PEOPLE).map(|at| world.person(&format!("p{at}"), &[("city", "Oslo")]));
        let people: Vec<ObjectId> = people.collect();
        people.iter().for_each(|person| world.assign(*person, true));
        Self { folder, store, world, people }
    }

    /// Everything that can happen to people, in two steps.
    fn change(&self, phase: usize) {
        let (world, people) = (&self.world, &self.people);
        let (source, operator) = (world.source, &world.operator);
        for (at, person) in people.iter().enumerate() {
            match (phase, at % 10) {
                (1, 0 | 1) => world.set(source, *person, &[("city", "Rome"), ("jobTitle", "Head")]),
                (1, 2) => world.set(source, *person, &[("accountEnabled", "false"), ("city", "")]),
                (1, 5) => world.assign(*person, false),
                (1, 6) => drop(world.directory.delete(operator, source, *person)),
                (2, 2) => world.set(source, *person, &[("accountEnabled", "true")]),
                (2, 5) => world.assign(*person, true),
                (2, 6) => drop(world.directory.restore(operator, source, *person)),
                (2, 8) => drop(world.directory.delete(operator, source, *person)),
                _ => {}
            }
        }
        if phase == 1 {
            world.assign(world.person("new", &[]), true);
            // Two swap their addresses.
            world.set(source, people[3], &[("mail", "x@contoso.example")]);
            world.set(source, people[4], &[("mail", "p3@contoso.example")]);
            world.set(source, people[3], &[("mail", "p4@contoso.example")]);
        }
    }

    fn back_up(&self, name: &str) {
        back_up(&self.store, self.folder.path().join(name));
    }

    /// The world as a process finds it that starts on a restored directory.
    fn restored(&self, backup: &str, dir: &str) -> World {
        self.unpack(backup, dir);
        self.world.through(open(self.folder.path().join(dir)))
    }

    fn unpack(&self, backup: &str, dir: &str) {
        let (file, dir) = (self.folder.path().join(backup), self.folder.path().join(dir));
        let actor = &Actor::System;
        let request =
            RestoreRequest { file: &file, dir: &dir, replace: false, actor, at: Timestamp(0) };
        restore(&request, &mut |_, _| true).expect("it is whole");
    }

    fn remove(&self, dir: &str) {
        fs::remove_dir_all(self.folder.path().join(dir)).expect("it is closed");
    }
}

fn back_up(store: &SqliteStore, file: PathBuf) {
    let actor = &Actor::System;
    let request =
        BackupRequest { file: &file, beside: &[], program: "test", actor, at: Timestamp(0) };
    store.back_up(&request, &mut |_, _| true).expect("there is room");
}

fn state(world: &World) -> State {
    let show = |object: &Object| {
        let attributes = object.attributes.iter();
        attributes.map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    let objects = world.objects(world.target, Kind::User).into_values();
    objects.filter_map(|one| Some((one.home?, (one.deleted.is_some(), show(&one))))).collect()
}

fn describe(world: &World, extent: Extent) -> Vec<String> {
    let plan = world.plan(extent).expect("the plan is made");
    plan.iter().map(|one| format!("{} {}", one.action.as_str(), one.name)).collect()
}

#[test]
fn after_a_restore_the_next_cycle_looks_at_everybody_and_does_nothing_again() {
    let story = Story::new();
    let world = &story.world;
    world.cycle();
    story.change(1);
    world.cycle();
    let then = state(world);
    let header = world
        .sync
        .save_plan(&world.operator, &world.job(), Extent::Everybody, &sync::Silent, &mut Vec::new())
        .expect("the plan is made")
        .header;
    story.back_up("kept.tar");
    story.change(2);
    world.person("late", &[]);
    world.cycle();
    assert_ne!(state(world), then);

    let again = story.restored("kept.tar", "again");
    assert_eq!(state(&again), then);
    assert_eq!(describe(&again, Extent::NextCycle), Vec::<String>::new());
    let before = again.entries().len();
    let run = again.cycle();
    // Of the two who were deleted at home the sweep looks at as well.
    assert_eq!((run.read, run.changed()), (PEOPLE as u64 + 1, 0));
    assert_eq!(again.entries().len(), before);
    assert_eq!(state(&again), then);
    again.assert_settled(true);
    // From here on the feed is followed as ever.
    again.set(again.source, story.people[0], &[("city", "Bern")]);
    let run = again.cycle();
    assert_eq!((run.read, run.changed()), (1, 1));
    // What was saved in the store of before says nothing about this one.
    let digest = header.digest.clone();
    let refused = again.sync.apply_plan(&again.operator, &header, &digest, &sync::Silent);
    assert_eq!(refused.expect_err("another store").code(), "plan-invalid");
}

/// Runs the three cycles of the story with a backup before and after each of their writes; gives the
/// state after each cycle, and for each backup the cycle in which it was made.
fn back_up_everywhere(story: &Story) -> (Vec<State>, Vec<usize>) {
    let (phase, made) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (store, folder) = (story.store.clone(), story.folder.path().to_owned());
    let (now, list) = (phase.clone(), made.clone());
    let hooked = HookedStore::new(story.store.clone(), move |call| {
        if matches!(call.kind, CallKind::Commit | CallKind::Record) {
            let mut list = list.lock().expect("no panic");
            back_up(&store, folder.join(format!("{}.tar", list.len())));
            list.push(now.load(Ordering::SeqCst));
        }
        Fate::Go
    });
    let watched = story.world.through(Arc::new(hooked));
    let mut states = Vec::new();
    for at in 0..3 {
        phase.store(at, Ordering::SeqCst);
        story.change(at);
        watched.cycle();
        states.push(state(&story.world));
    }
    let made = made.lock().expect("no panic").clone();
    (states, made)
}

#[test]
fn a_backup_within_a_cycle_is_a_crash_that_the_next_cycle_recovers_from() {
    let story = Story::new();
    let (states, made) = back_up_everywhere(&story);
    assert!(made.len() > 20, "only {} moments", made.len());
    for (backup, phase) in made.into_iter().enumerate() {
        let again = story.restored(&format!("{backup}.tar"), "again");
        again.cycle();
        again.cycle();
        let left = differences(&state(&again), &states[phase]);
        assert_eq!(left, Vec::<String>::new(), "backup {backup}");
        again.assert_settled(true);
        drop(again);
        story.remove("again");
    }
}

/// Files of different moments, as no backup of ours has them, but as it is with a target that is not
/// kept here and moved on: the source knows less than the target, or more.
#[test]
fn files_of_different_moments_come_together_without_copies() {
    let story = Story::new();
    let (states, made) = back_up_everywhere(&story);
    let some: Vec<usize> = (0..made.len()).step_by(9).chain([made.len() - 1]).collect();
    for (one, other) in some.iter().flat_map(|one| some.iter().map(move |other| (*one, *other))) {
        story.unpack(&format!("{one}.tar"), "again");
        story.unpack(&format!("{other}.tar"), "other");
        let file = |dir: &str| story.folder.path().join(dir).join("shard-1.db");
        fs::copy(file("other"), file("again")).expect("there is room");
        let again = story.world.through(open(story.folder.path().join("again")));
        let (before, chosen) = (by_home(&again), chosen_by_the_target(&again));
        again.cycle();
        again.cycle();
        let what = format!(
            "source of cycle {}, target of cycle {} ({one}, {other})",
            made[one], made[other]
        );
        let after = by_home(&again);
        let kept = before.iter().all(|(home, object)| after.get(home) == Some(object));
        assert!(kept, "{what}: the same objects stay");
        let (mut found, mut expected) = (state(&again), states[made[one]].clone());
        // Somebody who is not at home yet is nobody's to change.
        let at_home = again.objects(again.source, Kind::User);
        found.retain(|home, _| at_home.contains_key(&home.object));
        for home in &chosen {
            drop((found.remove(home), expected.remove(home)));
        }
        // Nobody is made in order to be disabled or removed.
        let disabled = ("accountEnabled".to_owned(), "false".to_owned());
        expected.retain(|home, (deleted, attributes)| {
            found.contains_key(home) || !(*deleted || attributes.contains(&disabled))
        });
        assert_eq!(differences(&found, &expected), Vec::<String>::new(), "{what}");
        assert_eq!(describe(&again, Extent::NextCycle), Vec::<String>::new(), "{what}");
        assert_eq!(describe(&again, Extent::Everybody), Vec::<String>::new(), "{what}");
        for tenant in [again.source, again.target] {
            let audit = again.store.audit(tenant, 0, usize::MAX).expect("the store answers");
            store::verify("", &audit).expect("the audit chain holds");
        }
        drop(again);
        ["again", "other"].iter().for_each(|dir| story.remove(dir));
    }
}

/// People about whom the target says other than the source left it: their object is deleted and the
/// source did not remove it, or the other way round. It looks as if the target's own people had done
/// that, which is their right.
fn chosen_by_the_target(world: &World) -> BTreeSet<HomeIdentity> {
    let objects = world.objects(world.target, Kind::User).into_values();
    let removed = |link: Link| link.state == LinkState::Removed;
    objects
        .filter_map(|object| Some((object.home?, object.deleted.is_some())))
        .filter(|(home, deleted)| world.link(home.object).is_some_and(removed) != *deleted)
        .map(|(home, _)| home)
        .collect()
}

/// What differs, a line for each person.
fn differences(found: &State, expected: &State) -> Vec<String> {
    let homes: BTreeSet<&HomeIdentity> = found.keys().chain(expected.keys()).collect();
    let differing = homes.into_iter().filter(|home| found.get(home) != expected.get(home));
    differing
        .map(|home| format!("{:?} instead of {:?}", found.get(home), expected.get(home)))
        .collect()
}

/// The objects of the target by who they are; nobody is there twice.
fn by_home(world: &World) -> BTreeMap<HomeIdentity, ObjectId> {
    let mut homes = BTreeMap::new();
    for object in world.objects(world.target, Kind::User).into_values() {
        if let Some(home) = object.home {
            assert_eq!(homes.insert(home, object.id), None, "{} has a copy", object.label());
        }
    }
    homes
}
