//! Two administrators at once: what the other one saved meanwhile, beside what the reader wants, so that
//! nothing is lost.

use model::{Job, Mapping};
use sync::ScopeDraft;

use super::filter;
use crate::{error::Error, visit::Visit};

/// One thing, as it stands now and as the reader wants it.
pub struct Difference {
    /// What it is.
    pub what: String,
    /// As it stands.
    pub theirs: String,
    /// As the reader wants it.
    pub yours: String,
}

impl Difference {
    /// Whether there is any.
    pub fn is_there(&self) -> bool {
        self.theirs != self.yours
    }
}

/// Two scopes side by side.
pub fn scopes(visit: &Visit, present: &Job, wanted: &ScopeDraft) -> Result<Vec<Difference>, Error> {
    let named = visit.center.directory.name_readable(present)?;
    let theirs = filter::told(present.scope, &present.filter, named.as_ref());
    let yours = filter::told(wanted.scope, &wanted.filter, wanted.condition.as_ref());
    Ok(beside(theirs, yours))
}

/// Two mappings side by side; none where the other one took it out.
pub fn mappings(present: Option<&Mapping>, wanted: &Mapping) -> Vec<Difference> {
    let yours = super::mapping_form::told(wanted);
    let theirs = match present {
        Some(present) => super::mapping_form::told(present),
        None => yours.clone().map(|(what, _)| (what, text!("rules-taken-out"))),
    };
    beside(theirs, yours)
}

/// What was told of both, in the same order.
pub fn beside<const N: usize>(
    theirs: [(String, String); N],
    yours: [(String, String); N],
) -> Vec<Difference> {
    let pairs = theirs.into_iter().zip(yours);
    pairs.map(|((what, theirs), (_, yours))| Difference { what, theirs, yours }).collect()
}
