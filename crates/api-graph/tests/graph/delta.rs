//! Delta queries, case by case.

use serde_json::Value;

use crate::stage::Stage;

/// The path of a link in a document.
pub fn link(document: &Value, name: &str) -> Option<String> {
    let link = document.get(name)?.as_str().expect("a link is text");
    Some(link.strip_prefix("https://graph.test/v1.0").expect("a link leads back to us").to_owned())
}

/// Asks until the round is over; gives the items as lines and the link of the next round.
fn round(stage: &Stage, first: &str, headers: &str) -> (Vec<String>, String) {
    let mut items = Vec::new();
    let mut path = first.to_owned();
    loop {
        let answer = stage.ask(&format!("GET {path}{headers}"));
        let shown = stage.show(&answer);
        assert_eq!(answer.status, 200, "{shown}");
        items.extend(shown.lines().skip(1).filter(|line| line.starts_with('{')).map(str::to_owned));
        let document = crate::stage::document(&answer).expect("a document");
        match (link(&document, "@odata.nextLink"), link(&document, "@odata.deltaLink")) {
            (Some(next), None) => path = next,
            (None, Some(done)) => return (items, done),
            both => panic!("one of the two links: {both:?}"),
        }
    }
}

/// Walks a round and compares what it told, in its order.
#[track_caller]
fn check(stage: &Stage, path: &str, headers: &str, expected: &[&str]) -> String {
    let (items, next) = round(stage, path, headers);
    assert_eq!(items, expected);
    next
}

