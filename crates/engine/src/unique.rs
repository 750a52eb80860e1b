//! Plan: no two people of one plan get the same value where `SelectUniqueValue` chose it. The target
//! was asked for a page at a time and by several threads; here, in the order of the plan, each
//! person takes the first text that is free there and that nobody before took.

use std::collections::{
    HashMap,
    hash_map::{DefaultHasher, Entry as Slot},
};
use std::hash::{Hash, Hasher};

use model::{Entry, Name, ObjectId, Reason, Value, fold};

use crate::{Choice, diff::all_taken};

/// Texts that people of the plan took, as numbers, since a plan may hold a million of them.
#[derive(Debug, Default)]
pub struct Reserved(HashMap<u64, ObjectId>);

impl Reserved {
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
        match self.0.entry(hasher.finish()) {
            Slot::Occupied(taken) => *taken.get() == person,
            Slot::Vacant(free) => {
                free.insert(person);
                true
            }
        }
    }
}
