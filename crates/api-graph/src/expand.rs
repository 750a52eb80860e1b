//! `$expand`: one relation of a user or group, written into the object (graph-api.md 1.3).

use directory::{Bond, Managers};
use model::{EdgeKind, Kind, Object, ObjectId};
use store::End;
use wire::odata::expand::Levels;

use crate::{
    call::Call,
    error::Error,
    list::type_of,
    options::Options,
    properties::{Facts, Place, Selection, unknown_property},
};

/// An expanded collection holds so many objects and no link to more.
const MOST: usize = 20;

/// Chains of managers are followed so far.
const LONGEST_CHAIN: usize = 1_000;

/// What is to be expanded.
#[derive(Clone, Debug, Default)]
pub struct Expansion(Option<Wanted>);

#[derive(Clone, Debug)]
struct Wanted {
    relation: Relation,
    select: Option<Vec<String>>,
    levels: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Manager,
    Bound(&'static str, EdgeKind, End),
    Walk(&'static str, End),
}

fn relation(kind: Kind, name: &str) -> Option<Relation> {
    let (member, owner) = (EdgeKind::Member, Bond::Owner.edge_kind());
    Some(match (kind, name.to_ascii_lowercase().as_str()) {
        (Kind::User, "manager") => Relation::Manager,
        (Kind::User, "directreports") => {
            Relation::Bound("directReports", EdgeKind::Manager, End::To)
        }
        (Kind::User, "sponsors") => Relation::Bound("sponsors", EdgeKind::Sponsor, End::From),
        (Kind::Group, "members") => Relation::Bound("members", member, End::From),
        (Kind::Group, "owners") => Relation::Bound("owners", owner, End::From),
        (Kind::Group, "transitivemembers") => Relation::Walk("transitiveMembers", End::From),
        (_, "memberof") => Relation::Bound("memberOf", member, End::To),
        (_, "transitivememberof") => Relation::Walk("transitiveMemberOf", End::To),
        _ => return None,
    })
}

impl Expansion {
    /// Reads the option: one relation, with `$select` and, for managers, `$levels` in brackets.
    pub fn read(kind: Kind, options: &Options) -> Result<Self, Error> {
        let expand = match options.0.expand.as_slice() {
            [] => return Ok(Self(None)),
            [expand] => expand,
            _ => {
                let message = "Only one property can be expanded in a request.";
                return Err(Error::bad_request(message));
            }
        };
        let relation = relation(kind, &expand.relation)
            .ok_or_else(|| unknown_property(kind, &expand.relation))?;
        let levels = match expand.levels {
            Levels::One => 1,
            _ if relation != Relation::Manager => {
                let message = "$levels is for managers only.";
                return Err(Error::bad_gateway_request(message));
            }
            Levels::Some(levels) => usize::from(levels),
            Levels::Max => LONGEST_CHAIN,
        };
        let names: Vec<String> = expand.select.iter().map(|one| one.path.join("/")).collect();
        Ok(Self(Some(Wanted { relation, select: (!names.is_empty()).then_some(names), levels })))
    }

    /// What the objects of a page need together, asked for at once.
    pub fn gather(&self, call: &Call<'_>, objects: &[Object]) -> Result<Managers, Error> {
        let wanted = self.0.as_ref().filter(|wanted| wanted.relation == Relation::Manager);
        let Some(wanted) = wanted else { return Ok(Managers::default()) };
        let users: Vec<ObjectId> = objects.iter().map(|object| object.id).collect();
        let directory = &call.services.directory;
        Ok(directory.managers_of(call.actor, call.tenant, &users, wanted.levels)?)
    }

    /// The member of the object that shows the relation, with a comma before it; nothing when none
    /// was asked for.
    pub fn write(
        &self,
        call: &Call<'_>,
        facts: &Facts,
        managers: &Managers,
        object: &Object,
    ) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        let Some(wanted) = &self.0 else { return Ok(out) };
        let directory = &call.services.directory;
        let (name, objects) = match wanted.relation {
            Relation::Manager => {
                wanted.write_manager(facts, managers, object, &mut out)?;
                return Ok(out);
            }
            Relation::Bound(name, kind, end) => {
                let which = (kind, end);
                let page =
                    directory.list_bound(call.actor, call.tenant, which, object.id, None, MOST)?;
                (name, page.0)
            }
            Relation::Walk(name, end) => {
                let page = directory.walk(call.actor, call.tenant, end, object, None, MOST)?;
                (name, page.0)
            }
        };
        out.extend_from_slice(format!(",\"{name}\":[").as_bytes());
        for (place, object) in objects.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            wanted.write_one(facts, object, &mut out)?;
            out.push(b'}');
        }
        out.push(b']');
        Ok(out)
    }
}

impl Wanted {
    /// The manager, with the manager's manager inside while levels are left.
    fn write_manager(
        &self,
        facts: &Facts,
        managers: &Managers,
        user: &Object,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let mut open = 0;
        let mut at = user.id;
        while open < self.levels
            && let Some(manager) = managers.of(at)
        {
            out.extend_from_slice(b",\"manager\":");
            self.write_one(facts, manager, out)?;
            open += 1;
            at = manager.id;
        }
        out.extend(std::iter::repeat_n(b'}', open));
        Ok(())
    }

    /// One object without its closing brace.
    fn write_one(&self, facts: &Facts, object: &Object, out: &mut Vec<u8>) -> Result<(), Error> {
        let selection = mixed(object.kind, self.select.as_deref())?;
        out.push(b'{');
        out.extend_from_slice(type_of(object.kind).as_bytes());
        selection.write(facts, object, out);
        Ok(())
    }
}

/// The selection for one object of a mixed collection: what its kind does not have is left out.
pub fn mixed(kind: Kind, names: Option<&[String]>) -> Result<Selection, Error> {
    let Some(names) = names else { return Ok(Selection::default_of(kind)) };
    let own: Vec<&String> = names.iter().filter(|name| Selection::knows(kind, name)).collect();
    let unknown = names
        .iter()
        .find(|name| !Selection::knows(Kind::User, name) && !Selection::knows(Kind::Group, name));
    if let Some(name) = unknown {
        return Err(Error::bad_gateway_request(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.directoryObject'."
        )));
    }
    match own.is_empty() && !names.is_empty() {
        true => Selection::of(kind, Some(&["id"]), Place::Collection, &[]),
        false => Selection::of(kind, Some(&own), Place::Collection, &[]),
    }
}
