//! What templates can do with a value: `{{ "map-title"|t }}`, `{{ run.ended|time }}`, `{{ count|figure }}`.

use askama::{Result, Values, filter_fn};
use model::Timestamp;

use crate::markup::Markup;

/// The text with this key.
#[filter_fn]
pub fn t(key: &str, _: &dyn Values) -> Result<String> {
    Ok(crate::texts::say(key, &[]))
}

/// An instant, which scripts put into the reader's own time zone.
#[filter_fn]
pub fn time(instant: &Timestamp, _: &dyn Values) -> Result<Markup> {
    let exact = instant.to_string();
    let (day, rest) = exact.split_once('T').unwrap_or((&exact, ""));
    let minute = rest.get(..5).unwrap_or(rest);
    Ok(Markup::trusted(format!("<time datetime=\"{exact}\">{day} {minute} UTC</time>")))
}

/// A sentence of the services, in which commands stand between backquotes.
#[filter_fn]
pub fn told(text: &str, _: &dyn Values) -> Result<Markup> {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = crate::markup::escape(part);
        match index % 2 {
            0 => html.push_str(&part),
            _ => html.push_str(&format!("<code>{part}</code>")),
        }
    }
    Ok(Markup::trusted(html))
}

/// A count with its thousands apart.
#[filter_fn]
pub fn figure(number: &u64, _: &dyn Values) -> Result<String> {
    Ok(crate::texts::figure(*number))
}

/// A value as one part of an address.
#[filter_fn]
pub fn coded(text: &str, _: &dyn Values) -> Result<String> {
    Ok(crate::form::coded(text))
}
