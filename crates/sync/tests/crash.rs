//! A cycle that ends at its k-th write, for every k, with the write lost or with its answer lost. What
//! comes after is a new process over the same data; one or two cycles later nothing tells the
//! difference. The story within a page is broken off everywhere in both ways, the one over several
//! pages at every write in one of them, and in both with `SYNCLINE_EVERY_CRASH` set.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use model::{Name, Object, ObjectId};
use testkit::{FailingStore, Fate, World};

/// More than two pages, and not whole ones.
const PEOPLE: usize = 2_040;

/// What a target tenant holds of the source's people, by their display names.
type State = BTreeMap<String, (bool, Vec<(String, String)>)>;

struct Story {
    world: World,
    people: Vec<ObjectId>,
    desk: ObjectId,
}

fn begin(count: usize) -> Story {
    let world = World::new();
    world.change_job(|job| {
        job.scope = model::ScopeMode::All;
        job.filter = is_null("employeeType");
        job.limits.removals_at_least = 1_000_000;
        job.limits.removals_at_most = 1_000_000;
        job.limits.clears = None;
    });
    let people = (0..count).map(|at| world.person(&format!("p{at}"), &[("city", "Oslo")]));
    let people: Vec<ObjectId> = people.collect();
    // Some cannot go on at once.
    let desk = testkit::attributes(&[
        ("displayName", "Desk"),
        ("userPrincipalName", "desk@fabrikam.example"),
        ("mail", "p3@contoso.example"),
    ]);
    let desk = world.make(world.target, model::Kind::User, desk);
    world.set(world.source, people[4], &[("mail", "p4@lovelace.example")]);
    Story { world, people, desk }
}

/// Everybody whose attribute is empty.
fn is_null(attribute: &str) -> model::Filter {
    let clause = model::Clause {
        attribute: attribute.to_owned(),
        operator: model::Operator::IsNull,
        operand: String::new(),
    };
    model::Filter { groups: vec![model::Group { name: String::new(), clauses: vec![clause] }] }
}

impl Story {
    /// Everything that can happen to people, spread over all pages.
    fn change(&self) {
        let (world, people) = (&self.world, &self.people);
        let (source, operator) = (world.source, &world.operator);
        for (at, person) in people.iter().enumerate() {
            match at % 10 {
                0 | 1 => world.set(source, *person, &[("city", "Rome"), ("jobTitle", "Head")]),
                2 => world.set(source, *person, &[("accountEnabled", "false"), ("city", "")]),
                5 => world.set(source, *person, &[("employeeType", "left")]),
                6 => drop(world.directory.delete(operator, source, *person)),
                _ => {}
            }
        }
        for at in 0..5 {
            world.person(&format!("new{at}"), &[]);
        }
        // Two swap their addresses, one address and one domain become free, a leaver's address goes on.
        let (seven, eight) = (people[7], people[8]);
        world.set(source, seven, &[("mail", "x@contoso.example")]);
        world.set(source, eight, &[("mail", "p7@contoso.example")]);
        world.set(source, seven, &[("mail", "p8@contoso.example")]);
        world.set(world.target, self.desk, &[("mail", "desk@fabrikam.example")]);
        world.set(source, people[9], &[("mail", "p6@contoso.example")]);
        let verify = |tenant: &mut model::Tenant| {
            tenant.domains.push("lovelace.example".parse().expect("a domain"));
        };
        world.directory.update_tenant(operator, source, verify).expect("the domain is free");
    }

    /// They come back, or go for good.
    fn change_back(&self) {
        let (world, people) = (&self.world, &self.people);
        let (source, operator) = (world.source, &world.operator);
        world.set(source, people[9], &[("mail", "p9@contoso.example")]);
        for (at, person) in people.iter().enumerate() {
            match at % 10 {
                2 => world.set(source, *person, &[("accountEnabled", "true"), ("state", "N")]),
                5 => world.set(source, *person, &[("employeeType", ""), ("city", "Bern")]),
                6 if at % 20 == 6 => drop(world.directory.restore(operator, source, *person)),
                6 => world.directory.purge(operator, source, *person).expect("it lies there"),
                _ => {}
            }
        }
    }

