//! Readers: text in, rows and rejected places out, one at a time.
//!
//! Each format finds its records and cuts them into names and values; what these mean is said in
//! `field`. Memory is bounded by [`MAX_RECORD`], however long the input is.

mod cells;
mod csv;
mod elements;
mod entry;
mod graph;
mod header;
mod json;
mod json_lines;
mod ldap;
mod ldif;
#[cfg(test)]
mod testing;

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
};

use crate::{Format, Item, Options, Rejected, code, field::Fault, field::Fields, lines::place};

/// How many bytes of one record are kept. A group of 400,000 members fits.
pub const MAX_RECORD: usize = 16 << 20;

/// How many different names are counted; more are counted under [`OTHERS`].
const MAX_NAMES: usize = 1000;
const OTHERS: &str = "(others)";

/// Reads users or groups.
pub fn read<R: BufRead>(format: Format, options: Options, reader: R) -> Reader<R> {
    let source = match format {
        Format::Csv => Source::Csv(csv::Csv::new(reader)),
        Format::JsonLines => Source::JsonLines(json_lines::JsonLines::new(reader)),
        Format::Graph => Source::Graph(graph::Graph::new(reader)),
        Format::Ldif => Source::Ldif(ldif::Ldif::new(reader, options.default_domain.clone())),
    };
    let context = Context {
        fields: Fields::new(&options),
        ignored: BTreeMap::new(),
        passed_over: BTreeMap::new(),
    };
    Reader { source, context }
}

/// A stream of rows and rejected places.
pub struct Reader<R> {
    source: Source<R>,
    context: Context,
}

enum Source<R> {
    Csv(csv::Csv<R>),
    JsonLines(json_lines::JsonLines<R>),
    Graph(graph::Graph<R>),
    Ldif(ldif::Ldif<R>),
}

/// What all formats need at hand, and what they count.
struct Context {
    fields: Fields,
    ignored: BTreeMap<String, u64>,
    passed_over: BTreeMap<String, u64>,
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let mut item = match &mut self.source {
            Source::Csv(source) => source.next(&mut self.context),
            Source::JsonLines(source) => source.next(&mut self.context),
            Source::Graph(source) => source.next(&mut self.context),
            Source::Ldif(source) => source.next(&mut self.context),
        };
        if let Some(Item::Rejected(rejected)) = &mut item
            && self.context.fields.count_verbatim() > 0
        {
            rejected.verbatim = self.verbatim(&rejected.text);
        }
        item
    }
}

impl<R: BufRead> Reader<R> {
    /// Attributes that were not taken over so far, and how often a record held them.
    pub fn ignored(&self) -> &BTreeMap<String, u64> {
        &self.context.ignored
    }

    /// Entries of other kinds that were passed over so far, by object class.
    pub fn passed_over(&self) -> &BTreeMap<String, u64> {
        &self.context.passed_over
    }

    /// What a record that was left out says in the columns that are wanted as they stand. A text with
    /// a byte that was no UTF-8 says nothing.
    fn verbatim(&self, text: &str) -> Vec<Option<String>> {
        let mut texts = match &self.source {
            Source::Csv(source) => source.verbatim(text, &self.context),
            Source::JsonLines(_) | Source::Graph(_) => json::verbatim(&self.context, text),
            Source::Ldif(_) => ldif::verbatim(&self.context, text),
        };
        for text in &mut texts {
            text.take_if(|text| text.contains(char::REPLACEMENT_CHARACTER));
        }
        texts
    }

    /// What stands before the texts of rows in a file of rejects, so that it can be read again.
    /// Empty or whole lines; known once the first item has been read.
    pub fn header(&self) -> &str {
        match &self.source {
            Source::Csv(source) => source.header(),
            Source::Ldif(_) => "version: 1\n\n",
            Source::JsonLines(_) | Source::Graph(_) => "",
        }
    }
}

impl Context {
    fn ignore(&mut self, name: &str) {
        count(&mut self.ignored, name);
    }

    fn pass_over(&mut self, class: &str) {
        count(&mut self.passed_over, class);
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(number) = counts.get_mut(name) {
        *number += 1;
        return;
    }
    let name = if counts.len() < MAX_NAMES { name } else { OTHERS };
    *counts.entry(name.chars().take(200).collect()).or_default() += 1;
}

fn rejected(fault: Fault, (line, column): (u64, u64), text: String) -> Item {
    let Fault { code, message, hint } = fault;
    let verbatim = Vec::new();
    Item::Rejected(Box::new(Rejected { line, column, code, message, hint, text, verbatim }))
}

fn not_readable(error: &io::Error, line: u64) -> Item {
    let fault = match error.kind() {
        io::ErrorKind::InvalidData => {
            Fault::new(code::ENCODING, error.to_string()).with_hint("save the file as UTF-8")
        }
        _ => Fault::new(code::NOT_READABLE, format!("cannot read on: {error}")),
    };
    rejected(fault, (line, 1), String::new())
}

/// The bytes as text, else the rejection of the record that they are.
fn to_text(bytes: Vec<u8>, first_line: u64) -> Result<String, Item> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let place = place(&shown, good, first_line);
        let fault = Fault::new(code::ENCODING, "a byte that is not UTF-8")
            .with_hint("save the file as UTF-8");
        rejected(fault, place, shown)
    })
}

fn too_large(line: u64, start: &[u8]) -> Item {
    let fault =
        Fault::new(code::TOO_LARGE, format!("a record of more than {} MiB", MAX_RECORD >> 20))
            .with_hint("is a quote or bracket left open?");
    let start = &start[..start.len().min(1000)];
    rejected(fault, (line, 1), String::from_utf8_lossy(start).into_owned())
}