#[test]
fn everything_comes_once_and_then_what_changed() {
    let stage = Stage::with(&["ada", "bob"]);
    let next = check(
        &stage,
        "/users/delta()?$select=displayName,jobTitle",
        "\nPrefer: odata.maxpagesize=1",
        &[r#"{"displayName":"ada","id":"{ada}"}"#, r#"{"displayName":"bob","id":"{bob}"}"#],
    );
    let next = check(&stage, &next, "", &[]);
    let patch = |body: &str| {
        assert_eq!(stage.ask(&format!("PATCH /users/{{ada}}\n\n{body}")).status, 204);
    };
    patch(r#"{"jobTitle":"Analyst"}"#);
    let job = r#"{"displayName":"ada","jobTitle":"Analyst","id":"{ada}"}"#;
    let later = check(&stage, &next, "", &[job]);
    // The same token tells the same again.
    check(&stage, &next, "", &[job]);
    patch(r#"{"city":"Ulm"}"#);
    let later = check(&stage, &later, "", &[]);
    patch(r#"{"jobTitle":null}"#);
    let cleared = r#"{"displayName":"ada","jobTitle":null,"id":"{ada}"}"#;
    check(&stage, &later, "", &[cleared]);
    check(&stage, &later, "\nPrefer: return=minimal", &[r#"{"jobTitle":null,"id":"{ada}"}"#]);
    let answer = stage.ask(&format!("GET {later}\nPrefer: return=minimal"));
    assert!(answer.headers.contains(&("preference-applied", "return=minimal".to_owned())));
}

#[test]
fn the_deleted_the_restored_and_the_gone() {
    let stage = Stage::with(&["ada", "bob"]);
    let (_, next) = round(&stage, "/users/delta?$select=displayName", "");
    stage.check("DELETE /users/{ada}", "204");
    let next = check(&stage, &next, "", &[r#"{"id":"{ada}","@removed":{"reason":"changed"}}"#]);
    assert_eq!(stage.ask("POST /directory/deletedItems/{ada}/restore").status, 200);
    let next = check(&stage, &next, "", &[r#"{"displayName":"ada","id":"{ada}"}"#]);
    let bob = stage.id("bob");
    stage.check("DELETE /users/{bob}", "204");
    stage.check("DELETE /directory/deletedItems/{bob}", "204");
    let gone = format!(r#"{{"id":"{bob}","@removed":{{"reason":"deleted"}}}}"#);
    let next = check(&stage, &next, "", &[&gone]);
    let cyd = stage.world.person("cyd", &[]);
    stage.check("DELETE /users/{cyd}", "204");
    stage.check(&format!("DELETE /directory/deletedItems/{cyd}"), "204");
    check(&stage, &next, "", &[]);
}

#[test]
fn members_and_managers_are_told_as_relations() {
    let stage = Stage::with(&["ada", "bob"]);
    stage.group("Sales");
    let bind = |method: &str, path: &str, name: &str| {
        let request =
            format!("{method} {path}\n\n{{\"@odata.id\":\"https://x/v1.0/users/{{{name}}}\"}}");
        assert_eq!(stage.ask(&request).status, 204, "{request}");
    };
    bind("POST", "/groups/{Sales}/members/$ref", "ada");
    let groups = check(
        &stage,
        "/groups/delta?$select=displayName,members",
        "",
        &[
            r##"{"displayName":"Sales","id":"{Sales}","members@delta":[{"@odata.type":"#microsoft.graph.user","id":"{ada}"}]}"##,
        ],
    );
    let names = check(
        &stage,
        "/groups/delta?$select=displayName",
        "",
        &[r#"{"displayName":"Sales","id":"{Sales}"}"#],
    );
    bind("POST", "/groups/{Sales}/members/$ref", "bob");
    stage.check("DELETE /groups/{Sales}/members/{ada}/$ref", "204");
    let changed = r##"{"displayName":"Sales","id":"{Sales}","members@delta":[{"@odata.type":"#microsoft.graph.user","id":"{ada}","@removed":{"reason":"deleted"}},{"@odata.type":"#microsoft.graph.user","id":"{bob}"}]}"##;
    let next = check(&stage, &groups, "", &[changed]);
    check(&stage, &names, "", &[]);
    // Somebody who is deleted stays a member until they are gone for good.
    stage.check("DELETE /users/{bob}", "204");
    let next = check(&stage, &next, "", &[]);
    let bob = stage.id("bob");
    stage.check("DELETE /directory/deletedItems/{bob}", "204");
    let gone = format!(
        r##"{{"id":"{{Sales}}","members@delta":[{{"@odata.type":"#microsoft.graph.directoryObject","id":"{bob}","@removed":{{"reason":"deleted"}}}}]}}"##
    );
    check(&stage, &next, "\nPrefer: return=minimal", &[&gone]);

    let stage = Stage::with(&["ada", "bob"]);
    let (_, next) = round(&stage, "/users/delta?$select=manager", "");
    let set = "PUT /users/{ada}/manager/$ref\n\n{\"@odata.id\":\"https://x/v1.0/users/{bob}\"}";
    stage.check(set, "204");
    let next = check(
        &stage,
        &next,
        "",
        &[
            r##"{"id":"{ada}","manager@delta":[{"@odata.type":"#microsoft.graph.user","id":"{bob}"}]}"##,
        ],
    );
    stage.check("DELETE /users/{ada}/manager/$ref", "204");
    check(
        &stage,
        &next,
        "",
        &[
            r##"{"id":"{ada}","manager@delta":[{"@odata.type":"#microsoft.graph.user","id":"{bob}","@removed":{"reason":"deleted"}}]}"##,
        ],
    );
}

#[test]
fn what_is_written_while_the_first_round_runs_is_not_lost() {
    let stage = Stage::with(&["ada", "bob", "cyd"]);
    let first = stage.document("GET /users/delta?$select=jobTitle\nPrefer: odata.maxpagesize=2");
    let next = link(&first, "@odata.nextLink").expect("more follow");
    for name in ["ada", "cyd"] {
        stage.check(&format!("PATCH /users/{{{name}}}\n\n{{\"jobTitle\":\"X\"}}"), "204");
    }
    stage.world.person("dee", &[]);
    let (items, done) = round(&stage, &next, "");
    assert_eq!(items, [r#"{"jobTitle":"X","id":"{cyd}"}"#, r#"{"id":"{dee}"}"#]);
    let (items, _) = round(&stage, &done, "");
    assert!(items.contains(&r#"{"jobTitle":"X","id":"{ada}"}"#.to_owned()), "{items:?}");
}

#[test]
fn a_round_can_begin_now_and_be_about_some_only() {
    let stage = Stage::with(&["ada", "bob", "cyd"]);
    let now = check(&stage, "/users/delta?$deltatoken=latest&$select=jobTitle", "", &[]);
    let some = "/users/delta?$select=id&$filter=id+eq+'{ada}'+or+id+eq+%27{cyd}%27";
    let some = check(
        &stage,
        some,
        "\nPrefer: odata.maxpagesize=1",
        &[r#"{"id":"{ada}"}"#, r#"{"id":"{cyd}"}"#],
    );
    stage.check("DELETE /users/{bob}", "204");
    check(&stage, &some, "", &[]);
    check(&stage, &now, "", &[r#"{"id":"{bob}","@removed":{"reason":"changed"}}"#]);
    for filter in ["startswith(displayName,'a')", "id eq 'x'", "id eq '{ada}' and id eq '{bob}'"] {
        stage.check(
            &format!("GET /users/delta?$filter={filter}"),
            "400 Request_UnsupportedQuery: A delta query can be filtered by 'id eq' alone, joined by 'or', with at most 50 ids.",
        );
    }
    stage.check(
        "GET /users/delta?$orderby=displayName",
        "400 Request_UnsupportedQuery: The query option '$orderby' is not supported on this resource.",
    );
}

#[test]
fn old_tokens_send_the_caller_back_to_the_start_and_garbled_ones_are_refused() {
    let stage = Stage::with(&["ada"]);
    let (_, next) = round(&stage, "/users/delta", "");
    let token = next.split("$deltatoken=").nth(1).expect("a token").to_owned();
    let garbled = "400 Request_BadRequest: Badly formed token.";
    stage.check("GET /users/delta?$deltatoken=x", garbled);
    stage.check(&format!("GET /users/delta?$deltatoken={}", &token[1..]), garbled);
    stage.check(&format!("GET /groups/delta?$deltatoken={token}"), garbled);
    stage.world.clock.advance_days(7);
    assert_eq!(stage.ask(&format!("GET {next}")).status, 200);
    stage.world.clock.advance_seconds(1);
    stage.check(
        &format!("GET {next}"),
        "410 syncStateNotFound: The sync state generation is not found; continue with a full synchronization.\nlocation: /users/delta?$deltatoken=",
    );
    assert_eq!(
        stage.document("GET /users/delta?$deltatoken=")["value"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_large_group_comes_on_several_pages_and_again_when_it_is_restored() {
    let stage = Stage::new();
    let sales = stage.group("Sales");
    stage.group("Empty");
    let members: Vec<_> = (0..23).map(|one| stage.world.person(&format!("p{one}"), &[])).collect();
    let directory = &stage.services.directory;
    let added = directory.add_members(&stage.world.operator, stage.world.source, sales, &members);
    assert!(added.expect("the group is there").iter().all(Result::is_ok));
    let told = |items: &[String]| {
        let pages: Vec<usize> =
            items.iter().map(|item| item.matches("microsoft.graph.user").count()).collect();
        (pages.iter().sum::<usize>(), pages.into_iter().max())
    };
    let small = "\nPrefer: odata.maxpagesize=1";
    let (items, next) = round(&stage, "/groups/delta?$select=members", small);
    assert_eq!(told(&items), (23, Some(5)));
    assert!(items.contains(&r#"{"id":"{Empty}"}"#.to_owned()), "{items:?}");
    stage.check("DELETE /groups/{Sales}", "204");
    assert_eq!(stage.ask("POST /directory/deletedItems/{Sales}/restore").status, 200);
    let (items, _) = round(&stage, &next, small);
    assert_eq!(told(&items), (23, Some(5)));
}
