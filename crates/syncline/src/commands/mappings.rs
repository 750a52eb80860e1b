//! Mappings and filters as they are written on the command line.

use engine::{Finding, Schema};
use model::{
    Apply, Diagnostic, EmptySource, Kind, Mapping, Source, condition::Spans, diagnostic::Located,
};
use wire::filter_text::Scoping;

use super::table;
use crate::{
    args::MappingArgs,
    failure::{Failure, details},
};

/// Mappings with the options put over them: a new one replaces that of the same target, and
/// `TARGET=` removes it.
pub fn overlay(mut mappings: Vec<Mapping>, args: &MappingArgs) -> Result<Vec<Mapping>, Failure> {
    check_once(args)?;
    let applied = [
        (&args.maps, Apply::Always),
        (&args.maps_once, Apply::OnlyAtCreation),
        (&args.maps_when_empty, Apply::OnlyWhenEmpty),
        (&args.maps_adding, Apply::OnlyAdding),
    ];
    for (pairs, apply) in applied {
        for pair in pairs {
            let (target, text) = split(pair, "TARGET=EXPR")?;
            if text.is_empty() {
                mappings.retain(|one| !is_of(one, &target));
            } else {
                put(&mut mappings, Mapping { apply, ..Mapping::new(&target, source(text)) });
            }
        }
    }
    for leave in &args.leave {
        let (target, value) = leave.split_once('=').unwrap_or((leave, ""));
        let default = (!value.is_empty()).then(|| value.to_owned());
        let target = older(target.trim());
        put(&mut mappings, Mapping { default, ..Mapping::new(&target, Source::None) });
    }
    for target in &args.keep {
        find(&mut mappings, target)?.empty = EmptySource::Keeps;
    }
    for target in &args.clear {
        find(&mut mappings, target)?.empty = EmptySource::Clears;
    }
    for pair in &args.defaults {
        let (target, value) = split(pair, "TARGET=VALUE")?;
        find(&mut mappings, &target)?.default = (!value.is_empty()).then(|| value.to_owned());
    }
    for pair in &args.matching {
        let (target, number) = split(pair, "TARGET=N")?;
        let number: u32 = number
            .parse()
            .map_err(|_| Failure::usage(format!("'{number}' is no number of a place")))?;
        find(&mut mappings, &target)?.matching = (number > 0).then_some(number);
    }
    Ok(mappings)
}

/// The last one would win without a word.
fn check_once(args: &MappingArgs) -> Result<(), Failure> {
    let maps = [&args.maps, &args.maps_once, &args.maps_when_empty, &args.maps_adding, &args.leave];
    let mut seen: Vec<String> = Vec::new();
    for pair in maps.into_iter().flatten() {
        let target = older(pair.split('=').next().unwrap_or_default().trim());
        if seen.iter().any(|other| other.eq_ignore_ascii_case(&target)) {
            return Err(Failure::usage(format!("'{target}' is mapped twice in this command"))
                .hint("write one --map… or --leave for each target"));
        }
        seen.push(target);
    }
    Ok(())
}

fn split<'p>(pair: &'p str, form: &str) -> Result<(String, &'p str), Failure> {
    let (target, text) =
        pair.split_once('=').ok_or_else(|| Failure::usage(format!("'{pair}' is not {form}")))?;
    Ok((older(target.trim()), text.trim()))
}

fn is_of(mapping: &Mapping, target: &str) -> bool {
    mapping.target.eq_ignore_ascii_case(target)
}

fn put(mappings: &mut Vec<Mapping>, new: Mapping) {
    match mappings.iter_mut().find(|one| is_of(one, &new.target)) {
        Some(place) => *place = Mapping { target: place.target.clone(), ..new },
        None => mappings.push(new),
    }
}

fn find<'m>(mappings: &'m mut [Mapping], target: &str) -> Result<&'m mut Mapping, Failure> {
    let missing = || Failure::new("not-found", format!("no mapping of '{target}'"));
    mappings.iter_mut().find(|one| is_of(one, target)).ok_or_else(missing)
}

/// A name of the older schema means its Graph name.
fn older(name: &str) -> String {
    wire::alias::graph_name(name).unwrap_or(name).to_owned()
}

