//! Which group was probably meant by a condition that names none.

use engine::Finding;
use model::{Job, Kind, Name, TenantId, condition::Test, suggest};
use store::{Deleted, Scan};

use crate::{Directory, Error};

impl Directory {
    /// The findings, with what was probably meant where a condition names what the source does not
    /// have.
    pub(crate) fn name_nearest(
        &self,
        job: &Job,
        mut findings: Vec<Finding>,
    ) -> Result<Vec<Finding>, Error> {
        let mut tests = Vec::new();
        if let Some(condition) = &job.condition {
            condition.walk(&mut |test| tests.push(test));
        }
        for finding in findings.iter_mut().filter(|one| one.code == "not-found") {
            let hint = match finding.clause().and_then(|number| tests.get(number)) {
                Some(Test::Member { group, .. }) => {
                    match self.find_nearest_group(job.source, &group.name)? {
                        Some(near) => format!("did you mean '{near}'?"),
                        None => "write the group's display name, mail or id".to_owned(),
                    }
                }
                _ => "write the person's user principal name, mail or id".to_owned(),
            };
            finding.hint = Some(hint);
        }
        Ok(findings)
    }

    /// The display name that comes nearest; the search for the name went through all groups too.
    fn find_nearest_group(&self, tenant: TenantId, name: &str) -> Result<Option<String>, Error> {
        let mut nearest: Option<String> = None;
        let mut after = 0;
        loop {
            let scan = Scan { kind: Kind::Group, deleted: Deleted::Without, after, limit: 1000 };
            let page = self.store.scan(tenant, &scan)?;
            let names = page.items.iter().filter_map(|(_, group)| group.text(&Name::DISPLAY_NAME));
            nearest = suggest(name, names.chain(nearest.as_deref())).map(str::to_owned);
            match page.next {
                Some(next) => after = next,
                None => return Ok(nearest),
            }
        }
    }
}
