//! What can happen, one step at a time. A step that is not possible now does not happen.

use std::collections::{BTreeMap, BTreeSet};

use directory::Change;
use model::{
    Condition, Groups, Kind, Mapping, Name, Nested, Object, ObjectId, Operator, ScopeMode, Source,
    condition::{Named, Test},
};
use sync::{Reset, Silent};
use testkit::{FailingStore, Fate, Faults, World, attributes};

/// Who acts besides the job.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// People and settings of the source; of the target only what is none of the job's.
    Source,
    /// Both tenants.
    Both,
}

const NAMES: [&str; 8] = ["ada", "bo", "cy", "di", "ed", "fay", "gus", "hal"];

/// A world with everything that was ever in it.
pub struct Life {
    pub world: World,
    pub sides: Sides,
    pub people: Vec<ObjectId>,
    pub groups: Vec<ObjectId>,
    /// Users and groups of the target that are none of the job's.
    pub others: Vec<ObjectId>,
    /// What these looked like before the job ran last.
    pub untouched: BTreeMap<ObjectId, Object>,
    /// Objects of the job's that the target deleted itself.
    pub deleted_there: BTreeSet<ObjectId>,
    pub consents: (bool, bool),
    /// What went wrong with the target, and how often.
    pub faults: BTreeMap<&'static str, u64>,
    /// Whether to say every step.
    pub tells: bool,
}

impl Life {
    pub fn new(sides: Sides) -> Self {
        let world = World::new();
        world.change_job(|job| {
            job.limits.removals_at_least = 1_000_000;
            job.limits.removals_at_most = 1_000_000;
            job.limits.clears = None;
            job.limits.partings = None;
        });
        let people = NAMES[..4].iter().map(|name| world.person(name, &[("department", "Red")]));
        let people: Vec<ObjectId> = people.collect();
        world.set_group_consent(true);
        let group =
            |name| world.make(world.source, Kind::Group, attributes(&[("displayName", name)]));
        let groups = vec![group("north"), group("south")];
        world.assign(groups[0], true);
        world.assign(people[0], true);
        Self {
            world,
            sides,
            people,
            groups,
            others: Vec::new(),
            untouched: BTreeMap::new(),
            deleted_there: BTreeSet::new(),
            consents: (true, true),
            faults: BTreeMap::new(),
            tells: false,
        }
    }

    pub fn step(&mut self, [kind, which, how]: [u8; 3]) {
        let person = self.people[usize::from(which) % self.people.len()];
        let group = self.groups[usize::from(how) % self.groups.len()];
        if self.tells {
            let label = |id| self.world.find(self.world.source, id).map(|one| one.label());
            eprintln!("{:<16} {:?}, group {}, {how}", what(kind), label(person), how % 2);
        }
        match kind % 52 {
            0..=3 => self.cycle(None),
            4..=7 => self.bad_day(which, how),
            8..=11 => self.cycle(Some((u64::from(which) % 12 + 1, how))),
            12 => self.join(NAMES[usize::from(which) % NAMES.len()], how),
            13..=16 => self.rewrite(person, how),
            17 => self.swap_addresses(person, how),
            18 => {
                drop(self.world.directory.delete(&self.world.operator, self.world.source, person))
            }
            19 => {
                drop(self.world.directory.restore(&self.world.operator, self.world.source, person))
            }
            20 => drop(self.world.directory.purge(&self.world.operator, self.world.source, person)),
            21..=23 => self.assign(person, !how.is_multiple_of(3)),
            24..=26 => self.member(group, person, !how.is_multiple_of(3)),
            27 => self.group(group, which),
            28 => self.assign(group, !which.is_multiple_of(2)),
            29 => self.filter(how),
            30 => self.mapping(how),
            31 => self.consent(how),
            32 => self.scope(how),
            33 => self.stranger(person, how),
            34 => self.free_address(how),
            40 => self.manager(person, how),
            41 => self.condition(how),
            42 => self.nest(how),
            43 => self.restart(how),
            44 | 45 => self.groups_go_along(how),
            46 => self.world.set_group_consent(!how.is_multiple_of(3)),
            47 => self.member(group, person, true),
            48 => self.group_filter(how),
            49 => self.group_mapping(how),
            50 | 51 => self.rewrite_group(group, which),
            _ if self.sides == Sides::Both => self.in_target(person, kind, how),
            35 => self.world.clock.advance_hours(i64::from(how) % 30),
            _ => self.rewrite(person, how),
        }
    }

