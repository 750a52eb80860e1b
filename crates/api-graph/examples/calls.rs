//! What single calls cost inside the server: requests answered one after the other over an embedded
//! store, without sockets and tokens.
//!
//! ```text
//! cargo run --release -p api-graph --example calls -- 100000
//! ```

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use api_graph::{Body, Headers, Method, Request, Services, Version};
use directory::{Directory, NewTenant};
use identity::Identity;
use model::{Actor, ApplicationId, Clock, IdSource, Kind, Name, TenantId, Timestamp, Value};
use store_sqlite::{Options, SqliteStore};
use testkit::TestIds;

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        Timestamp(since.as_millis() as i64)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let users: u64 = std::env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(folder.path(), Options { shards: 1, cache_mb: 256 })?;
    let ids: Arc<dyn IdSource> = Arc::new(TestIds::new());
    let directory = Directory::new(Arc::new(store), Arc::new(Now), ids);
    let services = Services {
        directory: directory.clone(),
        sync: sync::Sync::new(directory.clone()),
        identity: Identity::new(directory.clone()),
        limits: api_graph::Limits::off(),
    };
    let operator = Actor::Operator { name: "calls".to_owned() };
    let new = NewTenant {
        id: None,
        name: "Contoso".to_owned(),
        domains: vec!["contoso.example".parse()?],
    };
    let tenant = directory.create_tenant(&operator, new)?.id;
    fill(&directory, &operator, tenant, users)?;
    let actor = application(tenant);
    let ask = |path: &str| services.answer_for(&actor, &request(path));

    measure("a page of 999 users", 50, || ask("/users?$top=999").status);
    let select = "/users?$top=999&$select=id,displayName,mail,department,jobTitle,accountEnabled,otherMails,employeeId,city,createdDateTime";
    measure("the same with ten selected", 50, || ask(select).status);
    let name = format!("/users/p{}@contoso.example", users / 2);
    measure("one user by name", 2_000, || ask(&name).status);
    let filter = format!("/users?$filter=employeeId+eq+'{}'", users / 2);
    ask(&filter);
    measure("a filter on employeeId", 500, || ask(&filter).status);
    let link = delta_link(&ask("/users/delta?$deltatoken=latest").body)?;
    measure("delta with nothing new", 2_000, || ask(&link).status);
    measure("the first page of a delta, 200 users", 50, || ask("/users/delta").status);
    Ok(())
}

fn fill(
    directory: &Directory,
    operator: &Actor,
    tenant: TenantId,
    users: u64,
) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let threads = 16;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                for number in (thread..users).step_by(threads as usize) {
                    let texts = [
                        (Name::USER_PRINCIPAL_NAME, format!("p{number}@contoso.example")),
                        (Name::DISPLAY_NAME, format!("Person {number}")),
                        (Name::GIVEN_NAME, "Person".to_owned()),
                        (Name::SURNAME, number.to_string()),
                        (Name::MAIL, format!("p{number}@contoso.example")),
                        (Name::DEPARTMENT, format!("Department {}", number % 100)),
                        (Name::JOB_TITLE, "Analyst".to_owned()),
                        (Name::EMPLOYEE_ID, number.to_string()),
                    ];
                    let attributes =
                        texts.into_iter().map(|(name, text)| (name, Value::Text(text)));
                    directory
                        .create(operator, tenant, Kind::User, None, attributes.collect())
                        .expect("the name is free");
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    println!("{users} users made by {threads} threads: {:.0} a second", users as f64 / seconds);
    Ok(())
}

fn application(tenant: TenantId) -> Actor {
    Actor::Application {
        tenant,
        id: ApplicationId::MADE_UP,
        name: "calls".to_owned(),
        grants: vec!["User.Read.All".to_owned()],
    }
}

fn request(path: &str) -> Request {
    let (path, query) =
        path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query.to_owned())));
    Request {
        method: Method::Get,
        version: Version::V1,
        path: path.to_owned(),
        query,
        headers: Headers::default(),
        body: Vec::new(),
        origin: "https://localhost:8443".to_owned(),
        request_id: "00000000-0000-0000-0000-000000000000".to_owned(),
        at: Now.now(),
    }
}

fn delta_link(body: &Body) -> Result<String, Box<dyn Error>> {
    let Body::Written(text) = body else { return Err("no page".into()) };
    let document: serde_json::Value = serde_json::from_str(text)?;
    let link = document["@odata.deltaLink"].as_str().ok_or("no link")?;
    Ok(link.trim_start_matches("https://localhost:8443/v1.0").to_owned())
}

fn measure(what: &str, times: usize, call: impl Fn() -> u16) {
    let mut took: Vec<Duration> = (0..times)
        .map(|_| {
            let began = Instant::now();
            let status = call();
            assert_eq!(status, 200, "{what}");
            began.elapsed()
        })
        .collect();
    took.sort_unstable();
    let at = |share: usize| took[(times * share / 100).min(times - 1)].as_secs_f64() * 1_000.0;
    println!("{what}: {:.3} ms median, {:.3} ms at 99 %", at(50), at(99));
}
