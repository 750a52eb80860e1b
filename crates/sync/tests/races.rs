//! What happens to a person between two pages of one run. The store lets the source go on at the
//! worst moment: somebody who was decided upon changes before the target has heard of the decision.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use model::{Action, EntryState, ObjectId};
use testkit::{CallKind, Fate, HookedStore, World};

/// Has `change` happen in the source when the first page has been read and looked up, and the target
/// wait with its first commit until a later page has been decided as well.
fn race(world: &World, change: impl Fn(&World) + Send + Sync + 'static) -> World {
    let looked_up = Arc::new((Mutex::new(0), Condvar::new()));
    let (source, target) = (world.source, world.target);
    let outside = world.through(world.store.clone());
    let hook = move |call: testkit::Call| {
        let (count, told) = &*looked_up;
        match call.kind {
            CallKind::Ask("links") if call.is_over && call.tenant == source => {
                let mut count = count.lock().expect("nobody panics");
                *count += 1;
                if *count == 1 {
                    change(&outside);
                }
                told.notify_all();
            }
            CallKind::Commit if !call.is_over && call.tenant == target => {
                let count = count.lock().expect("nobody panics");
                let wait = Duration::from_secs(5);
                drop(told.wait_timeout_while(count, wait, |count| *count < 2));
            }
            _ => {}
        }
        Fate::Go
    };
    world.through(Arc::new(HookedStore::new(world.store.clone(), hook)))
}

/// A world in which everybody is in scope and nobody has changed.
fn quiet() -> World {
    let world = World::new();
    world.change_job(|job| job.scope = model::ScopeMode::All);
    world.cycle();
    world
}

fn refused(world: &World, person: ObjectId) -> Vec<Action> {
    let entries = world.entries().into_iter();
    let refused =
        entries.filter(|entry| entry.source == person && entry.state == EntryState::Refused);
    refused.map(|entry| entry.action).collect()
}

#[test]
fn deleted_while_being_created() {
    let world = quiet();
    let ada = world.person("ada", &[]);
    let raced = race(&world, move |world| {
        world.directory.delete(&world.operator, world.source, ada).expect("she stands");
    });
    raced.cycle();
    let object = world.linked(ada).expect("she was created");
    assert!(object.deleted.is_some(), "she is removed in the same cycle");
    world.assert_settled(true);
}

#[test]
fn disabled_while_being_created() {
    let world = quiet();
    let ada = world.person("ada", &[]);
    let raced = race(&world, move |world| {
        world.set(world.source, ada, &[("accountEnabled", "false")]);
    });
    raced.cycle();
    assert!(!world.linked(ada).expect("she was created").is_enabled());
    world.assert_settled(true);
}

#[test]
fn changed_while_being_created() {
    let world = quiet();
    let ada = world.person("ada", &[]);
    let raced = race(&world, move |world| world.set(world.source, ada, &[("city", "Oslo")]));
    raced.cycle();
    let object = world.linked(ada).expect("she was created");
    assert_eq!(object.text(&model::Name::CITY), Some("Oslo"));
    assert_eq!(refused(&world, ada), [], "nothing is refused on the way");
    world.assert_settled(true);
}

#[test]
fn changed_while_being_updated() {
    let world = quiet();
    let ada = world.person("ada", &[]);
    world.cycle();
    world.set(world.source, ada, &[("city", "Oslo")]);
    let raced = race(&world, move |world| world.set(world.source, ada, &[("city", "Rome")]));
    raced.cycle();
    let object = world.linked(ada).expect("she was created");
    assert_eq!(object.text(&model::Name::CITY), Some("Rome"));
    assert_eq!(refused(&world, ada), [], "nothing is refused on the way");
    world.assert_settled(true);
}

#[test]
fn failing_and_mended_at_once() {
    let world = quiet();
    let ada = world.person("ada", &[("mail", "ada@lovelace.example")]);
    let bo = world.person("bo", &[]);
    let raced = race(&world, move |world| {
        world.set(world.source, ada, &[("mail", "ada@contoso.example")]);
    });
    raced.cycle();
    assert!(world.linked(ada).is_some() && world.linked(bo).is_some());
    assert_eq!(world.escrow(), [], "nobody waits any more");
    world.assert_settled(true);
}

/// A configuration changes, so the feed is followed and then everybody is walked over. Somebody is
/// purged between the two: the walk does not find her any more, and only the feed tells.
#[test]
fn purged_between_the_feed_and_the_walk() {
    let world = quiet();
    let ada = world.person("ada", &[]);
    let bo = world.person("bo", &[]);
    world.cycle();
    let target = world.linked(ada).expect("she was created").id;
    world.change_job(|job| job.mappings.retain(|mapping| mapping.target != "city"));
    let followed = Arc::new(Mutex::new(0));
    let (source, outside) = (world.source, world.through(world.store.clone()));
    let hook = move |call: testkit::Call| {
        let mut followed = followed.lock().expect("nobody panics");
        match call.kind {
            CallKind::Ask("changes") if call.is_over && call.tenant == source => *followed += 1,
            CallKind::Ask("head") if !call.is_over && call.tenant == source && *followed >= 2 => {
                *followed = i32::MIN;
                drop(followed);
                let (actor, directory) = (&outside.operator, &outside.directory);
                directory.delete(actor, source, ada).expect("she stands");
                directory.purge(actor, source, ada).expect("she lies there");
            }
            _ => {}
        }
        Fate::Go
    };
    world.through(Arc::new(HookedStore::new(world.store.clone(), hook))).cycle();
    assert_eq!(world.find(source, ada), None, "it happened while the cycle ran");
    let object = world.find(world.target, target).expect("it lies there");
    assert!(object.deleted.is_some(), "she is removed");
    assert!(world.linked(bo).is_some_and(|object| object.deleted.is_none()));
    world.assert_settled(true);
}