    fn state(&self) -> State {
        let show = |object: &Object| {
            let attributes = object.attributes.iter();
            attributes.map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        self.world
            .objects(self.world.target, model::Kind::User)
            .into_values()
            .filter(|object| object.home.is_some())
            .map(|object| (object.display_name(), (object.deleted.is_some(), show(&object))))
            .collect()
    }
}

/// The states after each of the three cycles, undisturbed or broken off at a write; and how many
/// writes the cycles asked for.
fn run(count: usize, at: u64, fate: Fate, is_end: bool) -> (Vec<State>, u64) {
    let story = begin(count);
    let world = &story.world;
    let fail = if is_end { FailingStore::over } else { FailingStore::once };
    let (store, writes) = fail(world.store.clone(), at, fate);
    let failing = world.through(store);
    let mut broken = false;
    let mut states = Vec::new();
    let mut objects = BTreeMap::new();
    for phase in 0..3 {
        match phase {
            0 => {}
            1 => story.change(),
            _ => story.change_back(),
        }
        if broken {
            world.cycle();
        } else if failing.try_cycle().is_err() || writes.load(Ordering::SeqCst) >= at {
            broken = true;
            world.cycle();
            world.cycle();
        }
        if broken || at == u64::MAX {
            world.assert_settled(true);
        }
        states.push(story.state());
        for link in world.links() {
            let before = objects.insert(link.source, link.target);
            assert!(before.is_none_or(|before| before == link.target), "the same object stays");
        }
    }
    (states, writes.load(Ordering::SeqCst))
}

/// Breaks the story off at every write whose number leaves this remainder.
fn break_off(count: usize, (fate, is_end): (Fate, bool), part: u64, of: u64) {
    let (undisturbed, writes) = run(count, u64::MAX, Fate::Go, true);
    assert!(writes > 20, "{writes} writes are a whole story");
    let expected = |at: usize, number: usize| undisturbed[2].len() == at + number;
    assert!(expected(count, 5), "everybody is there: {}", undisturbed[2].len());
    let mut steps = 0;
    for at in (1..=writes).filter(|at| at % of == part) {
        let (states, _) = run(count, at, fate, is_end);
        for (phase, (state, expected)) in states.iter().zip(&undisturbed).enumerate() {
            let differs = expected.iter().find(|(name, one)| state.get(*name) != Some(one));
            let found = differs.map(|(name, _)| state.get(name));
            assert_eq!(differs, None, "write {at}, {fate:?}, phase {phase}, found {found:?}");
            assert_eq!(state.len(), expected.len(), "write {at}, {fate:?}, phase {phase}");
        }
        steps += 1;
    }
    println!("{steps} of {writes} writes broken off, {count} people");
}

#[test]
fn over_pages_with_the_write_lost() {
    break_off(PEOPLE, (Fate::Fail, true), 0, 2);
}

#[test]
fn over_pages_with_the_answer_lost() {
    break_off(PEOPLE, (Fate::Lose, true), 1, 2);
}

#[test]
fn over_pages_the_other_way_round_when_asked_for() {
    if std::env::var_os("SYNCLINE_EVERY_CRASH").is_some() {
        break_off(PEOPLE, (Fate::Fail, true), 1, 2);
        break_off(PEOPLE, (Fate::Lose, true), 0, 2);
    }
}

#[test]
fn within_a_page() {
    for is_end in [true, false] {
        break_off(30, (Fate::Fail, is_end), 0, 1);
        break_off(30, (Fate::Lose, is_end), 0, 1);
    }
}

/// The store fails for a moment and goes on: the run ends with a failure, and writes so.
#[test]
fn over_pages_with_a_hiccup() {
    break_off(PEOPLE, (Fate::Fail, false), 3, 6);
    break_off(PEOPLE, (Fate::Lose, false), 0, 6);
}

/// The first cycle breaks off when some are in the target and how far it came is not written. Then
/// one of them is purged in the source: only the feed tells, and only from before the cycle.
#[test]
fn who_is_purged_after_a_broken_first_cycle_is_removed() {
    for fate in [Fate::Fail, Fate::Lose] {
        for at in 1..=6 {
            let story = begin(10);
            let (world, person) = (&story.world, story.people[0]);
            let (store, _) = FailingStore::over(world.store.clone(), at, fate);
            drop(world.through(store).try_cycle());
            let (operator, source) = (&world.operator, world.source);
            world.directory.delete(operator, source, person).expect("it stands");
            world.directory.purge(operator, source, person).expect("it lies there");
            world.cycle();
            world.cycle();
            let left = world.linked(person);
            let is_gone = left.is_none_or(|object| object.deleted.is_some());
            assert!(is_gone, "write {at}, {fate:?}");
            world.assert_settled(true);
        }
    }
}

/// Somebody in escrow goes on when an address becomes free, and the cycle breaks off between the
/// intent and the write: the person was brought by a waiting record, and by nothing else.
#[test]
fn who_was_waiting_is_not_forgotten() {
    for fate in [Fate::Fail, Fate::Lose] {
        for at in 1..=8 {
            let story = begin(10);
            let world = &story.world;
            world.cycle();
            world.cycle();
            assert!(world.linked(story.people[3]).is_none());
            world.set(world.target, story.desk, &[("mail", "desk@fabrikam.example")]);
            let (store, _) = FailingStore::over(world.store.clone(), at, fate);
            drop(world.through(store).try_cycle());
            world.cycle();
            let linked = world.linked(story.people[3]);
            let mail = linked.as_ref().and_then(|object| object.text(&Name::MAIL));
            assert_eq!(mail, Some("p3@contoso.example"), "write {at}, {fate:?}");
            world.assert_settled(true);
        }
    }
}
