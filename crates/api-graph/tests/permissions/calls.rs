//! Every route, called by everybody whom the table tells apart.

use std::collections::BTreeSet;

use api_graph::{Body, Method, Route, offer::published, routes};
use model::{Actor, ApplicationId, ObjectId, Role, TenantId, Through};

use crate::scene::{Scene, sample};

/// Every permission that is known, whether anything here is allowed by it or not.
fn all_grants() -> BTreeSet<&'static str> {
    let ids = include_str!("../../data/graph-permission-ids.tsv");
    let known = ids.lines().skip(1).filter_map(|line| line.split('\t').next());
    known.chain(published().flat_map(|row| row.application)).collect()
}

fn application(tenant: TenantId, grants: &BTreeSet<&str>) -> Actor {
    Actor::Application {
        tenant,
        id: ApplicationId::MADE_UP,
        name: "script".to_owned(),
        grants: grants.iter().map(|one| (*one).to_owned()).collect(),
    }
}

fn person(
    (tenant, id): (TenantId, ObjectId),
    roles: &[Role],
    scopes: Option<&BTreeSet<&str>>,
) -> Actor {
    let through = scopes.map(|scopes| Through {
        application: ApplicationId::MADE_UP,
        scopes: scopes.iter().map(|one| (*one).to_owned()).collect(),
    });
    Actor::User { tenant, id, name: "ada".to_owned(), roles: roles.to_vec(), through }
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method.as_str(), route.path)
}

/// Calls a route of a scene that nobody has touched, with each of its samples: whether one is
/// answered as asked, whether all are refused, and all statuses.
fn call(route: &Route, actor: &dyn Fn(&Scene) -> Actor) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    loop {
        let scene = Scene::new();
        let mut requests = sample(&scene, route);
        let count = requests.len();
        let request = requests.swap_remove(told.len());
        let answer = scene.services.answer_for(&actor(&scene), &request);
        told.push(match (answer.status, answer.body) {
            (status @ 400.., Body::Json(document)) => {
                (status, document["error"]["message"].to_string())
            }
            (status, _) => (status, String::new()),
        });
        if told.len() == count {
            return told;
        }
    }
}

/// A status, and the message of a refusal.
type Told = (u16, String);

fn allowed(told: &[Told]) -> bool {
    told.iter().any(|one| one.0 < 300)
}

fn refused(told: &[Told]) -> bool {
    told.iter().all(|one| one.0 == 403)
}

#[test]
fn without_a_token_nothing_is_answered() {
    let scene = Scene::new();
    for route in routes() {
        for request in sample(&scene, route) {
            assert_eq!(scene.services.answer(&request).status, 401, "{}", name(route));
        }
    }
}

