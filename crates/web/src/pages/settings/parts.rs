//! The parts of a configuration as forms: which fields each has, what they hold now, and how what was sent
//! is taken. A value is text both ways, so that what two administrators wrote can be put side by side.

mod brakes;
mod fields;
mod read;

use model::{Job, JobPart, Nested};

pub use self::fields::{Field, Group, Input};
use self::read::{number, seconds, signed};
use crate::{error::Error, form::Fields};

/// A part that is saved by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is called.
    Name,
    /// When it runs by itself.
    Schedule,
    /// What it may do.
    Actions,
    /// Whether groups go along.
    Groups,
    /// How much at once.
    Limits,
    /// When it tries again.
    Retries,
    /// When it is taken out of the way.
    Quarantine,
}

impl Part {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Schedule,
        Self::Actions,
        Self::Groups,
        Self::Limits,
        Self::Retries,
        Self::Quarantine,
    ];

    /// As forms name it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Schedule => "schedule",
            Self::Actions => "actions",
            Self::Groups => "groups",
            Self::Limits => "limits",
            Self::Retries => "retries",
            Self::Quarantine => "quarantine",
        }
    }

    /// The part of a form.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }

    /// What it is called.
    pub fn title(&self) -> String {
        match self {
            Self::Name => text!("settings-name-part"),
            Self::Schedule => text!("settings-schedule"),
            Self::Actions => text!("settings-actions"),
            Self::Groups => text!("settings-groups"),
            Self::Limits => text!("settings-limits"),
            Self::Retries => text!("settings-retries"),
            Self::Quarantine => text!("settings-quarantine"),
        }
    }

    /// What it is for.
    pub fn text(&self) -> String {
        match self {
            Self::Name => text!("settings-name-text"),
            Self::Schedule => text!("settings-schedule-text"),
            Self::Actions => text!("settings-actions-text"),
            Self::Groups => text!("settings-groups-text"),
            Self::Limits => text!("settings-limits-text"),
            Self::Retries => text!("settings-retries-text"),
            Self::Quarantine => text!("settings-quarantine-text"),
        }
    }

    /// The part of the configuration that it writes.
    pub fn of_job(&self) -> JobPart {
        match self {
            Self::Name => JobPart::Facts,
            Self::Actions => JobPart::Actions,
            Self::Groups => JobPart::Groups,
            Self::Limits => JobPart::Limits,
            Self::Schedule | Self::Retries | Self::Quarantine => JobPart::Running,
        }
    }

    /// Its fields as they stand.
    pub fn groups(&self, job: &Job) -> Vec<Group> {
        let fields = match self {
            Self::Name => vec![Field::new(
                "name",
                (text!("conf-name"), text!("conf-name-hint")),
                Input::Text,
                &job.name,
            )],
            Self::Schedule => fields::schedule(&job.schedule),
            Self::Actions => vec![
                Field::tick(
                    "create",
                    (text!("settings-create"), text!("settings-create-hint")),
                    job.actions.create,
                ),
                Field::tick(
                    "update",
                    (text!("settings-update"), text!("settings-update-hint")),
                    job.actions.update,
                ),
                Field::tick(
                    "delete",
                    (text!("settings-remove"), text!("settings-remove-hint")),
                    job.actions.delete,
                ),
            ],
            Self::Groups => fields::groups(job),
            Self::Limits => return brakes::groups(&job.limits),
            Self::Retries => fields::retries(job),
            Self::Quarantine => fields::quarantine(job),
        };
        vec![Group { legend: String::new(), fields }]
    }

    /// Takes what was sent.
    pub fn take(&self, form: &Fields, job: &mut Job) -> Result<(), Error> {
        match self {
            Self::Name => {
                let name = form.text("name");
                if name.is_empty() || name.contains('/') {
                    return Err(Error::invalid(text!("settings-name-wrong")));
                }
                name.clone_into(&mut job.name);
            }
            Self::Schedule => job.schedule = read::schedule(form)?,
            Self::Actions => {
                job.actions.create = form.is_on("create");
                job.actions.update = form.is_on("update");
                job.actions.delete = form.is_on("delete");
            }
            Self::Groups => {
                job.groups.enabled = form.is_on("enabled");
                job.groups.nested = match form.text("nested") {
                    "flatten" => Nested::Flatten,
                    "keep" => Nested::Keep,
                    _ => Nested::Ignore,
                };
                job.groups.nested_assignment = form.is_on("nested-assignment");
                job.groups.actions.create = form.is_on("group-create");
                job.groups.actions.update = form.is_on("group-update");
                job.groups.actions.delete = form.is_on("group-delete");
            }
            Self::Limits => brakes::take(form, &mut job.limits)?,
            Self::Retries => {
                job.retries.transient_seconds = seconds(form, "retry-after")?;
                job.retries.transient_at_most = seconds(form, "retry-at-most")?;
                job.retries.lasting_hours = read::hours(form, "retry-hours")?;
                job.retries.give_up_days = signed(form, "give-up-days")?;
            }
            Self::Quarantine => {
                job.quarantine.at_least = number(form, "quarantine-at-least")?;
                job.quarantine.percent = number(form, "quarantine-percent")?;
                job.quarantine.at_most = number(form, "quarantine-at-most")?;
                job.quarantine.pause_seconds = seconds(form, "quarantine-pause")?;
                job.quarantine.pause_at_most = seconds(form, "quarantine-pause-at-most")?;
                job.quarantine.disable_days = signed(form, "disable-days")?;
            }
        }
        Ok(())
    }
}
