//! Plan: no two people of one plan get the same value where `SelectUniqueValue` chose it, nor the same
//! object. The target was asked for a page at a time and by several threads; here, in the order of
//! the plan, each person takes the first text that is free there and that nobody before took, and an
//! object that nobody before took over.

use std::collections::{
    HashMap,
    hash_map::{DefaultHasher, Entry as Slot},
};
use std::hash::{Hash, Hasher};

use model::{Action, ChangeId, Code, Entry, Name, ObjectId, Reason, Value, fold};

use crate::{Choice, diff::all_taken};

/// What people of the plan took.
#[derive(Debug, Default)]
pub struct Reserved {
    /// Texts as numbers, since a plan may hold a million of them.
    texts: HashMap<u64, ObjectId>,
    /// Objects of the target, with the people who take them over.
    objects: HashMap<ObjectId, ObjectId>,
}

/// Somebody else of the source who matches the same object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// Who.
    pub person: ObjectId,
    /// Why that stops the person.
    pub reason: Reason,
}

impl Rival {
    fn new(person: ObjectId, name: Option<&String>) -> Self {
        let who = name.map_or("somebody else", String::as_str);
        let sentence = format!("{who} of the source matches the same external user");
        Self { person, reason: Reason::new(Code::DUPLICATE_SOURCE, sentence) }
    }
}

impl Reserved {
    /// Takes the objects that the entries of a page take over. Two who want the same one both go
    /// without, unless one has it from a page before. Gives those who cannot go on, with the one
    /// whom each stands against.
    pub fn claim(&mut self, entries: &[Entry]) -> Vec<(ChangeId, Rival)> {
        let adopts = || entries.iter().filter(|entry| entry.action == Action::Adopt);
        let mut wanted: HashMap<ObjectId, Vec<&Entry>> = HashMap::new();
        for entry in adopts() {
            wanted.entry(entry.target).or_default().push(entry);
        }
        let mut refused = Vec::new();
        for entry in adopts() {
            let here = &wanted[&entry.target];
            let rival = match self.objects.get(&entry.target) {
                Some(holder) => (*holder != entry.source).then_some((*holder, None)),
                None => here
                    .iter()
                    .find(|other| other.source != entry.source)
                    .map(|other| (other.source, Some(&other.name))),
            };
            match rival {
                Some((person, name)) => refused.push((entry.id, Rival::new(person, name))),
                None => drop(self.objects.insert(entry.target, entry.source)),
            }
        }
        refused
    }

    /// Settles the choices of an entry. Whoever comes by again keeps what was taken before. Where
    /// nothing is left the reason is given, and the entry cannot be done.
    pub fn settle(&mut self, entry: &mut Entry, choices: &[Choice]) -> Result<(), Reason> {
        for choice in choices {
            let free = choice.free.iter();
            let Some(text) =
                free.into_iter().find(|text| self.take(&choice.attribute, text, entry.source))
            else {
                return Err(all_taken(&choice.attribute, choice.free.len()));
            };
            let changed = entry.modifications.iter_mut().find(|one| one.name == choice.attribute);
            if let Some(modification) = changed {
                modification.new = Some(Value::text(text));
            }
        }
        Ok(())
    }

    fn take(&mut self, attribute: &Name, text: &str, person: ObjectId) -> bool {
        let mut hasher = DefaultHasher::new();
        (attribute.as_str(), fold(text)).hash(&mut hasher);
        match self.texts.entry(hasher.finish()) {
            Slot::Occupied(taken) => *taken.get() == person,
            Slot::Vacant(free) => {
                free.insert(person);
                true
            }
        }
    }
}
