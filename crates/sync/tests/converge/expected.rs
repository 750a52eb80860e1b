//! The reference model: what the target should hold, from the source, the configuration, the links
//! and who deleted what, by the simplest reading of cross-tenant-sync.md, without any of the line's
//! code.

use std::collections::BTreeSet;

use model::{
    Condition, EdgeKind, Kind, LinkState, Name, Nested, Object, ObjectId, Operator, ScopeMode,
    Source, Value, condition::Test,
};
use store::End;

use super::steps::{Life, Sides};

/// Checks everybody who was ever there.
pub fn check(life: &Life) {
    for person in &life.people {
        let who = life.world.find(life.world.source, *person);
        check_person(life, *person, who.as_ref());
    }
    if life.world.job().groups.enabled {
        for group in &life.groups {
            check_group(life, *group);
        }
    }
    life.world.assert_settled(true);
}

/// A group in scope stands in the target, with those of its members who do.
fn check_group(life: &Life, id: ObjectId) {
    let world = &life.world;
    let job = world.job();
    let edges = |tenant, end, id| {
        world.store.edges(tenant, EdgeKind::Member, end, &[id]).expect("the store answers")
    };
    let assigned = world.store.edges(world.source, EdgeKind::Assignment, End::To, &[id]);
    let is_assigned = !assigned.expect("the store answers").is_empty();
    let group = world.find(world.source, id).filter(|group| group.deleted.is_none());
    let standing = |id: ObjectId| world.linked(id).filter(|object| object.deleted.is_none());
    let is_chosen = |group: &Object| {
        (job.scope == ScopeMode::All || is_assigned) && passes_as_group(&job.groups, group)
    };
    let Some(group) = group.filter(is_chosen) else {
        assert!(standing(id).is_none(), "group {id} is out of scope and still in the target");
        return;
    };
    let there = standing(id).unwrap_or_else(|| panic!("{} is not there", group.label()));
    check_group_values(&job.groups, &group, &there);
    if job.groups.mappings.iter().all(|mapping| mapping.target != "members") {
        return;
    }
    let is_group = |id: &ObjectId| {
        world.find(world.source, *id).is_some_and(|object| object.kind == Kind::Group)
    };
    let wanted: BTreeSet<ObjectId> = match job.groups.nested {
        Nested::Flatten => life
            .people
            .iter()
            .filter(|one| groups_of(life, **one, true).contains(&id))
            .copied()
            .collect(),
        nested => edges(world.source, End::From, id)
            .into_iter()
            .map(|edge| edge.to)
            .filter(|member| nested == Nested::Keep || !is_group(member))
            .collect(),
    };
    let active = |id: &ObjectId| {
        world.link(*id).is_some_and(|link| link.state == LinkState::Active)
            && standing(*id).is_some()
    };
    let wanted: BTreeSet<ObjectId> = wanted.into_iter().filter(active).collect();
    let members = edges(world.target, End::From, there.id).into_iter();
    let members = members.filter_map(|edge| world.find(world.target, edge.to));
    let alive = members.filter(|object| object.deleted.is_none());
    let found: BTreeSet<ObjectId> =
        alive.filter_map(|object| object.home).map(|home| home.object).filter(active).collect();
    assert_eq!(found, wanted, "members of {}", group.label());
}

/// The filter of groups by its simplest reading.
fn passes_as_group(groups: &model::Groups, group: &Object) -> bool {
    let holds = |attribute: &str, operator: Operator, operand: &str| {
        let value = group.text(&Name::new(attribute));
        match operator {
            Operator::Equals => value == Some(operand),
            Operator::Includes => value.is_some_and(|value| value.contains(operand)),
            Operator::IsNull => value.is_none(),
            Operator::IsNotNull => value.is_some(),
            other => panic!("the model does not know {other:?}"),
        }
    };
    let clause = |one: &model::Clause| holds(&one.attribute, one.operator, &one.operand);
    let all = &groups.filter.groups;
    let passes = all.is_empty() || all.iter().any(|group| group.clauses.iter().all(clause));
    let fits = match &groups.condition {
        None => true,
        Some(Condition::Not(part)) => match &**part {
            Condition::Test(Test::Compare(one)) => {
                !holds(&one.attribute, one.operator, &one.operand)
            }
            other => panic!("the model does not know {other}"),
        },
        Some(other) => panic!("the model does not know {other}"),
    };
    passes && fits
}

