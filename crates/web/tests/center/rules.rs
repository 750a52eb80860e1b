//! Scope, filter, assignment, mappings, tests and schema as an administrator meets them.

use axum::{body::Body, http::Request};
use model::{Job, Kind, Mapping, Role, ScopeMode, Source};
use serde_json::{Value as Json, json};
use testkit::attributes;

use crate::support::{Browser, Center, ORIGIN, Page};

/// Names that would be markup, and one that is written from the right.
const MARKUP: &str = "<script>alert(1)</script>";
const MAHA: &str = "مها العلي";

/// Ada and Bo are assigned and work in Sales and Marketing; Maha belongs to the assigned group.
fn center() -> Center {
    let center = Center::new();
    let world = &center.world;
    let sales = [("department", "Sales"), ("givenName", "Ada"), ("mail", "ada@contoso.example")];
    let ada = world.person("ada", &sales);
    let bo = world.person("bo", &[("department", "Marketing"), ("displayName", MARKUP)]);
    let maha = world.person("maha", &[("department", "Sales"), ("displayName", MAHA)]);
    let staff = attributes(&[("displayName", "Staff")]);
    let group = world.make(world.source, Kind::Group, staff);
    world
        .directory
        .add_members(&world.operator, world.source, group, &[maha])
        .expect("it is there");
    world
        .directory
        .assign(&world.operator, &job(&center), &[ada, bo, group], true)
        .expect("they exist");
    center
}

fn job(center: &Center) -> Job {
    center.world.directory.job(center.world.source, center.world.job).expect("it is there")
}

fn base(center: &Center) -> String {
    format!("/center/tenants/contoso.example/jobs/{}", center.world.job)
}

fn id(center: &Center, name: &str) -> String {
    let (world, login) = (&center.world, format!("{name}@contoso.example"));
    let found = world.directory.find(&world.operator, world.source, Kind::User, &login);
    found.expect("it is there").id.to_string()
}

/// The value of a hidden field.
#[track_caller]
fn hidden(page: &Page, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) =
        page.text.split_once(&mark).unwrap_or_else(|| panic!("no {name}: {}", page.text));
    let value = rest.split('"').next().expect("it ends");
    value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#39;", "'")
}

/// Asks for a part with POST, as htmx does.
fn post_part(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = browser.get("/center/design").csrf();
    let fields = [&[("csrf", csrf.as_str())], fields].concat();
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let request = Request::post(format!("{ORIGIN}{path}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("hx-request", "true")
        .header("origin", ORIGIN);
    browser.send(request.body(Body::from(body)).expect("a request"))
}

const CLAUSE: [(&str, &str); 7] = [
    ("scope", "assigned"),
    ("as", "form"),
    ("title", ""),
    ("group", "0"),
    ("attribute", "department"),
    ("operator", "EQUALS"),
    ("operand", "Sales"),
];

#[test]
fn a_filter_is_built_counted_and_saved() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let page = browser.get(&format!("{base}/scope"));
    page.must_say("No filter: all pass.");
    let seen = hidden(&page, "seen");
    let draft = browser.post(&format!("{base}/scope/draft"), &[("as", "form"), ("do", "group")]);
    draft.must_say("name=\"attribute\"").must_say("autofocus");
    let counted = post_part(&browser, &format!("{base}/scope/preview"), &CLAUSE);
    counted
        .must_say("<strong>2</strong> would be in")
        .must_say("department EQUALS")
        .must_say("maha@contoso.example")
        .must_say("the value is &#39;Marketing&#39;")
        .must_not_say("<script>alert");
    let fields = [&CLAUSE[..], &[("seen", &seen)]].concat();
    let saved = browser.post_and_follow(&format!("{base}/scope"), &fields);
    saved.must_say("The scope is saved.").must_say("value=\"Sales\"");
    let clause = job(&center).filter.groups[0].clauses[0].clone();
    assert_eq!((clause.attribute.as_str(), clause.operand.as_str()), ("department", "Sales"));
}

#[test]
fn operators_fit_the_attribute_and_steps_need_no_script() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let mut fields = CLAUSE;
    fields[4] = ("attribute", "accountEnabled");
    let part = post_part(&browser, &format!("{base}/scope/draft"), &fields);
    part.must_say("IS TRUE").must_not_say("REGEX MATCH").must_not_say("<html");
    let two = [&CLAUSE[..], &[("do", "clause:0")]].concat();
    let page = browser.post(&format!("{base}/scope/draft"), &two);
    page.must_say("AND").must_say("Clause 2").must_say("<html");
    let text = [&CLAUSE[..], &[("do", "text")]].concat();
    let page = browser.post(&format!("{base}/scope/draft"), &text);
    page.must_say("department EQUALS").must_say("Sales").must_not_say("name=\"operand\"");
    let wrong = [("as", "text"), ("text", "department IS SALES"), ("do", "form")];
    browser.post(&format!("{base}/scope/draft"), &wrong).must_say("^^").must_say("IS SALES");
    let seen = hidden(&browser.get(&format!("{base}/scope")), "seen");
    let unknown = [("as", "text"), ("text", "departmant EQUALS 'x'"), ("seen", seen.as_str())];
    let refused = browser.post(&format!("{base}/scope"), &unknown);
    assert_eq!(refused.status, 422);
    refused.must_say("did you mean &#39;department&#39;?").must_say("departmant EQUALS");
    refused.must_say("Nothing was saved.");
    let unreadable = [("as", "text"), ("text", "department IS SALES")];
    let part = post_part(&browser, &format!("{base}/scope/preview"), &unreadable);
    part.must_say("What is written cannot be read yet.");
}

