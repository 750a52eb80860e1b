//! The demo's steps, each done through the same services as any command, told as it happens and
//! checked against what it should have come to.

use std::path::Path;

use model::{Actor, Job, Kind, Name, Object, RunSummary, Value};
use serde::Serialize;
use store::{Deleted, Scan};
use sync::Extent;

use super::stage::{self, Stage};
use crate::{
    app::App,
    args::DemoArgs,
    commands::{describe, operator, table},
    failure::Failure,
    output::{Output, Watch},
};

/// How many users of the target the document lists; with a crowd there may be many more.
const LISTED: usize = 1_000;

/// The demo as a document.
#[derive(Serialize)]
pub struct Told {
    tenants: Vec<NamedTenant>,
    target: Target,
    pub steps: Vec<Step>,
}

#[derive(Serialize)]
struct NamedTenant {
    name: String,
    id: model::TenantId,
    domain: String,
}

#[derive(Default, Serialize)]
struct Target {
    users: Vec<serde_json::Value>,
    groups: Vec<serde_json::Value>,
}

/// One step and how it went.
#[derive(Serialize)]
pub struct Step {
    pub name: &'static str,
    pub status: &'static str,
    pub detail: String,
}

struct Teller<'a> {
    app: &'a App,
    actor: Actor,
    output: &'a mut dyn Output,
    steps: Vec<Step>,
}

/// Tells the whole demo.
pub fn tell(app: &App, args: &DemoArgs, output: &mut dyn Output) -> Result<Told, Failure> {
    let actor = operator();
    say(output, INTRODUCTION);
    let stage = stage::build(app, &actor, args, output)?;
    let mut teller = Teller { app, actor, output, steps: Vec::new() };
    teller.consent(&stage)?;
    let job = teller.configure(&stage, args.users > 0)?;
    teller.initial(&stage, &job)?;
    let target = teller.target(&stage)?;
    teller.update(&stage, &job)?;
    teller.remove(&stage, &job)?;
    teller.restore(&stage, &job)?;
    teller.recheck(&job)?;
    let tenants = [&stage.source, &stage.target].map(|tenant| NamedTenant {
        name: tenant.name.clone(),
        id: tenant.id,
        domain: tenant.initial_domain().to_string(),
    });
    Ok(Told { tenants: tenants.into(), target, steps: teller.steps })
}

const INTRODUCTION: &str = "\
Two companies, two tenants. Contoso (contoso.example) is the source: UserS1 and UserS3 work in
Marketing, UserS2 in Sales. Fabrikam (fabrikam.example) is the target: it has its own people UserT1
to UserT3 and the group GroupT1. Contoso's marketing people are to work in Fabrikam's tenant, without
a second account: Syncline brings them over as external users and keeps them in step.
";

/// What to try next, in the folder that the demo leaves.
pub fn farewell(path: &Path) -> String {
    let data = path.display();
    let syncline = std::env::args().next().unwrap_or_else(|| "syncline".to_owned());
    format!(
        "\nThe two tenants stay in ./{data}. Look around:\n\n  \
         {syncline} --data {data} user list --tenant fabrikam.example\n  \
         {syncline} --data {data} explain contoso-to-fabrikam UserS2@contoso.example\n  \
         {syncline} --data {data} log contoso-to-fabrikam\n  \
         {syncline} --data {data} user update UserS2@contoso.example --tenant contoso.example --set department=Marketing\n  \
         {syncline} --data {data} job assign contoso-to-fabrikam UserS2@contoso.example\n  \
         {syncline} --data {data} plan contoso-to-fabrikam\n"
    )
}

fn say(output: &mut dyn Output, text: &str) {
    if output.view().json {
        text.lines().for_each(|line| output.talk(line));
    } else {
        output.out(text);
    }
}

