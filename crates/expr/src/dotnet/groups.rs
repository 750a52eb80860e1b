//! Which group of the translated pattern a name or number means.
//!
//! .NET numbers the unnamed groups first and the named ones after them, and one name may stand for
//! several groups; the translated pattern counts every group from the left.

/// The groups of a pattern.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Groups {
    /// Name or number, and the indices in the translated pattern.
    known: Vec<(String, Vec<usize>)>,
}

impl Groups {
    /// The groups from the left: a name, or `None` for one without.
    pub(super) fn new(found: &[Option<String>]) -> Groups {
        let mut groups = Groups::default();
        let mut number = 0;
        for (index, name) in found.iter().enumerate() {
            match name {
                Some(name) => groups.add(name.clone(), index + 1),
                None => {
                    number += 1;
                    groups.add(number.to_string(), index + 1);
                }
            }
        }
        let names: Vec<String> = groups
            .known
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| !is_number(name))
            .collect();
        for name in names {
            number += 1;
            while groups.find(&number.to_string()).is_some() {
                number += 1;
            }
            let indices = groups.find(&name).unwrap_or_default().to_vec();
            groups.known.push((number.to_string(), indices));
        }
        groups
    }

    fn add(&mut self, name: String, index: usize) {
        match self.known.iter_mut().find(|(known, _)| *known == name) {
            Some((_, indices)) => indices.push(index),
            None => self.known.push((name, vec![index])),
        }
    }

    /// The indices of a group in the translated pattern.
    pub(super) fn find(&self, name: &str) -> Option<&[usize]> {
        let digits = name.trim_start_matches('0');
        let name = if is_number(name) { digits } else { name };
        self.known.iter().find(|(known, _)| known == name).map(|(_, indices)| indices.as_slice())
    }

    /// The group with the highest number.
    pub(super) fn last(&self) -> Option<&[usize]> {
        self.known
            .iter()
            .filter_map(|(name, indices)| Some((name.parse::<u32>().ok()?, indices)))
            .max_by_key(|(number, _)| *number)
            .map(|(_, indices)| indices.as_slice())
    }
}

pub(super) fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}