#[test]
fn who_would_leave_is_asked_about_before_it_is_saved() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    center.world.cycle();
    let seen = hidden(&browser.get(&format!("{base}/scope")), "seen");
    let fields = [&CLAUSE[..], &[("seen", &seen)]].concat();
    let asked = browser.post(&format!("{base}/scope"), &fields);
    assert_eq!(asked.status, 200);
    asked.must_say("1 person is in the target now and would leave it").must_say("Who would leave");
    assert!(job(&center).filter.groups.is_empty());
    // The answer is about this draft, and not about another that it was turned into.
    let answer = hidden(&asked, "sure");
    let other = [("scope", "assigned"), ("as", "text"), ("text", "city EQUALS 'Nowhere'")];
    let other = [&other[..], &[("seen", seen.as_str()), ("sure", answer.as_str())]].concat();
    browser.post(&format!("{base}/scope"), &other).must_say("would leave it");
    assert!(job(&center).filter.groups.is_empty());
    let sure = [&fields[..], &[("sure", answer.as_str())]].concat();
    browser.post_and_follow(&format!("{base}/scope"), &sure).must_say("The scope is saved.");
}

#[test]
fn the_second_of_two_administrators_sees_both_scopes_and_loses_nothing() {
    let center = center();
    let (anna, base) = (center.operator(), base(&center));
    let otto = center.signed_in(center.world.source, "otto", &[Role::HybridIdentityAdministrator]);
    let seen = hidden(&anna.get(&format!("{base}/scope")), "seen");
    let theirs = [("scope", "assigned"), ("as", "text"), ("text", "city IS NULL"), ("seen", &seen)];
    assert_eq!(otto.post(&format!("{base}/scope"), &theirs).status, 303);
    let mine = [&CLAUSE[..], &[("seen", &seen)]].concat();
    let page = anna.post(&format!("{base}/scope"), &mine);
    assert_eq!(page.status, 409);
    page.must_say("Somebody else changed this")
        .must_say("city IS NULL")
        .must_say("value=\"Sales\"");
    let seen = hidden(&page, "seen");
    let again = [&CLAUSE[..], &[("seen", seen.as_str())]].concat();
    anna.post_and_follow(&format!("{base}/scope"), &again).must_say("The scope is saved.");
}

#[test]
fn people_and_groups_are_assigned_by_a_search_and_taken_out_with_a_warning() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let page = browser.get(&format!("{base}/scope/assigned"));
    page.must_say("Staff").must_say("<bdi>&#60;script&#62;").must_not_say("<bdi>maha");
    let found = browser.part(&format!("{base}/scope/assigned?q=%D9%85%D9%87%D8%A7"));
    found.must_say(&format!("<bdi>{MAHA}</bdi>")).must_not_say("<html");
    let maha = id(&center, "maha");
    let said = browser.post_and_follow(
        &format!("{base}/scope/assigned"),
        &[("principal", &maha), ("name", MAHA)],
    );
    said.must_say("is assigned.").must_say("maha@contoso.example");
    // She stays through the group.
    let ask = browser.get(&format!("{base}/scope/assigned/{maha}"));
    ask.must_say("stays, being assigned through").must_say("Staff");
    let ada = id(&center, "ada");
    let ask = browser.get(&format!("{base}/scope/assigned/{ada}"));
    ask.must_say("is assigned in no other way").must_say("restored there for 30 days");
    let done = browser.post_and_follow(&format!("{base}/scope/assigned/{ada}"), &[("name", "ada")]);
    done.must_say("ada was taken out.");
    assert_eq!(browser.get(&format!("{base}/scope/assigned/{ada}")).status, 404);
}

