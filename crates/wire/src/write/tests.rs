//! Text in, text out.

use model::{Timestamp, Value};

use super::*;

#[track_caller]
fn check(format: Format, names: Names, kind: Kind, expected: &str) {
    let id: ObjectId = "01234567-89ab-cdef-0123-456789abcdef".parse().expect("an id");
    let pairs = [
        ("displayName", Value::text("Ada, \"A\" ")),
        ("businessPhones", Value::List(vec![Value::text("+1"), Value::text("+2; 3")])),
        ("extensionAttribute1", Value::text("é")),
        ("accountEnabled", Value::Boolean(true)),
        ("extension_1_note", Value::text("x".repeat(80))),
    ];
    let all = pairs.into_iter().map(|(name, value)| (Name::new(name), value));
    let attributes = all.filter(|(name, _)| {
        name.definition().is_none_or(|definition| definition.kinds.contains(&kind))
    });
    let object = Object {
        id,
        kind,
        attributes: attributes.collect(),
        home: None,
        created: Timestamp(0),
        deleted: None,
        receipt: None,
        version: 1,
    };
    let options = WriteOptions { names, base: "dc=x".to_owned(), ..WriteOptions::new(kind) };
    let mut writer = Writer::new(format, options, Vec::new());
    let members = if kind == Kind::Group { vec![id] } else { Vec::new() };
    let manager = (kind == Kind::User).then_some(id);
    writer
        .write(&Record { object: &object, manager, members: &members })
        .expect("a vector takes all");
    let left_out: u64 = writer.left_out().values().sum();
    assert_eq!(left_out, u64::from(format == Format::Csv), "the extension was not announced");
    let text = String::from_utf8(writer.finish().expect("a vector takes all")).expect("text");
    assert_eq!(text.replace("\r\n", "\n"), expected);
}

#[test]
fn csv_of_a_group() {
    check(
        Format::Csv,
        Names::Graph,
        Kind::Group,
        "id,displayName,mail,description,groupTypes,mailEnabled,mailNickname,proxyAddresses,securityEnabled,visibility,members\n\
         01234567-89ab-cdef-0123-456789abcdef,\"Ada, \"\"A\"\" \",,,,,,,,,01234567-89ab-cdef-0123-456789abcdef\n",
    );
}

#[test]
fn graph_of_a_user_with_older_names() {
    let note = "x".repeat(80);
    check(
        Format::Graph,
        Names::Older,
        Kind::User,
        &format!(
            concat!(
                "{{\"value\":[\n",
                r#"{{"id":"01234567-89ab-cdef-0123-456789abcdef","accountEnabled":true,"telephoneNumber":["+1","+2; 3"],"#,
                r#""displayName":"Ada, \"A\" ","extension_1_note":"{}","#,
                r#""onPremisesExtensionAttributes":{{"extensionAttribute1":"é"}},"#,
                r#""manager":{{"id":"01234567-89ab-cdef-0123-456789abcdef"}}}}"#,
                "\n]}}\n"
            ),
            note
        ),
    );
}

#[test]
fn ldif_of_a_user() {
    check(
        Format::Ldif,
        Names::Graph,
        Kind::User,
        &format!(
            "version: 1\n\n\
             dn: entryUUID=01234567-89ab-cdef-0123-456789abcdef,dc=x\n\
             objectClass: top\nobjectClass: person\nobjectClass: organizationalPerson\nobjectClass: inetOrgPerson\n\
             entryUUID: 01234567-89ab-cdef-0123-456789abcdef\n\
             cn:: QWRhLCAiQSIg\n\
             accountEnabled: true\n\
             telephoneNumber: +1\ntelephoneNumber: +2; 3\n\
             displayName:: QWRhLCAiQSIg\n\
             extensionAttribute1:: w6k=\n\
             extension_1_note: {}\n {}\n\
             manager: entryUUID=01234567-89ab-cdef-0123-456789abcdef,dc=x\n\n",
            "x".repeat(58),
            "x".repeat(22),
        ),
    );
}
