//! Look up: everything that a page needs to know of the journal and the target, in a fixed number of
//! questions; and of the source, where two of its people may be taken for one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use engine::{
    Desired, Facts, Record, Rules, claims_to_ask, keys_to_ask,
    scope::{self, Scoped},
    values_to_ask,
};
use model::{Key, Kind, LinkState, Name, ObjectId, Reason, fold};

use crate::{Error, records::read_records, session::Context};

/// How many people of the source are asked for who give the same text, enough to find one who is in
/// scope among those who are not.
const CLAIMANTS: usize = 16;

/// A person on the way, behind scope and map.
pub(crate) struct Mapped<'r> {
    pub(crate) record: &'r Record,
    pub(crate) scoped: Scoped<'r>,
    pub(crate) desired: Option<Result<Desired<'r>, Reason>>,
}

/// Asks for a page's links and linked objects, then for the keys that the line needs, then for who
/// holds those.
pub(crate) fn look_up(ctx: &Context, rules: &Rules, page: &[Mapped<'_>]) -> Result<Facts, Error> {
    let people: Vec<ObjectId> = page.iter().map(|mapped| mapped.record.id).collect();
    let (tenant, job) = (ctx.job.source, ctx.job.id);
    let links: HashMap<ObjectId, model::Link> = people
        .iter()
        .copied()
        .zip(ctx.store().links(tenant, job, &people)?)
        .filter_map(|(person, link)| Some((person, link?)))
        .collect();
    let mut facts = Facts { links, ..Facts::default() };

    let mut linked: Vec<ObjectId> = facts.links.values().map(|link| link.target).collect();
    if rules.maps_manager {
        let held = ctx.target().managers(&linked)?;
        let held = linked.iter().zip(held).filter_map(|(id, manager)| Some((*id, manager?)));
        facts.managers.extend(held);
        linked.extend(add_managers(ctx, &mut facts, page)?);
    }
    add_live(ctx, &mut facts, &linked)?;

    let mut keys: Vec<Key> = Vec::new();
    let mut values: BTreeMap<Name, BTreeSet<String>> = BTreeMap::new();
    for mapped in page {
        if let Some(Ok(desired)) = &mapped.desired {
            let linked = facts.find_known(mapped.record.id);
            keys.extend(keys_to_ask(rules, desired, linked));
            for (attribute, text) in values_to_ask(rules, desired, linked) {
                values.entry(attribute.clone()).or_default().insert(fold(text));
            }
        }
    }
    let mut holders: BTreeSet<ObjectId> = BTreeSet::new();
    if !keys.is_empty() {
        let found = ctx.target().find(&keys)?;
        for (key, holder) in keys.into_iter().zip(found) {
            if let Some(holder) = holder {
                holders.insert(holder);
                facts.holders.insert(key, holder);
            }
        }
    }
    for (attribute, texts) in values {
        let texts: Vec<String> = texts.into_iter().collect();
        let found = ctx.target().find_values(rules.kind, &attribute, &texts)?;
        for (text, held_by) in texts.into_iter().zip(found) {
            holders.extend(&held_by);
            facts.value_holders.insert((attribute.clone(), text), held_by);
        }
    }
    holders.retain(|holder| !facts.live.contains_key(holder));
    if holders.is_empty() {
        add_protected(ctx, &mut facts)?;
        return Ok(facts);
    }
    let holders: Vec<ObjectId> = holders.into_iter().collect();
    add_live(ctx, &mut facts, &holders)?;
    let links = ctx.store().links_to(tenant, job, &holders)?;
    facts.linked_to.extend(
        holders.iter().zip(links).filter_map(|(holder, link)| Some((*holder, link?.source))),
    );
    add_claimants(ctx, &mut facts, page)?;
    add_protected(ctx, &mut facts)?;
    Ok(facts)
}

/// Adds who in the source gives the texts by which people of the page are found.
fn add_claimants(ctx: &Context, facts: &mut Facts, page: &[Mapped<'_>]) -> Result<(), Error> {
    let mut asked: BTreeMap<(Name, Name), BTreeSet<String>> = BTreeMap::new();
    for mapped in page {
        let Some(Ok(desired)) = &mapped.desired else { continue };
        if facts.find_known(mapped.record.id).is_some() {
            continue;
        }
        for claim in claims_to_ask(&ctx.rules, desired, facts) {
            let names = (claim.target.clone(), claim.source.clone());
            asked.entry(names).or_default().insert(fold(claim.text));
        }
    }
    for ((target, source), texts) in asked {
        let texts: Vec<String> = texts.into_iter().collect();
        let found = ctx.store().holders(ctx.job.source, Kind::User, &source, &texts, CLAIMANTS)?;
        let people: BTreeSet<ObjectId> = found.iter().flatten().copied().collect();
        let labels = read_labels(ctx, people)?;
        for (text, people) in texts.into_iter().zip(found) {
            let named = people.iter().filter_map(|id| Some((*id, labels.get(id)?.clone())));
            facts.claimants.insert((target.clone(), text), named.collect());
        }
    }
    Ok(())
}

/// What to call those of these people who are in scope.
fn read_labels(
    ctx: &Context,
    people: BTreeSet<ObjectId>,
) -> Result<HashMap<ObjectId, String>, Error> {
    let people = people.into_iter().map(|id| (id, None)).collect();
    let records = read_records(ctx, people, false)?;
    let ids: Vec<ObjectId> = records.iter().map(|record| record.id).collect();
    let links = ctx.store().links(ctx.job.source, ctx.job.id, &ids)?;
    let now = ctx.now();
    let meant = |record: &Record| matches!(scope::decide(&ctx.rules, record, now), Scoped::In(_));
    // Whoever has an object already claims no other.
    let free =
        |link: &Option<model::Link>| link.is_none_or(|one| one.state == LinkState::Forgotten);
    let claimants = records.iter().zip(&links).filter(|(record, link)| meant(record) && free(link));
    Ok(claimants.map(|(record, _)| (record.id, record.label())).collect())
}

/// Adds which of the objects that were found are protected.
fn add_protected(ctx: &Context, facts: &mut Facts) -> Result<(), Error> {
    if facts.live.is_empty() {
        return Ok(());
    }
    let ids: Vec<ObjectId> = facts.live.keys().copied().collect();
    let protected = ctx.target().protected(&ids)?;
    facts.protected.extend(ids.into_iter().zip(protected).filter_map(|(id, is)| is.then_some(id)));
    Ok(())
}

/// Adds the links of the managers of a page, and gives the objects that stand for them.
fn add_managers(
    ctx: &Context,
    facts: &mut Facts,
    page: &[Mapped<'_>],
) -> Result<Vec<ObjectId>, Error> {
    let desired = page.iter().filter_map(|mapped| mapped.desired.as_ref()?.as_ref().ok());
    let managers: BTreeSet<ObjectId> = desired
        .filter_map(Desired::manager)
        .filter(|person| !facts.links.contains_key(person))
        .collect();
    if managers.is_empty() {
        return Ok(Vec::new());
    }
    let managers: Vec<ObjectId> = managers.into_iter().collect();
    let links = ctx.store().links(ctx.job.source, ctx.job.id, &managers)?;
    let found: Vec<_> = managers.into_iter().zip(links).collect();
    let targets = found.iter().filter_map(|(_, link)| Some(link.as_ref()?.target)).collect();
    facts.links.extend(found.into_iter().filter_map(|(person, link)| Some((person, link?))));
    Ok(targets)
}

fn add_live(ctx: &Context, facts: &mut Facts, ids: &[ObjectId]) -> Result<(), Error> {
    if !ids.is_empty() {
        let found = ctx.target().get(ids)?;
        facts.live.extend(found.into_iter().flatten().map(|object| (object.id, object)));
    }
    Ok(())
}
