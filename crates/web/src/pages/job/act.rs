//! The buttons of a configuration: run it now, stop what is under way, have it run by itself or not, and
//! end its quarantine.

use model::Job;

use super::{overview, place::Place, words};
use crate::{answer::Answer, error::Error, visit::Visit};

/// Runs it now.
pub fn run(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, job, base| {
        let run = visit.center.sync.begin_cycle(visit.actor(), job)?;
        Ok(match run {
            Some(run) => Answer::said_of(base, "said-run-ended", &words::told(&run)),
            None => Answer::said(base, "said-run-begun"),
        })
    })
}

/// Stops what is under way.
pub fn stop(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, job, base| {
        let was = visit.center.sync.stop(visit.actor(), job)?;
        Ok(Answer::said(base, if was { "said-run-stopping" } else { "said-run-none" }))
    })
}

/// Has it run by itself.
pub fn start(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, job, base| {
        let job = visit.center.sync.start(visit.actor(), job)?;
        Ok(Answer::said_of(base, "said-job-started", &job.name))
    })
}

/// Has it run only when it is asked to.
pub fn pause(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, job, base| {
        let job = visit.center.sync.pause(visit.actor(), job)?;
        Ok(Answer::said_of(base, "said-job-paused", &job.name))
    })
}

/// Ends its quarantine.
pub fn lift(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, job, base| {
        let was = sync::patiently(|| visit.center.sync.lift_quarantine(visit.actor(), job))?;
        Ok(Answer::said(base, if was { "said-quarantine-ended" } else { "said-quarantine-none" }))
    })
}

fn act(
    visit: &Visit,
    act: impl Fn(&Visit, &Job, &str) -> Result<Answer, Error>,
) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    match act(visit, &place.job, &place.base) {
        Err(error) if error.is_mendable() => overview::page(visit, Some(error)),
        answered => answered,
    }
}