impl Teller<'_> {
    fn say(&mut self, text: &str) {
        say(self.output, text);
    }

    fn step(&mut self, number: u8, title: &str) {
        self.say(&format!("\n{number}. {title}\n\n"));
    }

    fn end(&mut self, name: &'static str, as_meant: bool, detail: String) {
        let status = if as_meant { "done" } else { "failed" };
        if !as_meant {
            self.say(&format!("   FAILED: {detail}\n"));
        }
        self.steps.push(Step { name, status, detail });
    }

    fn consent(&mut self, stage: &Stage) -> Result<(), Failure> {
        self.step(1, "Both tenants consent");
        stage::consent(self.app, &self.actor, stage)?;
        self.say(
            "   Fabrikam allows Contoso to synchronize users into it, and redeems their invitations \
             automatically:\n     \
             syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on \
             --redeem-inbound on\n   \
             Contoso lets its people's invitations to Fabrikam be redeemed automatically:\n     \
             syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on\n   \
             Each side can withdraw at any time; the next write is then refused.\n",
        );
        self.end(
            "consent",
            true,
            "inbound synchronization and automatic redemption on both sides".into(),
        );
        Ok(())
    }

    fn configure(&mut self, stage: &Stage, with_crowd: bool) -> Result<Job, Failure> {
        self.step(2, "Contoso configures whom and what");
        let job = stage::configure(self.app, &self.actor, stage, with_crowd)?;
        let checks = self.app.directory.test_job(&self.actor, &job)?;
        let passed = checks.iter().all(|check| check.passed);
        self.say(
            "   Whom: UserS1 and UserS3 are assigned, and only people for whom `department EQUALS \
             Marketing` holds.\n   \
             What: the default mappings, with accountEnabled, employeeId and userPrincipalName, and\n   \
             Fabrikam's own attribute extensionName from companyName.\n",
        );
        if with_crowd {
            self.say(
                "   The generated people are assigned as a group; the filter takes one in five.\n",
            );
        }
        for check in &checks {
            let sign = if check.passed { "ok  " } else { "FAIL" };
            self.say(&format!("   {sign} {}\n", check.message));
        }
        self.end("configure", passed, format!("job {} tested", job.name));
        Ok(job)
    }

    fn initial(&mut self, stage: &Stage, job: &Job) -> Result<(), Failure> {
        self.step(3, "The first cycle: a look ahead, then the run");
        self.preview(job, 2)?;
        let run = self.cycle(job)?;
        self.show_users(stage)?;
        let why = self.app.sync.explain(&self.actor, job, stage.people[1].id)?;
        self.say("\n   Why is UserS2 not there?\n");
        for sentence in &why.sentences {
            self.say(&format!("     {sentence}\n"));
        }
        let (first, second, third) = (&stage.people[0], &stage.people[1], &stage.people[2]);
        let here = self.find(stage, first)?.is_some_and(|user| accepted(&user))
            && self.find(stage, third)?.is_some_and(|user| accepted(&user))
            && self.find(stage, second)?.is_none();
        let created = run.done.get("create").copied().unwrap_or_default();
        self.end("initial", here, format!("{created} people created as external users"));
        Ok(())
    }

    fn update(&mut self, stage: &Stage, job: &Job) -> Result<(), Failure> {
        self.step(4, "A name changes in Contoso");
        self.change(stage, 0, Name::DISPLAY_NAME, "UserS1 Smith")?;
        self.say("   UserS1 is called UserS1 Smith now. Only that attribute travels:\n");
        self.preview(job, 5)?;
        self.cycle(job)?;
        let user = self.find(stage, &stage.people[0])?;
        let name = user.as_ref().and_then(|user| user.text(&Name::DISPLAY_NAME));
        let as_meant = name == Some("UserS1 Smith");
        self.end(
            "update",
            as_meant,
            format!("UserS1 is {} in Fabrikam", name.unwrap_or("missing")),
        );
        Ok(())
    }

    fn remove(&mut self, stage: &Stage, job: &Job) -> Result<(), Failure> {
        self.step(5, "A department changes, and an assignment ends");
        self.change(stage, 2, Name::DEPARTMENT, "Sales")?;
        self.app.directory.assign(&self.actor, job, &[stage.people[0].id], false)?;
        self.say("   UserS3 moves to Sales, UserS1 is no longer assigned: both leave the scope.\n");
        self.preview(job, 5)?;
        self.cycle(job)?;
        let gone = [&stage.people[0], &stage.people[2]].map(|person| self.find(stage, person));
        let mut as_meant = true;
        for user in gone {
            as_meant &= user?.is_some_and(|user| user.deleted.is_some());
        }
        self.say("   They lie among Fabrikam's deleted users for 30 days and can come back.\n");
        self.end(
            "remove",
            as_meant,
            "UserS1 and UserS3 are deleted, restorable for 30 days".into(),
        );
        Ok(())
    }

    fn restore(&mut self, stage: &Stage, job: &Job) -> Result<(), Failure> {
        self.step(6, "They come back");
        let before = [self.find(stage, &stage.people[0])?, self.find(stage, &stage.people[2])?];
        self.change(stage, 2, Name::DEPARTMENT, "Marketing")?;
        self.app.directory.assign(&self.actor, job, &[stage.people[0].id], true)?;
        self.say("   UserS3 returns to Marketing, UserS1 is assigned again.\n");
        self.preview(job, 5)?;
        self.cycle(job)?;
        let after = [self.find(stage, &stage.people[0])?, self.find(stage, &stage.people[2])?];
        let same = before.iter().zip(&after).all(|pair| match pair {
            (Some(before), Some(after)) => before.id == after.id && after.deleted.is_none(),
            _ => false,
        });
        self.say(
            "   The same objects are restored, with the same ids: groups and rights still fit.\n",
        );
        self.end("restore", same, "UserS1 and UserS3 are back with the same object ids".into());
        Ok(())
    }

    fn recheck(&mut self, job: &Job) -> Result<(), Failure> {
        self.step(7, "A last look: everybody again, against the live target");
        let counts = self.preview_full(job)?;
        let as_meant = counts == 0;
        self.say(&format!("   {counts} changes to do: both sides agree.\n"));
        self.end("recheck", as_meant, format!("{counts} changes to do in a full plan"));
        Ok(())
    }

    /// What the next cycle would do; at most `limit` changes are shown.
    fn preview(&mut self, job: &Job, limit: usize) -> Result<(), Failure> {
        let mut shown = Vec::new();
        let color = self.output.view().color;
        let watch = Watch::new("plan", self.output);
        let plan = self.app.sync.plan(&self.actor, job, Extent::NextCycle, &watch, &mut |entry| {
            if shown.len() < limit {
                shown.push(describe::entry(entry, color));
            }
            Ok(())
        });
        let counts = plan?;
        self.say("   $ syncline plan contoso-to-fabrikam\n");
        for text in &shown {
            self.say(&indent(text));
        }
        let rest = counts.total() - shown.len() as u64;
        if rest > 0 {
            self.say(&format!("     … and {rest} more\n"));
        }
        Ok(())
    }

    fn preview_full(&mut self, job: &Job) -> Result<u64, Failure> {
        let watch = Watch::new("plan", self.output);
        let extent = Extent::Everybody;
        let plan = self.app.sync.plan(&self.actor, job, extent, &watch, &mut |_| Ok(()));
        self.say("   $ syncline plan contoso-to-fabrikam --full\n");
        Ok(plan?.total())
    }

    fn cycle(&mut self, job: &Job) -> Result<RunSummary, Failure> {
        let run = {
            let watch = Watch::new("cycle", self.output);
            self.app.sync.run_cycle(&self.actor, job, &watch)?
        };
        self.say(&format!(
            "   $ syncline job run contoso-to-fabrikam\n     {}\n",
            describe::run(&run)
        ));
        Ok(run)
    }

    fn change(&self, stage: &Stage, who: usize, name: Name, value: &str) -> Result<(), Failure> {
        let change = directory::Change {
            set: [(name, Value::text(value))].into_iter().collect(),
            clear: Vec::new(),
        };
        let id = stage.people[who].id;
        self.app.directory.update(&self.actor, stage.source.id, id, &change)?;
        Ok(())
    }

    /// The object that stands for a person in the target.
    fn find(&self, stage: &Stage, person: &Object) -> Result<Option<Object>, Failure> {
        let home = model::HomeIdentity { tenant: stage.source.id, object: person.id };
        let store = self.app.directory.store();
        let found = store.resolve(stage.target.id, &[model::Key::home(home)])?;
        let ids: Vec<_> = found.into_iter().flatten().collect();
        Ok(store.get(stage.target.id, &ids)?.into_iter().flatten().next())
    }

    fn list(&self, stage: &Stage, kind: Kind) -> Result<Vec<Object>, Failure> {
        let scan = Scan { kind, deleted: Deleted::Without, after: 0, limit: LISTED };
        let page = self.app.directory.list(&self.actor, stage.target.id, &scan)?;
        Ok(page.items.into_iter().map(|(_, object)| object).collect())
    }

    fn target(&self, stage: &Stage) -> Result<Target, Failure> {
        let documents = |kind| -> Result<Vec<_>, Failure> {
            Ok(self.list(stage, kind)?.iter().map(describe::object).collect())
        };
        Ok(Target { users: documents(Kind::User)?, groups: documents(Kind::Group)? })
    }

    fn show_users(&mut self, stage: &Stage) -> Result<(), Failure> {
        let users = self.list(stage, Kind::User)?;
        let rows = users.iter().take(10).map(|user| {
            let text = |name: &Name| user.text(name).unwrap_or("-").to_owned();
            let place = if user.is_external() { "external" } else { "internal" };
            vec![
                text(&Name::DISPLAY_NAME),
                text(&Name::USER_PRINCIPAL_NAME),
                format!("{place} {}", user.user_type().as_str()),
                text(&Name::EXTERNAL_USER_STATE),
            ]
        });
        let list = table(&["display name", "user principal name", "kind", "state"], rows);
        self.say("\n   Fabrikam's users now:\n");
        self.say(&indent(&list));
        if users.len() > 10 {
            self.say("     … and more\n");
        }
        Ok(())
    }
}

fn accepted(user: &Object) -> bool {
    user.is_external()
        && user.deleted.is_none()
        && user.text(&Name::EXTERNAL_USER_STATE) == Some("Accepted")
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("     {line}\n")).collect()
}
