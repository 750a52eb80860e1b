//! Mappings and filters as they are written on the command line.

use model::{Apply, Filter, Mapping, Source};

use crate::failure::Failure;

/// Mappings with `TARGET=EXPR` pairs put over them: a new one replaces that of the same target, and
/// `TARGET=` removes it.
pub fn overlay(
    mut mappings: Vec<Mapping>,
    pairs: &[String],
    apply: Apply,
) -> Result<Vec<Mapping>, Failure> {
    for pair in pairs {
        let Some((target, text)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("'{pair}' is not TARGET=EXPR")));
        };
        let (target, text) = (older(target.trim()), text.trim());
        let place = mappings.iter().position(|one| one.target.eq_ignore_ascii_case(&target));
        if text.is_empty() {
            if let Some(place) = place {
                mappings.remove(place);
            }
            continue;
        }
        let mapping = Mapping { apply, ..Mapping::new(&target, source(text)) };
        match place {
            Some(place) => {
                mappings[place] = Mapping { target: mappings[place].target.clone(), ..mapping }
            }
            None => mappings.push(mapping),
        }
    }
    Ok(mappings)
}

/// A name of the older schema means its Graph name.
fn older(name: &str) -> String {
    wire::alias::graph_name(name).unwrap_or(name).to_owned()
}

/// `[mail]` is an attribute, `"Member"` a constant, a bare word that is an attribute's name that
/// attribute, everything else an expression.
fn source(text: &str) -> Source {
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

/// A filter from its text; all that is wrong with it at once.
pub fn filter(text: &str) -> Result<Filter, Failure> {
    if text.trim().is_empty() {
        return Ok(Filter::default());
    }
    // Which attributes there are is checked against the source tenant, extensions included, when
    // the configuration is saved.
    wire::filter_text::parse_with(text, |name| Some(older(name))).map_err(|problems| {
        let mut message = String::from("the filter has mistakes:");
        for problem in &problems {
            message.push_str(&format!(
                "\n  {text}\n  {}{} {}",
                " ".repeat(text.get(..problem.span.start).map_or(0, |head| head.chars().count())),
                "^".repeat(problem.span.len().max(1)),
                problem.message
            ));
        }
        let failure = Failure { exit: 2, ..Failure::new("filter-invalid", message) };
        match problems.iter().find_map(|problem| problem.hint.clone()) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    })
}