    fn cycle(&mut self, crash: Option<(u64, u8)>) {
        let world = match crash {
            None => self.world.through(self.world.store.clone()),
            Some((at, how)) => {
                let fate = if how.is_multiple_of(2) { Fate::Fail } else { Fate::Lose };
                let (store, _) = FailingStore::over(self.world.store.clone(), at, fate);
                self.world.through(store)
            }
        };
        self.cycle_of(&world);
    }

    /// A cycle, which may fail, of the same world as another process sees it.
    fn cycle_of(&mut self, through: &World) {
        self.remember_others();
        let world = &self.world;
        let before = world.store.head(world.target).expect("the store answers");
        drop(through.try_cycle());
        let after = world.store.head(world.target).expect("the store answers");
        if self.consents != (true, true) {
            assert_eq!(before, after, "without consent nothing is written into the target");
        }
        self.check_others();
    }

    /// Cycles with a target that goes wrong, and with a clock that does. The process stays the same.
    fn bad_day(&mut self, which: u8, how: u8) {
        let seed = u64::from(which) << 8 | u64::from(how);
        let faults = Faults::seeded(&self.world.clock, seed, [30, 60, 90][usize::from(how) % 3]);
        let bad = self.world.through_faults(&faults);
        for _ in 0..=how % 3 {
            self.cycle_of(&bad);
            bad.clock.advance_seconds(i64::from(which) * 3);
        }
        assert_eq!(faults.hurried(), 0, "a target that wants to be left alone is");
        for (fault, count) in faults.told() {
            *self.faults.entry(fault).or_default() += count;
        }
    }

    /// Whatever is forgotten, nobody is doubled and nobody stays who should leave.
    fn restart(&self, how: u8) {
        let reset = match how % 4 {
            0 => Reset::USUAL,
            1 => Reset::FULL,
            _ => Reset { links: true, ..Reset::NOTHING },
        };
        let world = &self.world;
        drop(world.sync.restart(&world.operator, &world.job(), reset, &Silent));
    }

    pub fn remember_others(&mut self) {
        let found = self.others.iter().filter_map(|id| self.world.find(self.world.target, *id));
        self.untouched = found.map(|object| (object.id, object)).collect();
    }

    /// What is nobody's stays as it is; only a pending guest may become somebody's.
    pub fn check_others(&self) {
        for (id, before) in &self.untouched {
            let now = self.world.find(self.world.target, *id);
            if now.as_ref() == Some(before) {
                continue;
            }
            let taken = now.is_some_and(|now| now.home.is_some());
            let may = before.is_pending() || before.home.is_some();
            assert!(taken && may, "{} was none of the job's and changed", before.label());
        }
    }

    fn join(&mut self, name: &str, how: u8) {
        let address = format!("{name}@contoso.example");
        let more = attributes(&[
            ("userPrincipalName", &address),
            ("mail", &address),
            ("displayName", name),
            ("department", if how.is_multiple_of(2) { "Red" } else { "Blue" }),
            ("accountEnabled", if how.is_multiple_of(5) { "false" } else { "true" }),
        ]);
        let world = &self.world;
        let made = world.directory.create(&world.operator, world.source, Kind::User, None, more);
        if let Ok(made) = made {
            self.people.push(made.id);
        }
    }

