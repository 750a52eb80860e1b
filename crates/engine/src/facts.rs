//! What the line knows about a person before it decides: the record from the source, and the facts
//! that were asked of the journal and the target for a whole page at once.

use std::collections::{HashMap, HashSet};

use model::{Key, Link, LinkState, Name, Object, ObjectId, fold};

use crate::map::key_of;

/// How a person came to be chosen by assignment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The person is assigned to the job.
    pub direct: bool,
    /// Assigned groups that the person is a direct member of.
    pub groups: Vec<ObjectId>,
}

impl Assignment {
    /// Whether any of it holds.
    pub fn is_given(&self) -> bool {
        self.direct || !self.groups.is_empty()
    }
}

/// A person as the source holds it now.
#[derive(Clone, Debug)]
pub struct Record {
    /// The person's id in the source.
    pub id: ObjectId,
    /// The person; none when the source has a tombstone, or proved that the person is gone.
    pub object: Option<Object>,
    /// Whether and how the person is assigned.
    pub assignment: Assignment,
    /// The person's manager at home; read only where [`Reads::managers`] says so.
    pub manager: Option<ObjectId>,
    /// What the manager is called; read only for sentences about a single person.
    pub manager_name: Option<String>,
    /// Groups that the person is a member of, of those in [`Reads::groups`]; sorted.
    pub member_of: Vec<ObjectId>,
}

/// What the rules want to know of a person beyond the object itself. Each of it costs a question a
/// page, so that nobody reads it for rules that do not ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Who the manager is.
    pub managers: bool,
    /// Membership in these groups: the direct members, and those of member groups where it is true.
    pub groups: Vec<(ObjectId, bool)>,
}

impl Reads {
    /// Whether members of member groups matter.
    pub fn nested(&self) -> bool {
        self.groups.iter().any(|(_, nested)| *nested)
    }
}

impl Record {
    /// A record of which nothing but the object is known.
    pub fn of(id: ObjectId, object: Option<Object>) -> Self {
        let assignment = Assignment::default();
        Self { id, object, assignment, manager: None, manager_name: None, member_of: Vec::new() }
    }

    /// What to call the manager, with the id.
    pub(crate) fn manager_label(&self) -> Option<String> {
        let id = self.manager?;
        Some(match &self.manager_name {
            Some(name) => format!("{name} ({id})"),
            None => id.to_string(),
        })
    }

    /// What to call the person.
    pub fn label(&self) -> String {
        self.object.as_ref().map_or_else(|| self.id.to_string(), Object::label)
    }
}

/// What was asked for a page.
#[derive(Debug, Default)]
pub struct Facts {
    /// Managers of objects of the target.
    pub managers: HashMap<ObjectId, ObjectId>,
    /// Links by person: those of the page, and those of their managers.
    pub links: HashMap<ObjectId, Link>,
    /// Objects of the target by id, deleted ones too. An id that was asked and is not here does
    /// not exist.
    pub live: HashMap<ObjectId, Object>,
    /// Who holds a key in the target.
    pub holders: HashMap<Key, ObjectId>,
    /// Who holds a text, folded, in an attribute of the target that is no key.
    pub value_holders: HashMap<(Name, String), Vec<ObjectId>>,
    /// To whom objects of the target are linked in this job.
    pub linked_to: HashMap<ObjectId, ObjectId>,
    /// People in scope, and what to call them, for whom a mapping that matches gives a text, folded;
    /// asked only where the target has an object for it ([`crate::claims_to_ask`]).
    pub claimants: HashMap<(Name, String), Vec<(ObjectId, String)>>,
    /// Objects of the target that it protects from synchronizations.
    pub protected: HashSet<ObjectId>,
}

impl Facts {
    /// The person's link.
    pub fn find_link(&self, person: ObjectId) -> Option<Link> {
        self.links.get(&person).copied()
    }

    /// The object that the person's link names.
    pub fn find_linked(&self, person: ObjectId) -> Option<&Object> {
        self.find_link(person).and_then(|link| self.live.get(&link.target))
    }

    /// The same, unless the links were forgotten and the person has to be matched again.
    pub fn find_known(&self, person: ObjectId) -> Option<&Object> {
        let link = self.find_link(person).filter(|link| link.state != LinkState::Forgotten)?;
        self.live.get(&link.target)
    }

    /// Who in the target holds the key, unless it is the object itself.
    pub fn find_other_holder(&self, key: &Key, own: Option<ObjectId>) -> Option<&Object> {
        let holder = self.holders.get(key)?;
        if Some(*holder) == own { None } else { self.live.get(holder) }
    }

    /// The object of the target that stands for a person; one that this job removed, or that was
    /// deleted there, stands for nobody.
    pub(crate) fn find_standing(&self, person: ObjectId) -> Option<&Object> {
        let link = self.find_link(person).filter(|link| link.state != LinkState::Removed)?;
        self.live.get(&link.target).filter(|object| object.deleted.is_none())
    }

    /// Somebody in the target who holds a text in an attribute, unless it is the object itself.
    pub fn find_taker(
        &self,
        attribute: &Name,
        text: &str,
        own: Option<ObjectId>,
    ) -> Option<ObjectId> {
        match key_of(attribute) {
            Some(key) => {
                self.holders.get(&key(text)).copied().filter(|holder| Some(*holder) != own)
            }
            None => self.find_value(attribute, text).find(|holder| Some(*holder) != own),
        }
    }

    /// Who in the target holds a text in an attribute.
    pub(crate) fn find_value(
        &self,
        attribute: &Name,
        text: &str,
    ) -> impl Iterator<Item = ObjectId> {
        let (key, values) = match key_of(attribute) {
            Some(key) => (self.holders.get(&key(text)).copied(), None),
            None => (None, self.value_holders.get(&(attribute.clone(), fold(text)))),
        };
        key.into_iter().chain(values.into_iter().flatten().copied())
    }

    /// Somebody else of the source for whom a mapping that matches gives the same text.
    pub(crate) fn find_rival(
        &self,
        attribute: &Name,
        text: &str,
        person: ObjectId,
    ) -> Option<&(ObjectId, String)> {
        let claimants = self.claimants.get(&(attribute.clone(), fold(text)))?;
        claimants.iter().find(|(id, _)| *id != person)
    }

    /// Whether the object stood for the person until the links were forgotten.
    pub fn was_forgotten(&self, person: ObjectId, object: ObjectId) -> bool {
        let link = self.find_link(person);
        link.is_some_and(|link| link.state == LinkState::Forgotten && link.target == object)
    }

    /// Whether this job removed the linked object itself.
    pub fn was_removed_by_us(&self, person: ObjectId) -> bool {
        self.find_link(person).is_some_and(|link| link.state == LinkState::Removed)
    }
}
