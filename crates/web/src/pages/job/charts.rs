//! How a configuration went over time: people in step, changes, failures and delay by the day, as pictures
//! and as the tables that say the same.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use sync::Insight;

use super::{look, place::Place, words};
use crate::{
    answer::Answer,
    chart::{self, Series},
    error::Error,
    filters,
    frame::Frame,
    markup::Markup,
    visit::Visit,
};

/// Over so many days it can be looked at.
const SPANS: [u64; 3] = [7, 30, 90];
/// So many kinds are told apart in one picture.
const KINDS: usize = 5;

#[derive(Template)]
#[template(path = "job_insights.html")]
struct Page {
    frame: Frame,
    base: String,
    spans: Vec<(u64, bool)>,
    now: Option<String>,
    charts: Vec<Chart>,
}

/// A picture with its table.
struct Chart {
    title: String,
    text: String,
    picture: Markup,
    heads: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let asked = visit.query().get("days").and_then(|days| days.parse().ok());
    let days = asked.filter(|days| SPANS.contains(days)).unwrap_or(30);
    let (sync, actor) = (&visit.center.sync, visit.actor());
    let found = sync.read_insights(actor, &place.job, days as usize)?;
    let fresh = sync.read_freshness(actor, &place.job)?;
    let now = match fresh.is_fresh {
        true => text!("insights-fresh"),
        false => text!("insights-behind", count = fresh.changes, time = look::freshness(&fresh)),
    };
    let page = Page {
        frame: place.frame(visit, text!("nav-insights"), "insights"),
        base: place.base,
        spans: SPANS.iter().map(|span| (*span, *span == days)).collect(),
        now: Some(now),
        charts: vec![people(&found), changes(&found), failures(&found), delay(&found)],
    };
    Answer::page(&page)
}

fn dates(found: &[Insight]) -> Vec<String> {
    found.iter().map(|day| day.date.clone()).collect()
}

fn people(found: &[Insight]) -> Chart {
    let title = text!("insights-people");
    let of = |value: fn(&Insight) -> Option<u64>| found.iter().map(value).collect::<Vec<_>>();
    let mut series = vec![Series::new(text!("insights-people-line"), of(|day| day.people))];
    if found.iter().any(|day| day.groups.is_some_and(|count| count > 0)) {
        series.push(Series::new(text!("insights-groups-line"), of(|day| day.groups)));
    }
    Chart {
        text: text!("insights-people-text"),
        picture: chart::curves(&title, &dates(found), &series),
        heads: heads(&series),
        rows: rows(found, &series),
        title,
    }
}

fn changes(found: &[Insight]) -> Chart {
    let title = text!("insights-changes");
    let word = |key: &str| match words::find_action(key) {
        Some(action) => words::action(action),
        None => key.to_owned(),
    };
    let series = stacked(found, |day| &day.changes, word);
    Chart {
        text: text!("insights-changes-text"),
        picture: chart::bars(&title, &dates(found), &series),
        heads: heads(&series),
        rows: rows(found, &series),
        title,
    }
}

fn failures(found: &[Insight]) -> Chart {
    let title = text!("insights-failures");
    let series = stacked(found, |day| &day.failures, str::to_owned);
    Chart {
        text: text!("insights-failures-text"),
        picture: chart::bars(&title, &dates(found), &series),
        heads: heads(&series),
        rows: rows(found, &series),
        title,
    }
}

fn delay(found: &[Insight]) -> Chart {
    let title = text!("insights-delay");
    let of = |value: fn(&Insight) -> Option<u64>| found.iter().map(value).collect::<Vec<_>>();
    let series = vec![
        Series::new(text!("insights-delay-mean"), of(|day| day.mean_delay)),
        Series::new(text!("insights-delay-longest"), of(|day| day.longest_delay)),
    ];
    Chart {
        text: text!("insights-delay-text"),
        picture: chart::curves(&title, &dates(found), &series),
        heads: heads(&series),
        rows: rows(found, &series),
        title,
    }
}

/// A series for each of the commonest kinds, and one for all others.
fn stacked(
    found: &[Insight],
    of: impl Fn(&Insight) -> &BTreeMap<String, u64>,
    word: impl Fn(&str) -> String,
) -> Vec<Series> {
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for (key, count) in found.iter().flat_map(&of) {
        *totals.entry(key).or_default() += count;
    }
    let mut kinds: Vec<(&str, u64)> = totals.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let own: BTreeSet<&str> = kinds.iter().take(KINDS).map(|(key, _)| *key).collect();
    let count = |day: &Insight, key: &str| Some(of(day).get(key).copied().unwrap_or_default());
    let shown = kinds.iter().take(KINDS);
    let mut series: Vec<Series> = shown
        .map(|(key, _)| Series::new(word(key), found.iter().map(|day| count(day, key)).collect()))
        .collect();
    if kinds.len() > KINDS {
        let rest = |day: &Insight| {
            let others = of(day).iter().filter(|(key, _)| !own.contains(key.as_str()));
            Some(others.map(|(_, count)| count).sum())
        };
        series.push(Series::new(text!("insights-others"), found.iter().map(rest).collect()));
    }
    series
}

fn heads(series: &[Series]) -> Vec<String> {
    series.iter().map(|one| one.name.clone()).collect()
}

/// The days on which something is to be told, newest first.
fn rows(found: &[Insight], series: &[Series]) -> Vec<(String, Vec<String>)> {
    let text = |value: Option<u64>| value.map_or("–".to_owned(), crate::texts::figure);
    let row = |(index, day): (usize, &Insight)| {
        let values: Vec<Option<u64>> = series.iter().map(|one| one.values[index]).collect();
        let says = values.iter().any(|value| value.is_some_and(|count| count > 0));
        says.then(|| (day.date.clone(), values.into_iter().map(text).collect()))
    };
    found.iter().enumerate().rev().filter_map(row).collect()
}
