//! Whatever comes in, an answer goes out: a status that a client can act on, and never one of ours.

use api_graph::{Headers, Method, Request, Version};
use model::{Clock, Kind};
use proptest::prelude::*;

use crate::stage::{ORIGIN, Stage, document};

const METHODS: [Method; 5] =
    [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];

const SEGMENTS: &[&str] = &[
    "users",
    "groups",
    "delta",
    "delta()",
    "members",
    "owners",
    "manager",
    "$ref",
    "$count",
    "memberOf",
    "transitiveMembers",
    "directReports",
    "graph.user",
    "microsoft.graph.group",
    "directory",
    "deletedItems",
    "restore",
    "invitations",
    "directoryObjects",
    "getByIds",
    "getMemberGroups",
    "checkMemberGroups",
    "me",
    "domains",
    "applications",
    "extensionProperties",
    "$batch",
    "organization",
    "revokeSignInSessions",
    "{ada}",
    "{Sales}",
    "ada@contoso.example",
    "users('{ada}')",
    "users('",
    "..",
    "%2e%2e",
    "%00",
    "%ff",
    "%",
    "a%2Fb",
    "''",
    "(x=1)",
    "users(appId='1')",
    "\u{202e}",
];

const QUERIES: &[&str] = &[
    "$select=id,displayName",
    "$select=*",
    "$select=,",
    "$filter=id eq '{ada}'",
    "$filter=((((",
    "$filter=not(not(not(id eq 1)))",
    "$orderby=displayName desc",
    "$top=1",
    "$top=99999999999",
    "$count=true",
    "$search=\"displayName:a\"",
    "$search=\"",
    "$expand=manager",
    "$expand=members($select=id)",
    "$expand=manager($levels=max)",
    "$skiptoken=x",
    "$skiptoken=eyJhIjoxfQ",
    "$deltatoken=latest",
    "$deltatoken=x",
    "$skip=1",
    "%24top=2",
    "&&&",
    "$filter=%00",
    "a=b",
    "$format=xml",
];

const BODIES: &[&str] = &[
    "",
    "{}",
    "[]",
    "null",
    "{\"@odata.id\":\"x\"}",
    "{\"@odata.id\":7}",
    "{\"@odata.id\":\"https://x/v1.0/users/{ada}\"}",
    "{\"displayName\":null}",
    "{\"displayName\":{}}",
    "{\"members@odata.bind\":[1]}",
    "{\"members@odata.bind\":\"x\"}",
    "{\"ids\":[\"{ada}\"]}",
    "{\"ids\":{}}",
    "{\"groupIds\":[\"{Sales}\"]}",
    "{\"securityEnabledOnly\":true}",
    "{\"requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":\"//\"}]}",
    "{\"requests\":[{\"id\":\"1\",\"method\":\"X\",\"url\":\"/users\",\"dependsOn\":[\"1\"]}]}",
    "{\"passwordProfile\":7}",
    "{\"passwordProfile\":{\"password\":7}}",
    "{\"onPremisesExtensionAttributes\":7}",
    "{\"employeeOrgData\":{\"division\":[]}}",
    "{\"extension_x_y\":{\"a\":1}}",
    "{\"otherMails\":[null]}",
    "{\"employeeHireDate\":\"never\"}",
    "{\"invitedUserEmailAddress\":\"@\",\"inviteRedirectUrl\":\"\"}",
    "{",
    "\u{0}",
    "{\"newUserPrincipalName\":\"\"}",
    "{\"a\":1e999}",
    "{\"businessPhones\":[\"\\ud800\"]}",
];

fn some(of: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(proptest::sample::select(of), 0..=most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_has_an_answer(
        requests in proptest::collection::vec(
            (
                proptest::sample::select(&METHODS[..]),
                some(SEGMENTS, 5),
                some(QUERIES, 3),
                proptest::sample::select(BODIES),
                proptest::bool::ANY,
                proptest::option::of("\\PC{0,12}"),
            ),
            1..60,
        ),
    ) {
        let stage = Stage::with(&["ada"]);
        stage.group("Sales");
        let foreign = stage.world.objects(stage.world.target, Kind::User);
        for (method, path, query, body, eventual, header) in requests {
            let ids = |text: &str| {
                let find = |kind| stage.world.objects(stage.world.source, kind).into_keys().next();
                let mut text = text.to_owned();
                for (name, kind) in [("{ada}", Kind::User), ("{Sales}", Kind::Group)] {
                    let id = find(kind).map(|id| id.to_string()).unwrap_or_default();
                    text = text.replace(name, &id);
                }
                text
            };
            let request = Request {
                method,
                version: if eventual { Version::Beta } else { Version::V1 },
                path: ids(&format!("/{}", path.join("/"))),
                query: (!query.is_empty()).then(|| ids(&query.join("&"))),
                headers: Headers {
                    content_type: Some("application/json".to_owned()),
                    consistency_level: eventual.then(|| "eventual".to_owned()),
                    prefer: header.clone(),
                    if_match: header.clone().filter(|_| method == Method::Delete),
                    if_none_match: header,
                    ..Headers::default()
                },
                body: ids(body).into_bytes(),
                origin: ORIGIN.to_owned(),
                request_id: "1".to_owned(),
                at: stage.world.clock.now(),
            };
            let answer = stage.services.answer_for(&stage.actor, &request);
            prop_assert!(answer.status < 500 || answer.status == 501, "{request:?}: {answer:?}");
            let document = document(&answer);
            if answer.status >= 400 {
                let code = document.as_ref().and_then(|one| one["error"]["code"].as_str());
                prop_assert!(code.is_some_and(|code| !code.is_empty()), "{request:?}: {answer:?}");
            }
        }
        // Nothing of it reached the neighbour.
        prop_assert_eq!(stage.world.objects(stage.world.target, Kind::User), foreign);
    }
}
