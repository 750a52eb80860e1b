//! One object, and what is said of it.

use super::*;
use crate::Attributes;

fn ada() -> Object {
    let identity = |kind: &str, issuer: &str, id: &str| {
        let text = |name: &str, text: &str| (name.to_owned(), Value::text(text));
        let members =
            [text("signInType", kind), text("issuer", issuer), text("issuerAssignedId", id)];
        Value::Record(members.into())
    };
    let identities = vec![identity("federated", "ext", "ada"), identity("userName", "home", "a1")];
    let attributes: Attributes = [
        (Name::DISPLAY_NAME, Value::text("Ada Lövelace")),
        (Name::ACCOUNT_ENABLED, Value::Boolean(true)),
        (
            Name::OTHER_MAILS,
            Value::List(vec![Value::text("A@b.example"), Value::text("c@d.example")]),
        ),
        (Name::new("employeeHireDate"), Value::text("2026-01-31T08:00:00.500Z")),
        (Name::new("extension_ab_level"), Value::Integer(7)),
        (Name::IDENTITIES, Value::List(identities)),
    ]
    .into_iter()
    .collect();
    Object {
        id: ObjectId::NIL,
        kind: Kind::User,
        attributes,
        home: None,
        created: Timestamp(10),
        deleted: None,
        receipt: None,
        version: 1,
    }
}

#[track_caller]
fn check(predicate: Predicate, expected: bool) {
    assert_eq!(predicate.holds(&ada()), expected, "{predicate:?}");
    assert_ne!(predicate.clone().negated().holds(&ada()), expected, "{predicate:?}");
}

fn test(name: &str, test: Test) -> Predicate {
    Predicate::Test(Field::Attribute(Name::new(name)), test)
}

#[test]
fn texts_compare_without_case() {
    check(Predicate::equals(Name::DISPLAY_NAME, "ADA LÖVELACE"), true);
    check(Predicate::equals(Name::DISPLAY_NAME, "ada"), false);
    check(Predicate::starts_with(Name::DISPLAY_NAME, "ADA"), true);
    check(test("displayName", Test::EndsWith(Folded::new("LACE"))), true);
    check(test("displayName", Test::Contains(Folded::new("A LÖ"))), true);
    check(test("displayName", Test::Words(words::split("löv ada"))), true);
    check(test("displayName", Test::Compare(Comparison::Greater, Operand::text("Ad"))), true);
    check(test("displayName", Test::Compare(Comparison::Less, Operand::text("ada"))), false);
}

#[test]
fn what_is_absent_passes_nothing() {
    check(test("mail", Test::Present), false);
    check(Predicate::equals(Name::MAIL, ""), false);
    check(Predicate::starts_with(Name::MAIL, ""), false);
    check(Predicate::Test(Field::Deleted, Test::Present), false);
    check(Predicate::EVERYTHING, true);
    check(Predicate::NOTHING, false);
}

#[test]
fn values_of_other_kinds_do_not_compare() {
    check(test("accountEnabled", Test::Equals(Operand::Boolean(true))), true);
    check(test("accountEnabled", Test::Equals(Operand::text("true"))), false);
    check(
        test("extension_ab_level", Test::Compare(Comparison::GreaterOrEqual, Operand::Integer(7))),
        true,
    );
    check(test("otherMails", Test::Equals(Operand::text("a@b.example"))), false);
    check(test("otherMails", Test::Present), true);
}

#[test]
fn instants_and_ids_are_read() {
    let at = |text: &str| Operand::Time(text.parse().expect("an instant"));
    let hired = |comparison, text| test("employeeHireDate", Test::Compare(comparison, at(text)));
    check(hired(Comparison::Greater, "2026-01-31T08:00:00Z"), true);
    check(hired(Comparison::Less, "2026-01-31T08:00:00.500Z"), false);
    check(Predicate::Test(Field::Created, Test::Equals(Operand::Time(Timestamp(10)))), true);
    check(Predicate::is(ObjectId::NIL), true);
}

#[test]
fn a_member_of_a_list_must_pass_as_a_whole() {
    check(Predicate::holds_text(Name::OTHER_MAILS, "C@D.example"), true);
    check(Predicate::holds_text(Name::DISPLAY_NAME, "ada lövelace"), true);
    let part = |name: &str, text: &str| {
        Predicate::Test(Field::Part(name.to_owned()), Test::Equals(Operand::text(text)))
    };
    let both = |issuer: &str, id: &str| {
        let parts = vec![part("issuer", issuer), part("issuerAssignedId", id)];
        Predicate::Any(Name::IDENTITIES, Box::new(Predicate::And(parts)))
    };
    check(both("ext", "ADA"), true);
    check(both("home", "ada"), false);
}

#[test]
fn the_natural_order_is_that_of_a_list() {
    let mail = || Predicate::equals(Name::MAIL, "x");
    let city = || Predicate::starts_with(Name::CITY, "x");
    let street = || Predicate::equals(Name::STREET_ADDRESS, "x");
    let order = |predicate: Predicate| predicate.natural_order();
    assert_eq!(order(Predicate::EVERYTHING), Order::Row);
    assert_eq!(order(Predicate::And(vec![city(), mail()])), Order::Id);
    assert_eq!(order(Predicate::Or(vec![mail(), mail()])), Order::Id);
    assert_eq!(order(Predicate::And(vec![street(), city()])), Order::Text(Name::CITY));
    assert_eq!(order(Predicate::Or(vec![mail(), city()])), Order::Row);
    assert_eq!(order(mail().negated()), Order::Row);
}
