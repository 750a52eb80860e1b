//! Swaps: people who wait in a ring for each other's addresses. One of them gives the address up for
//! a moment, and then each of the others finds its own free.

use std::collections::{BTreeSet, HashMap};

use engine::{Change, Ids, Record, to_entry};
use model::{
    Action, ChangeId, Code, HomeIdentity, Key, KeyKind, Kind, Modification, Name, Object, ObjectId,
    Reason, WaitFor,
};

use crate::{
    Error,
    evaluate::Decided,
    journal::{Journal, Memory},
    pipeline,
    session::Session,
};

/// Has one person of each ring give up the address, and says whether there was a ring.
pub(crate) fn step_aside(session: &mut Session, memory: &mut Memory) -> Result<bool, Error> {
    let waits = read_waits(session, memory)?;
    let people: Vec<ObjectId> = rings(&waits).into_iter().collect();
    if people.is_empty() {
        return Ok(false);
    }
    let decided = decide(session, &people)?;
    let (actor, token) = (session.actor(), session.lease.token);
    let mut journal = Journal::of(session, memory);
    let (entries, page) = journal.intend(decided);
    journal.flush(false)?;
    let outcomes = pipeline::apply(journal.ctx, &actor, token, &entries)?;
    journal.settle(&entries, outcomes, &page);
    journal.flush(true)?;
    Ok(true)
}

/// Who waits for whom: people whose address is held by somebody of the same job.
fn read_waits(session: &Session, memory: &Memory) -> Result<HashMap<ObjectId, ObjectId>, Error> {
    let blocked: Vec<(ObjectId, ObjectId)> = memory
        .failed
        .iter()
        .filter_map(|(person, (_, wait))| match wait {
            WaitFor::Key { key, holder } if key.kind == KeyKind::Address => {
                Some((*person, *holder))
            }
            _ => None,
        })
        .collect();
    let holders: Vec<ObjectId> = blocked.iter().map(|(_, holder)| *holder).collect();
    let ctx = &session.ctx;
    let links = ctx.store().links_to(ctx.job.source, ctx.job.id, &holders)?;
    let objects = ctx.target().get(&holders)?;
    // Somebody whose link is lost is known by the home identity all the same.
    let at_home = |object: Object| {
        object.home.filter(|home| home.tenant == ctx.job.source).map(|home| home.object)
    };
    Ok(blocked
        .into_iter()
        .zip(links.into_iter().zip(objects))
        .filter_map(|((person, _), (link, object))| {
            Some((person, link.map(|link| link.source).or_else(|| at_home(object?))?))
        })
        .collect())
}

/// The objects that stand for these people, by their links or else by their home identities.
fn read_objects(session: &Session, people: &[ObjectId]) -> Result<Vec<(ObjectId, Object)>, Error> {
    let ctx = &session.ctx;
    let source = ctx.job.source;
    let home = |person: &ObjectId| Key::home(HomeIdentity { tenant: source, object: *person });
    let found = ctx.target().find(&people.iter().map(home).collect::<Vec<_>>())?;
    let links = ctx.store().links(source, ctx.job.id, people)?;
    let targets = links.into_iter().zip(found);
    let targets: Vec<(ObjectId, ObjectId)> = people
        .iter()
        .zip(targets)
        .filter_map(|(person, (link, found))| {
            Some((*person, link.map(|link| link.target).or(found)?))
        })
        .collect();
    let ids: Vec<ObjectId> = targets.iter().map(|(_, target)| *target).collect();
    let objects = ctx.target().get(&ids)?;
    let all = targets.into_iter().zip(objects);
    Ok(all.filter_map(|((person, _), object)| Some((person, object?))).collect())
}

/// One person of each ring, the one with the smallest id.
fn rings(waits: &HashMap<ObjectId, ObjectId>) -> BTreeSet<ObjectId> {
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
    for start in waits.keys() {
        let mut path: Vec<ObjectId> = Vec::new();
        let mut at = *start;
        while !seen.contains(&at) && waits.contains_key(&at) {
            seen.insert(at);
            path.push(at);
            at = waits[&at];
        }
        if let Some(first) = path.iter().position(|person| *person == at) {
            found.extend(path[first..].iter().min());
        }
    }
    found
}

/// The entries that empty the addresses of these people.
fn decide(session: &Session, people: &[ObjectId]) -> Result<Decided, Error> {
    let ctx = &session.ctx;
    let live = read_objects(session, people)?;
    let sources: Vec<ObjectId> = live.iter().map(|(person, _)| *person).collect();
    let people = ctx.store().get(ctx.job.source, &sources)?;
    let entries = live
        .iter()
        .zip(people)
        .filter_map(|((person, live), object)| {
            let change = aside(live)?;
            let record = Record::of(*person, object);
            let source = ctx.sync.directory().ids();
            let ids = Ids { run: ctx.run, change: ChangeId(source.next()), target: live.id };
            Some(to_entry(&record, Kind::User, change, ids, ctx.now()))
        })
        .collect();
    Ok(Decided::of(entries))
}

fn aside(live: &Object) -> Option<Change> {
    let mail = live.attributes.get(&Name::MAIL)?.clone();
    let reason = Reason::new(Code::SWAPPED, "the address is given up while two people swap theirs");
    Some(Change {
        action: Action::Update,
        target: Some(live.id),
        version: live.version,
        modifications: vec![Modification { name: Name::MAIL, old: Some(mail), new: None }],
        choices: Vec::new(),
        reason: Some(reason),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> ObjectId {
        ObjectId::from_slice(&[number; 16]).expect("sixteen bytes")
    }

    #[test]
    fn one_of_each_ring_and_nobody_of_a_chain() {
        let waits = [(1, 2), (2, 3), (3, 1), (5, 6), (6, 5), (8, 9)];
        let waits = waits.into_iter().map(|(from, to)| (id(from), id(to))).collect();
        assert_eq!(rings(&waits), BTreeSet::from([id(1), id(5)]));
    }
}
