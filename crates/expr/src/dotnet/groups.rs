//! Which group a name or a number means.
//!
//! .NET numbers the unnamed groups first and the named ones after them, and one name may stand in
//! several places of a pattern, which are one group.

/// The groups of a pattern. Each has a slot, from 1; slot 0 is the whole match.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Groups {
    /// Name or number, and the slot.
    known: Vec<(String, usize)>,
    /// How many slots there are without the whole match.
    count: usize,
}

impl Groups {
    /// The groups from the left: a name, or `None` for one without.
    pub(super) fn new(found: &[Option<String>]) -> Groups {
        let mut groups = Groups::default();
        let mut number = 0;
        for name in found {
            match name {
                Some(name) => groups.add(name.clone()),
                None => {
                    number += 1;
                    groups.add(number.to_string());
                }
            }
        }
        let named: Vec<(String, usize)> =
            groups.known.iter().filter(|(name, _)| !is_number(name)).cloned().collect();
        for (_, slot) in named {
            number += 1;
            while groups.find(&number.to_string()).is_some() {
                number += 1;
            }
            groups.known.push((number.to_string(), slot));
        }
        groups
    }

    fn add(&mut self, name: String) {
        if self.known.iter().all(|(known, _)| *known != name) {
            self.count += 1;
            self.known.push((name, self.count));
        }
    }

    /// The slot of a group.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let digits = name.trim_start_matches('0');
        let name = if is_number(name) { digits } else { name };
        self.known.iter().find(|(known, _)| known == name).map(|(_, slot)| *slot)
    }

    /// How many slots there are without the whole match.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The group with the highest number.
    pub(super) fn last(&self) -> Option<usize> {
        self.known
            .iter()
            .filter_map(|(name, slot)| Some((name.parse::<u32>().ok()?, slot)))
            .max_by_key(|(number, _)| *number)
            .map(|(_, slot)| *slot)
    }
}

pub(super) fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}
