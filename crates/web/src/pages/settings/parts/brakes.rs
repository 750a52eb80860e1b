//! The brakes as fields: three numbers for each kind, and the window that they count in.

use model::{Brake, Limits};

use super::{Field, Group, Input, read::number};
use crate::{error::Error, form::Fields};

/// The names of a brake's fields: whether there is one, always, part, never.
type Names = [&'static str; 4];

const REMOVALS: Names = ["", "removals-least", "removals-percent", "removals-most"];
const CREATES: Names = ["creates", "creates-least", "creates-percent", "creates-most"];
const UPDATES: Names = ["updates", "updates-least", "updates-percent", "updates-most"];
const CLEARS: Names = ["clears", "clears-least", "clears-percent", "clears-most"];
const PARTINGS: Names = ["partings", "partings-least", "partings-percent", "partings-most"];

/// The fields as they stand.
pub fn groups(limits: &Limits) -> Vec<Group> {
    let window = vec![
        Field::new(
            "window",
            (text!("settings-window"), text!("settings-window-hint")),
            Input::Number,
            limits.window_hours,
        ),
        Field::new(
            "hold-days",
            (text!("settings-hold-days"), text!("settings-hold-days-hint")),
            Input::Number,
            limits.hold_days,
        ),
    ];
    vec![
        brake(text!("settings-brake-removals"), REMOVALS, Some(limits.removals())),
        brake(text!("settings-brake-creates"), CREATES, limits.creates),
        brake(text!("settings-brake-updates"), UPDATES, limits.updates),
        brake(text!("settings-brake-clears"), CLEARS, limits.clears),
        brake(text!("settings-brake-partings"), PARTINGS, limits.partings),
        Group { legend: text!("settings-brake-window"), fields: window },
    ]
}

fn brake(legend: String, [on, least, percent, most]: Names, brake: Option<Brake>) -> Group {
    let usual = Brake { at_least: 10, percent: 10, at_most: 500 };
    let held = brake.unwrap_or(usual);
    let field =
        |name, label, value: u64| Field::new(name, (label, String::new()), Input::Number, value);
    let mut fields = vec![
        field(least, text!("settings-brake-least"), held.at_least),
        field(percent, text!("settings-brake-percent"), held.percent),
        field(most, text!("settings-brake-most"), held.at_most),
    ];
    if !on.is_empty() {
        let texts = (text!("settings-brake-on"), String::new());
        fields.insert(0, Field::tick(on, texts, brake.is_some()));
    }
    Group { legend, fields }
}

/// Takes what was sent.
pub fn take(form: &Fields, limits: &mut Limits) -> Result<(), Error> {
    let removals = read(form, REMOVALS)?;
    limits.removals_at_least = removals.at_least;
    limits.removals_percent = removals.percent;
    limits.removals_at_most = removals.at_most;
    limits.creates = read_if_on(form, CREATES)?;
    limits.updates = read_if_on(form, UPDATES)?;
    limits.clears = read_if_on(form, CLEARS)?;
    limits.partings = read_if_on(form, PARTINGS)?;
    limits.window_hours = number(form, "window")?;
    limits.hold_days = number(form, "hold-days")?;
    Ok(())
}

fn read_if_on(form: &Fields, names: Names) -> Result<Option<Brake>, Error> {
    form.is_on(names[0]).then(|| read(form, names)).transpose()
}

fn read(form: &Fields, [_, least, percent, most]: Names) -> Result<Brake, Error> {
    Ok(Brake {
        at_least: number(form, least)?,
        percent: number(form, percent)?,
        at_most: number(form, most)?,
    })
}
