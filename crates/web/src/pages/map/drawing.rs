//! The picture of the map: nodes on two columns where every tenant only gives or only takes, else on a
//! ring; configurations as arrows that bend to their right, so that two that face each other stay apart.

use std::{collections::BTreeMap, fmt::Write};

use model::TenantId;

use super::{Node, Row};
use crate::markup::{Markup, escape};

const WIDTH: f64 = 900.0;
const BOX: (f64, f64) = (200.0, 74.0);
/// So many nodes can be told apart; the table has all of them.
const MOST: usize = 24;

type Point = (f64, f64);

/// Draws tenants and configurations.
pub fn draw(tenants: &[Node], rows: &[Row]) -> Markup {
    if tenants.is_empty() || tenants.len() > MOST {
        return Markup::default();
    }
    let (places, height) = place(tenants, rows);
    let mut svg = format!(
        "<svg class=\"picture\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"group\" aria-label=\"{}\">",
        escape(&text!("map-picture"))
    );
    svg.push_str(MARKERS);
    for row in rows {
        arrow(&mut svg, row, &places);
    }
    for tenant in tenants {
        if let Some(at) = places.get(&tenant.id) {
            node(&mut svg, tenant, *at);
        }
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// A head for each colour of arrow.
const MARKERS: &str = "<defs>\
<marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"8\" refY=\"5\" markerWidth=\"5\" markerHeight=\"5\" orient=\"auto-start-reverse\"><path d=\"M0 0 10 5 0 10z\" fill=\"context-stroke\"/></marker></defs>";

/// Where each node stands, and how high the picture is.
fn place(tenants: &[Node], rows: &[Row]) -> (BTreeMap<TenantId, Point>, f64) {
    let gives = |id: TenantId| rows.iter().any(|row| row.source == id);
    let takes = |id: TenantId| rows.iter().any(|row| row.target == Some(id));
    let is_two_columns = !tenants.iter().any(|one| gives(one.id) && takes(one.id));
    if !is_two_columns && tenants.len() > 2 {
        return ring(tenants);
    }
    // Of two that give to each other the first stands left.
    let is_left = |index: usize, id: TenantId| match (gives(id), takes(id)) {
        (true, true) | (false, false) => index.is_multiple_of(2),
        (gives, _) => gives,
    };
    let mut places = BTreeMap::new();
    let mut counts = [0_usize; 2];
    for (index, tenant) in tenants.iter().enumerate() {
        let column = usize::from(!is_left(index, tenant.id));
        let x = [BOX.0 / 2.0 + 20.0, WIDTH - BOX.0 / 2.0 - 20.0][column];
        places.insert(tenant.id, (x, counts[column] as f64));
        counts[column] += 1;
    }
    let rows = counts[0].max(counts[1]).max(1) as f64;
    let step = BOX.1 + 56.0;
    for (x, y) in places.values_mut() {
        let own = counts[usize::from(*x > WIDTH / 2.0)] as f64;
        *y = 75.0 + (*y + (rows - own) / 2.0) * step;
    }
    (places, 150.0 + (rows - 1.0) * step)
}

fn ring(tenants: &[Node]) -> (BTreeMap<TenantId, Point>, f64) {
    let height = 420.0 + 24.0 * tenants.len() as f64;
    let radius = (WIDTH / 2.0 - BOX.0 / 2.0 - 20.0, height / 2.0 - BOX.1 / 2.0 - 30.0);
    let step = std::f64::consts::TAU / tenants.len() as f64;
    let at = |index: usize| {
        let angle = step * index as f64 - std::f64::consts::FRAC_PI_2;
        (WIDTH / 2.0 + radius.0 * angle.cos(), height / 2.0 + radius.1 * angle.sin())
    };
    let places = tenants.iter().enumerate().map(|(index, one)| (one.id, at(index))).collect();
    (places, height)
}

fn node(svg: &mut String, tenant: &Node, (x, y): Point) {
    let (left, top) = (x - BOX.0 / 2.0, y - BOX.1 / 2.0);
    let counts = match (tenant.users, tenant.groups) {
        (Some(users), Some(groups)) => text!("map-counts", users = users, groups = groups),
        _ => text!("map-partner"),
    };
    let (name, domain) = (short(&tenant.name, 24), short(&tenant.domain, 30));
    let inside = format!(
        "<g class=\"node\"><rect x=\"{left:.0}\" y=\"{top:.0}\" width=\"{}\" height=\"{}\" rx=\"9\"/>\
         <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\" font-weight=\"650\">{}</text> \
         <text class=\"soft\" x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text> \
         <text class=\"soft\" x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text></g>",
        BOX.0,
        BOX.1,
        top + 25.0,
        escape(&name),
        top + 44.0,
        escape(&domain),
        top + 62.0,
        escape(&counts),
    );
    linked(svg, tenant.href.as_deref(), &[name, domain, counts].join(", "), &inside);
}

fn arrow(svg: &mut String, row: &Row, places: &BTreeMap<TenantId, Point>) {
    let target = row.target.and_then(|target| places.get(&target));
    let (Some(from), Some(to)) = (places.get(&row.source), target) else { return };
    let bend = if from.0 == to.0 { 90.0 } else { 26.0 };
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    // To the right of the way.
    let control =
        ((from.0 + to.0) / 2.0 + dy / length * bend, (from.1 + to.1) / 2.0 - dx / length * bend);
    let (start, end) = (edge(*from, control), edge(*to, control));
    let middle =
        ((start.0 + 2.0 * control.0 + end.0) / 4.0, (start.1 + 2.0 * control.1 + end.1) / 4.0);
    let mut inside = format!(
        "<path class=\"arrow {}\" marker-end=\"url(#head)\" d=\"M{:.0} {:.0} Q{:.0} {:.0} {:.0} {:.0}\"/>",
        row.standing.kind, start.0, start.1, control.0, control.1, end.0, end.1
    );
    let [source, target] = &row.consent;
    let mark = |consent: &super::Consent| match consent.kind {
        "ok" => "✓",
        "warn" => "✕",
        _ => "?",
    };
    let lines = [
        short(&row.name, 28),
        row.standing.word.clone(),
        text!("map-consents", source = mark(source), target = mark(target)),
    ];
    let width =
        lines.iter().map(|line| line.chars().count()).max().unwrap_or(0) as f64 * 7.2 + 20.0;
    // Labels are in English and short; a wider letter only comes nearer to the edge.
    let _ = write!(
        inside,
        "<g class=\"label\"><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"74\" rx=\"8\"/>",
        middle.0 - width / 2.0,
        middle.1 - 37.0
    );
    for (index, line) in lines.iter().enumerate() {
        let class = if index == 0 { "" } else { " class=\"soft\"" };
        let y = middle.1 - 15.0 + 20.0 * index as f64;
        let _ = write!(
            inside,
            " <text{class} x=\"{:.0}\" y=\"{y:.0}\" text-anchor=\"middle\">{}</text>",
            middle.0,
            escape(line)
        );
    }
    inside.push_str("</g>");
    let label = text!("map-arrow", seen = lines.join(", "), source = &row.from, target = &row.to);
    linked(svg, row.href.as_deref(), &label, &inside);
}

/// Where the way from the middle of a box towards a point leaves the box, with a little room.
fn edge(at: Point, towards: Point) -> Point {
    let (dx, dy) = (towards.0 - at.0, towards.1 - at.1);
    let scale = |delta: f64, half: f64| if delta == 0.0 { f64::MAX } else { half / delta.abs() };
    let part = scale(dx, BOX.0 / 2.0 + 5.0).min(scale(dy, BOX.1 / 2.0 + 5.0));
    (at.0 + dx * part, at.1 + dy * part)
}

/// What can be seen is part of the label: whoever speaks to the machine says what they see.
fn linked(svg: &mut String, href: Option<&str>, label: &str, inside: &str) {
    // A text buffer takes whatever is written.
    let _ = match href {
        Some(href) => write!(
            svg,
            "<a href=\"{}\" aria-label=\"{}\">{inside}</a>",
            escape(href),
            escape(label)
        ),
        None => write!(svg, "<g role=\"img\" aria-label=\"{}\">{inside}</g>", escape(label)),
    };
}

fn short(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}
