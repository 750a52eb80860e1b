//! One mapping against the attributes of both tenants: unknown names, kinds that do not fit, several
//! values where one is wanted, results that are too long. All of it is found when the configuration
//! is saved (provisioning-engine.md 4).

use expr::{Analysis, Expression, Type};
use model::{
    Apply, Diagnostic, EmptySource, Kind, Mapping, Name, Shape, Source, Value, diagnostic::Severity,
};

use super::{
    Compiled, From, Read, Rule,
    names::{Names, reference as reference_of},
};
use crate::{Finding, Schema, diff::is_required, map::fit};

pub(super) fn refuse(
    mapping: &Mapping,
    code: &'static str,
    message: String,
    hint: Option<String>,
) -> Finding {
    Finding::at(code, place(mapping), message, hint).about(&mapping.rule(), None)
}

fn place(mapping: &Mapping) -> String {
    format!("mapping of '{}'", mapping.target)
}

/// Compiles one mapping, or finds all that is wrong with it.
pub(super) fn rule(
    mapping: &Mapping,
    source: &Schema,
    target: &Schema,
) -> Result<Rule, Vec<Finding>> {
    if let Some(from) = find_reference(mapping, target.kind()) {
        return reference(mapping, from);
    }
    let (name, shape) = find_target(mapping, target).map_err(|finding| {
        let of_source = find_unknown(mapping, source, target);
        std::iter::once(finding).chain(of_source).collect::<Vec<_>>()
    })?;
    if target.kind() == Kind::Group {
        check_group(mapping, &name)?;
    }
    let value = |text| {
        let refused = |message| vec![refuse(mapping, "value-refused", message, None)];
        fit_and_limit(text, &name, shape).map_err(refused)
    };
    let from = match &mapping.source {
        Source::Direct(attribute) => direct(mapping, attribute, (&name, shape), source),
        Source::Constant(text) => value(text).map(From::Constant),
        Source::Expression(text) => expression(mapping, text, (&name, shape), source, target),
        Source::None => Ok(From::Nothing),
    };
    let default = mapping.default.as_deref().map(value).transpose();
    let (from, default) = match (from, default) {
        (Ok(from), Ok(default)) => (from, default),
        (from, default) => {
            let found = from.err().into_iter().chain(default.err());
            return Err(found.flatten().collect());
        }
    };
    let rule = Rule {
        target: name,
        shape,
        from,
        default,
        apply: mapping.apply,
        clears: mapping.empty == EmptySource::Clears,
        text: mapping.rule(),
        matching: mapping.matching,
    };
    check_matching(mapping, &rule)?;
    check_required(mapping, &rule)?;
    Ok(rule)
}

/// An empty text is no value for an attribute that the target requires.
fn check_required(mapping: &Mapping, rule: &Rule) -> Result<(), Vec<Finding>> {
    let is_empty = matches!(&rule.from, From::Constant(value) if value.as_text() == Some(""));
    if !is_empty || !is_required(&rule.target) {
        return Ok(());
    }
    let found = without_required(&rule.target, ONLY_NOTHING);
    Err(vec![found.about(&mapping.rule(), None)])
}

/// Why an attribute would be empty although it is mapped.
pub(super) const ONLY_NOTHING: &str = "the mapping can only give nothing";

/// Nobody can be made without the attribute.
pub(super) fn without_required(name: &Name, why: &str) -> Finding {
    let place = format!("mapping of '{name}'");
    let message = format!("the target refuses to be without '{name}', and {why}");
    let hint = format!("map it from an attribute that people have, for example {name}=[{name}]");
    Finding::at("required-empty", place, message, Some(hint))
}

fn find_target(mapping: &Mapping, target: &Schema) -> Result<(Name, Shape), Finding> {
    let one =
        |code, message, hint| refuse(mapping, code, message, hint).about(&mapping.target, None);
    let Some((name, shape)) = target.find_attribute(&mapping.target) else {
        return Err(one(
            "unknown-attribute",
            format!("the target has no attribute '{}'", mapping.target),
            target.hint(&mapping.target),
        ));
    };
    match Schema::is_writable(&name) {
        true => Ok((name, shape)),
        false => Err(one("attribute-read-only", format!("'{name}' is kept by the target"), None)),
    }
}