    fn rewrite(&self, person: ObjectId, how: u8) {
        let pairs: &[(&str, &str)] = match how % 10 {
            0 => &[("department", "Red")],
            1 => &[("department", "Blue")],
            2 => &[("department", "")],
            3 => &[("city", "Oslo")],
            4 => &[("city", "")],
            5 | 6 => &[("accountEnabled", "false")],
            7 | 8 => &[("accountEnabled", "true")],
            _ => &[("jobTitle", "Head"), ("city", "Rome")],
        };
        self.set(self.world.source, person, pairs);
        if how >= 250 {
            self.set(self.world.source, person, &[("mail", "nobody@unverified.example")]);
        }
    }

    fn set(&self, tenant: model::TenantId, id: ObjectId, pairs: &[(&str, &str)]) {
        let clear = pairs.iter().filter(|(_, text)| text.is_empty());
        let clear = clear.map(|(name, _)| Name::new(name)).collect();
        let full: Vec<_> = pairs.iter().copied().filter(|(_, text)| !text.is_empty()).collect();
        let change = Change { set: attributes(&full), clear };
        drop(self.world.directory.update(&self.world.operator, tenant, id, &change));
    }

    /// Two people of the source change their addresses for each other's.
    fn swap_addresses(&self, one: ObjectId, how: u8) {
        let other = self.people[usize::from(how) % self.people.len()];
        let source = self.world.source;
        let mail = |id| {
            let object = self.world.find(source, id).filter(|object| object.deleted.is_none());
            object.and_then(|object| object.text(&Name::MAIL).map(str::to_owned))
        };
        if let (Some(first), Some(second)) = (mail(one), mail(other))
            && one != other
        {
            self.set(source, one, &[("mail", "")]);
            self.set(source, other, &[("mail", &first)]);
            self.set(source, one, &[("mail", &second)]);
        }
    }

    fn assign(&self, principal: ObjectId, present: bool) {
        let world = &self.world;
        drop(world.directory.assign(&world.operator, &world.job(), &[principal], present));
    }

    fn member(&self, group: ObjectId, person: ObjectId, present: bool) {
        let world = &self.world;
        let (operator, source) = (&world.operator, world.source);
        match present {
            true => drop(world.directory.add_members(operator, source, group, &[person])),
            false => drop(world.directory.remove_members(operator, source, group, &[person])),
        }
    }

    fn group(&self, group: ObjectId, how: u8) {
        let world = &self.world;
        let (operator, source) = (&world.operator, world.source);
        match how % 5 {
            0 | 1 => drop(world.directory.delete(operator, source, group)),
            4 if how > 200 => drop(world.directory.purge(operator, source, group)),
            _ => drop(world.directory.restore(operator, source, group)),
        }
    }

    fn filter(&self, how: u8) {
        let text = match how % 4 {
            0 => "department EQUALS Red",
            1 => "department EQUALS Blue OR city IS NOT NULL",
            2 => "city IS NULL",
            _ => "",
        };
        let clauses = |text: &str| -> Vec<model::Group> {
            let groups = text.split(" OR ").filter(|text| !text.is_empty());
            groups
                .map(|text| model::Group { name: String::new(), clauses: vec![clause(text)] })
                .collect()
        };
        let filter = model::Filter { groups: clauses(text) };
        self.world.change_job(|job| job.filter = filter.clone());
    }

    fn group_filter(&self, how: u8) {
        let text = match how % 6 {
            0 => "description EQUALS gold",
            1 => "displayName Includes north OR description IS NULL",
            2 => "NOT (description EQUALS gold)",
            3 => "displayName Includes south AND description IS NOT NULL",
            _ => "",
        };
        let scoping = wire::filter_text::parse(text, |name| Some(name.to_owned()));
        let scoping = scoping.expect("it is a filter");
        self.world.change_job(|job| {
            job.groups.filter.clone_from(&scoping.filter);
            job.groups.condition.clone_from(&scoping.condition);
        });
    }

