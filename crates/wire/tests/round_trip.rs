//! What a writer writes, the reader of its format gives back: ids, attributes, home identities,
//! managers and members, whatever characters the values hold.

use model::{
    Attributes, HomeIdentity, Kind, Name, Object, ObjectId, Shape, TenantId, Timestamp, Value,
    hidden::quote,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use wire::{
    ExtensionColumn, Format, Item, Names, Options, Record, Reference, Row, WriteOptions, Writer,
    filter_text, read,
};

const FORMATS: [Format; 4] = [Format::Csv, Format::JsonLines, Format::Graph, Format::Ldif];

#[derive(Clone, Debug)]
struct Sample {
    object: Object,
    manager: Option<ObjectId>,
    members: Vec<ObjectId>,
}

fn extensions() -> Vec<ExtensionColumn> {
    let shapes = [
        ("badge", Shape::Text(256)),
        ("codes", Shape::Integers),
        ("days", Shape::DateTimes),
        ("flag", Shape::Boolean),
        ("key", Shape::Binary(344)),
        ("level", Shape::Integer),
        ("tags", Shape::Texts(256)),
    ];
    let column = |(short, shape): (&str, Shape)| ExtensionColumn {
        short: short.to_owned(),
        name: Name::new(&format!("extension_0a_{short}")),
        shape,
    };
    shapes.into_iter().map(column).collect()
}

fn id() -> impl Strategy<Value = [u8; 16]> {
    any::<[u8; 16]>()
}

fn object_id() -> impl Strategy<Value = ObjectId> {
    id().prop_map(|bytes| ObjectId::from_slice(&bytes).expect("sixteen bytes"))
}

/// Texts with all that separates, quotes, escapes and folds in one of the formats.
fn text(limit: usize) -> impl Strategy<Value = String> {
    let nasty = select(vec![
        ",", ";", "\"", "'", "\n", "\r", "\r\n", " ", "\t", ":", "<", "\\", "[", "]", "{", "}",
        "=", "#", "$", "\0", "\u{feff}", "\u{a0}", "é", "😀", "null", "true", "a", "B", "7", "-",
    ]);
    let mixed = vec(nasty, 1..12).prop_map(|parts| parts.concat());
    let long = Just("0123456789 ".repeat(20));
    let any = vec(any::<char>(), 1..12).prop_map(|chars| chars.into_iter().collect());
    prop_oneof![4 => mixed, 1 => long, 4 => any]
        .prop_map(move |text: String| text.chars().take(limit).collect())
}

fn instant() -> impl Strategy<Value = String> {
    (-2_000_000_000_000_i64..4_000_000_000_000).prop_map(|ms| Timestamp(ms).to_string())
}

fn value(shape: Shape) -> BoxedStrategy<Value> {
    let list = |members: Vec<Value>| Value::List(members);
    match shape {
        Shape::Text(limit) => text(limit).prop_map(Value::Text).boxed(),
        Shape::Texts(limit) => vec(text(limit).prop_map(Value::Text), 1..4).prop_map(list).boxed(),
        Shape::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Shape::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        Shape::Integers => vec(any::<i64>().prop_map(Value::Integer), 1..4).prop_map(list).boxed(),
        Shape::DateTime => instant().prop_map(Value::Text).boxed(),
        Shape::DateTimes => vec(instant().prop_map(Value::Text), 1..4).prop_map(list).boxed(),
        Shape::Binary(_) => select(vec!["QUJD", "/9j/4AAQ", "AA=="]).prop_map(Value::text).boxed(),
        Shape::Record => vec(
            text(64).prop_map(|text| Value::Record(vec![("issuer".to_owned(), Value::Text(text))])),
            1..3,
        )
        .prop_map(list)
        .boxed(),
    }
}

fn attributes(kind: Kind) -> impl Strategy<Value = Attributes> {
    let known = Name::known().filter(move |(_, known)| known.kinds.contains(&kind));
    let known = known.map(|(name, definition)| (name, definition.shape, definition.required));
    let extensions = extensions().into_iter().map(|column| (column.name, column.shape, false));
    let each: Vec<_> = known
        .chain(extensions)
        .map(|(name, shape, required)| {
            let value = value(shape).prop_map(Some);
            let value = if required {
                value.boxed()
            } else {
                prop_oneof![1 => value, 4 => Just(None)].boxed()
            };
            value.prop_map(move |value| Some((name.clone(), value?)))
        })
        .collect();
    each.prop_map(|pairs| pairs.into_iter().flatten().collect())
}

fn sample(kind: Kind) -> impl Strategy<Value = Sample> {
    let home = (id(), id()).prop_map(|(tenant, object)| HomeIdentity {
        tenant: TenantId::from_slice(&tenant).expect("sixteen bytes"),
        object: ObjectId::from_slice(&object).expect("sixteen bytes"),
    });
    let parts = (
        object_id(),
        attributes(kind),
        option::of(home),
        option::of(object_id()),
        vec(object_id(), 0..4),
    );
    parts.prop_map(move |(id, attributes, home, manager, members)| Sample {
        object: Object {
            id,
            kind,
            attributes,
            home: home.filter(|_| kind == Kind::User),
            created: Timestamp(0),
            deleted: None,
            receipt: None,
            version: 0,
        },
        manager: manager.filter(|_| kind == Kind::User),
        members: if kind == Kind::Group { members } else { Vec::new() },
    })
}

fn write_all(format: Format, kind: Kind, names: Names, samples: &[Sample]) -> Vec<u8> {
    let options = WriteOptions {
        extensions: extensions(),
        names,
        base: "ou=Ö, dc=x".to_owned(),
        ..WriteOptions::new(kind)
    };
    let mut writer = Writer::new(format, options, Vec::new());
    for sample in samples {
        let record =
            Record { object: &sample.object, manager: sample.manager, members: &sample.members };
        writer.write(&record).expect("a vector takes all");
    }
    assert!(writer.left_out().is_empty());
    writer.finish().expect("a vector takes all")
}

fn read_all(format: Format, kind: Kind, text: &[u8]) -> (Vec<Row>, String) {
    let options = Options { extensions: extensions(), ..Options::new(kind) };
    let mut reader = read(format, options, text);
    let rows = reader
        .by_ref()
        .map(|item| match item {
            Item::Row(row) => *row,
            Item::Rejected(rejected) => panic!("{rejected:?}"),
        })
        .collect();
    (rows, reader.header().to_owned())
}

#[track_caller]
fn check(rows: &[Row], samples: &[Sample], format: Format) {
    assert_eq!(rows.len(), samples.len(), "{format}");
    for (row, sample) in rows.iter().zip(samples) {
        assert_eq!(row.id, Some(sample.object.id), "{format}");
        assert_eq!(row.attributes, sample.object.attributes, "{format}");
        assert_eq!(row.home, sample.object.home, "{format}");
        assert_eq!(row.manager, sample.manager.map(Reference::Id), "{format}");
        let members: Vec<_> = sample.members.iter().copied().map(Reference::Id).collect();
        assert_eq!(row.members, members, "{format}");
    }
}

fn check_round_trip(kind: Kind, samples: &[Sample]) {
    for format in FORMATS {
        for names in [Names::Graph, Names::Older] {
            let text = write_all(format, kind, names, samples);
            let (rows, header) = read_all(format, kind, &text);
            check(&rows, samples, format);
            // The texts of rows behind the header are what a file of rejects holds.
            let rejects: String = [header]
                .into_iter()
                .chain(rows.iter().map(|row| format!("{}\n", row.text)))
                .collect();
            check(&read_all(format.of_rejects(), kind, rejects.as_bytes()).0, samples, format);
            assert_eq!(Format::sniff(&text), sniffed(format, samples), "{format}");
        }
    }
}

/// An empty JSON Lines file shows nothing of its format.
fn sniffed(format: Format, samples: &[Sample]) -> Format {
    if samples.is_empty() && format == Format::JsonLines { Format::Csv } else { format }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn users_come_back(samples in vec(sample(Kind::User), 0..4)) {
        check_round_trip(Kind::User, &samples);
    }

    #[test]
    fn groups_come_back(samples in vec(sample(Kind::Group), 0..4)) {
        check_round_trip(Kind::Group, &samples);
    }

    #[test]
    fn readers_take_any_bytes(bytes in vec(select(b"\",;\n\r\t :<#=[]{}ae1\\\xc3\xa9-dnv".to_vec()), 0..400)) {
        for format in FORMATS {
            for kind in [Kind::User, Kind::Group] {
                let mut text = match format {
                    Format::Csv => b"displayName,mail,members,city\n".to_vec(),
                    Format::Graph => b"{\"value\":[".to_vec(),
                    Format::Ldif | Format::JsonLines => Vec::new(),
                };
                text.extend_from_slice(&bytes);
                let count = read(format, Options::new(kind), text.as_slice()).count();
                prop_assert!(count <= text.len() + 1);
            }
        }
    }

    #[test]
    fn what_a_filter_displays_is_read_again(operand in text(30), other in text(30)) {
        let text = format!("city EQUALS '{operand}' AND department NOT EQUALS '{other}' OR city IS NULL");
        let joined = ["AND", "OR"].iter().any(|joint| operand.contains(joint) || other.contains(joint));
        if !joined {
            let scoping = filter_text::parse(&text, filter_text::user_attribute).expect("a filter");
            let filter = &scoping.filter;
            prop_assert_eq!(filter.groups[0].clauses[0].operand.as_str(), operand.as_str());
            let displayed = filter.to_string();
            let (first, second) = (quote(&operand), quote(&other));
            prop_assert_eq!(
                &displayed,
                &format!("city EQUALS {first} AND department NOT EQUALS {second} OR city IS NULL")
            );
            prop_assert_eq!(filter_text::parse(&displayed, filter_text::user_attribute), Ok(scoping));
        }
    }
}
