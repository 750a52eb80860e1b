//! What is set about a configuration besides whom it takes and what flows: its name, when it runs, what it
//! may do, its brakes; and what is done with it as a whole. Each part is a form of its own that knows how
//! the part stood when it was shown, so that two administrators at once lose nothing.

mod act;
mod notices;
mod parts;

use access::Permission;
use askama::Template;
use model::{Job, JobState, Timestamp};

use self::parts::{Group, Input, Part};
use super::access::Other;
use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::Fields,
    frame::{Frame, job_path},
    route::{Route, get, post},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}/jobs/{job}/settings", show),
    post("/center/tenants/{tenant}/jobs/{job}/settings", save),
    post("/center/tenants/{tenant}/jobs/{job}/settings/notices", notices::save),
    post("/center/tenants/{tenant}/jobs/{job}/settings/start", act::start),
    post("/center/tenants/{tenant}/jobs/{job}/settings/pause", act::pause),
    post("/center/tenants/{tenant}/jobs/{job}/settings/restart", act::restart),
    post("/center/tenants/{tenant}/jobs/{job}/settings/delete", act::delete),
];

#[derive(Template)]
#[template(path = "settings.html")]
struct Page {
    frame: Frame,
    base: String,
    job: Job,
    target: Option<Other>,
    people: Option<u64>,
    next_run: Option<Timestamp>,
    hindered: Vec<String>,
    sections: Vec<Section>,
    notices: Notices,
    refused: Option<Error>,
    why_not: Option<String>,
    why_not_delete: Option<String>,
}

/// A part with its form.
struct Section {
    part: Part,
    digest: String,
    groups: Vec<Group>,
    refused: Option<Error>,
    moved: Option<Vec<Moved>>,
}

/// A field that somebody else has set meanwhile.
struct Moved {
    label: String,
    now: String,
    sent: String,
}

/// How the tenant is told about its configurations.
struct Notices {
    to: String,
    from: String,
    server: String,
    digest: String,
    kinds: Vec<(&'static str, String, bool)>,
    webhook: bool,
}

/// The form that was sent and not taken.
struct Sent<'a> {
    part: Part,
    fields: &'a Fields,
    refused: Error,
    moved: Option<Box<Job>>,
}

fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None, None)
}

/// Takes one part, as long as it stands as the reader has seen it.
fn save(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let (job, form) = (visit.job(&tenant)?, visit.form());
    let part = Part::find(form.text("part")).ok_or_else(Error::missing)?;
    let refuse = |refused: Error, moved| {
        if !refused.is_mendable() {
            return Err(refused);
        }
        page(visit, Some(&Sent { part, fields: form, refused, moved }), None)
    };
    if let Err(error) = part.take(form, &mut job.clone()) {
        return refuse(error, None);
    }
    let seen = [(part.of_job(), form.text("seen"))];
    let change = |job: &mut Job| {
        // It was taken once already, so it is taken again.
        drop(part.take(form, job));
    };
    match visit.center.directory.update_job_seen(visit.actor(), &job, &seen, change) {
        Ok(job) => {
            let address = format!("{}/settings#{}", job_path(&tenant, &job), part.key());
            Ok(Answer::said_of(&address, "said-settings-saved", &part.title()))
        }
        Err(directory::Error::Moved { present }) => {
            let error = directory::Error::Moved { present: present.clone() };
            refuse(error.into(), Some(present))
        }
        Err(error) => refuse(error.into(), None),
    }
}

fn page(visit: &Visit, sent: Option<&Sent<'_>>, refused: Option<Error>) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let job = visit.job(&tenant)?;
    let (directory, sync, actor) = (&visit.center.directory, &visit.center.sync, visit.actor());
    let target = match job.chosen_target() {
        Some(id) => Some(Other::known(visit, tenant.id, id)?),
        None => None,
    };
    let reads_log = visit.may(Permission::ReadProvisioning, tenant.id);
    let progress = sync.read_standing(actor, &job)?.progress;
    let checks = directory.test_job(actor, &job)?;
    let hindered = checks.into_iter().filter(|check| !check.passed).map(|check| check.message);
    let settings = directory.notify_settings(actor, tenant.id)?;
    let failed = sent.map(|sent| &sent.refused).or(refused.as_ref());
    let status = failed.map_or(200, |error| error.status);
    let page = Page {
        frame: Frame::new(visit, text!("nav-settings")).in_job(&tenant, &job, "settings"),
        base: job_path(&tenant, &job),
        target,
        people: Some(progress.linked_people()),
        next_run: if reads_log { sync.next_run(actor, &job)? } else { None },
        hindered: hindered.collect(),
        sections: Part::ALL.iter().map(|part| Section::of(*part, &job, sent)).collect(),
        notices: match (&refused, visit.form().is_on("server")) {
            (Some(_), true) => Notices::sent(visit.form(), settings.webhook.is_some()),
            _ => Notices::of(&settings),
        },
        refused,
        why_not: visit.why_not(Permission::WriteJobs, tenant.id),
        why_not_delete: visit.why_not(Permission::DeleteJobs, tenant.id),
        job,
    };
    Answer::page_with(status, &page)
}

impl Section {
    /// A part as it stands, or as it was sent and not taken.
    fn of(part: Part, job: &Job, sent: Option<&Sent<'_>>) -> Self {
        let mut section = Self {
            part,
            digest: job.digest_of(part.of_job()),
            groups: part.groups(job),
            refused: None,
            moved: None,
        };
        let Some(sent) = sent.filter(|sent| sent.part == part) else { return section };
        section.refused = Some(sent.refused.clone());
        section.moved = sent.moved.as_ref().map(|_| Vec::new());
        // A mistake is mended against what was seen then, not against what stands now.
        if sent.moved.is_none() {
            section.digest = sent.fields.text("seen").to_owned();
        }
        for field in section.groups.iter_mut().flat_map(|group| &mut group.fields) {
            let value = field.sent(sent.fields);
            if let Some(moved) = &mut section.moved
                && value != field.value
            {
                let (now, sent) = (field.told(&field.value), field.told(&value));
                moved.push(Moved { label: field.label.clone(), now, sent });
            }
            field.value = value;
        }
        section
    }
}

impl Page {
    fn state(&self) -> (&'static str, String) {
        match self.job.state {
            JobState::Active => ("ok", text!("map-active")),
            JobState::Paused => ("idle", text!("map-paused")),
            JobState::Disabled => ("bad", text!("map-disabled")),
        }
    }

    fn is_active(&self) -> bool {
        self.job.state == JobState::Active
    }

    /// What becomes of the people when the configuration is deleted.
    fn delete_question(&self) -> String {
        let target = self.target.as_ref().map_or_else(String::new, |other| other.name.clone());
        let (name, people) = (self.job.name.as_str(), self.people.unwrap_or_default());
        match people {
            0 => text!("settings-delete-confirm", name = name),
            count => text!("settings-delete-people", name = name, count = count, target = target),
        }
    }
}
