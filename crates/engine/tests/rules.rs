//! What is found wrong with a configuration when it is saved, all of it at once.

use engine::{Rules, Schema};
use model::{
    ApplicationId, Apply, Extension, ExtensionType, Job, JobId, Kind, Mapping, Source, Tenant,
    TenantId, Timestamp,
};

fn tenant(name: &str) -> Tenant {
    Tenant {
        id: TenantId::NIL,
        name: name.to_owned(),
        domains: vec![format!("{name}.example").parse().expect("a domain")],
        created: Timestamp(0),
        version: 1,
    }
}

fn extensions(names: &[(&str, ExtensionType, bool)]) -> Schema {
    let make = |(name, data_type, multi_valued): &(&str, ExtensionType, bool)| Extension {
        name: (*name).to_owned(),
        application: ApplicationId(TenantId::NIL.0),
        data_type: *data_type,
        multi_valued: *multi_valued,
        targets: vec![Kind::User],
    };
    Schema::new(names.iter().map(make).collect())
}

fn job(mappings: Vec<Mapping>) -> Job {
    let tenants = (TenantId::NIL, TenantId::NIL);
    Job { mappings, ..Job::new(JobId::NIL, "staff", tenants, Timestamp(0)) }
}

fn schemas() -> (Schema, Schema) {
    let source = extensions(&[("badge", ExtensionType::String, false)]);
    let target = extensions(&[
        ("shelf", ExtensionType::Integer, false),
        ("active", ExtensionType::Boolean, false),
    ]);
    (source, target)
}