/// `[mail]` is an attribute, `"Member"` a constant, a bare word that is an attribute's name that
/// attribute, everything else an expression.
pub fn source(text: &str) -> Source {
    let bare = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
        && bare(name)
    {
        return Source::Direct(older(name));
    }
    if let Some(constant) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        && !constant.contains(['"', '\\'])
    {
        return Source::Constant(constant.to_owned());
    }
    if bare(text) && model::Name::find_known(text).is_some() {
        return Source::Direct(text.to_owned());
    }
    Source::Expression(text.to_owned())
}

/// The table that people read.
pub fn table_of(mappings: &[Mapping]) -> String {
    let rows = mappings.iter().map(|mapping| {
        let apply = match mapping.apply {
            Apply::Always => "always",
            Apply::OnlyAtCreation => "only at creation",
            Apply::OnlyWhenEmpty => "only when empty",
            Apply::OnlyAdding => "only adding",
        };
        let empty = match mapping.empty {
            EmptySource::Clears => "clears",
            EmptySource::Keeps => "keeps",
        };
        let matching = mapping.matching.map(|number| number.to_string()).unwrap_or_default();
        vec![
            mapping.target.clone(),
            mapping.rule(),
            apply.to_owned(),
            empty.to_owned(),
            mapping.default.clone().unwrap_or_default(),
            matching,
        ]
    });
    table(&["target", "from", "applied", "when empty", "default", "matches"], rows)
}

/// Whom a text admits, with the text, in which mistakes are shown that come out later.
pub struct Written {
    pub scoping: Scoping,
    kind: Kind,
    text: String,
    clauses: Vec<Spans>,
}

impl Written {
    /// The error, with findings about clauses at their places in the text.
    pub fn locate(&self, error: directory::Error) -> directory::Error {
        let locate = |finding: Finding| match finding.is_of_groups() == (self.kind == Kind::Group) {
            true => finding.locate(&self.text, &self.clauses),
            false => finding,
        };
        match error {
            directory::Error::Findings(found) => {
                directory::Error::Findings(found.into_iter().map(locate).collect())
            }
            error => error,
        }
    }
}

/// A filter from its text, with the condition for what a published filter cannot say. Where the text
/// cannot be read, all that is wrong with it at once: attributes that the source does not have, too.
pub fn filter(text: &str, source: &Schema) -> Result<Written, Failure> {
    // Otherwise attributes are checked when the configuration is saved, together with the mappings.
    match wire::filter_text::parse_located(text, |name| Some(older(name))) {
        Ok((scoping, clauses)) => {
            Ok(Written { scoping, kind: source.kind(), text: text.to_owned(), clauses })
        }
        Err(mut found) => {
            found.extend(unknown_attributes(text, source));
            found.sort_by_key(|one| (one.span.start, one.span.end));
            let what = match source.kind() {
                Kind::User => "the filter has mistakes",
                Kind::Group => "the filter of groups has mistakes",
            };
            let failure = drawn("filter-invalid", what, text, &found);
            Err(Failure { exit: 2, ..failure })
        }
    }
}

fn unknown_attributes(text: &str, source: &Schema) -> Vec<Diagnostic> {
    let known = |name: &str| {
        let name = older(name);
        source.find_attribute(&name).map(|_| name)
    };
    let found = wire::filter_text::parse(text, known).err().unwrap_or_default();
    let unknown = found.into_iter().filter(|one| one.code == "filter-unknown-attribute");
    unknown
        .map(|one| {
            let near = text.get(one.span.clone()).and_then(|name| source.suggest(name));
            let near = near.map(|near| format!("did you mean '{near}'?"));
            Diagnostic { hint: one.hint.clone().or(near), ..one }
        })
        .collect()
}

/// A failure that shows each finding at its place in the text, and has them as JSON too.
pub fn drawn(code: &str, what: &str, text: &str, found: &[Diagnostic]) -> Failure {
    let drawn: Vec<String> = found.iter().map(|one| one.render(text)).collect();
    Failure {
        details: located(text, found),
        ..Failure::new(code, format!("{what}\n{}", drawn.join("\n").trim_end()))
    }
}

/// Findings as editors take them.
pub fn located(text: &str, found: &[Diagnostic]) -> Vec<serde_json::Value> {
    let located: Vec<_> = found.iter().map(|one| Located::new(one.clone(), text)).collect();
    details(&located)
}