    /// Another mapping of one attribute of groups, or of their members.
    fn group_mapping(&self, how: u8) {
        let (target, source) = match how % 7 {
            0 => ("displayName", Some(Source::Expression("ToUpper([displayName])".to_owned()))),
            1 => ("displayName", Some(Source::Direct("displayName".to_owned()))),
            2 => ("description", Some(Source::Expression("ToUpper([description])".to_owned()))),
            3 => ("description", Some(Source::Direct("description".to_owned()))),
            4 => ("description", None),
            5 => ("members", None),
            _ => ("members", Some(Source::Direct("members".to_owned()))),
        };
        self.world.change_job(|job| {
            let mappings = &mut job.groups.mappings;
            mappings.retain(|mapping| mapping.target != target);
            mappings.extend(source.clone().map(|source| Mapping::new(target, source)));
        });
    }

    fn rewrite_group(&self, group: ObjectId, how: u8) {
        let pairs: &[(&str, &str)] = match how % 6 {
            0 | 1 => &[("description", "gold")],
            2 => &[("description", "tin")],
            3 => &[("description", "")],
            4 => &[("displayName", "north face")],
            _ => &[("displayName", "southern")],
        };
        self.set(self.world.source, group, pairs);
    }

    fn mapping(&self, how: u8) {
        let source = match how % 2 {
            0 => Source::Direct("department".to_owned()),
            _ => Source::Expression("ToUpper([department])".to_owned()),
        };
        self.world.change_job(|job| {
            job.mappings.retain(|mapping| mapping.target != "department");
            job.mappings.push(Mapping::new("department", source.clone()));
        });
    }

    fn manager(&self, person: ObjectId, how: u8) {
        let world = &self.world;
        let manager = self.people[usize::from(how) % self.people.len()];
        let manager = (!how.is_multiple_of(4)).then_some(manager);
        drop(world.directory.set_manager(&world.operator, world.source, person, manager));
    }

    fn condition(&self, how: u8) {
        let named = |id: ObjectId| Named { name: id.to_string(), id: Some(id) };
        let member =
            |nested| Condition::Test(Test::Member { group: named(self.groups[1]), nested });
        let managed = Test::Manager { operator: Operator::IsNotNull, person: None };
        let condition = match how % 5 {
            0 => Some(Condition::Not(Box::new(member(false)))),
            1 => Some(member(true)),
            2 => Some(Condition::Or(vec![Condition::Test(managed), member(true)])),
            _ => None,
        };
        let job = self.world.job();
        // A group that was purged cannot be named any more.
        drop(self.world.directory.update_job(&self.world.operator, &job, |job| {
            job.condition.clone_from(&condition);
        }));
    }

    /// One group joins the other, or leaves it.
    fn nest(&self, how: u8) {
        let (inner, outer) =
            (self.groups[usize::from(how) % 2], self.groups[1 - usize::from(how) % 2]);
        self.member(outer, inner, !how.is_multiple_of(3));
    }

    /// Groups go along, in one way or another, or no longer.
    fn groups_go_along(&self, how: u8) {
        let nested = match how % 3 {
            0 => Nested::Ignore,
            1 => Nested::Flatten,
            _ => Nested::Keep,
        };
        let (enabled, nested_assignment) = (!how.is_multiple_of(8), how.is_multiple_of(5));
        self.world.change_job(|job| {
            let groups = job.groups.clone();
            job.groups = Groups { enabled, nested, nested_assignment, ..groups };
        });
    }

    fn consent(&mut self, how: u8) {
        let given = how > 80;
        if how.is_multiple_of(2) {
            self.world.set_source_consent(given);
            self.consents.0 = given;
        } else {
            self.world.set_target_consent(given);
            self.consents.1 = given;
        }
    }

    fn scope(&self, how: u8) {
        let scope = if how.is_multiple_of(3) { ScopeMode::All } else { ScopeMode::Assigned };
        self.world.change_job(|job| job.scope = scope);
    }

