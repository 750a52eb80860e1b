//! The order of evaluation: an expression may read what another mapping wrote, as `[target.x]`, and is
//! then evaluated after it (provisioning-engine.md 4 leaves the order open).

use model::{Mapping, Name};

use super::{Compiled, From, Read, Rule, names::WRITTEN};
use crate::Finding;

/// Ties expressions to the mappings that they read, and gives an order in which each comes after
/// those. What cannot be read, and mappings that wait for each other, are findings. `declared` are
/// all mappings, those too with which something else is wrong.
pub(super) fn resolve(
    mappings: &mut [Rule],
    declared: &[Mapping],
    findings: &mut Vec<Finding>,
) -> Vec<usize> {
    let reads: Vec<Vec<Written>> =
        mappings.iter().map(|rule| read_by(rule, mappings, declared, findings)).collect();
    let order = sort(mappings, &reads, findings);
    for (rule, reads) in mappings.iter_mut().zip(reads) {
        if let From::Expression(compiled) = &mut rule.from {
            for Written { place, mapping } in reads {
                compiled.reads[place] = Read::Written(mapping);
            }
        }
    }
    order
}

/// Ties an expression that stands alone to the mappings that it reads; what nobody writes is empty.
pub(super) fn tie(compiled: &mut Compiled, mappings: &[Rule]) {
    let names: Vec<String> = compiled.expression.attributes().map(str::to_owned).collect();
    for (place, name) in names.iter().enumerate() {
        let Some(target) = name.strip_prefix(WRITTEN) else { continue };
        if let Some(writer) = mappings.iter().position(|other| is_called(&other.target, target)) {
            compiled.reads[place] = Read::Written(writer);
        }
    }
}

/// An attribute of an expression that another mapping wrote.
struct Written {
    /// Its place among the expression's attributes.
    place: usize,
    /// The mapping that writes it.
    mapping: usize,
}

fn read_by(
    rule: &Rule,
    mappings: &[Rule],
    declared: &[Mapping],
    findings: &mut Vec<Finding>,
) -> Vec<Written> {
    let From::Expression(compiled) = &rule.from else { return Vec::new() };
    let mut reads = Vec::new();
    for (place, name) in compiled.expression.attributes().enumerate() {
        let Some(target) = name.strip_prefix(WRITTEN) else { continue };
        let writer = mappings.iter().position(|other| is_called(&other.target, target));
        match writer {
            Some(index) if is_settled_late(&mappings[index]) => findings.push(refuse(
                rule,
                format!("'{target}' gets its value only when the target is asked"),
                "read the source's attributes instead",
            )),
            Some(mapping) => reads.push(Written { place, mapping }),
            None if declared.iter().any(|one| one.target.eq_ignore_ascii_case(target)) => {}
            None => findings.push(refuse(
                rule,
                format!("no mapping writes '{target}'"),
                "add a mapping of it, or read a source attribute",
            )),
        }
    }
    reads
}

fn is_called(name: &Name, text: &str) -> bool {
    name.as_str() == text || Name::find_known(text).as_ref() == Some(name)
}

/// Values that are chosen among candidates, by what the target holds already.
fn is_settled_late(rule: &Rule) -> bool {
    rule.target == Name::USER_PRINCIPAL_NAME
        || matches!(&rule.from, From::Expression(compiled) if compiled.is_unique)
}

/// Each mapping after those that it reads; mappings that read nothing keep their places.
fn sort(mappings: &[Rule], reads: &[Vec<Written>], findings: &mut Vec<Finding>) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(mappings.len());
    let mut placed = vec![false; mappings.len()];
    while order.len() < mappings.len() {
        let before = order.len();
        for index in 0..mappings.len() {
            let is_ready = reads[index].iter().all(|read| placed[read.mapping]);
            if !placed[index] && is_ready {
                placed[index] = true;
                order.push(index);
            }
        }
        if order.len() == before {
            let ring: Vec<&str> = (0..mappings.len())
                .filter(|index| !placed[*index])
                .map(|index| mappings[index].target.as_str())
                .collect();
            let first = &mappings[placed.iter().position(|one| !one).unwrap_or_default()];
            let message = format!("these mappings wait for each other: {}", ring.join(", "));
            findings.push(refuse(first, message, "let one of them read source attributes only"));
            return order;
        }
    }
    order
}

fn refuse(rule: &Rule, message: String, hint: &str) -> Finding {
    let place = format!("mapping of '{}'", rule.target);
    Finding::at("mapping-order", place, message, Some(hint.to_owned())).about(&rule.text, None)
}
