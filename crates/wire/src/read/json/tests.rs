//! Text in, text out.

use crate::{Format, Options, read::testing::check_with};
use model::Kind;

const ADA: &str = r##"{"@odata.type":"#microsoft.graph.user","id":"01234567-89ab-cdef-0123-456789abcdef",
"displayName":"Ada \u00e9","city":null,"accountEnabled":true,"businessPhones":["+1"],"mobile":"+2",
"employeeHireDate":"2026-01-31T09:00:00+01:00","colour":"red",
"onPremisesExtensionAttributes":{"extensionAttribute1":"one","extensionAttribute2":null},
"employeeOrgData":{"costCenter":"7","division":"North","odd":1},
"manager":{"userPrincipalName":"boss@x.example"},
"identities":[{"signInType":"federated","issuer":"mail","issuerAssignedId":null}]}"##;

const ADA_READ: &str = "  accountEnabled: true
  businessPhones: +1
  costCenter: 7
  displayName: Ada é
  division: North
  employeeHireDate: 2026-01-31T08:00:00Z
  extensionAttribute1: one
  identities: signInType: federated, issuer: mail
  mobilePhone: +2
  manager Name(\"boss@x.example\")
";

#[track_caller]
fn check(format: Format, kind: Kind, text: &str, expected: &str) {
    check_with(format, Options::new(kind), text.as_bytes(), expected);
}

#[test]
fn properties_of_graph_and_their_nested_forms() {
    check(
        Format::JsonLines,
        Kind::User,
        &ADA.replace('\n', ""),
        &format!(
            "1 id 01234567-89ab-cdef-0123-456789abcdef\n{ADA_READ}\
             ignored colour: 1\nignored employeeOrgData/odd: 1"
        ),
    );
}

#[test]
fn a_list_of_graph_in_pages() {
    check(
        Format::Graph,
        Kind::User,
        &format!(
            "{{\"@odata.context\":\"x]\\\"\",\"value\":[\n {ADA},\n{{\"displayName\":7}}, 5,\n\
             {{\"displayName\":\"B\"}}],\"@odata.nextLink\":\"…\"}}\n[{{\"city\":\"Bonn\"}}]{{\"value\":[]}}"
        ),
        &format!(
            "2 id 01234567-89ab-cdef-0123-456789abcdef\n{ADA_READ}\
             reject 9:16 value: displayName: '7' is not text (put it in double quotes) {{\"displayName\":7}}\n\
             reject 9:20 json: invalid type: integer `5`, expected an object (-) 5\n\
             10\n  displayName: B\n\
             11\n  city: Bonn\n\
             ignored colour: 1\nignored employeeOrgData/odd: 1"
        ),
    );
}

#[test]
fn a_list_that_is_cut_short_is_told() {
    check(
        Format::Graph,
        Kind::User,
        "{\"value\":[{\"city\":\"Bonn\"},\n",
        "1\n  city: Bonn\nreject 2:1 cut-short: the input ends before the list does (-) ",
    );
    check(
        Format::Graph,
        Kind::User,
        "{\"error\":{\"value\":[1]}}",
        "reject 1:23 json: this object has no list 'value' (-) ",
    );
}

#[test]
fn an_element_with_an_open_text_ends_with_its_brackets() {
    check(
        Format::Graph,
        Kind::User,
        "[{\"city\":\"Bonn\n},{\"city\":\"Rome\"}]",
        "reject 1:14 json: control character (\\u0000-\\u001F) found while parsing a string (-) {\"city\":\"Bonn }\n\
         2\n  city: Rome",
    );
}

#[test]
fn bad_lines_in_the_middle_cost_only_themselves() {
    check(
        Format::JsonLines,
        Kind::User,
        "{\"city\":\"A\"}\n{\"city\":\"B\"\n\n{\"city\":\"é\",\"department\":true}\n{\"id\":\"7\"}\n\
         {\"homeTenantId\":\"01234567-89ab-cdef-0123-456789abcdef\"}\n{\"city\":1.5}\n{\"city\":\"Z\"}",
        "1\n  city: A\n\
         reject 2:11 json: EOF while parsing an object (-) {\"city\":\"B\"\n\
         reject 4:26 value: department: 'true' is not text (put it in double quotes) {\"city\":\"é\",\"department\":true}\n\
         reject 5:7 bad-id: id: '7' is not a UUID (if it is another number, name its attribute: --column id=employeeId) {\"id\":\"7\"}\n\
         reject 6:1 value: homeTenantId and homeObjectId stand only together (-) {\"homeTenantId\":\"01234567-89ab-cdef-0123-456789abcdef\"}\n\
         reject 7:9 value: city: '1.5' is not text (put it in double quotes) {\"city\":1.5}\n\
         8\n  city: Z",
    );
}

#[test]
fn references_by_id_name_and_address() {
    check(
        Format::JsonLines,
        Kind::Group,
        concat!(
            r#"{"members":["ada@x.example",{"id":"01234567-89ab-cdef-0123-456789abcdef"},{"mail":"b@x.example"}],"#,
            r#""members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/01234567-89ab-cdef-0123-456789abcdef","#,
            r#""https://graph.microsoft.com/v1.0/users('c%40x.example')"]}"#,
            "\n",
            r#"{"members":[{"displayName":"Ada"}]}"#,
        ),
        "1\n\
         \x20 member Name(\"ada@x.example\")\n\
         \x20 member Id(01234567-89ab-cdef-0123-456789abcdef)\n\
         \x20 member Name(\"b@x.example\")\n\
         \x20 member Id(01234567-89ab-cdef-0123-456789abcdef)\n\
         \x20 member Name(\"c@x.example\")\n\
         reject 2:12 reference: a reference with neither id nor userPrincipalName (write {\"id\": \"…\"} or {\"userPrincipalName\": \"…\"}) {\"members\":[{\"displayName\":\"Ada\"}]}",
    );
}
