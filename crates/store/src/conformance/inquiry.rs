//! Queries that both stores are asked: small predicates over the attributes that the objects hold.

use model::{
    Kind, Name, Query, Timestamp,
    query::{Comparison, Field, Folded, Operand, Order, Predicate, Test},
    words,
};
use proptest::{
    collection::vec,
    strategy::{BoxedStrategy, Just, Strategy},
};

use super::specimen;

/// Some that are asked at the end, whatever was drawn before.
pub(super) fn everything() -> Vec<Query> {
    let orders = [Order::Row, Order::Id, Order::Created, Order::Deleted];
    let texts = specimen::asked().map(Order::Text);
    let mut queries = Vec::new();
    for order in orders.into_iter().chain(texts) {
        for (kind, deleted, descending) in
            [(Kind::User, false, false), (Kind::User, true, true), (Kind::Group, false, true)]
        {
            let predicate = Predicate::EVERYTHING;
            let order = order.clone();
            queries.push(Query {
                kind,
                deleted,
                predicate,
                order,
                descending,
                after: None,
                limit: 3,
            });
        }
    }
    queries
}

/// Draws a query.
pub(super) fn query() -> BoxedStrategy<Query> {
    let kind = proptest::prop_oneof![3 => Just(Kind::User), 1 => Just(Kind::Group)];
    let limit = proptest::prop_oneof![1 => Just(0_usize), 8 => 1..5_usize, 2 => Just(usize::MAX)];
    let asked = (kind, proptest::bool::weighted(0.2), predicate(), proptest::option::of(order()));
    (asked, proptest::bool::ANY, limit)
        .prop_map(|((kind, deleted, predicate, order), descending, limit)| {
            let order = order.unwrap_or_else(|| predicate.natural_order());
            Query { kind, deleted, predicate, order, descending, after: None, limit }
        })
        .boxed()
}

fn order() -> impl Strategy<Value = Order> {
    proptest::prop_oneof![
        2 => Just(Order::Row),
        2 => Just(Order::Id),
        3 => name().prop_map(Order::Text),
        1 => Just(Order::Created),
        1 => Just(Order::Deleted),
    ]
}

/// Attributes that lists are kept of, and one of which none are.
fn name() -> impl Strategy<Value = Name> {
    let mut names = specimen::asked().to_vec();
    names.extend([Name::ACCOUNT_ENABLED, Name::IDENTITIES, Name::STREET_ADDRESS]);
    (0..names.len()).prop_map(move |index| names[index].clone())
}

fn text() -> impl Strategy<Value = String> {
    let others = ["A\"B", "\u{1F600}", "D0.example", "person"];
    proptest::prop_oneof![
        5 => (0..specimen::ASKED_TEXTS).prop_map(specimen::asked_text),
        2 => (0..others.len()).prop_map(move |index| others[index].to_owned()),
    ]
}

/// The beginning of a text, or its end.
fn part() -> impl Strategy<Value = String> {
    (text(), 0..4_usize, proptest::bool::ANY).prop_map(|(text, length, front)| match front {
        true => text.chars().take(length).collect(),
        false => text.chars().skip(length).collect(),
    })
}

fn comparison() -> impl Strategy<Value = Comparison> {
    let all = [
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];
    (0..all.len()).prop_map(move |index| all[index])
}

/// A test of a text.
fn test() -> BoxedStrategy<Test> {
    let folded = || part().prop_map(|text| Folded::new(&text));
    proptest::prop_oneof![
        6 => text().prop_map(|text| Test::Equals(Operand::text(&text))),
        4 => folded().prop_map(Test::StartsWith),
        1 => folded().prop_map(Test::EndsWith),
        1 => folded().prop_map(Test::Contains),
        1 => part().prop_map(|text| Test::Words(words::split(&text))),
        1 => Just(Test::Present),
        2 => (comparison(), part())
            .prop_map(|(comparison, text)| Test::Compare(comparison, Operand::text(&text))),
        2 => proptest::bool::ANY.prop_map(|value| Test::Equals(Operand::Boolean(value))),
        1 => (comparison(), -100..100_i64)
            .prop_map(|(comparison, number)| Test::Compare(comparison, Operand::Integer(number))),
    ]
    .boxed()
}

/// Draws a predicate.
pub(super) fn predicate() -> BoxedStrategy<Predicate> {
    let instant =
        (comparison(), 0..14_i64, proptest::bool::ANY).prop_map(|(comparison, at, made)| {
            let field = if made { Field::Created } else { Field::Deleted };
            Predicate::Test(field, Test::Compare(comparison, Operand::Time(Timestamp(at))))
        });
    let item = (test(), proptest::bool::ANY).prop_map(|(test, itself)| {
        let field = if itself { Field::Item } else { Field::Part("issuer".to_owned()) };
        Predicate::Test(field, test)
    });
    let leaf = proptest::prop_oneof![
        6 => (name(), test()).prop_map(|(name, test)| Predicate::Test(Field::Attribute(name), test)),
        4 => (name(), joined(item.boxed())).prop_map(|(name, part)| Predicate::Any(name, Box::new(part))),
        1 => (0..14_u8).prop_map(|number| Predicate::is(specimen::object(number))),
        1 => instant,
    ];
    joined(leaf.boxed())
}

fn joined(leaf: BoxedStrategy<Predicate>) -> BoxedStrategy<Predicate> {
    leaf.prop_recursive(3, 10, 3, |inner| {
        proptest::prop_oneof![
            3 => vec(inner.clone(), 0..4).prop_map(Predicate::And),
            3 => vec(inner.clone(), 0..4).prop_map(Predicate::Or),
            1 => inner.prop_map(Predicate::negated),
        ]
    })
    .boxed()
}