fn compile(mappings: Vec<Mapping>) -> Result<Rules, Vec<String>> {
    let (source, target) = schemas();
    let compiled = Rules::compile(
        &job(mappings),
        (&tenant("contoso"), &source),
        (&tenant("fabrikam"), &target),
    );
    compiled.map_err(|findings| findings.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn check(mapping: Mapping, expected: &str) {
    assert_eq!(compile(vec![mapping]).expect_err("it is refused"), [expected]);
}

fn expression(target: &str, text: &str) -> Mapping {
    Mapping::new(target, Source::Expression(text.to_owned()))
}

#[test]
fn the_default_mappings_compile() {
    let rules = compile(Mapping::defaults()).expect("they are in order");
    let targets: Vec<String> =
        rules.targets().map(|(name, rule)| format!("{name}={rule}")).collect();
    assert_eq!(targets.len(), 23);
    assert_eq!(targets[21..], ["showInAddressList=\"true\"", "userType=\"Member\""]);
}

#[test]
fn unknown_names_are_answered_with_the_nearest_one() {
    check(
        Mapping::direct("departmnt", "department"),
        "mapping of 'department': the source has no attribute 'departmnt' (unknown-attribute)\n\
         hint: did you mean 'department'?",
    );
    check(
        Mapping::direct("department", "departement"),
        "mapping of 'departement': the target has no attribute 'departement' (unknown-attribute)\n\
         hint: did you mean 'department'?",
    );
    check(
        Mapping::direct("bagde", "city"),
        "mapping of 'city': the source has no attribute 'bagde' (unknown-attribute)\n\
         hint: did you mean 'badge'?",
    );
    check(
        expression("city", "ToUpper([citty])"),
        "mapping of 'city': error[expr-unknown-attribute]: the source has no attribute citty\n\
         1 | ToUpper([citty])\n  |         ^^^^^^^\n  = hint: did you mean [city]?",
    );
    check(
        Mapping::direct("extension_bagde", "city"),
        "mapping of 'city': the source has no attribute 'extension_bagde' (unknown-attribute)\n\
         hint: did you mean 'extension_00000000000000000000000000000000_badge'?",
    );
    check(
        expression("city", "[target.postalCod]"),
        "mapping of 'city': error[expr-unknown-attribute]: no mapping can write postalCod: the target \
         has no such attribute\n1 | [target.postalCod]\n  | ^^^^^^^^^^^^^^^^^^\n  \
         = hint: did you mean [target.postalCode]?",
    );
    check(
        Mapping::direct("qqqqqqqqqq", "city"),
        "mapping of 'city': the source has no attribute 'qqqqqqqqqq' (unknown-attribute)",
    );
}

#[test]
fn a_reference_is_no_text() {
    check(
        Mapping::direct("manager", "department"),
        "mapping of 'department': 'manager' is a reference to a person, which 'department' does not \
         take (wrong-kind)\nhint: manager=[manager] maps it as it is",
    );
    check(
        expression("department", "ToUpper([manager])"),
        "mapping of 'department': error[expr-unknown-attribute]: the manager is a reference, which no \
         expression reads\n1 | ToUpper([manager])\n  |         ^^^^^^^^^\n  \
         = hint: manager=[manager] maps it as it is; a filter can ask for it",
    );
}

#[test]
fn one_mistake_hides_no_other() {
    let codes = |mapping: Mapping| -> Vec<&str> {
        let (source, target) = schemas();
        engine::check_mapping(&mapping, &source, &target).iter().map(|found| found.code).collect()
    };
    assert_eq!(
        codes(expression("city", "ToLowr([cty]")),
        ["expr-unknown-function", "expr-unclosed-parenthesis", "expr-unknown-attribute"]
    );
    assert_eq!(
        codes(expression("ciity", "ToLower([cty])")),
        ["unknown-attribute", "expr-unknown-attribute"]
    );
    let default = Some("perhaps".to_owned());
    assert_eq!(
        codes(Mapping { default, ..Mapping::direct("cty", "accountEnabled") }),
        ["unknown-attribute", "value-refused"]
    );
    // Nobody says that nothing writes what only cannot be written yet.
    let mappings = vec![expression("city", "ToLowr([city])"), expression("state", "[target.city]")];
    let findings = compile(mappings).expect_err("they are refused");
    assert_eq!(findings.len(), 1, "{findings:?}");
}

/// The shape that editors read.
#[test]
fn findings_have_one_shape() {
    let (source, target) = schemas();
    let found = engine::check_mapping(&expression("city", "Len(\n [cty])"), &source, &target);
    assert_eq!(
        serde_json::to_value(&found).expect("JSON"),
        serde_json::json!([{
            "place": "mapping of 'city'", "code": "expr-unknown-attribute", "severity": "error",
            "message": "the source has no attribute cty", "hint": "did you mean [city]?",
            "span": { "start": 6, "end": 11 }, "line": 2, "column": 2, "text": "Len(\n [cty])",
        }])
    );
    let found = engine::check_mapping(&Mapping::direct("proxyAddresses", "mail"), &source, &target);
    let found = serde_json::to_value(&found[0]).expect("JSON");
    assert_eq!(found["text"], "[proxyAddresses]");
    assert_eq!(found["span"], serde_json::json!({ "start": 0, "end": 16 }));
}

#[test]
fn editors_are_offered_what_mappings_write() {
    let (source, _) = schemas();
    let readable = engine::list_readable(&source, &[Mapping::direct("city", "city")]);
    let names: Vec<&str> = readable.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["city", "extension_00000000000000000000000000000000_badge", "target.city", "id"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(!names.contains(&"target.state"));
}

#[test]
fn an_extension_belongs_to_its_own_side() {
    compile(vec![Mapping::direct("badge", "city")]).expect("the source has it");
    check(
        Mapping::direct("city", "badge"),
        "mapping of 'badge': the target has no attribute 'badge' (unknown-attribute)",
    );
}

#[test]
fn several_values_do_not_go_into_one() {
    check(
        Mapping::direct("proxyAddresses", "mail"),
        "mapping of 'mail': 'proxyAddresses' holds several values and 'mail' one (several-values)\n\
         hint: choose one with Item([proxyAddresses], 1) or join them",
    );
    compile(vec![Mapping::direct("mail", "otherMails")]).expect("one goes into several");
}

#[test]
fn what_the_directory_keeps_is_not_written() {
    for name in ["creationType", "externalUserState", "identities"] {
        check(
            Mapping::constant("x", name),
            &format!("mapping of '{name}': '{name}' is kept by the target (attribute-read-only)"),
        );
    }
    check(
        Mapping::direct("identities", "city"),
        "mapping of 'city': 'identities' has parts and cannot be mapped as a whole \
         (attribute-not-mappable)",
    );
}

#[test]
fn one_target_has_one_mapping_whatever_the_spelling() {
    let twice = vec![Mapping::direct("city", "city"), Mapping::direct("state", "CITY")];
    assert_eq!(
        compile(twice).expect_err("it is refused"),
        ["mapping of 'CITY': 'city' has two mappings (mapped-twice)\nhint: remove one of them"]
    );
}

#[test]
fn constants_and_defaults_have_to_fit() {
    check(
        Mapping::constant("perhaps", "accountEnabled"),
        "mapping of 'accountEnabled': 'perhaps' is neither true nor false (value-refused)",
    );
    check(
        Mapping::constant("many", "shelf"),
        "mapping of 'shelf': 'many' is no whole number (value-refused)",
    );
    check(
        Mapping { default: Some("some".to_owned()), ..Mapping::direct("city", "shelf") },
        "mapping of 'shelf': 'some' is no whole number (value-refused)",
    );
    compile(vec![Mapping::constant("TRUE", "active"), Mapping::constant("12", "shelf")])
        .expect("they fit");
}

#[test]
fn everything_is_found_at_once() {
    let mappings = vec![
        Mapping::direct("departmnt", "department"),
        Mapping::constant("x", "creationType"),
        expression("city", "ToUpper("),
        expression("state", "Upcase([state])"),
    ];
    let findings = compile(mappings).expect_err("they are refused");
    let places: Vec<&str> =
        findings.iter().map(|finding| finding.split(':').next().unwrap_or_default()).collect();
    assert_eq!(
        places,
        [
            "mapping of 'department'",
            "mapping of 'creationType'",
            "mapping of 'city'",
            "mapping of 'state'"
        ]
    );
}

#[test]
fn a_constant_that_the_target_would_refuse_is_no_mapping() {
    let constant =
        |target: &str, text: &str| Mapping::new(target, Source::Constant(text.to_owned()));
    check(
        constant("userType", "Boss"),
        "mapping of 'userType': 'Boss' is neither Member nor Guest (value-refused)",
    );
}

#[test]
fn a_required_attribute_has_a_mapping_that_can_give_something() {
    let nothing = "mapping of 'displayName': the target refuses to be without 'displayName', and the \
                   mapping can only give nothing (required-empty)\nhint: map it from an attribute \
                   that people have, for example displayName=[displayName]";
    let empty = || Source::Constant(String::new());
    check(Mapping::new("displayName", empty()), nothing);
    let told = |mapping: Mapping| -> Vec<String> {
        let name = Mapping::direct("userPrincipalName", "userPrincipalName");
        let rules = compile(vec![mapping, name]).expect("it is of use where nobody is made");
        rules.find_unfilled().iter().map(ToString::to_string).collect()
    };
    let leave = Mapping::new("displayName", Source::None);
    assert_eq!(told(leave.clone()), [nothing]);
    assert_eq!(told(Mapping { default: Some(String::new()), ..leave.clone() }), [nothing]);
    assert_eq!(told(expression("displayName", "Append(\"\", \"\")")), [nothing]);
    assert_eq!(told(Mapping { default: Some("Nobody".to_owned()), ..leave }), [""; 0]);
}

#[test]
fn required_attributes_that_no_mapping_writes_are_told() {
    let rules = compile(vec![Mapping::direct("city", "city")]).expect("it compiles");
    let told = |rules: &Rules| -> Vec<String> {
        rules
            .find_unfilled()
            .iter()
            .map(|found| format!("{} ({})", found.place, found.code))
            .collect()
    };
    assert_eq!(
        told(&rules),
        [
            "mapping of 'displayName' (required-empty)",
            "mapping of 'userPrincipalName' (required-empty)"
        ]
    );
    // Nobody is made who would be without them.
    let mut updates = rules;
    updates.actions.create = false;
    assert_eq!(told(&updates), [""; 0]);
}

#[test]
fn a_mapping_that_time_changes_is_doubtful_unless_it_is_applied_once() {
    let schema = extensions(&[]);
    let always = expression("jobTitle", "Append(\"seen \", Now())");
    let once = Mapping { apply: Apply::OnlyAtCreation, ..always.clone() };
    let codes = |mapping: Mapping| -> Vec<&str> {
        let found = engine::doubts(&[mapping], &schema, &schema);
        found.into_iter().map(|finding| finding.code).collect()
    };
    assert!(codes(always).contains(&"depends-on-time"));
    assert!(!codes(once).contains(&"depends-on-time"));
}

#[test]
fn a_hidden_value_is_told_by_nothing_that_comes_of_it() {
    let hidden = expression("jobTitle", "Redact([city])");
    check(
        Mapping { matching: Some(1), ..hidden.clone() },
        "mapping of 'jobTitle': the value is hidden, and whoever is matched by it is told by what \
         (cannot-match)\nhint: match by another mapping, or take Redact out",
    );
    let job = job(vec![hidden, expression("state", "Append([target.jobTitle], \"!\")")]);
    let names = engine::hidden_targets(&job.mappings);
    assert_eq!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["jobTitle", "state"]);
}

/// What is wrong with a filter and mappings of groups.
#[track_caller]
fn check_groups(filter: &str, mappings: Vec<Mapping>, expected: &[&str]) {
    let (source, target) = schemas();
    let scoping = wire::filter_text::parse(filter, |name| Some(name.to_owned()));
    let scoping = scoping.expect("it is a filter");
    let mut job = job(Mapping::defaults());
    job.groups.filter = scoping.filter;
    job.groups.condition = scoping.condition;
    for mapping in mappings {
        job.groups.mappings.retain(|held| held.target != mapping.target);
        job.groups.mappings.push(mapping);
    }
    let (here, there) = (tenant("contoso"), tenant("fabrikam"));
    let found = Rules::check_groups(&job, (&here, &source), (&there, &target));
    let found = found.err().unwrap_or_default();
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected);
    assert!(found.iter().all(engine::Finding::is_of_groups));
    // People have rules of their own, and nothing is wrong with those.
    assert!(Rules::compile(&job, (&here, &source), (&there, &target)).is_ok());
}

#[test]
fn filters_and_mappings_of_groups_are_checked_against_what_groups_have() {
    check_groups("displayName REGEX MATCH ^Proj AND mailNickname IS NOT NULL", Vec::new(), &[]);
    check_groups("NOT (description Includes secret [any case])", Vec::new(), &[]);
    check_groups(
        "department EQUALS Sales OR displyName EQUALS Crew",
        Vec::new(),
        &[
            "groups, filter clause 'department EQUALS 'Sales'': the source has no attribute \
             'department' (unknown-attribute)",
            "groups, filter clause 'displyName EQUALS 'Crew'': the source has no attribute \
             'displyName' (unknown-attribute)\nhint: did you mean 'displayName'?",
        ],
    );
    check_groups(
        "manager IS NULL",
        Vec::new(),
        &["groups, condition 'manager IS NULL': a filter of groups asks for attributes of groups \
             only (attribute-not-comparable)\nhint: assign the groups that are meant, or compare \
             their names"],
    );
    check_groups(
        "",
        vec![
            expression("displayName", "ToUpper([givenName])"),
            Mapping::direct("displayName", "mail"),
            Mapping { matching: Some(1), ..Mapping::direct("mailNickname", "mailNickname") },
            Mapping::constant("false", "securityEnabled"),
            expression("members", "[members]"),
            expression("description", "[members]"),
        ],
        &[
            "groups, mapping of 'displayName': error[expr-unknown-attribute]: the source has no \
             attribute givenName\n1 | ToUpper([givenName])\n  |         ^^^^^^^^^^^",
            "groups, mapping of 'mail': groups of the target have no 'mail': they are security \
             groups (attribute-not-mappable)\nhint: take the mapping out",
            "groups, mapping of 'mailNickname': names of groups are not unique, and nobody guesses \
             (cannot-match)\nhint: take one over that the target has with `syncline job \
             adopt-group`",
            "groups, mapping of 'securityEnabled': 'securityEnabled' is the same for all groups of \
             the target (value-refused)\nhint: take the mapping out; they are security groups \
             without mail",
            "groups, mapping of 'members': a reference is mapped as it is, without expression, \
             default or matching (wrong-kind)\nhint: map it with members=[members]",
            "groups, mapping of 'description': error[expr-unknown-attribute]: members are \
             references, which no expression reads\n1 | [members]\n  | ^^^^^^^^^\n  = hint: \
             members=[members] maps them as they are",
        ],
    );
}

#[test]
fn groups_of_the_target_are_security_groups_whatever_is_mapped() {
    let (source, target) = schemas();
    let job = job(Mapping::defaults());
    let (here, there) = (tenant("contoso"), tenant("fabrikam"));
    let rules = Rules::check_groups(&job, (&here, &source), (&there, &target)).expect("in order");
    let targets: Vec<String> =
        rules.targets().map(|(name, rule)| format!("{name}={rule}")).collect();
    let expected = [
        "description=[description]",
        "displayName=[displayName]",
        "mailNickname=[mailNickname]",
        "members=[members]",
        "securityEnabled=\"true\"",
        "mailEnabled=\"false\"",
    ];
    assert_eq!(targets, expected);
}