#[test]
fn applications_may_what_one_of_their_permissions_allows_and_no_more() {
    let mut wrong = Vec::new();
    for route in routes() {
        let suffice = route.application_grants();
        let others: BTreeSet<&str> = &all_grants() - &suffice;
        for grant in suffice.iter().filter(|_| route.path != "/me") {
            let one = BTreeSet::from([*grant]);
            let statuses = call(route, &|scene| application(scene.tenant, &one));
            if !allowed(&statuses) {
                wrong.push(format!("{}: {grant} is enough, and got {statuses:?}", name(route)));
            }
        }
        for less in [BTreeSet::new(), others] {
            let statuses = call(route, &|scene| application(scene.tenant, &less));
            // What only people can ask is refused to applications in words of its own.
            let is_own = route.needs.is_empty() || route.path == "/me";
            if !refused(&statuses) && !is_own {
                let all = if less.is_empty() { "nothing" } else { "all other permissions" };
                wrong.push(format!("{}: {all} is not enough, and got {statuses:?}", name(route)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn people_may_what_one_of_their_roles_allows_and_no_more() {
    let mut wrong = Vec::new();
    for route in routes() {
        let roles = route.roles();
        let everybody = roles.is_empty();
        for role in Role::ALL {
            let expected = everybody || roles.contains(&role);
            let statuses = call(route, &|scene| person(scene.ada(), &[role], None));
            if !if expected { allowed(&statuses) } else { refused(&statuses) } {
                wrong.push(format!("{}: {} got {statuses:?}", name(route), role.title()));
            }
        }
        let statuses = call(route, &|scene| person(scene.ada(), &[], None));
        if !everybody && !refused(&statuses) {
            wrong.push(format!("{}: nobody in particular got {statuses:?}", name(route)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_application_that_a_person_uses_needs_both_the_permission_and_the_role() {
    let mut wrong = Vec::new();
    for route in routes().filter(|route| !route.needs.is_empty()) {
        let suffice = route.delegated_grants();
        let others: BTreeSet<&str> = &all_grants() - &suffice;
        let admin = [Role::GlobalAdministrator];
        let mut expect = |who: &str, actor: &dyn Fn(&Scene) -> Actor, may: bool| {
            let statuses = call(route, actor);
            if !if may { allowed(&statuses) } else { refused(&statuses) } {
                wrong.push(format!("{}: {who} got {statuses:?}", name(route)));
            }
        };
        expect("a role without scopes", &|scene| person(scene.ada(), &admin, Some(&others)), false);
        if !route.roles().is_empty() {
            let all = all_grants();
            expect("scopes without a role", &|scene| person(scene.ada(), &[], Some(&all)), false);
        }
        for grant in &suffice {
            let one = BTreeSet::from([*grant]);
            expect(grant, &|scene| person(scene.ada(), &admin, Some(&one)), true);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whoever may not is told so, and nothing of what else is wrong with the call.
#[test]
fn without_the_permission_nothing_of_the_body_is_read() {
    let mut wrong = Vec::new();
    let writes = |route: &&Route| route.method != Method::Get && !route.needs.is_empty();
    for route in routes().filter(writes) {
        let scene = Scene::new();
        let sample = sample(&scene, route).swap_remove(0);
        let mut actors = vec![application(scene.tenant, &BTreeSet::new())];
        if !route.roles().is_empty() {
            actors.push(person(scene.ada(), &[], None));
        }
        for actor in actors {
            for (kind, body) in [
                ("application/json", "{ nonsense"),
                ("application/json", "[7]"),
                ("application/json", "{\"noSuchProperty\":{}}"),
                ("text/plain", "nonsense"),
            ] {
                let mut request = sample.clone();
                request.headers.content_type = Some(kind.to_owned());
                request.body = body.as_bytes().to_vec();
                let status = scene.services.answer_for(&actor, &request).status;
                if status != 403 {
                    wrong.push(format!("{}: {body} got {status}", name(route)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An application of another tenant may do everything there, and finds nothing of this tenant: what
/// it is told is what it is told about things that do not exist, byte by byte.
#[test]
fn foreign_and_absent_get_the_same_answer() {
    let mut wrong = Vec::new();
    for route in routes().filter(|route| route.path.contains('{')) {
        let mut answers = Vec::new();
        for exists in [true, false] {
            let scene = Scene::new();
            let stranger = application(scene.outside, &all_grants());
            let known = sample(&scene, route);
            let requests = if exists { known } else { scene.made_up(known) };
            let told = requests.iter().map(|request| {
                let answer = scene.services.answer_for(&stranger, request);
                let text = format!("{} {:?} {:?}", answer.status, answer.body, answer.headers);
                scene.without_ids(&text)
            });
            answers.push(told.collect::<Vec<_>>());
        }
        if answers[0] != answers[1] {
            wrong.push(format!("{}: {:#?}", name(route), answers));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not offered is answered as an address that Graph does not know, whoever asks.
#[test]
fn what_is_not_offered_is_answered_as_unknown() {
    let scene = Scene::new();
    let offered: BTreeSet<_> = routes().map(Route::shape).collect();
    let addresses: BTreeSet<String> = offered.iter().map(|(_, path)| path.clone()).collect();
    let mut asked = 0;
    for (method, path, _) in api_graph::offer::endpoints() {
        let shape = api_graph::offer::shape(path);
        let is_ours = path.starts_with("/v1.0/");
        if !is_ours || offered.contains(&(method, shape.clone())) {
            continue;
        }
        let admin = application(scene.tenant, &all_grants());
        let answer = scene.services.answer_for(&admin, &scene.request(method, path, None));
        let text = format!("{:?}", answer.body);
        if addresses.contains(&shape) {
            assert_eq!(answer.status, 405, "{method} {path}: {text}");
        } else {
            assert_eq!(answer.status, 400, "{method} {path}: {text}");
            assert!(text.contains("Resource not found for the segment"), "{method} {path}: {text}");
        }
        asked += 1;
    }
    let unknown = application(scene.tenant, &all_grants());
    let answer = scene.services.answer_for(&unknown, &scene.request("GET", "/v1.0/nothing", None));
    assert_eq!(answer.status, 400);
    println!("{asked} calls are not offered");
}
