//! Stories as text: commands a line, and below each of them, behind `>`, what it tells. A story is
//! told again, and what it tells must be the same; then the world must be at rest.
//!
//! People and groups have short names. `add ada department=Sales` makes `ada@contoso.example` in the
//! source; `target …` speaks of the target, where a person of the source means the object with
//! that home. A cycle tells what changed in the journal.

mod command;
mod told;

use std::collections::BTreeMap;

use model::{ChangeId, Entry, EntryState, Object, ObjectId, Value};
use sync::Header;

use crate::World;

/// Tells a story in a world of its own.
#[track_caller]
pub fn check(text: &str) {
    check_with(&World::new(), text);
}

/// Tells a story in a world that has been prepared.
#[track_caller]
pub fn check_with(world: &World, text: &str) {
    let mut story = Story::new(world);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    let mut told = Vec::new();
    for line in lines.iter().filter(|line| !line.starts_with('>')) {
        told.push((*line).to_owned());
        if !line.starts_with('#') {
            let answers = story.tell(line).unwrap_or_else(|message| vec![message]);
            told.extend(answers.into_iter().map(|answer| format!("> {answer}")));
        }
    }
    let (expected, found) = (lines.join("\n"), told.join("\n"));
    assert!(
        expected == found,
        "the story is another one now:\n\n{found}\n\nexpected:\n\n{expected}"
    );
    world.assert_settled(!story.drifted);
}

struct Story<'w> {
    world: &'w World,
    names: BTreeMap<String, ObjectId>,
    /// Objects of the target, each with the number by which the story knows it.
    numbers: BTreeMap<ObjectId, usize>,
    plans: Vec<(Header, String)>,
    drifted: bool,
}

impl<'w> Story<'w> {
    fn new(world: &'w World) -> Self {
        Self {
            world,
            names: BTreeMap::new(),
            numbers: BTreeMap::new(),
            plans: Vec::new(),
            drifted: false,
        }
    }

    fn name_of(&self, id: ObjectId) -> String {
        let known = self.names.iter().find(|(_, known)| **known == id);
        known.map_or_else(|| id.to_string(), |(name, _)| name.clone())
    }

    fn id(&self, name: &str) -> Result<ObjectId, String> {
        self.names.get(name).copied().ok_or_else(|| format!("the story knows no {name}"))
    }

    /// The object of the target that a name means: its own, or that of a person of the source.
    fn target_id(&self, name: &str) -> Result<ObjectId, String> {
        let id = self.id(name)?;
        if self.world.find(self.world.target, id).is_some() {
            return Ok(id);
        }
        self.of_person(id).map(|object| object.id).ok_or_else(|| format!("{name} is not there"))
    }

    fn of_person(&self, person: ObjectId) -> Option<Object> {
        let there = |kind| self.world.objects(self.world.target, kind).into_values();
        let mut all = there(model::Kind::User).chain(there(model::Kind::Group));
        all.find(|object| object.home.is_some_and(|home| home.object == person))
    }

    fn number(&mut self, id: ObjectId) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(id).or_insert(next)
    }

    /// Does something and tells what it changed in the journal.
    fn journaled(&mut self, act: impl FnOnce(&Self) -> Result<(), sync::Error>) -> Vec<String> {
        let before: BTreeMap<ChangeId, EntryState> =
            self.world.entries().iter().map(|entry| (entry.id, entry.state)).collect();
        let result = act(self);
        let changed = self.world.entries().into_iter().filter(|entry| {
            entry.state != EntryState::Planned && before.get(&entry.id) != Some(&entry.state)
        });
        let whom = |entry: &Entry| {
            (self.name_of(entry.source), entry.member.map(|member| self.name_of(member)))
        };
        let mut lines: Vec<_> = changed.map(|entry| (whom(&entry), self.entry(&entry))).collect();
        // By person, and by member; what happened to one stays in its order.
        lines.sort_by(|left, right| left.0.cmp(&right.0));
        let mut lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        if let Err(error) = result {
            lines.push(format!("stopped: {}", error.code()));
        }
        lines
    }

    fn entry(&self, entry: &Entry) -> String {
        let mut told = entry.clone();
        let is_reference =
            |one: &&mut model::Modification| one.name.is_manager() || entry.action.is_membership();
        let references = told.modifications.iter_mut().filter(is_reference);
        for manager in references.flat_map(|one| [&mut one.old, &mut one.new]).flatten() {
            let id = manager.as_text().and_then(|text| text.parse().ok());
            let object = id.and_then(|id| self.world.find(self.world.target, id));
            if let Some(home) = object.and_then(|object| object.home) {
                *manager = Value::text(self.name_of(home.object));
            } else if let Some(member) = entry.member {
                // Planned, and not there yet.
                *manager = Value::text(self.name_of(member));
            }
        }
        told::entry(&told, &self.name_of(entry.source))
    }
}