#[test]
fn groups_go_along_with_a_filter_of_their_own() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let page = browser.get(&format!("{base}/scope/groups"));
    let seen = hidden(&page, "seen");
    let fields = [
        ("seen", seen.as_str()),
        ("enabled", "on"),
        ("nested", "flatten"),
        ("as", "text"),
        ("text", "displayName EQUALS \"Staff\""),
    ];
    browser.post_and_follow(&format!("{base}/scope/groups"), &fields).must_say("value=\"Staff\"");
    let groups = job(&center).groups;
    assert!(groups.enabled && groups.nested == model::Nested::Flatten);
    let page = browser.post(&format!("{base}/scope/groups"), &[("seen", &seen), ("as", "form")]);
    assert_eq!(page.status, 409);
    page.must_say("displayName EQUALS");
}

#[test]
fn a_mapping_is_changed_tried_and_taken_out() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    browser.get(&format!("{base}/mappings")).must_say("[department]").must_say("only at creation");
    let page = browser.get(&format!("{base}/mappings/department"));
    let (seen, was) = (hidden(&page, "seen"), hidden(&page, "was"));
    page.must_say("data-editor").must_say("editor.js");
    let fields = [
        ("seen", seen.as_str()),
        ("was", &was),
        ("kind", "expression"),
        ("expression", "ToUpper([department])"),
        ("apply", "always"),
        ("empty", "keeps"),
        ("person", "ada@contoso.example"),
    ];
    let effect = post_part(&browser, &format!("{base}/mappings/department/effect"), &fields);
    effect.must_say("SALES").must_say("would be made in the target").must_not_say("<html");
    let page = browser.post(&format!("{base}/mappings/department/effect"), &fields);
    page.must_say("<html").must_say("SALES").must_say("ToUpper([department])</textarea>");
    let saved = browser.post_and_follow(&format!("{base}/mappings/department"), &fields);
    saved.must_say("The mapping of department is saved.").must_say("ToUpper([department])");
    let page = browser.get(&format!("{base}/mappings/department"));
    let told = [("seen", hidden(&page, "seen")), ("was", hidden(&page, "was"))];
    let told: Vec<(&str, &str)> = told.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let removed = browser.post_and_follow(&format!("{base}/mappings/department/remove"), &told);
    removed.must_say("What was written stays in the target.");
    assert!(job(&center).mappings.iter().all(|mapping| mapping.target != "department"));
    assert_eq!(browser.get(&format!("{base}/mappings/department")).status, 404);
}

#[test]
fn a_mapping_with_a_mistake_is_shown_again_with_its_place() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let page = browser.get(&format!("{base}/mappings/new"));
    let seen = hidden(&page, "seen");
    let fields = [
        ("seen", seen.as_str()),
        ("was", ""),
        ("target", "faxNumber"),
        ("kind", "expression"),
        ("expression", "ToUper([department])"),
        ("apply", "always"),
        ("empty", "clears"),
    ];
    let refused = browser.post(&format!("{base}/mappings/new"), &fields);
    assert_eq!(refused.status, 422);
    refused.must_say("mapping of &#39;faxNumber&#39;").must_say("^^^").must_say("ToUper");
    let mut right = fields;
    right[4] = ("expression", "ToUpper([department])");
    browser.post_and_follow(&format!("{base}/mappings/new"), &right).must_say("faxNumber");
}

