//! The two tenants of the benchmark, their consent, and the job between them.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use directory::{Incoming, NewJob, NewTenant, PolicyChange};
use model::{Actor, Filter, Job, JobState, Kind, Mapping, ScopeMode, TenantId};
use store::{Durability, Store};

use super::{
    advance,
    people::{DOMAIN, People},
    rate,
};
use crate::{
    app::{App, Unopened},
    failure::Failure,
    output::Output,
};

/// How many people one commit of the load brings in.
const LOAD_PAGE: u64 = 5_000;

/// Everything that a measurement needs.
pub struct World {
    pub app: App,
    pub actor: Actor,
    pub source: TenantId,
    pub target: TenantId,
    pub job: Job,
    pub people: People,
    pub users: u64,
}

fn open(path: &Path) -> Result<App, Failure> {
    App::open(path, &[]).map_err(|error| match error {
        Unopened::Failed(failure) => failure,
        Unopened::InUse => Failure::new("data-in-use", format!("{} is in use", path.display())),
    })
}

fn tenant(app: &App, actor: &Actor, name: &str, domain: &str) -> Result<TenantId, Failure> {
    let domain = domain.parse().map_err(|error| Failure::usage(format!("{error}")))?;
    let new = NewTenant { id: None, name: name.to_owned(), domains: vec![domain] };
    Ok(app.directory.create_tenant(actor, new)?.id)
}

impl World {
    /// Two tenants that consent, and an active job for everybody with the default mappings.
    pub fn create(path: &Path, users: u64, seed: u64) -> Result<Self, Failure> {
        let app = open(path)?;
        let actor = crate::commands::operator();
        let source = tenant(&app, &actor, "Contoso", DOMAIN)?;
        let target = tenant(&app, &actor, "Fabrikam", "fabrikam.example")?;
        let inbound = PolicyChange {
            sync_inbound: Some(true),
            redeem_inbound: Some(true),
            ..PolicyChange::default()
        };
        let outbound = PolicyChange { redeem_outbound: Some(true), ..PolicyChange::default() };
        app.directory.set_partner(&actor, target, source, &inbound)?;
        app.directory.set_partner(&actor, source, target, &outbound)?;
        let new = NewJob {
            name: "everybody".to_owned(),
            source,
            target,
            scope: ScopeMode::All,
            filter: Filter::default(),
            condition: None,
            mappings: Mapping::defaults(),
            groups: Default::default(),
        };
        let job = app.directory.create_job(&actor, new)?;
        // Nobody runs it before the worker of the last measurement; starting it then would be a
        // change of its configuration, which has everybody looked at again.
        let job = app.directory.update_job(&actor, &job, |job| job.state = JobState::Active)?;
        Ok(Self { app, actor, source, target, job, people: People { seed }, users })
    }

    /// Brings the people into the source; gives how many a second.
    pub fn load(&self, output: &mut dyn Output) -> Result<f64, Failure> {
        output.talk(&format!("load: {} people into the source", self.users));
        let mut took = Duration::ZERO;
        let mut done = 0;
        while done < self.users {
            let last = (done + LOAD_PAGE).min(self.users);
            let rows: Vec<Incoming> = (done..last).map(|number| self.people.row(number)).collect();
            let began = Instant::now();
            self.import(&rows, Durability::Bulk)?;
            took += began.elapsed();
            done = last;
            advance(output, "load", done, self.users)?;
        }
        let began = Instant::now();
        self.app.store.flush(self.source)?;
        Ok(rate(self.users, took + began.elapsed()))
    }

    /// Writes rows into the source, none of which may be refused.
    pub fn import(&self, rows: &[Incoming], durability: Durability) -> Result<(), Failure> {
        let directory = &self.app.directory;
        let results = directory.import(&self.actor, self.source, Kind::User, rows, durability)?;
        Ok(results.into_iter().try_for_each(|result| result.map(drop))?)
    }

    /// Closes the directory, opens it again, and asks for one person of the target: how long that
    /// takes from the opening on, in milliseconds.
    pub fn reopen(&mut self) -> Result<f64, Failure> {
        let path = self.app.path.clone();
        // The place must be free before it can be opened again, so something else stands there
        // meanwhile.
        let parked = tempfile::tempdir_in(path.parent().unwrap_or(&path))?;
        drop(std::mem::replace(&mut self.app, open(parked.path())?));
        let began = Instant::now();
        let app = open(&path)?;
        let label = format!("{}", self.people.id(0));
        app.directory.find(&self.actor, self.source, Kind::User, &label)?;
        let took = began.elapsed();
        self.app = app;
        Ok(took.as_secs_f64() * 1e3)
    }

    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.app.store.statistics().iter().map(|file| file.bytes).sum()
    }
}
