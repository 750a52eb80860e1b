//! Lists of users and groups by key. What somebody types is looked for at the beginning of one attribute
//! after the other, each along its own list, so that a page costs what it shows however many there are;
//! who was shown for one attribute is left out for the next.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    Kind, Name, Object, ObjectId, Query, TenantId,
    query::{Mark, Order, Predicate},
};

use crate::{error::Error, visit::Visit};

/// A walk along one list.
pub struct Stage {
    /// By what it is ordered.
    pub order: Order,
    /// Who is meant.
    pub predicate: Predicate,
}

/// A page of a list.
pub struct Listed {
    /// What is on it.
    pub objects: Vec<Object>,
    /// The key of the next page.
    pub next: Option<String>,
}

/// The walks for a text at the beginning of one of these attributes, among those who pass the filters.
pub fn stages(text: &str, names: &[Name], filters: &[Predicate]) -> Vec<Stage> {
    let among = |parts: Vec<Predicate>| {
        Predicate::And(parts.into_iter().chain(filters.iter().cloned()).collect())
    };
    if text.is_empty() {
        let order = Order::Text(Name::DISPLAY_NAME);
        return vec![Stage { order, predicate: among(Vec::new()) }];
    }
    if let Ok(id) = text.parse::<ObjectId>() {
        return vec![Stage { order: Order::Id, predicate: among(vec![Predicate::is(id)]) }];
    }
    let begins = |name: &Name| Predicate::starts_with(name.clone(), text);
    let stage = |(index, name): (usize, &Name)| {
        let before = names[..index].iter().map(|name| begins(name).negated());
        let parts = std::iter::once(begins(name)).chain(before).collect();
        Stage { order: Order::Text(name.clone()), predicate: among(parts) }
    };
    names.iter().enumerate().map(stage).collect()
}

/// The first users or groups whose name or address begins with a text: what a page offers while somebody
/// types.
pub fn suggest(
    visit: &Visit,
    tenant: TenantId,
    kind: Kind,
    text: &str,
    limit: usize,
) -> Result<Vec<Object>, Error> {
    let stages = stages(text.trim(), names(kind), &[]);
    Ok(find(visit, tenant, kind, &stages, (None, limit))?.objects)
}

/// By what objects are found that somebody looks for.
pub fn names(kind: Kind) -> &'static [Name] {
    const USERS: &[Name] = &[Name::DISPLAY_NAME, Name::USER_PRINCIPAL_NAME, Name::MAIL];
    match kind {
        Kind::User => USERS,
        Kind::Group => &USERS[..1],
    }
}

/// The page behind a key. It may be short, or empty, and have a next one all the same.
pub fn find(
    visit: &Visit,
    tenant: TenantId,
    kind: Kind,
    stages: &[Stage],
    (after, limit): (Option<&str>, usize),
) -> Result<Listed, Error> {
    let order = |at: usize| stages.get(at).map(|stage| &stage.order);
    let (mut at, mut mark) = after.map_or(Ok((0, None)), |after| read(after, order))?;
    let mut objects = Vec::new();
    while let Some(stage) = stages.get(at) {
        // Behind a full page it is only asked whether there is more.
        let room = limit - objects.len();
        let query = Query {
            kind,
            deleted: false,
            predicate: stage.predicate.clone(),
            order: stage.order.clone(),
            descending: false,
            after: mark.take(),
            limit: room.max(1),
        };
        let found = visit.center.directory.query(visit.actor(), tenant, &query)?;
        if room == 0 && (!found.objects.is_empty() || found.next.is_some()) {
            return Ok(Listed { objects, next: Some(write(at, None)) });
        }
        objects.extend(found.objects);
        if let Some(next) = found.next {
            return Ok(Listed { objects, next: Some(write(at, Some(&next))) });
        }
        at += 1;
    }
    Ok(Listed { objects, next: None })
}

/// The page behind a key of what was deleted, the last first.
pub fn find_deleted(
    visit: &Visit,
    tenant: TenantId,
    kind: Kind,
    (after, limit): (Option<&str>, usize),
) -> Result<Listed, Error> {
    let (_, after) = after.map_or(Ok((0, None)), |after| read(after, |_| Some(&Order::Deleted)))?;
    let query = Query {
        kind,
        deleted: true,
        predicate: Predicate::EVERYTHING,
        order: Order::Deleted,
        descending: true,
        after,
        limit,
    };
    let found = visit.center.directory.query(visit.actor(), tenant, &query)?;
    let next = found.next.map(|mark| write(0, Some(&mark)));
    Ok(Listed { objects: found.objects, next })
}

/// A key as a part of an address.
fn write(stage: usize, mark: Option<&Mark>) -> String {
    let mark = mark.map(|mark| serde_json::to_vec(mark).expect("a mark has a JSON text"));
    format!("{stage}.{}", URL_SAFE_NO_PAD.encode(mark.unwrap_or_default()))
}

/// The list and the place in it that a key names. A place of another order is none in this one.
fn read<'s>(
    text: &str,
    order: impl Fn(usize) -> Option<&'s Order>,
) -> Result<(usize, Option<Mark>), Error> {
    let wrong = || Error::new(400, "invalid-value", text!("listing-key"));
    let (stage, mark) = text.split_once('.').ok_or_else(wrong)?;
    let stage: usize = stage.parse().map_err(|_| wrong())?;
    let bytes = URL_SAFE_NO_PAD.decode(mark).map_err(|_| wrong())?;
    if bytes.is_empty() {
        return Ok((stage, None));
    }
    let mark: Mark = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    match order(stage) {
        Some(order) if !order.accepts(&mark) => Err(wrong()),
        _ => Ok((stage, Some(mark))),
    }
}
