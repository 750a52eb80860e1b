//! Mappings and filters as they are written on the command line.

use model::{Apply, Diagnostic, EmptySource, Mapping, Source};
use wire::filter_text::Scoping;

use super::table;
use crate::{
    args::MappingArgs,
    failure::{Failure, details},
};

/// Mappings with the options put over them: a new one replaces that of the same target, and
/// `TARGET=` removes it.
pub fn overlay(mut mappings: Vec<Mapping>, args: &MappingArgs) -> Result<Vec<Mapping>, Failure> {
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

/// A filter from its text, with the condition for what a published filter cannot say; all that is
/// wrong with it at once.
pub fn filter(text: &str) -> Result<Scoping, Failure> {
    // Which attributes there are is checked against the source tenant, extensions included, when
    // the configuration is saved.
    wire::filter_text::parse(text, |name| Some(older(name))).map_err(|found| {
        let failure = drawn("filter-invalid", "the filter has mistakes", text, &found);
        Failure { exit: 2, ..failure }
    })
}

/// A failure that shows each finding at its place in the text, and has them as JSON too.
pub fn drawn(code: &str, what: &str, text: &str, found: &[Diagnostic]) -> Failure {
    let drawn: Vec<String> = found.iter().map(|one| one.render(text)).collect();
    Failure {
        details: details(found),
        ..Failure::new(code, format!("{what}\n{}", drawn.join("\n").trim_end()))
    }
}
