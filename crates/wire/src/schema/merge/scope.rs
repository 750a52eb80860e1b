//! The present filter, put over the groups of the document.

use model::{Clause, Group};

use crate::{
    Names, filter_text,
    schema::{
        Filter, FilterClause, FilterGroup,
        read::{
            Notes,
            scope::{Meaning, is_own, read, read_clause, read_group},
        },
        write::{write_clause, write_filter},
    },
};

pub(super) fn merge(
    carried: Option<Filter>,
    filter: &model::Filter,
    names: Names,
) -> Option<Filter> {
    if is_same(&read(carried.as_ref(), &mut Notes::default()), filter) {
        return carried;
    }
    let Some(carried) = carried else { return Some(write_filter(filter, names)) };
    let groups = merge_groups(&carried.groups, filter, names);
    Some(Filter { groups, ..carried })
}

fn is_same(old: &model::Filter, new: &model::Filter) -> bool {
    old.groups.len() == new.groups.len()
        && old.groups.iter().zip(&new.groups).all(|(old, new)| is_same_group(old, new))
}

/// A group loses its name where the filter is written as text, so no name is no other name.
fn is_same_group(old: &Group, new: &Group) -> bool {
    (new.name.is_empty() || new.name == old.name) && new.clauses == old.clauses
}

fn merge_groups(carried: &[FilterGroup], filter: &model::Filter, names: Names) -> Vec<FilterGroup> {
    if filter.groups.is_empty() {
        // Everybody is meant. A group that is not understood would let nobody pass when it is read.
        let is_own =
            |group: &&FilterGroup| matches!(read_group(group, &mut Notes::default()), Meaning::Own);
        return carried.iter().filter(is_own).cloned().collect();
    }
    let old: Vec<_> =
        carried.iter().map(|group| read_group(group, &mut Notes::default())).collect();
    let all_understood = !old.iter().any(|group| matches!(group, Meaning::Unsupported));
    // The group that nobody passes stands for those that were not understood, and they are here.
    let is_meant = |group: &&Group| all_understood || **group != filter_text::nobody().groups[0];
    let mut present: Vec<_> = filter.groups.iter().filter(is_meant).map(Some).collect();
    let mut kept: Vec<_> = old
        .into_iter()
        .map(|old| match old {
            Meaning::Own | Meaning::Unsupported => Kept::Same,
            Meaning::Group(old) => Kept::Not(old),
        })
        .collect();
    // The nearest likeness of all groups comes first, so that none takes the place of another.
    settle(&mut kept, &mut present, |old, new| (old == new).then_some(Kept::Same));
    settle(&mut kept, &mut present, |old, new| is_same_group(old, new).then_some(Kept::Same));
    settle(&mut kept, &mut present, |old, new| {
        (!old.name.is_empty() && old.name == new.name).then_some(Kept::As(new))
    });
    settle(&mut kept, &mut present, |_, new| Some(Kept::As(new)));
    let mut groups = Vec::new();
    for (group, kept) in carried.iter().zip(kept) {
        match kept {
            Kept::Same => groups.push(group.clone()),
            Kept::As(new) => groups.push(replace(group, new, names)),
            Kept::Not(_) => {}
        }
    }
    let added: Vec<_> = present.into_iter().flatten().cloned().collect();
    groups.extend(write_filter(&model::Filter { groups: added }, names).groups);
    groups
}

/// What becomes of a carried group.
enum Kept<'a> {
    Same,
    /// It is this one now.
    As(&'a Group),
    /// It meant this, and no present group takes its place.
    Not(Group),
}

/// Finds a present group for each carried one that has none yet.
fn settle<'a>(
    kept: &mut [Kept<'a>],
    present: &mut [Option<&'a Group>],
    like: impl Fn(&Group, &'a Group) -> Option<Kept<'a>>,
) {
    for kept in kept {
        let Kept::Not(old) = kept else { continue };
        let found = present.iter_mut().find_map(|new| Some((like(old, (*new)?)?, new)));
        if let Some((becomes, new)) = found {
            *kept = becomes;
            *new = None;
        }
    }
}

/// The carried group with the present clauses; those that it has stay as they are.
fn replace(carried: &FilterGroup, new: &Group, names: Names) -> FilterGroup {
    let mut group = carried.clone();
    if !new.name.is_empty() {
        group.name = Some(new.name.clone());
    }
    let (own, mut others): (Vec<_>, Vec<_>) = carried.clauses.iter().partition(|one| is_own(one));
    let mut clause = |new: &Clause| -> FilterClause {
        let means =
            |old: &&FilterClause| read_clause(old, &mut Notes::default()).as_ref() == Some(new);
        match others.iter().position(means) {
            Some(at) => others.remove(at).clone(),
            None => write_clause(new, names),
        }
    };
    group.clauses = own.into_iter().cloned().chain(new.clauses.iter().map(&mut clause)).collect();
    group
}
