//! What mirrors need of a record beside its values: who it is, as it stands, whatever else is wrong with
//! it, and which attributes it names without a value.

use model::Kind;
use wire::{Format, Item, Options, read};

/// Reads with two columns as they stand, and says of each record what they hold and what is empty.
#[track_caller]
fn check(format: Format, columns: [&str; 2], text: &[u8], expected: &[&str]) {
    let verbatim = columns.map(str::to_owned).to_vec();
    let options = Options { verbatim, ..Options::new(Kind::User) };
    let shown: Vec<String> = read(format, options, text)
        .map(|item| {
            let texts = |texts: &[Option<String>]| -> String {
                texts
                    .iter()
                    .map(|text| text.as_deref().unwrap_or("-"))
                    .collect::<Vec<_>>()
                    .join("|")
            };
            match item {
                Item::Row(row) => {
                    let empty: Vec<&str> = row.emptied.iter().map(|name| name.as_str()).collect();
                    let manager = if row.emptied_references { " no manager" } else { "" };
                    format!("{} empty [{}]{manager}", texts(&row.verbatim), empty.join(" "))
                }
                Item::Rejected(rejected) => {
                    format!("{} {}", rejected.code, texts(&rejected.verbatim))
                }
            }
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn cells_stand_as_they_are_and_empty_ones_are_told() {
    let text = b"id,displayName,accountEnabled,manager,Gone\n\
        7,Ada,,,\n\
        8,Bob,perhaps,x@y.example,yes\n\
        9,Eve,true\n\
        10,Z\xffe,true,,no\n\
        \xff,Max,true,,no\n\
        11,\"Kim,true,,no\n";
    check(
        Format::Csv,
        ["ID", "gone"],
        text,
        &[
            "7|- empty [accountEnabled] no manager",
            "value 8|yes",
            "cells ",
            "encoding 10|no",
            "encoding -|no",
            "quote ",
        ],
    );
}

#[test]
fn an_id_that_is_wanted_as_it_stands_need_be_none() {
    check(Format::Csv, ["id", "x"], b"id,displayName\nE-7,Ada\n", &["E-7|- empty []"]);
    check(
        Format::JsonLines,
        ["id", "x"],
        b"{\"id\":7,\"displayName\":\"Ada\"}\n",
        &["7|- empty []"],
    );
}

#[test]
fn null_and_an_empty_text_are_empty_and_what_is_missing_is_not() {
    let text = b"{\"no\":\"7\",\"displayName\":\"Ada\",\"department\":null,\"city\":\"\",\"manager\":null}\n\
        {\"no\":8,\"displayName\":7,\"gone\":true}\n\
        {\"no\":9,\n";
    check(
        Format::JsonLines,
        ["no", "gone"],
        text,
        &["7|- empty [department city] no manager", "value 8|true", "json "],
    );
}

#[test]
fn an_entry_is_named_by_an_attribute_or_by_its_name() {
    let text = b"dn: uid=Ada, dc=x\nuid: ada\ncn: Ada\nemployeeNumber: 7\n\n\
        dn: uid=bob,dc=x\nuid: bob\njpegPhoto:< file:///etc/passwd\nemployeeNumber: 8\n\n";
    check(Format::Ldif, ["employeeNumber", "dn"], text, &["7|uid=ada,dc=x empty []", "ldif-url "]);
}