/// A group holds what the mappings of groups give.
fn check_group_values(groups: &model::Groups, group: &Object, there: &Object) {
    for mapping in groups.mappings.iter().filter(|mapping| mapping.target != "members") {
        let target = Name::new(&mapping.target);
        let wanted = match &mapping.source {
            Source::Direct(name) => group.attributes.get(&Name::new(name)).cloned(),
            Source::Constant(text) => Some(Value::Boolean(text == "true")),
            Source::Expression(_) => {
                group.text(&target).map(|text| Value::text(text.to_uppercase()))
            }
            Source::None => panic!("the model does not leave anything alone"),
        };
        assert_eq!(there.attributes.get(&target), wanted.as_ref(), "{target} of {}", group.label());
    }
}

fn check_person(life: &Life, id: ObjectId, person: Option<&Object>) {
    let world = &life.world;
    let link = world.link(id);
    let object = world.linked(id);
    let name = person.map_or_else(|| id.to_string(), Object::label);
    let Some(person) = person.filter(|person| is_in_scope(life, person)) else {
        // Somebody out of scope is gone, unless the target itself brought the object back.
        let live = object.is_some_and(|object| object.deleted.is_none());
        let brought_back =
            life.sides == Sides::Both && link.is_some_and(|link| link.state == LinkState::Removed);
        assert!(!live || brought_back, "{name} is out of scope and still in the target");
        return;
    };
    if is_blocked(life, person, &mut BTreeSet::new()) {
        return;
    }
    match object {
        Some(object) if object.deleted.is_none() => check_values(life, person, &object),
        Some(object) => {
            let by_target = life.deleted_there.contains(&object.id);
            let kept_out = !person.is_enabled();
            assert!(by_target || kept_out, "{name} is in scope and deleted in the target");
        }
        None if is_deleted_guest(life, person) => {}
        None => assert!(!person.is_enabled(), "{name} is in scope and not in the target"),
    }
}

/// A deleted object that carries the person's home identity and has no link: somebody in the target
/// deleted what a job had made before.
fn is_deleted_guest(life: &Life, person: &Object) -> bool {
    let objects = life.world.objects(life.world.target, model::Kind::User);
    objects.values().any(|object| {
        object.deleted.is_some() && object.home.is_some_and(|home| home.object == person.id)
    })
}

fn is_in_scope(life: &Life, person: &Object) -> bool {
    let world = &life.world;
    let job = world.job();
    if person.deleted.is_some() {
        return false;
    }
    let edges = |kind, id: ObjectId| {
        world.store.edges(world.source, kind, End::To, &[id]).expect("the store answers")
    };
    let is_assigned = |id| !edges(EdgeKind::Assignment, id).is_empty();
    let chosen = job.scope == ScopeMode::All
        || is_assigned(person.id)
        || groups_of(life, person.id, job.groups.nested_assignment).into_iter().any(is_assigned);
    let holds = |clause: &model::Clause| {
        let value = person.text(&Name::new(&clause.attribute));
        match clause.operator {
            Operator::Equals => value == Some(clause.operand.as_str()),
            Operator::IsNull => value.is_none(),
            Operator::IsNotNull => value.is_some(),
            other => panic!("the model does not know {other:?}"),
        }
    };
    let groups = &job.filter.groups;
    let passes = groups.is_empty() || groups.iter().any(|group| group.clauses.iter().all(holds));
    let condition = job.condition.as_ref();
    chosen && passes && condition.is_none_or(|condition| fits(life, person.id, condition))
}

/// A condition by its simplest reading.
fn fits(life: &Life, person: ObjectId, condition: &Condition) -> bool {
    match condition {
        Condition::And(parts) => parts.iter().all(|part| fits(life, person, part)),
        Condition::Or(parts) => parts.iter().any(|part| fits(life, person, part)),
        Condition::Not(part) => !fits(life, person, part),
        Condition::Test(Test::Manager { .. }) => find_manager(life, person).is_some(),
        Condition::Test(Test::Member { group, nested }) => {
            let group = group.id.expect("it was found when the condition was saved");
            groups_of(life, person, *nested).contains(&group)
        }
        Condition::Test(other) => panic!("the model does not know {other}"),
    }
}

fn find_manager(life: &Life, person: ObjectId) -> Option<ObjectId> {
    let world = &life.world;
    let edges = world.store.edges(world.source, EdgeKind::Manager, End::From, &[person]);
    edges.expect("the store answers").first().map(|edge| edge.to)
}