#[test]
fn two_administrators_change_mappings_and_nothing_is_lost() {
    let center = center();
    let (anna, base) = (center.operator(), base(&center));
    let otto = center.signed_in(center.world.source, "otto", &[Role::HybridIdentityAdministrator]);
    let page = anna.get(&format!("{base}/mappings/city"));
    let (seen, was) = (hidden(&page, "seen"), hidden(&page, "was"));
    let save = |browser: &Browser<'_>, target: &str, was: &str, text: &str| {
        let fields = [
            ("seen", seen.as_str()),
            ("was", was),
            ("kind", "constant"),
            ("constant", text),
            ("apply", "always"),
            ("empty", "clears"),
        ];
        browser.post(&format!("{base}/mappings/{target}"), &fields)
    };
    // Another mapping is in nobody's way.
    let other = hidden(&otto.get(&format!("{base}/mappings/state")), "was");
    assert_eq!(save(&otto, "state", &other, "Lazio").status, 303);
    assert_eq!(save(&anna, "city", &was, "Rome").status, 303);
    // The same one is.
    let conflict = save(&otto, "city", &was, "Milan");
    assert_eq!(conflict.status, 409);
    conflict
        .must_say("Somebody else changed this")
        .must_say("&#34;Rome&#34;")
        .must_say("value=\"Milan\"");
    let find = |target: &str| {
        let found = job(&center).mappings.into_iter().find(|one| one.target == target);
        found.map(|one: Mapping| one.source)
    };
    assert_eq!(find("city"), Some(Source::Constant("Rome".to_owned())));
    assert_eq!(find("state"), Some(Source::Constant("Lazio".to_owned())));
}

#[test]
fn the_editor_is_answered_with_the_documents_of_the_command_line() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let ask = |path: &str, body: Json| -> Json {
        let page = browser.post_json(path, &body);
        assert_eq!(page.status, 200, "{}", page.text);
        serde_json::from_str(&page.text).expect("it is JSON")
    };
    let text = "Left([givenName] 3)";
    let wrong = ask("/center/expressions/check", json!({ "text": text }));
    let found = expr::Expression::parse(text).expect_err("a comma is missing");
    let located: Vec<_> =
        found.into_iter().map(|one| model::diagnostic::Located::new(one, text)).collect();
    assert_eq!(wrong, json!({ "valid": false, "diagnostics": located }));
    let job = center.world.job;
    let known = format!("/center/expressions/check?job={job}&target=department");
    let unknown = ask(&known, json!({ "text": "[departmant]" }));
    assert_eq!(unknown["diagnostics"][0]["code"], "expr-unknown-attribute");
    assert_eq!(unknown["diagnostics"][0]["span"], json!({ "start": 0, "end": 12 }));
    let complete = format!("/center/expressions/complete?job={job}");
    let offered = ask(&complete, json!({ "text": "Left([giv", "offset": 9 }));
    assert_eq!(offered["completions"][0]["insert"], "givenName]");
    assert_eq!(offered["completions"][0]["replaces"], json!({ "start": 6, "end": 9 }));
    assert_eq!(offered["signature"]["function"], "Left");
    let functions: Json =
        serde_json::from_str(&browser.get("/center/expressions/functions").text).expect("JSON");
    assert_eq!(functions, json!(expr::functions()));
    let attempt = format!("{base}/mappings/try");
    let person = "ada@contoso.example";
    let given = ask(&attempt, json!({ "text": "ToUpper([department])", "person": person }));
    assert_eq!((&given["flow"], &given["value"]), (&json!("value"), &json!("SALES")));
    let nothing = ask(&attempt, json!({ "text": "[city]", "person": person }));
    assert_eq!((&nothing["flow"], &nothing["value"]), (&json!("value"), &Json::Null));
    let dropped = ask(&attempt, json!({ "text": "IgnoreAttributeFlow", "person": person }));
    assert_eq!(dropped, json!({ "flow": "dropAttribute" }));
    let nobody = ask(&attempt, json!({ "text": "[city]", "person": "nobody@contoso.example" }));
    assert!(
        nobody["diagnostics"][0]["message"].as_str().is_some_and(|text| text.contains("nobody"))
    );
    let broken = ask(&attempt, json!({ "text": "Left(", "person": person }));
    assert_eq!(broken["diagnostics"][0]["severity"], "error");
}

