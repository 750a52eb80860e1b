//! `$expand`: one relation of a user or group, written into the object (graph-api.md 1.3).

use directory::Bond;
use model::{EdgeKind, Kind, Object};
use store::End;

use crate::{
    call::Call,
    error::Error,
    list::type_of,
    properties::{Facts, Place, Selection},
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
    pub fn read(kind: Kind, text: Option<&str>) -> Result<Self, Error> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(Self(None));
        };
        let (name, inside) = match text.split_once('(') {
            Some((name, rest)) => {
                let inside = rest.strip_suffix(')').ok_or_else(|| malformed(text))?;
                (name.trim(), inside)
            }
            None => (text, ""),
        };
        if name.contains(',') || inside.contains(')') {
            return Err(Error::bad_request("Only one property can be expanded in a request."));
        }
        let relation = relation(kind, name).ok_or_else(|| {
            Error::bad_gateway_request(format!(
                "Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
            ))
        })?;
        let mut wanted = Wanted { relation, select: None, levels: 1 };
        for option in inside.split(';').map(str::trim).filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').ok_or_else(|| malformed(text))?;
            match name.trim().trim_start_matches('$').to_ascii_lowercase().as_str() {
                "select" => {
                    let names = value.split(',').map(|name| name.trim().to_owned());
                    wanted.select = Some(names.filter(|name| !name.is_empty()).collect());
                }
                "levels" if relation == Relation::Manager => {
                    wanted.levels = match value.trim() {
                        "max" => LONGEST_CHAIN,
                        number => number
                            .parse()
                            .ok()
                            .filter(|levels| (1..=LONGEST_CHAIN).contains(levels))
                            .ok_or_else(|| malformed(text))?,
                    };
                }
                _ => return Err(malformed(text)),
            }
        }
        Ok(Self(Some(wanted)))
    }

    /// The member of the object that shows the relation, with a comma before it; nothing when none
    /// was asked for.
    pub fn write(&self, call: &Call<'_>, facts: &Facts, object: &Object) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        let Some(wanted) = &self.0 else { return Ok(out) };
        let directory = &call.services.directory;
        let (name, objects) = match wanted.relation {
            Relation::Manager => {
                wanted.write_manager(call, facts, object, wanted.levels, &mut out)?;
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
        call: &Call<'_>,
        facts: &Facts,
        user: &Object,
        levels: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let mut open = 0;
        let mut at = user.id;
        for _ in 0..levels {
            let directory = &call.services.directory;
            let Some(manager) = directory.manager_of(call.actor, call.tenant, at)? else { break };
            out.extend_from_slice(b",\"manager\":");
            self.write_one(facts, &manager, out)?;
            open += 1;
            at = manager.id;
        }
        out.extend(std::iter::repeat_n(b'}', open));
        Ok(())
    }

    /// One object without its closing brace.
    fn write_one(&self, facts: &Facts, object: &Object, out: &mut Vec<u8>) -> Result<(), Error> {
        let names: Option<Vec<&str>> =
            self.select.as_ref().map(|names| names.iter().map(String::as_str).collect());
        let selection = mixed(object.kind, names.as_deref())?;
        out.push(b'{');
        out.extend_from_slice(type_of(object.kind).as_bytes());
        selection.write(facts, object, out);
        Ok(())
    }
}

/// The selection for one object of a mixed collection: what its kind does not have is left out.
pub fn mixed(kind: Kind, names: Option<&[&str]>) -> Result<Selection, Error> {
    let Some(names) = names else { return Ok(Selection::default_of(kind)) };
    let own: Vec<&str> =
        names.iter().filter(|name| Selection::knows(kind, name)).copied().collect();
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

fn malformed(text: &str) -> Error {
    Error::bad_gateway_request(format!("Parsing OData Select and Expand failed: '{text}'."))
}