/// The groups that somebody lies in, by groups that are not deleted.
fn groups_of(life: &Life, id: ObjectId, nested: bool) -> BTreeSet<ObjectId> {
    let world = &life.world;
    let above = |id: ObjectId| -> Vec<ObjectId> {
        let edges = world.store.edges(world.source, EdgeKind::Member, End::To, &[id]);
        let groups = edges.expect("the store answers").into_iter().map(|edge| edge.from);
        groups
            .filter(|group| {
                world.find(world.source, *group).is_some_and(|one| one.deleted.is_none())
            })
            .collect()
    };
    let mut found: BTreeSet<ObjectId> = above(id).into_iter().collect();
    let mut open: Vec<ObjectId> = found.iter().copied().collect();
    while let Some(group) = open.pop().filter(|_| nested) {
        open.extend(above(group).into_iter().filter(|above| found.insert(*above)));
    }
    found
}

/// Whoever stands for the manager in the target, and nobody where nobody does.
fn check_manager(life: &Life, person: &Object, object: &Object) {
    let world = &life.world;
    let edges = world.store.edges(world.target, EdgeKind::Manager, End::From, &[object.id]);
    let found = edges.expect("the store answers").first().map(|edge| edge.to);
    let wanted = find_manager(life, person.id)
        .filter(|id| world.link(*id).is_some_and(|link| link.state == LinkState::Active))
        .and_then(|id| world.linked(id))
        .filter(|manager| manager.deleted.is_none())
        .map(|manager| manager.id);
    assert_eq!(found, wanted, "the manager of {}", person.label());
}

/// Whether the person cannot go on for a good reason: the address lies in no verified domain, or
/// somebody else of the target holds it and will not give it up.
fn is_blocked(life: &Life, person: &Object, seen: &mut BTreeSet<ObjectId>) -> bool {
    let world = &life.world;
    let Some(mail) = person.text(&Name::MAIL) else { return false };
    if !mail.ends_with("@contoso.example") {
        return true;
    }
    let key = model::Key::address(mail);
    let holder = world.store.resolve(world.target, &[key]).expect("the store answers")[0];
    let Some(holder) =
        holder.filter(|holder| world.link(person.id).is_none_or(|link| link.target != *holder))
    else {
        return false;
    };
    let holder = world.find(world.target, holder).expect("keys name objects");
    let Some(home) = holder.home else { return true };
    // The holder keeps it for as long as the holder cannot go on itself, is no longer looked after,
    // or was brought back by the target.
    assert!(seen.insert(person.id), "people wait for each other in a ring");
    match world.find(world.source, home.object).filter(|other| is_in_scope(life, other)) {
        Some(other) => is_blocked(life, &other, seen),
        None => true,
    }
}

fn check_values(life: &Life, person: &Object, object: &Object) {
    check_manager(life, person, object);
    let mappings = life.world.job().mappings;
    for mapping in mappings.into_iter().filter(|mapping| mapping.target != "manager") {
        let target = Name::new(&mapping.target);
        let found = object.attributes.get(&target);
        let wanted = match &mapping.source {
            Source::Direct(name) => person.attributes.get(&Name::new(name)).cloned(),
            Source::Constant(text) if text == "true" => Some(Value::Boolean(true)),
            // "Only at creation": whoever made the object chose.
            Source::Constant(_) => continue,
            Source::None => panic!("the model does not leave anything alone"),
            Source::Expression(_) => {
                let text = person.text(&Name::DEPARTMENT);
                text.map(|text| Value::text(text.to_uppercase()))
            }
        };
        if target == Name::USER_PRINCIPAL_NAME {
            let plain = person.text(&Name::USER_PRINCIPAL_NAME).expect("everybody has one");
            let plain = plain.replace('@', "_");
            let held = found.and_then(Value::as_text).expect("everybody has one");
            assert!(
                held.starts_with(&plain) && held.ends_with("#EXT#@fabrikam.example"),
                "{held} is no name for {plain}"
            );
            continue;
        }
        // Some are kept by the directory when they are emptied.
        if wanted.is_none() && target.definition().is_some_and(|definition| definition.required) {
            continue;
        }
        assert_eq!(found, wanted.as_ref(), "{} of {}", target, person.label());
    }
    let home = object.home.expect("a linked object has a home");
    assert_eq!((home.tenant, home.object), (life.world.source, person.id));
    assert_eq!(object.text(&Name::EXTERNAL_USER_STATE), Some("Accepted"));
}