#[test]
fn tests_of_mappings_are_made_from_a_person_run_and_taken_out() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let path = format!("{base}/mappings/tests/edit");
    let filled = browser.get(&format!("{path}?from=ada@contoso.example"));
    filled.must_say("department = Sales").must_say("Filled in from");
    let seen = hidden(&filled, "seen");
    let fields = [
        ("seen", seen.as_str()),
        ("was", ""),
        ("name", MARKUP),
        ("expect", "values"),
        ("person", "userPrincipalName = x@contoso.example\ndisplayName = X\ndepartment = Sales"),
        ("expected", "department = Marketing"),
    ];
    let list = browser.post_and_follow(&path, &fields);
    list.must_say("failed")
        .must_say("Sales")
        .must_say("&#60;script&#62;")
        .must_not_say("<script>alert");
    let page = browser.get(&format!("{path}?name=%3Cscript%3Ealert(1)%3C/script%3E"));
    let mut right = fields;
    let seen = hidden(&page, "seen");
    (right[0], right[1], right[5]) =
        (("seen", seen.as_str()), ("was", MARKUP), ("expected", "department = Sales"));
    browser.post_and_follow(&path, &right).must_say("passed");
    let conflict = browser.post(&path, &fields);
    assert_eq!(conflict.status, 409);
    let wrong = [&right[..5], &[("expected", "no sign of equality")]].concat();
    assert_eq!(browser.post(&path, &wrong).status, 422);
    let seen = hidden(&browser.get(&format!("{base}/mappings/tests")), "seen");
    let gone = [("name", MARKUP), ("seen", &seen)];
    browser
        .post_and_follow(&format!("{base}/mappings/tests/remove"), &gone)
        .must_say("No test yet");
}

#[test]
fn a_document_is_taken_along_looked_at_and_brought_in() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let path = format!("{base}/mappings/schema");
    let file = browser.get(&format!("{path}/file?names=graph"));
    assert!(
        file.headers["content-disposition"].to_str().expect("text").contains("staff-schema.json")
    );
    let changed = file.text.replacen("\"[department]\"", "\"[jobTitle]\"", 1);
    let changed = match changed == file.text {
        true => file.text.replacen("[department]", "[jobTitle]", 1),
        false => changed,
    };
    let look = browser.post(&path, &[("document", &changed)]);
    assert_eq!(look.status, 200, "{}", look.text);
    look.must_say("What the document would change").must_say("Import it");
    assert_eq!(job(&center).mappings, Mapping::defaults());
    let seen = hidden(&look, "seen");
    let fields = [("document", changed.as_str()), ("do", "import"), ("seen", &seen)];
    browser.post_and_follow(&path, &fields).must_say("The document was imported.");
    let stale = browser.post(&path, &fields);
    assert!(stale.status == 303 || stale.status == 422 || stale.status == 409);
    assert_eq!(browser.post(&path, &[("document", "{")]).status, 422);
    browser.post_and_follow(&format!("{base}/mappings/reset"), &[]).must_say("[department]");
    assert_eq!(job(&center).mappings, Mapping::defaults());
}

#[test]
fn a_reader_sees_everything_changes_nothing_and_is_told_why() {
    let center = center();
    let base = base(&center);
    let reader = center.signed_in(center.world.source, "rita", &[Role::GlobalReader]);
    for path in [
        "/scope",
        "/scope/assigned",
        "/scope/groups",
        "/mappings",
        "/mappings?for=groups",
        "/mappings/department",
        "/mappings/members?for=groups",
        "/mappings/tests",
        "/mappings/tests/edit",
        "/mappings/schema",
    ] {
        let page = reader.get(&format!("{base}{path}"));
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page.must_not_say("class=\"primary\"");
        page.must_say("You see this and cannot change it.");
    }
    let forbidden = reader.post(&format!("{base}/scope"), &CLAUSE);
    assert_eq!(forbidden.status, 403);
    assert_eq!(reader.post(&format!("{base}/mappings/city/remove"), &[]).status, 403);
    assert_eq!(reader.post(&format!("{base}/mappings/reset"), &[]).status, 403);
    let stranger = center.signed_in(center.world.target, "tom", &[Role::GlobalAdministrator]);
    assert_eq!(stranger.get(&format!("{base}/scope")).status, 404);
}

#[test]
fn everybody_may_be_taken() {
    let center = center();
    let (browser, base) = (center.operator(), base(&center));
    let seen = hidden(&browser.get(&format!("{base}/scope")), "seen");
    let fields = [("scope", "all"), ("as", "form"), ("seen", &seen)];
    browser.post_and_follow(&format!("{base}/scope"), &fields);
    assert_eq!(job(&center).scope, ScopeMode::All);
    browser.get(&format!("{base}/scope/assigned")).must_say("Everybody is taken now");
}
