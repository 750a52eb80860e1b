//! Contoso with something behind every key of every address, and how a row of the table is asked.

use std::collections::BTreeMap;

use directory::{NewApplication, NewJob, NewTenant};
use model::{ChangeId, Code, EntryState, Filter, Kind, Mapping, ScopeMode, TenantId};
use serde_json::json;
use sync::{Extent, Silent};
use testkit::attributes;
use web::Route;

use crate::support::{Browser, Center, Page};

/// What stands for each key of an address.
pub type Keys = BTreeMap<&'static str, String>;

/// Contoso with something behind every key, and Northwind, which has nothing to do with it.
pub struct Scene {
    pub center: Center,
    pub keys: Keys,
    pub northwind: TenantId,
    /// A configuration of Northwind.
    pub own_job: String,
}

impl Scene {
    pub fn new() -> Self {
        let center = Center::new();
        let world = &center.world;
        let (directory, operator) = (&world.directory, &world.operator);
        let [zora, zeno, zelda] = ["zora", "zeno", "zelda"].map(|name| world.person(name, &[]));
        world.assign(zora, true);
        world.cycle();
        world.assign(zeno, true);
        let job = world.job();
        let plan = world
            .sync
            .save_plan(operator, &job, Extent::NextCycle, &Silent, &mut std::io::sink())
            .expect("it can be planned");
        let staff = attributes(&[("displayName", "Staff")]);
        let group = world.make(world.source, Kind::Group, staff);
        directory.delete(operator, world.source, zelda).expect("she is there");
        let new = NewApplication { name: "robot".to_owned(), grants: Vec::new(), secret: None };
        let app = directory.create_application(operator, world.source, new).expect("it is new");
        let done = world.entries().into_iter().find(|one| one.state == EntryState::Done);
        let done = done.expect("zora came over");
        let keys = BTreeMap::from([
            ("tenant", "contoso.example".to_owned()),
            ("partner", "fabrikam.example".to_owned()),
            ("setting", "b2bCollaborationInbound".to_owned()),
            ("job", world.job.to_string()),
            ("target", job.mappings[0].target.clone()),
            ("run", done.run.to_string()),
            ("entry", done.id.to_string()),
            ("plan", plan.header.plan.to_string()),
            ("user", zora.to_string()),
            ("principal", zora.to_string()),
            ("group", group.to_string()),
            ("object", zelda.to_string()),
            ("app", app.id.to_string()),
            ("code", Code::ALL[0].0.to_string()),
        ]);
        let new = NewTenant {
            id: None,
            name: "Northwind".to_owned(),
            domains: vec!["northwind.example".parse().expect("a domain")],
        };
        let northwind = directory.create_tenant(operator, new).expect("it is new").id;
        let new = NewJob {
            name: "own".to_owned(),
            source: northwind,
            target: world.target,
            scope: ScopeMode::Assigned,
            filter: Filter::default(),
            condition: None,
            mappings: Mapping::defaults(),
            groups: Default::default(),
        };
        let own_job = directory.create_job(operator, new).expect("it compiles").id.to_string();
        Self { center, keys, northwind, own_job }
    }

    /// What must stay as it is whoever asks: both tenants, their logs, the runs and what was planned.
    pub fn state(&self) -> String {
        let world = &self.center.world;
        let heads = [world.source, world.target, TenantId::NIL]
            .map(|tenant| world.store.audit(tenant, 0, usize::MAX).expect("it answers").len());
        let runs = world.store.runs(world.source, world.job, 100).expect("it answers").len();
        let entries: Vec<(ChangeId, EntryState)> =
            world.entries().iter().map(|one| (one.id, one.state)).collect();
        format!("{heads:?} {runs} {entries:?}")
    }

