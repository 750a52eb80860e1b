//! The parts of a configuration as forms: which fields each has, what they hold now, and how what was sent
//! is taken. A value is text both ways, so that what two administrators wrote can be put side by side.

mod brakes;
mod read;

use model::{Job, JobPart, Nested, Schedule, print_duration};

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

/// What a field looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A line.
    Text,
    /// A number.
    Number,
    /// A box.
    Tick,
    /// One of several, by value and text.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// What belongs there.
    pub hint: String,
    /// What it looks like.
    pub input: Input,
    /// What it holds; `on` or nothing for a box.
    pub value: String,
}

/// Fields that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they are about; nothing where the part has only these.
    pub legend: String,
    /// They.
    pub fields: Vec<Field>,
}

impl Field {
    /// A field; its texts have its name at their end.
    fn new(
        name: &'static str,
        (label, hint): (String, String),
        input: Input,
        value: impl ToString,
    ) -> Self {
        Self { name, label, hint, input, value: value.to_string() }
    }

    fn tick(name: &'static str, texts: (String, String), on: bool) -> Self {
        Self::new(name, texts, Input::Tick, if on { "on" } else { "" })
    }

    /// What was sent for it.
    pub fn sent(&self, fields: &Fields) -> String {
        fields.text(self.name).to_owned()
    }

    /// A value of it as people read it.
    pub fn told(&self, value: &str) -> String {
        match self.input {
            Input::Tick if value.is_empty() => text!("settings-off"),
            Input::Tick => text!("settings-on"),
            Input::Choice(all) => {
                let found = all.iter().find(|(own, _)| *own == value);
                found.map_or_else(String::new, |(_, key)| crate::texts::say(key, &[]))
            }
            Input::Text | Input::Number if value.is_empty() => text!("settings-empty"),
            Input::Text | Input::Number => value.to_owned(),
        }
    }

    /// The options of a choice, with the one that is chosen.
    pub fn options(&self) -> Vec<(&'static str, String, bool)> {
        let Input::Choice(all) = self.input else { return Vec::new() };
        let option = |(own, key): &(&'static str, &str)| {
            (*own, crate::texts::say(key, &[]), *own == self.value)
        };
        all.iter().map(option).collect()
    }
}

const WHEN: Input = Input::Choice(&[
    ("change", "settings-when-change"),
    ("every", "settings-when-every"),
    ("cron", "settings-when-cron"),
]);
const NESTED: Input = Input::Choice(&[
    ("ignore", "settings-nested-ignore"),
    ("flatten", "settings-nested-flatten"),
    ("keep", "settings-nested-keep"),
]);

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
            Self::Schedule => schedule(&job.schedule),
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
            Self::Groups => groups(job),
            Self::Limits => return brakes::groups(&job.limits),
            Self::Retries => retries(job),
            Self::Quarantine => quarantine(job),
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

fn schedule(schedule: &Schedule) -> Vec<Field> {
    let (when, every, cron) = match schedule {
        Schedule::OnChange => ("change", String::new(), String::new()),
        Schedule::Every(seconds) => ("every", print_duration(*seconds), String::new()),
        Schedule::Cron(cron) => ("cron", String::new(), cron.to_string()),
    };
    vec![
        Field::new("when", (text!("settings-when"), String::new()), WHEN, when),
        Field::new(
            "every",
            (text!("settings-every"), text!("settings-every-hint")),
            Input::Text,
            every,
        ),
        Field::new(
            "cron",
            (text!("settings-cron"), text!("settings-cron-hint")),
            Input::Text,
            cron,
        ),
    ]
}

fn groups(job: &Job) -> Vec<Field> {
    let groups = &job.groups;
    let nested = match groups.nested {
        Nested::Ignore => "ignore",
        Nested::Flatten => "flatten",
        Nested::Keep => "keep",
    };
    vec![
        Field::tick(
            "enabled",
            (text!("settings-groups-on"), text!("settings-groups-on-hint")),
            groups.enabled,
        ),
        Field::new("nested", (text!("settings-nested"), String::new()), NESTED, nested),
        Field::tick(
            "nested-assignment",
            (text!("settings-nested-assignment"), text!("settings-nested-assignment-hint")),
            groups.nested_assignment,
        ),
        Field::tick(
            "group-create",
            (text!("settings-group-create"), String::new()),
            groups.actions.create,
        ),
        Field::tick(
            "group-update",
            (text!("settings-group-update"), String::new()),
            groups.actions.update,
        ),
        Field::tick(
            "group-delete",
            (text!("settings-group-delete"), String::new()),
            groups.actions.delete,
        ),
    ]
}

fn retries(job: &Job) -> Vec<Field> {
    let one = &job.retries;
    let hours: Vec<String> = one.lasting_hours.iter().map(ToString::to_string).collect();
    let hint = || text!("settings-duration-hint");
    vec![
        Field::new(
            "retry-after",
            (text!("settings-retry-after"), hint()),
            Input::Text,
            print_duration(one.transient_seconds),
        ),
        Field::new(
            "retry-at-most",
            (text!("settings-retry-at-most"), hint()),
            Input::Text,
            print_duration(one.transient_at_most),
        ),
        Field::new(
            "retry-hours",
            (text!("settings-retry-hours"), text!("settings-retry-hours-hint")),
            Input::Text,
            hours.join(", "),
        ),
        Field::new(
            "give-up-days",
            (text!("settings-give-up"), String::new()),
            Input::Number,
            one.give_up_days,
        ),
    ]
}

fn quarantine(job: &Job) -> Vec<Field> {
    let one = &job.quarantine;
    let hint = || text!("settings-duration-hint");
    vec![
        Field::new(
            "quarantine-at-least",
            (text!("settings-quarantine-at-least"), String::new()),
            Input::Number,
            one.at_least,
        ),
        Field::new(
            "quarantine-percent",
            (text!("settings-quarantine-percent"), String::new()),
            Input::Number,
            one.percent,
        ),
        Field::new(
            "quarantine-at-most",
            (text!("settings-quarantine-at-most"), String::new()),
            Input::Number,
            one.at_most,
        ),
        Field::new(
            "quarantine-pause",
            (text!("settings-quarantine-pause"), hint()),
            Input::Text,
            print_duration(one.pause_seconds),
        ),
        Field::new(
            "quarantine-pause-at-most",
            (text!("settings-quarantine-longest"), hint()),
            Input::Text,
            print_duration(one.pause_at_most),
        ),
        Field::new(
            "disable-days",
            (text!("settings-disable-days"), String::new()),
            Input::Number,
            one.disable_days,
        ),
    ]
}
