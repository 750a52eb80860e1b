//! Fields as they are shown, with what they hold now.

use model::{Job, Nested, Schedule, print_duration};

use crate::form::Fields;

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
    /// A field, with its label and its hint.
    pub fn new(
        name: &'static str,
        (label, hint): (String, String),
        input: Input,
        value: impl ToString,
    ) -> Self {
        Self { name, label, hint, input, value: value.to_string() }
    }

    /// A box.
    pub fn tick(name: &'static str, texts: (String, String), on: bool) -> Self {
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

/// The fields of that part.
pub fn schedule(schedule: &Schedule) -> Vec<Field> {
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

/// The fields of that part.
pub fn groups(job: &Job) -> Vec<Field> {
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

/// The fields of that part.
pub fn retries(job: &Job) -> Vec<Field> {
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

/// The fields of that part.
pub fn quarantine(job: &Job) -> Vec<Field> {
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