/// What is wrong with a mapping's source, whatever it is for.
fn find_unknown(mapping: &Mapping, source: &Schema, target: &Schema) -> Vec<Finding> {
    match &mapping.source {
        Source::Direct(attribute) if source.find_attribute(attribute).is_none() => {
            vec![unknown(mapping, attribute, source)]
        }
        Source::Expression(text) => {
            read_expression(mapping, text, &Names::of(source, target)).err().unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn unknown(mapping: &Mapping, attribute: &str, source: &Schema) -> Finding {
    let name = reference_of(source.kind());
    if attribute.eq_ignore_ascii_case(name) {
        let what = match source.kind() {
            Kind::User => "a reference to a person",
            Kind::Group => "a reference to others",
        };
        let message = format!("'{name}' is {what}, which '{}' does not take", mapping.target);
        let hint = format!("{name}=[{name}] maps it as it is");
        return refuse(mapping, "wrong-kind", message, Some(hint));
    }
    refuse(
        mapping,
        "unknown-attribute",
        format!("the source has no attribute '{attribute}'"),
        source.hint(attribute),
    )
}

/// The reference that a mapping writes, if it writes one: the manager of people, the members of
/// groups.
fn find_reference(mapping: &Mapping, kind: Kind) -> Option<From> {
    match (kind, mapping.target.to_ascii_lowercase().as_str()) {
        (Kind::User, "manager") => Some(From::Manager),
        (Kind::Group, "members") => Some(From::Members),
        _ => None,
    }
}

/// A reference flows as it is: whoever stands for the manager, or for the members, in the target
/// (provisioning-engine.md 4.7).
fn reference(mapping: &Mapping, from: From) -> Result<Rule, Vec<Finding>> {
    let is_members = matches!(from, From::Members);
    let name = if is_members { Name::members() } else { Name::manager() };
    let is_direct = matches!(&mapping.source, Source::Direct(source) if source.eq_ignore_ascii_case(name.as_str()));
    if !is_direct || mapping.default.is_some() || mapping.matching.is_some() {
        return Err(vec![refuse(
            mapping,
            "wrong-kind",
            "a reference is mapped as it is, without expression, default or matching".to_owned(),
            Some(format!("map it with {name}=[{name}]")),
        )]);
    }
    if is_members && mapping.apply != Apply::Always {
        let message = "members come and go at home, and always flow".to_owned();
        let hint = "take the mapping out to leave the members of the target alone";
        return Err(vec![refuse(mapping, "wrong-kind", message, Some(hint.to_owned()))]);
    }
    Ok(Rule {
        target: name,
        shape: Shape::Text(36),
        from,
        default: None,
        apply: mapping.apply,
        clears: mapping.empty == EmptySource::Clears,
        text: mapping.rule(),
        matching: None,
    })
}

/// In the target a group is a security group without mail, and is known by its home identity alone
/// (cross-tenant-sync.md 6).
fn check_group(mapping: &Mapping, name: &Name) -> Result<(), Vec<Finding>> {
    let one = |code, message: &str, hint: &str| {
        Err(vec![refuse(mapping, code, message.to_owned(), Some(hint.to_owned()))])
    };
    if mapping.matching.is_some() {
        let hint = "take one over that the target has with `syncline job adopt-group`";
        return one("cannot-match", "names of groups are not unique, and nobody guesses", hint);
    }
    if [Name::GROUP_TYPES, Name::MAIL, Name::PROXY_ADDRESSES].contains(name) {
        let message = format!("groups of the target have no '{name}': they are security groups");
        return one("attribute-not-mappable", &message, "take the mapping out");
    }
    let is_type = [Name::SECURITY_ENABLED, Name::MAIL_ENABLED].contains(name);
    if is_type && !Mapping::group_type().contains(mapping) {
        let message = format!("'{name}' is the same for all groups of the target");
        let hint = "take the mapping out; they are security groups without mail";
        return one("value-refused", &message, hint);
    }
    Ok(())
}

fn fit_and_limit(text: &str, name: &Name, shape: Shape) -> Result<Value, String> {
    let value = fit(Value::text(text), shape)?;
    match (shape.limit(), text.chars().count()) {
        (Some(limit), length) if length > limit => {
            Err(format!("{name} takes {limit} characters and the value has {length}"))
        }
        _ => value.as_text().map_or(Ok(()), |text| name.check_text(text)).map(|()| value),
    }
}

fn direct(
    mapping: &Mapping,
    attribute: &str,
    (name, shape): (&Name, Shape),
    source: &Schema,
) -> Result<From, Vec<Finding>> {
    let one = |code, message, hint| vec![refuse(mapping, code, message, hint)];
    match source.find_attribute(attribute) {
        Some((_, Shape::Record)) => Err(one(
            "attribute-not-mappable",
            format!("'{attribute}' has parts and cannot be mapped as a whole"),
            None,
        )),
        Some((from, held)) if held.is_list() && !shape.is_list() => Err(one(
            "several-values",
            format!("'{from}' holds several values and '{name}' one"),
            Some(format!("choose one with Item([{from}], 1) or join them")),
        )),
        Some((from, held)) if !can_become(held, shape) => Err(one(
            "wrong-kind",
            format!("'{from}' is {} and '{name}' is {}", held.describe(), shape.describe()),
            Some("write an expression that converts it".to_owned()),
        )),
        Some((from, _)) => Ok(From::Attribute(from)),
        None => Err(vec![unknown(mapping, attribute, source)]),
    }
}

/// Whether values of one shape can be those of another: everything has a text, and a text may turn
/// out to be anything but bytes; the rest is converted nowhere.
fn can_become(from: Shape, to: Shape) -> bool {
    use Shape::{Binary, Boolean, DateTime, DateTimes, Integer, Integers, Text, Texts};
    match (from, to) {
        (Text(_) | Texts(_), Binary(_)) | (Binary(_), Text(_) | Texts(_)) => false,
        (Text(_) | Texts(_), _) | (_, Text(_) | Texts(_)) => true,
        (Boolean, Boolean)
        | (Integer | Integers, Integer | Integers)
        | (DateTime | DateTimes, DateTime | DateTimes)
        | (Binary(_), Binary(_)) => true,
        _ => false,
    }
}

fn expression(
    mapping: &Mapping,
    text: &str,
    (name, shape): (&Name, Shape),
    source: &Schema,
    target: &Schema,
) -> Result<From, Vec<Finding>> {
    let (expression, analysis) = read_expression(mapping, text, &Names::of(source, target))?;
    let is_unique = expression.uses("SelectUniqueValue");
    if let Some(message) = misfit(&analysis, name, shape) {
        let hint = analysis.list.then(|| "choose one with Item, or join them".to_owned());
        return Err(vec![refuse(mapping, "wrong-kind", message, hint)]);
    }
    if is_unique && shape.is_list() {
        return Err(vec![refuse(
            mapping,
            "wrong-kind",
            format!("'{name}' holds several values, and SelectUniqueValue gives one"),
            None,
        )]);
    }
    let reads = expression.attributes().map(|name| read(name, source)).collect();
    let is_empty = analysis.max_length == Some(0) && !is_unique;
    Ok(From::Expression(Box::new(Compiled { expression, reads, is_unique, is_empty })))
}

/// An expression with what is known of it, or all that is wrong with its text.
fn read_expression(
    mapping: &Mapping,
    text: &str,
    names: &Names<'_>,
) -> Result<(Expression, Analysis), Vec<Finding>> {
    let in_text = |found: Vec<Diagnostic>| -> Vec<Finding> {
        let errors = found.into_iter().filter(|one| one.severity == Severity::Error);
        errors.map(|one| Finding::in_text(place(mapping), text, one)).collect()
    };
    let expression = Expression::parse(text).map_err(|mut found| {
        found.extend(expr::find_unknown(text, names));
        found.sort_by_key(|one| (one.span.start, one.span.end));
        in_text(found)
    })?;
    let analysis = expression.analyse(names);
    let errors = in_text(analysis.diagnostics.clone());
    if errors.is_empty() { Ok((expression, analysis)) } else { Err(errors) }
}

/// An expression that stands alone, or all that is wrong with its text.
pub(super) fn alone(
    text: &str,
    source: &Schema,
    target: &Schema,
) -> Result<(Compiled, Vec<Diagnostic>), Vec<Diagnostic>> {
    let names = Names::of(source, target);
    let expression = Expression::parse(text).map_err(|mut found| {
        found.extend(expr::find_unknown(text, &names));
        found.sort_by_key(|one| (one.span.start, one.span.end));
        found
    })?;
    let analysis = expression.analyse(&names);
    let found = analysis.diagnostics;
    if found.iter().any(|one| one.severity == Severity::Error) {
        return Err(found);
    }
    let is_unique = expression.uses("SelectUniqueValue");
    let reads = expression.attributes().map(|name| read(name, source)).collect();
    let is_empty = analysis.max_length == Some(0) && !is_unique;
    Ok((Compiled { expression, reads, is_unique, is_empty }, found))
}

/// What an attribute of an expression is. What another mapping wrote is tied to it once all of them
/// are known.
fn read(name: &str, source: &Schema) -> Read {
    match name {
        "id" | "objectId" => Read::Id,
        "IsSoftDeleted" => Read::IsSoftDeleted,
        name => source.find_attribute(name).map_or(Read::Path, |(name, _)| Read::Attribute(name)),
    }
}

/// Why the result of an expression can never suit the attribute.
fn misfit(analysis: &Analysis, name: &Name, shape: Shape) -> Option<String> {
    use Type::{Any, Boolean, DateTime, Number};
    let kind = analysis.kind;
    if analysis.list && !shape.is_list() && kind != Any {
        return Some(format!("the result holds several values and '{name}' one"));
    }
    let never = match shape {
        Shape::Boolean => matches!(kind, Number | DateTime),
        Shape::Integer | Shape::Integers => matches!(kind, Boolean | DateTime),
        Shape::DateTime | Shape::DateTimes => matches!(kind, Boolean | Number),
        _ => false,
    };
    never.then(|| format!("the result is {} and '{name}' is {}", told(kind), shape.describe()))
}

fn told(kind: Type) -> &'static str {
    match kind {
        Type::Any | Type::Attribute => "any value",
        Type::Text => "a text",
        Type::Number => "a number",
        Type::Boolean => "true or false",
        Type::DateTime => "a date",
        Type::List => "a list",
    }
}

/// What is doubtful about a mapping that can be used: a result that may be too long for the target, a
/// list of which only the first member counts, one that time changes, and what the language itself
/// warns of.
pub(super) fn doubts(mapping: &Mapping, source: &Schema, target: &Schema) -> Vec<Finding> {
    let Source::Expression(text) = &mapping.source else { return Vec::new() };
    let (Ok(expression), Some((name, shape))) =
        (Expression::parse(text), target.find_attribute(&mapping.target))
    else {
        return Vec::new();
    };
    let analysis = expression.analyse(&Names::of(source, target));
    let warnings = analysis.diagnostics.into_iter().filter(|one| one.severity == Severity::Warning);
    let mut doubts: Vec<Finding> =
        warnings.map(|one| Finding::in_text(place(mapping), text, one)).collect();
    if let (Some(limit), Some(longest)) = (shape.limit(), analysis.max_length)
        && longest > limit
    {
        let message =
            format!("the result may have {longest} characters and '{name}' takes {limit}");
        let hint = format!("whoever has more waits in escrow; Left(…, {limit}) cuts it");
        doubts.push(refuse(mapping, "may-be-too-long", message, Some(hint)).doubt());
    }
    if mapping.matching.is_some() {
        let message = "two people of the source for whom it gives the same are met only when they \
                       are looked at together"
            .to_owned();
        let hint = "an attribute that is mapped as it is can be asked for in the whole source";
        doubts
            .push(refuse(mapping, "matches-by-expression", message, Some(hint.to_owned())).doubt());
    }
    if expression.uses("Now") && matches!(mapping.apply, Apply::Always | Apply::OnlyAdding) {
        let message = "the result depends on when it is looked at".to_owned();
        let hint =
            "people change whenever they are looked at; apply it only at creation, or read a \
                    date of the source"
                .to_owned();
        doubts.push(refuse(mapping, "depends-on-time", message, Some(hint)).doubt());
    }
    doubts
}

/// A mapping that matches gives one text, and one that people of the target can be asked for.
fn check_matching(mapping: &Mapping, rule: &Rule) -> Result<(), Vec<Finding>> {
    if rule.matching.is_none() {
        return Ok(());
    }
    let one = |message, hint: &str| {
        Err(vec![refuse(mapping, "cannot-match", message, Some(hint.to_owned()))])
    };
    let is_text = matches!(rule.shape, Shape::Text(_));
    if !is_text {
        return one(
            format!(
                "'{}' is {}, and matching compares one text",
                rule.target,
                rule.shape.describe()
            ),
            "match by an attribute that holds one text",
        );
    }
    if rule.target == Name::USER_PRINCIPAL_NAME {
        return one(
            "the user principal name of an external user is made by the target".to_owned(),
            "match by mail or by a number that both sides know",
        );
    }
    match &rule.from {
        From::Expression(one_of) if one_of.is_unique => one(
            "SelectUniqueValue gives values that nobody holds".to_owned(),
            "match by another mapping",
        ),
        From::Expression(hidden) if hidden.expression.redacts() => one(
            "the value is hidden, and whoever is matched by it is told by what".to_owned(),
            "match by another mapping, or take Redact out",
        ),
        From::Nothing | From::Constant(_) | From::Manager | From::Members => one(
            "the value does not depend on the person".to_owned(),
            "match by an attribute or an expression",
        ),
        From::Expression(_) | From::Attribute(_) => Ok(()),
    }
}
