//! The header of a CSV file: what each column means.

use super::{Context, cells::split};
use crate::{
    alias, code,
    field::{Fault, Field, Fields},
};

pub(super) struct Header {
    /// The lines as they stood, for a file of rejects.
    pub(super) text: String,
    pub(super) separator: u8,
    pub(super) columns: Vec<Column>,
    /// Whether a template's example line may follow.
    pub(super) example: bool,
    /// Whether the headings are read; the version line of the bulk form stands before them.
    pub(super) complete: bool,
}

pub(super) struct Column {
    pub(super) heading: String,
    pub(super) field: Option<Field>,
    /// Its place among those whose texts are wanted as they stand.
    pub(super) verbatim: Option<usize>,
}

impl Header {
    /// Reads one more record of the header.
    pub(super) fn read(
        before: &Option<Self>,
        context: &Context,
        text: &str,
    ) -> Result<Self, Fault> {
        if before.is_none() && is_version(text) {
            return Ok(Self {
                text: format!("{text}\n"),
                separator: b',',
                columns: Vec::new(),
                example: true,
                complete: false,
            });
        }
        let separator = separator(text.as_bytes());
        let headings = split(text, separator).map_err(|(_, fault)| fault)?;
        let headings = headings.into_iter().map(|cell| cell.text).collect();
        let columns = columns(headings, context);
        if columns.iter().all(|column| column.field.is_none()) {
            return Err(no_column(&columns, context));
        }
        let version = before.as_ref().map_or("", |header| &header.text);
        Ok(Self {
            text: format!("{version}{text}\n"),
            separator,
            columns,
            example: before.is_some(),
            complete: true,
        })
    }
}

/// `version:v1.0`, the first line of a bulk operation's file.
fn is_version(text: &str) -> bool {
    let text = text.trim_start_matches('"').to_ascii_lowercase();
    text.starts_with("version:")
}

/// What divides the cells of a header: the most frequent of the three outside quotes. Spreadsheets
/// write `;` where a comma divides whole numbers from fractions.
pub(super) fn separator(line: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b'\t', 0), (b';', 0), (b',', 0)];
    for &byte in line {
        quoted ^= byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!quoted && byte == *separator);
        }
    }
    // Of equal ones the last is taken, which makes a comma of no separator at all.
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

/// Of two columns with one meaning, the one that bears the attribute's own name counts, else the
/// first; the other is ignored.
fn columns(headings: Vec<String>, context: &Context) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::with_capacity(headings.len());
    for heading in headings {
        let verbatim = context.fields.find_verbatim(bracketed(&heading).unwrap_or(&heading));
        let mut field = find(&heading, context);
        if verbatim.is_some() {
            field = Some(Fields::beside_verbatim(field));
        }
        let rival = columns.iter_mut().find(|column| field.is_some() && column.field == field);
        if let Some(rival) = rival.filter(|_| field != Some(Field::Skip)) {
            if is_own_name(&heading, field.as_ref()) && !is_own_name(&rival.heading, field.as_ref())
            {
                rival.field = None;
            } else {
                field = None;
            }
        }
        columns.push(Column { heading, field, verbatim });
    }
    columns
}

fn find(heading: &str, context: &Context) -> Option<Field> {
    let mapped = context.fields.find_mapped(heading).cloned();
    mapped.or_else(|| match bracketed(heading) {
        // "Block sign in (Yes/No) [accountEnabled]" means the opposite of what it names.
        Some(_) if alias::fold(heading).starts_with("block") => Some(Field::Blocked),
        Some(name) => context.fields.find_heading(name).cloned(),
        None => context.fields.find_heading(heading).cloned(),
    })
}

/// The name in `Name [displayName] Required`.
fn bracketed(heading: &str) -> Option<&str> {
    let (_, rest) = heading.split_once('[')?;
    rest.split_once(']').map(|(name, _)| name.trim())
}

fn is_own_name(heading: &str, field: Option<&Field>) -> bool {
    match field {
        Some(Field::Attribute(name, _)) => heading.eq_ignore_ascii_case(name.as_str()),
        _ => false,
    }
}

fn no_column(columns: &[Column], context: &Context) -> Fault {
    let kind = context.fields.kind();
    let fault = Fault::new(
        code::HEADER,
        format!("no column of the first line is an attribute of a {kind}"),
    );
    let near = columns.iter().find_map(|column| {
        let suggestion = context.fields.suggest(&column.heading)?;
        Some(format!("'{}': did you mean '{suggestion}'?", column.heading))
    });
    fault.with_hint(near.unwrap_or_else(|| "name the columns: --column FROM=TO".to_owned()))
}
