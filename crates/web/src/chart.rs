//! Charts as SVG: curves and stacked bars over days, with axes, and a legend of words beside the colours.
//! Colours come from classes; a table beside each says the same in numbers.

use std::fmt::Write;

use crate::{
    markup::{Markup, escape},
    texts,
};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 64.0;
const BOTTOM: f64 = 30.0;
const TOP: f64 = 12.0;
/// So high a line of the legend is.
const LINE: f64 = 20.0;
/// So many lines are drawn across.
const STEPS: u64 = 4;

/// Numbers over days; none where nothing is known of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What they count.
    pub name: String,
    /// The numbers, a day each.
    pub values: Vec<Option<u64>>,
}

impl Series {
    /// Numbers over days.
    pub fn new(name: String, values: Vec<Option<u64>>) -> Self {
        Self { name, values }
    }
}

/// A curve for each series. Nothing where there is nothing to draw.
pub fn curves(title: &str, days: &[String], series: &[Series]) -> Markup {
    let most = series.iter().flat_map(|one| &one.values).flatten().copied().max().unwrap_or(0);
    if most == 0 || days.is_empty() {
        return Markup::default();
    }
    let frame = Frame::of(days, most);
    let mut svg = frame.begin(title, series);
    for (index, one) in series.iter().enumerate() {
        let mut path = String::new();
        let mut is_down = false;
        for (day, value) in one.values.iter().enumerate() {
            let Some(value) = value else {
                is_down = false;
                continue;
            };
            let (x, y) = (frame.middle(day), frame.y(*value));
            // A text buffer takes whatever is written.
            let _ = write!(path, "{}{x:.1} {y:.1} ", if is_down { "L" } else { "M" });
            let _ = write!(
                svg,
                "<circle class=\"dot c{index}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>{}</title></circle>",
                tip(&days[day], &one.name, *value)
            );
            is_down = true;
        }
        let _ = write!(svg, "<path class=\"curve c{index}\" d=\"{path}\"/>");
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// A bar for each day, the series on top of one another. Nothing where there is nothing to draw.
pub fn bars(title: &str, days: &[String], series: &[Series]) -> Markup {
    let total = |day: usize| series.iter().filter_map(|one| one.values[day]).sum::<u64>();
    let most = (0..days.len()).map(total).max().unwrap_or(0);
    if most == 0 {
        return Markup::default();
    }
    let frame = Frame::of(days, most);
    let mut svg = frame.begin(title, series);
    let width = (frame.step() * 0.7).clamp(1.0, 40.0);
    for (day, date) in days.iter().enumerate() {
        let mut below = 0;
        for (index, one) in series.iter().enumerate() {
            let value = one.values[day].unwrap_or(0);
            if value == 0 {
                continue;
            }
            let (top, bottom) = (frame.y(below + value), frame.y(below));
            let _ = write!(
                svg,
                "<rect class=\"bar c{index}\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
                frame.middle(day) - width / 2.0,
                (bottom - top).max(0.5),
                tip(date, &one.name, value)
            );
            below += value;
        }
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

fn tip(date: &str, name: &str, value: u64) -> String {
    escape(&format!("{date}: {} {name}", texts::figure(value)))
}

/// The axes of a chart.
struct Frame<'a> {
    days: &'a [String],
    top: u64,
}

impl<'a> Frame<'a> {
    fn of(days: &'a [String], most: u64) -> Self {
        Self { days, top: round(most) }
    }

    fn step(&self) -> f64 {
        (WIDTH - LEFT - 10.0) / self.days.len() as f64
    }

    fn middle(&self, day: usize) -> f64 {
        LEFT + self.step() * (day as f64 + 0.5)
    }

    fn y(&self, value: u64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value as f64 / self.top as f64
    }

    /// Axes with their labels, and the legend.
    fn begin(&self, title: &str, series: &[Series]) -> String {
        let height = HEIGHT + LINE * series.len() as f64;
        let mut svg = format!(
            "<svg class=\"picture chart\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{}\">",
            escape(title)
        );
        for line in 0..=STEPS {
            let value = self.top * line / STEPS;
            let y = self.y(value);
            let _ = write!(
                svg,
                "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{WIDTH}\" y2=\"{y:.1}\"/>\
                 <text class=\"soft\" x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                y + 4.0,
                texts::figure(value)
            );
        }
        let every = self.days.len().div_ceil(7).max(1);
        for (day, date) in self.days.iter().enumerate().step_by(every) {
            let _ = write!(
                svg,
                "<text class=\"soft\" x=\"{:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
                self.middle(day),
                HEIGHT - 10.0,
                escape(date.get(5..).unwrap_or(date))
            );
        }
        for (index, one) in series.iter().enumerate() {
            let y = HEIGHT + LINE * index as f64;
            let _ = write!(
                svg,
                "<rect class=\"bar c{index}\" x=\"{LEFT}\" y=\"{y:.0}\" width=\"14\" height=\"12\"/>\
                 <text class=\"soft\" x=\"{:.0}\" y=\"{:.0}\">{}</text>",
                LEFT + 22.0,
                y + 11.0,
                escape(&one.name)
            );
        }
        svg
    }
}

/// The next number that four steps divide and people like.
fn round(most: u64) -> u64 {
    let mut unit = 4;
    loop {
        for factor in [1, 2, 5] {
            let top: u64 = unit * factor;
            if top >= most {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_above_the_highest_bar() {
        for (most, top) in [(1, 4), (4, 4), (5, 8), (17, 20), (21, 40), (10_000, 20_000)] {
            assert_eq!(round(most), top, "{most}");
        }
    }

    #[test]
    fn bars_stand_on_one_another_and_names_are_text() {
        let days = ["2026-01-01".to_owned(), "2026-01-02".to_owned()];
        let series = [
            Series::new("<b>".to_owned(), vec![Some(1), None]),
            Series::new("b".to_owned(), vec![Some(3), Some(2)]),
        ];
        let svg = bars("Changes", &days, &series).to_string();
        assert_eq!(
            svg.matches("<rect class=\"bar").count(),
            3 + 2,
            "three values, two in the legend"
        );
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert!(svg.contains(">01-02<") && svg.contains("2026-01-01: 3 b"));
        assert!(bars("Nothing", &days, &[]).is_empty());
    }

    #[test]
    fn a_curve_breaks_where_nothing_is_known() {
        let days: Vec<String> = (1..4).map(|day| format!("2026-01-0{day}")).collect();
        let series = [Series::new("people".to_owned(), vec![Some(2), None, Some(4)])];
        let svg = curves("People", &days, &series).to_string();
        let path = svg.split("class=\"curve c0\" d=\"").nth(1).expect("there is a curve");
        assert_eq!(path.split('"').next().map(|path| path.matches('M').count()), Some(2));
    }
}
