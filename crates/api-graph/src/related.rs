//! Collections of what a user or group is bound to: members, owners, reports, memberships. They are
//! mixed, unless the path ends with a cast.

use directory::Bond;
use model::{EdgeKind, Kind, Object, ObjectId, query::Predicate};
use store::End;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    expand::mixed,
    list::{self, PageText},
    objects::{self, collection, require_eventual},
    options::Options,
};

/// So many edges are asked for at once where all of them are counted.
const PAGE: usize = 1_000;

/// A relation.
#[derive(Clone, Copy, Debug)]
pub enum Relation {
    /// One edge leads there.
    Bound(EdgeKind, End),
    /// Edges of membership lead there, through groups.
    Walk(End),
}

/// The members of a group.
pub const MEMBERS: Relation = Relation::Bound(EdgeKind::Member, End::From);
/// The members of a group and of the groups in it.
pub const TRANSITIVE_MEMBERS: Relation = Relation::Walk(End::From);
/// The groups that somebody is a member of.
pub const MEMBER_OF: Relation = Relation::Bound(EdgeKind::Member, End::To);
/// Those and the groups that these are members of.
pub const TRANSITIVE_MEMBER_OF: Relation = Relation::Walk(End::To);
/// The owners of a group.
pub const OWNERS: Relation = Relation::Bound(EdgeKind::Owner, End::From);
/// What somebody owns.
pub const OWNED: Relation = Relation::Bound(EdgeKind::Owner, End::To);
/// Those who answer for somebody.
pub const SPONSORS: Relation = Relation::Bound(EdgeKind::Sponsor, End::From);
/// Those whom somebody manages.
pub const REPORTS: Relation = Relation::Bound(EdgeKind::Manager, End::To);

/// Some objects and the id behind which more follow.
type Part = (Vec<Object>, Option<ObjectId>);

fn page(
    call: &Call<'_>,
    relation: Relation,
    of: &Object,
    after: Option<ObjectId>,
    limit: usize,
) -> Result<Part, Error> {
    let directory = &call.services.directory;
    Ok(match relation {
        Relation::Bound(kind, end) => {
            directory.list_bound(call.actor, call.tenant, (kind, end), of.id, after, limit)?
        }
        Relation::Walk(end) => directory.walk(call.actor, call.tenant, end, of, after, limit)?,
    })
}

/// Who of a relation is meant: by the cast, and by what was asked.
struct Sieve {
    users: Option<Predicate>,
    groups: Option<Predicate>,
}

impl Sieve {
    /// A question that makes sense for one kind only leaves out the other one.
    fn read(call: &Call<'_>, options: &Options, cast: Option<Kind>) -> Result<Self, Error> {
        let of = |kind: Kind| match cast {
            Some(cast) if cast != kind => None,
            _ => Some(options.question(call, kind, false).map(|question| question.predicate)),
        };
        match (of(Kind::User), of(Kind::Group)) {
            (Some(Err(error)), None | Some(Err(_))) | (None, Some(Err(error))) => Err(error),
            (users, groups) => {
                let known = |one: Option<Result<Predicate, Error>>| one.and_then(Result::ok);
                Ok(Self { users: known(users), groups: known(groups) })
            }
        }
    }

    fn admits(&self, object: &Object) -> bool {
        let predicate = match object.kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
        };
        predicate.as_ref().is_some_and(|predicate| predicate.holds(object))
    }
}

/// A page of the relation of the object that the path names first.
pub fn list(
    call: &Call<'_>,
    anchor: Kind,
    relation: Relation,
    cast: Option<Kind>,
) -> Result<Answer, Error> {
    let object = objects::find(call, anchor, 0)?;
    let options = Options::read(call.request)?;
    options.refuse(&["deltatoken", "skip", "orderby", "expand"])?;
    let sieve = Sieve::read(call, &options, cast)?;
    let names = options.select();
    let top = options.top()?;
    let after: Option<ObjectId> = list::place(call, &options)?;
    let count = match options.0.counts() && call.request.is_eventual() && after.is_none() {
        true => Some(number(call, relation, &object, &sieve)?),
        false => None,
    };
    let (found, next) = page(call, relation, &object, after, top)?;
    let facts = objects::facts(call)?;
    let chosen = names.as_ref().map(|names| format!("({})", names.join(","))).unwrap_or_default();
    let context = format!("{}{chosen}", cast.map_or("directoryObjects", collection));
    let mut text = PageText::new(call, &context, count);
    if let Some(next) = next {
        text.member("@odata.nextLink", &list::next_link(call, &options, next));
    }
    let selections = [Kind::User, Kind::Group].map(|kind| mixed(kind, names.as_deref()));
    let [users, groups] = selections;
    let (users, groups) = (users?, groups?);
    for object in found.iter().filter(|object| sieve.admits(object)) {
        let selection = if object.kind == Kind::User { &users } else { &groups };
        list::write_object(text.item(), &facts, selection, object, cast.is_none(), b"");
    }
    Ok(text.finish())
}

/// How many there are, as plain text.
pub fn count(
    call: &Call<'_>,
    anchor: Kind,
    relation: Relation,
    cast: Option<Kind>,
) -> Result<Answer, Error> {
    require_eventual(call)?;
    let object = objects::find(call, anchor, 0)?;
    let mut options = Options::read(call.request)?;
    options.0.count = Some(true);
    let sieve = Sieve::read(call, &options, cast)?;
    Ok(Answer::text(number(call, relation, &object, &sieve)?.to_string()))
}

fn number(call: &Call<'_>, relation: Relation, of: &Object, sieve: &Sieve) -> Result<u64, Error> {
    let mut number = 0;
    let mut after = None;
    loop {
        let (found, next) = page(call, relation, of, after, PAGE)?;
        number += found.iter().filter(|object| sieve.admits(object)).count() as u64;
        match next {
            Some(next) => after = Some(next),
            None => return Ok(number),
        }
    }
}

/// Binds what the body refers to.
pub fn bind(call: &Call<'_>, bond: Bond) -> Result<Answer, Error> {
    let holder = objects::find(call, bond.holder(), 0)?;
    let id = crate::reference::read(&call.object()?)?;
    call.services.directory.bind(call.actor, call.tenant, holder.id, bond, &[id])?;
    Ok(Answer::done())
}

/// Takes what the path names out of the relation.
pub fn unbind(call: &Call<'_>, bond: Bond) -> Result<Answer, Error> {
    let holder = objects::find(call, bond.holder(), 0)?;
    let key = &call.key(1).value;
    let id: ObjectId = key.parse().map_err(|_| Error::not_found(key))?;
    call.services.directory.unbind(call.actor, call.tenant, holder.id, bond, id)?;
    Ok(Answer::done())
}
