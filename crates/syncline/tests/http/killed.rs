//! A server that dies while it is written to: what it has acknowledged stays, and a round of changes that
//! was begun before tells of exactly that.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use ureq::Agent;

use crate::{
    server::{PATIENCE, Server},
    support::Data,
};

/// How often the server dies.
const KILLS: usize = 3;
/// Who writes at the same time.
const WRITERS: usize = 4;
/// So much is acknowledged before it dies, beside what is under way just then.
const ACKNOWLEDGED: usize = 60;

/// An application that writes.
struct Application {
    tenant: String,
    client: String,
    secret: String,
}

impl Application {
    fn create(data: &Data) -> Self {
        data.json(&["tenant", "create", "Contoso", "--domain", "contoso.example"]);
        let made = data.json(&[
            "app",
            "create",
            "--tenant",
            "contoso.example",
            "--name",
            "writer",
            "--grant",
            "Group.ReadWrite.All",
        ]);
        let text = |name: &str| made[name].as_str().expect("it is printed").to_owned();
        Self { tenant: text("tenantId"), client: text("clientId"), secret: text("clientSecret") }
    }

    fn token(&self, server: &Server) -> String {
        let url = format!("{}/{}/oauth2/v2.0/token", server.url(), self.tenant);
        let scope = format!("{}/.default", server.url());
        let mut answer = server
            .agent()
            .post(url)
            .send_form([
                ("grant_type", "client_credentials"),
                ("client_id", self.client.as_str()),
                ("client_secret", self.secret.as_str()),
                ("scope", scope.as_str()),
            ])
            .expect("it is answered");
        let text = answer.body_mut().read_to_string().expect("it is text");
        let answer: Value = serde_json::from_str(&text).expect("it is JSON");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("a token: {text}")).to_owned()
    }
}

#[test]
fn no_acknowledged_write_is_lost_and_a_round_of_changes_tells_of_each() {
    let data = Data::new();
    let application = Application::create(&data);
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut link = "/v1.0/groups/delta?$select=displayName".to_owned();
    for life in 0..KILLS {
        let server = Server::start(&data, &["--setting", "limits.graph=off"]);
        let token = application.token(&server);
        follow(&server, &token, &mut link, &mut known);
        let acknowledged = write_until_killed(server, &token, life);
        assert!(acknowledged.len() >= ACKNOWLEDGED, "it was written to: {}", acknowledged.len());

        let server = Server::start(&data, &["--setting", "limits.graph=off"]);
        let token = application.token(&server);
        let before: BTreeSet<String> = known.keys().cloned().collect();
        follow(&server, &token, &mut link, &mut known);
        for (id, name) in &acknowledged {
            assert_eq!(known.get(id), Some(name), "life {life}: the round tells of it");
            assert!(!before.contains(id), "life {life}: it is new");
        }
        assert_eq!(known, list(&server, &token), "life {life}: rounds and list agree");
        // What was under way when it died may have been written; more than that was not.
        let unasked = known.len() - before.len() - acknowledged.len();
        assert!(unasked <= WRITERS, "life {life}: {unasked} more than were asked for");
        server.stop();
        data.done(&["audit", "verify"]);
    }
}

/// Writers make groups until the server is killed under them. Gives what they were told is made.
fn write_until_killed(server: Server, token: &str, life: usize) -> BTreeMap<String, String> {
    let made = Mutex::new(BTreeMap::new());
    let stopped = AtomicBool::new(false);
    let (agent, url) = (server.agent(), format!("{}/v1.0/groups", server.url()));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (agent, url, made, stopped) = (&agent, &url, &made, &stopped);
            scope.spawn(move || {
                for number in 0.. {
                    let name = format!("group {life}-{writer}-{number}");
                    match create(agent, url, token, &name) {
                        Some(id) => made.lock().expect("free").insert(id, name),
                        None => break,
                    };
                    if stopped.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        let begun = Instant::now();
        while made.lock().expect("free").len() < ACKNOWLEDGED && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(1));
        }
        server.kill();
        stopped.store(true, Ordering::Relaxed);
    });
    made.into_inner().expect("free")
}

/// The id of a group that the server says it has made; none when it did not say so.
fn create(agent: &Agent, url: &str, token: &str, name: &str) -> Option<String> {
    let body = json!({
        "displayName": name,
        "mailEnabled": false,
        "mailNickname": "group",
        "securityEnabled": true,
    });
    let request = agent.post(url).header("authorization", format!("Bearer {token}"));
    let mut answer =
        request.header("content-type", "application/json").send(body.to_string()).ok()?;
    let text = answer.body_mut().read_to_string().ok()?;
    assert_eq!(answer.status().as_u16(), 201, "{text}");
    let made: Value = serde_json::from_str(&text).expect("it is JSON");
    Some(made["id"].as_str().expect("it has an id").to_owned())
}

/// Follows a round of changes to its end, and leaves the address of the next one.
fn follow(server: &Server, token: &str, link: &mut String, known: &mut BTreeMap<String, String>) {
    loop {
        let page = get(server, token, link);
        take(&page, known);
        if let Some(next) = page["@odata.nextLink"].as_str() {
            *link = relative(next);
            continue;
        }
        *link = relative(page["@odata.deltaLink"].as_str().expect("a round has an end"));
        return;
    }
}

fn list(server: &Server, token: &str) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    let mut link = "/v1.0/groups?$select=displayName&$top=999".to_owned();
    loop {
        let page = get(server, token, &link);
        take(&page, &mut known);
        match page["@odata.nextLink"].as_str() {
            Some(next) => link = relative(next),
            None => return known,
        }
    }
}

fn take(page: &Value, known: &mut BTreeMap<String, String>) {
    for group in page["value"].as_array().expect("it is a collection") {
        let text = |name: &str| group[name].as_str().expect("it is text").to_owned();
        known.insert(text("id"), text("displayName"));
    }
}

/// The next server listens elsewhere; an address is good there as well.
fn relative(link: &str) -> String {
    let (_, rest) = link.split_once("/v1.0/").expect("it is an address of this service");
    format!("/v1.0/{rest}")
}

fn get(server: &Server, token: &str, path: &str) -> Value {
    let request = server.agent().get(format!("{}{path}", server.url()));
    let answer = request.header("authorization", format!("Bearer {token}")).call();
    let mut answer = answer.expect("it is answered");
    let text = answer.body_mut().read_to_string().expect("it is text");
    assert_eq!(answer.status().as_u16(), 200, "{path}: {text}");
    serde_json::from_str(&text).expect("it is JSON")
}
