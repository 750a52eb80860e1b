//! Text in, text out.

use crate::{Format, Options, read::testing::check_with};
use model::Kind;

#[track_caller]
fn check(text: &str, expected: &str) {
    check_with(Format::Csv, Options::new(Kind::User), text.as_bytes(), expected);
}

#[test]
fn headings_are_read_as_people_write_them() {
    check(
        "\u{feff}First name,Last_Name,E-mail,UPN,Object Id,Department\r\n\
         Ada,Lovelace,ada@x.example,ada@x.example,01234567-89ab-cdef-0123-456789abcdef,\"Research, Development\"\r\n",
        "2 id 01234567-89ab-cdef-0123-456789abcdef\n\
         \x20 department: Research, Development\n\
         \x20 givenName: Ada\n\
         \x20 mail: ada@x.example\n\
         \x20 surname: Lovelace\n\
         \x20 userPrincipalName: ada@x.example",
    );
}

#[test]
fn the_bulk_form() {
    check(
        "version:v1.0\n\
         Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required,Office [physicalDeliveryOfficeName],Office phone [telephoneNumber],Mobile phone [mobile]\n\
         Example: Chris Green,chris@contoso.com,myPassword1234,No,,,\n\
         Ada,ada@x.example,secret,Yes,12,+1 5; +1 6,+1 7\n",
        "4\n\
         \x20 accountEnabled: false\n\
         \x20 businessPhones: +1 5; +1 6\n\
         \x20 displayName: Ada\n\
         \x20 mobilePhone: +1 7\n\
         \x20 officeLocation: 12\n\
         \x20 userPrincipalName: ada@x.example\n\
         ignored Initial password [passwordProfile] Required: 1\n\
         header version:v1.0|Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required,Office [physicalDeliveryOfficeName],Office phone [telephoneNumber],Mobile phone [mobile]|",
    );
}

#[test]
fn bad_lines_in_the_middle_cost_only_themselves() {
    let long = "x".repeat(1 << 20);
    check(
        &format!(
            "displayName,accountEnabled,department\n\
             A,true,x\n\
             B,true\n\
             C,maybe,x\n\
             \"D,true,x\n\
             E,no,\"x\ny\"\n\
             F,true,{long}\n\
             \"G\" Smith,true,x\n\
             ,,\n\
             \n\
             H,yes,\n"
        ),
        &format!(
            "2\n  accountEnabled: true\n  department: x\n  displayName: A\n\
             reject 3:1 cells: 2 cells, where the header has 3 (put a cell that contains ',' into double quotes) B,true\n\
             reject 4:3 value: accountEnabled: 'maybe' is not a boolean (write true or false) C,maybe,x\n\
             reject 5:1 quote: a double quote opens here and does not close a cell (write a double quote inside a quoted cell twice) \"D,true,x\n\
             6\n  accountEnabled: false\n  department: x|y\n  displayName: E\n\
             reject 8:8 too-long: department: 1048576 characters, where 64 are the limit (-) F,true,{long}\n\
             reject 9:5 quote: text behind a closing quote (write a double quote inside a quoted cell twice) \"G\" Smith,true,x\n\
             12\n  accountEnabled: true\n  displayName: H"
        ),
    );
}

#[test]
fn bytes_that_are_no_text_are_rejected() {
    check_with(
        Format::Csv,
        Options::new(Kind::User),
        b"displayName,city\nA,M\xfcnchen\nB,Bonn\n",
        "reject 2:4 encoding: a byte that is not UTF-8 (save the file as UTF-8) A,M\u{fffd}nchen\n\
         3\n  city: Bonn\n  displayName: B",
    );
    check_with(
        Format::Csv,
        Options::new(Kind::User),
        b"\xff\xfed\0i\0",
        "reject 1:1 encoding: the file is UTF-16, not UTF-8 (save the file as UTF-8) ",
    );
}

#[test]
fn a_header_without_attributes_ends_the_reading() {
    check(
        "colour,departmnt\nred,Sales\n",
        "reject 1:1 header: no column of the first line is an attribute of a user ('departmnt': did you mean 'department'?) colour,departmnt",
    );
}

#[test]
fn the_own_name_goes_before_an_alias_and_semicolons_may_separate() {
    check(
        "\"Last, first\";\"City\"\n\"Lovelace\";\"Bonn\"\n",
        "2\n  city: Bonn\nignored Last, first: 1",
    );
    check(
        "E-mail;mail;Farbe\na@x.example;b@x.example;rot\n",
        "2\n  mail: b@x.example\nignored E-mail: 1\nignored Farbe: 1",
    );
}

#[test]
fn columns_and_extensions_of_the_caller() {
    let mut options = Options::new(Kind::User);
    for pair in ["Abteilung=department", "Ausweis=badge", "mail="] {
        options.columns.add(pair).expect("a pair");
    }
    options.extensions.push(crate::ExtensionColumn {
        short: "badge".to_owned(),
        name: model::Name::new("extension_1_badge"),
        shape: model::Shape::Integers,
    });
    check_with(
        Format::Csv,
        options,
        b"Abteilung,Ausweis,mail,Manager\nSales,7;8,a@x.example,\"CN=Boss, OU=x\"\n",
        "2\n  department: Sales\n  extension_1_badge: 7; 8\n  manager Handle(\"cn=boss,ou=x\")",
    );
}

#[test]
fn lines_that_open_quotes_without_end_cost_no_more_than_their_length() {
    let text = format!("displayName,city\n{}", "a\",\"c\n".repeat(20_000));
    let reader = crate::read(Format::Csv, Options::new(Kind::User), text.as_bytes());
    assert_eq!(reader.count(), 20_000);
}

#[test]
fn groups_have_members() {
    check_with(
        Format::Csv,
        Options::new(Kind::Group),
        b"displayName,description,members\nG,about,ada@x.example; 01234567-89ab-cdef-0123-456789abcdef\n",
        "2\n  description: about\n  displayName: G\n\
         \x20 member Name(\"ada@x.example\")\n\
         \x20 member Id(01234567-89ab-cdef-0123-456789abcdef)",
    );
}
