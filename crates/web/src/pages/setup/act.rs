//! What the steps do.

use directory::PolicyChange;
use model::{Job, Stage};
use sync::Extent;

use super::{Other, job_path, page, read};
use crate::{answer::Answer, error::Error, visit::Visit};

/// Says into which tenant it synchronizes.
pub fn choose_target(visit: &Visit) -> Result<Answer, Error> {
    act(visit, "connection", |visit, job| {
        let name = visit.form().text("target");
        let other = Other::find(visit, job.source, name)?;
        let other = other.ok_or_else(|| Error::invalid(text!("access-unknown", name = name)))?;
        let directory = &visit.center.directory;
        let job = match job.stage {
            Stage::Application => &directory.make_job(visit.actor(), job)?,
            _ => job,
        };
        directory.choose_target(visit.actor(), job, other.id)?;
        Ok("said-setup-target")
    })
}

/// The source's own half of the consent.
pub fn allow(visit: &Visit) -> Result<Answer, Error> {
    act(visit, "connection", |visit, job| {
        let change = PolicyChange { redeem_outbound: Some(true), ..PolicyChange::default() };
        let target = job.chosen_target().ok_or_else(Error::missing)?;
        visit.center.directory.set_partner(visit.actor(), job.source, target, &change)?;
        Ok("said-setup-allowed")
    })
}

/// Plans for everybody, and changes nothing.
pub fn make_plan(visit: &Visit) -> Result<Answer, Error> {
    act(visit, "review", |visit, job| {
        let made = visit.center.sync.begin_plan(visit.actor(), job, Extent::Everybody)?;
        Ok(if made.is_some() { "said-setup-planned" } else { "said-setup-planning" })
    })
}

/// Has it run by itself.
pub fn start(visit: &Visit) -> Result<Answer, Error> {
    act(visit, "start", |visit, job| {
        visit.center.sync.start(visit.actor(), job)?;
        Ok("said-setup-started")
    })
}

fn act(
    visit: &Visit,
    step: &str,
    act: impl Fn(&Visit, &Job) -> Result<&'static str, Error>,
) -> Result<Answer, Error> {
    let (tenant, job) = read(visit)?;
    match act(visit, &job) {
        Ok(said) => {
            let address = format!("{}/setup?step={step}", job_path(&tenant, &job));
            Ok(Answer::said_of(&address, said, &job.name))
        }
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}