    /// Somebody of the target's own takes a person's address, or invites the person by mail.
    fn stranger(&mut self, person: ObjectId, how: u8) {
        let world = &self.world;
        let (operator, target) = (&world.operator, world.target);
        let Some(person) = world.find(world.source, person) else { return };
        let Some(mail) = person.text(&Name::MAIL) else { return };
        let number = self.others.len();
        let own = format!("t{number}@fabrikam.example");
        let made = match how % 3 {
            0 => world.directory.invite(operator, target, mail, Some("guest")),
            1 => {
                let more = attributes(&[
                    ("displayName", "t"),
                    ("userPrincipalName", &own),
                    ("mail", mail),
                ]);
                world.directory.create(operator, target, Kind::User, None, more)
            }
            _ => {
                let more = attributes(&[("displayName", "crew"), ("mail", mail)]);
                world.directory.create(operator, target, Kind::Group, None, more)
            }
        };
        if let Ok(made) = made {
            self.others.push(made.id);
        }
    }

    /// Somebody of the target's own gives the address up.
    fn free_address(&self, how: u8) {
        let Some(other) = self.others.get(usize::from(how) % self.others.len().max(1)) else {
            return;
        };
        let object = self.world.find(self.world.target, *other);
        if object.is_some_and(|object| object.home.is_none()) {
            self.set(self.world.target, *other, &[("mail", "")]);
        }
    }

    /// The target's own people lay hands on what the job made.
    fn in_target(&mut self, person: ObjectId, kind: u8, how: u8) {
        let Some(object) = self.world.linked(person) else { return };
        let world = &self.world;
        let (operator, target, id) = (&world.operator, world.target, object.id);
        match kind % 52 {
            35 => {
                world.clock.advance_days(i64::from(how) % 40);
                world
                    .directory
                    .purge_expired(&model::Actor::System, target)
                    .expect("the store answers");
            }
            36 => self.set(target, id, &[("city", "Bern"), ("accountEnabled", "false")]),
            37 => {
                if world.directory.delete(operator, target, id).is_ok() {
                    self.deleted_there.insert(id);
                }
            }
            38 => {
                if world.directory.restore(operator, target, id).is_ok() {
                    self.deleted_there.remove(&id);
                }
            }
            _ => drop(world.directory.purge(operator, target, id)),
        }
    }

    /// The trouble ends: consent is given, and the job runs.
    pub fn come_to_rest(&mut self) {
        self.world.set_source_consent(true);
        self.world.set_target_consent(true);
        self.world.set_group_consent(true);
        self.remember_others();
        self.world.cycle();
        self.world.cycle();
        if self.sides == Sides::Both {
            let world = &self.world;
            let (actor, job) = (&world.operator, world.job());
            let restarted = world.sync.restart(actor, &job, Reset::USUAL, &Silent);
            restarted.expect("it may be restarted");
            world.cycle();
        }
        self.check_others();
    }
}

/// The step's name.
fn what(kind: u8) -> &'static str {
    match kind % 52 {
        0..=3 => "cycle",
        4..=7 => "bad day",
        8..=11 => "crash",
        12 => "join",
        13..=16 => "rewrite",
        17 => "swap addresses",
        18 => "delete",
        19 => "restore",
        20 => "purge",
        21..=23 => "assign",
        24..=26 => "member",
        27 => "group",
        28 => "assign group",
        29 => "filter",
        30 => "mapping",
        31 => "consent",
        32 => "scope",
        33 => "stranger",
        34 => "free address",
        35 => "time, expire",
        36 => "target edits",
        37 => "target deletes",
        38 => "target restores",
        40 => "manager",
        41 => "condition",
        42 => "nest",
        43 => "restart",
        44 | 45 => "groups go along",
        46 => "groups' consent",
        47 => "member",
        48 => "group filter",
        49 => "group mapping",
        50 | 51 => "rewrite group",
        _ => "target purges",
    }
}

fn clause(text: &str) -> model::Clause {
    let (attribute, rest) = text.split_once(' ').expect("a clause");
    let operators = model::Operator::ALL;
    let (operator, spelling) =
        operators.iter().find(|(_, spelling)| rest.starts_with(spelling)).expect("an operator");
    model::Clause {
        attribute: attribute.to_owned(),
        operator: *operator,
        operand: rest[spelling.len()..].trim().to_owned(),
    }
}
