//! What is done with a configuration as a whole: started, paused, restarted, deleted.

use model::{Job, Tenant};
use sync::{Reset, Silent};

use super::page;
use crate::{
    answer::Answer,
    error::Error,
    form::Fields,
    frame::{job_path, tenant_path},
    visit::Visit,
};

/// Has it run by itself.
pub fn start(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, tenant, job| {
        visit.center.sync.start(visit.actor(), job)?;
        Ok(Answer::said_of(&own(tenant, job), "said-settings-started", &job.name))
    })
}

/// Has it run only when it is asked to.
pub fn pause(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, tenant, job| {
        visit.center.sync.pause(visit.actor(), job)?;
        Ok(Answer::said_of(&own(tenant, job), "said-settings-paused", &job.name))
    })
}

/// Has it forget what is ticked.
pub fn restart(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, tenant, job| {
        let reset = read_reset(visit.form());
        if reset == Reset::NOTHING {
            return Err(Error::invalid(text!("settings-restart-nothing")));
        }
        sync::patiently(|| visit.center.sync.restart(visit.actor(), job, reset, &Silent))?;
        Ok(Answer::said_of(&own(tenant, job), "said-settings-restarted", &job.name))
    })
}

/// Deletes it. Its people stay in the target as they are.
pub fn delete(visit: &Visit) -> Result<Answer, Error> {
    act(visit, |visit, tenant, job| {
        visit.center.directory.delete_job(visit.actor(), job)?;
        let list = format!("{}/jobs", tenant_path(tenant));
        Ok(Answer::said_of(&list, "said-settings-deleted", &job.name))
    })
}

fn read_reset(form: &Fields) -> Reset {
    Reset {
        watermark: form.is_on("watermark"),
        escrows: form.is_on("escrows"),
        quarantine: form.is_on("quarantine"),
        links: form.is_on("links"),
        force_deletes: form.is_on("force-deletes"),
    }
}

fn own(tenant: &Tenant, job: &Job) -> String {
    format!("{}/settings", job_path(tenant, job))
}

fn act(
    visit: &Visit,
    act: impl Fn(&Visit, &Tenant, &Job) -> Result<Answer, Error>,
) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let job = visit.job(&tenant)?;
    match act(visit, &tenant, &job) {
        Err(error) if error.is_mendable() => page(visit, None, Some(error)),
        answered => answered,
    }
}