    /// The address of a row with these keys.
    pub fn fill(path: &str, keys: &Keys) -> String {
        let part = |part: &str| match part.strip_prefix('{').and_then(|key| key.strip_suffix('}')) {
            None => part.to_owned(),
            Some(key) => match keys.get(key) {
                Some(value) => value.clone(),
                None => panic!("say in rights.rs what stands for {{{key}}} of {path}"),
            },
        };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// The same keys with other values.
    pub fn with(&self, others: &[(&'static str, &str)]) -> Keys {
        let mut keys = self.keys.clone();
        keys.extend(others.iter().map(|(key, value)| (*key, (*value).to_owned())));
        keys
    }

    /// The fields of a form that does what it is for, if its sender may.
    pub fn fields(&self, path: &str) -> Vec<(&'static str, String)> {
        let key = |name: &str| self.keys[name].clone();
        let does = match path.rsplit('/').next() {
            Some("new") => "make",
            Some("schema") => "import",
            _ => "",
        };
        let job = self.center.world.job();
        let seen = match path {
            path if path.ends_with("/settings") => job.digest_of(model::JobPart::Facts),
            path if path.contains("/scope") => job.digest_of(model::JobPart::Scope),
            path if path.contains("/tests") => job.digest_of(model::JobPart::Tests),
            _ => job.digest_of(model::JobPart::Mappings),
        };
        let all = [
            ("name", "taken"),
            ("domain", "taken.example"),
            ("confirm", "contoso.example"),
            ("target", "fabrikam.example"),
            ("enabled", "no"),
            ("password", "correct-horse-battery-stable"),
            ("role", "GlobalAdministrator"),
            ("permission", "User.Read.All"),
            ("days", "30"),
            ("type", "String"),
            ("users", "on"),
            ("extent", "everybody"),
            ("decision", "approve"),
            ("all", "on"),
            ("watermark", "on"),
            ("part", "name"),
            ("scope", "all"),
            ("sure", "on"),
            ("asked", "both"),
            ("kind", "constant"),
            ("constant", "taken"),
            ("expected", "displayName = taken"),
            ("person", "displayName = taken"),
            ("mode", "own"),
            ("a-displayName", "taken"),
            ("a-userPrincipalName", "taken@contoso.example"),
            ("a-mailNickname", "taken"),
            ("a-mailEnabled", "false"),
            ("a-securityEnabled", "true"),
            ("server", "smtp://mail.example:25"),
            ("from", "taken@contoso.example"),
            ("to", "taken@contoso.example"),
        ];
        let all = all.into_iter().map(|(name, value)| (name, value.to_owned()));
        let known = [
            ("who", key("user")),
            ("manager", key("user")),
            ("principal", key("user")),
            ("id", key("entry")),
            ("key", key("entry")),
            ("do", does.to_owned()),
            ("seen", seen),
        ];
        all.chain(known).collect()
    }

    /// Asks as the row has it. What goes on for ever is not read to its end.
    pub fn ask(&self, browser: &Browser<'_>, route: &Route, path: &str) -> Page {
        if name(route).starts_with("Get") {
            let query = match path.rsplit_once('/') {
                Some((_, "find")) => "?q=z",
                Some((log, "export")) if log.ends_with("/log") => "?format=csv",
                Some((_, "decide")) => "?decision=approve&all=on",
                _ => "",
            };
            return browser.get(&format!("{path}{query}"));
        }
        if path.contains("/expressions/") || path.ends_with("/mappings/try") {
            let body = json!({ "text": "[mail]", "person": self.keys["user"], "offset": 1 });
            return browser.post_json(path, &body);
        }
        let fields = self.fields(path);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        if path.contains("/import") || path.ends_with("/mappings/schema") {
            let file =
                ("people.csv", "displayName,userPrincipalName\ntaken,taken@contoso.example\n");
            return browser.post_file(path, &fields, file);
        }
        browser.post(path, &fields)
    }
}

/// A row in a word.
pub fn name(route: &Route) -> String {
    format!("{:?} {}", route.method, route.path)
}

/// What a page says, without what is another thing each time.
pub fn told(page: &Page) -> String {
    let main = page.text.split_once("<main").map_or(page.text.as_str(), |(_, rest)| rest);
    let main = main.replace("contoso.example", "nowhere.example");
    let is_of_ids = |one: char| one.is_ascii_hexdigit() || one == '-';
    let (mut told, mut word) = (String::new(), String::new());
    for one in main.chars().chain(['\n']) {
        if is_of_ids(one) {
            word.push(one);
            continue;
        }
        told.push_str(if word.len() == 36 { "ID" } else { &word });
        word.clear();
        told.push(one);
    }
    format!("{} {told}", page.status)
}

/// What is wrong at which address; all of it is told at once.
#[derive(Default)]
pub struct Faults(Vec<String>);

impl Faults {
    /// What must hold of an answer, in words.
    pub fn must(&mut self, holds: bool, row: &str, page: &Page, what: &str) {
        if !holds {
            self.0.push(format!("{row} ({} {}): {what}", page.status, page.location));
        }
    }

    /// A page must tell of nobody, and of nothing that Contoso has.
    pub fn must_tell_nothing(&mut self, row: &str, page: &Page) {
        for text in ["zora@", "zeno@", "zelda@", "robot", "Staff"] {
            self.must(!page.says(text), row, page, &format!("tells {text}"));
        }
        self.must(page.status < 500, row, page, "fails");
    }

    #[track_caller]
    pub fn must_be_none(&self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}
