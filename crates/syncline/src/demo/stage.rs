//! What the demo starts from: two tenants with their own people.

use directory::{Incoming, NewExtension, NewJob, NewTenant, PolicyChange};
use model::{
    Actor, Apply, Attributes, Clause, ExtensionType, Filter, Group, Job, Kind, Mapping, Name,
    Object, ObjectId, Operator, ScopeMode, Tenant, Value,
};
use store::Durability;

use crate::{
    app::App,
    args::DemoArgs,
    failure::Failure,
    output::{Output, Progress},
    people,
};

const PAGE: u64 = 1_000;

/// The tenants with the people whom the demo names.
pub struct Stage {
    pub source: Tenant,
    pub target: Tenant,
    pub people: [Object; 3],
}

/// Makes the tenants and their people.
pub fn build(
    app: &App,
    actor: &Actor,
    args: &DemoArgs,
    output: &mut dyn Output,
) -> Result<Stage, Failure> {
    let directory = &app.directory;
    let tenant = |name: &str, domain: &str| {
        let domain = domain
            .parse()
            .map_err(|error: model::DomainError| Failure::usage(error.to_string()))?;
        let new = NewTenant { id: None, name: name.to_owned(), domains: vec![domain] };
        Ok::<_, Failure>(directory.create_tenant(actor, new)?)
    };
    let source = tenant("Contoso", "contoso.example")?;
    let target = tenant("Fabrikam", "fabrikam.example")?;
    let user = |tenant: &Tenant, name: &str, department: &str, number: &str| {
        let address = format!("{name}@{}", tenant.initial_domain());
        let attributes: Attributes = [
            (Name::DISPLAY_NAME, Value::text(name)),
            (Name::USER_PRINCIPAL_NAME, Value::text(&address)),
            (Name::MAIL, Value::Text(address)),
            (Name::DEPARTMENT, Value::text(department)),
            (Name::COMPANY_NAME, Value::text(&tenant.name)),
            (Name::EMPLOYEE_ID, Value::text(number)),
        ]
        .into_iter()
        .collect();
        directory.create(actor, tenant.id, Kind::User, None, attributes)
    };
    let people = [
        user(&source, "UserS1", "Marketing", "1001")?,
        user(&source, "UserS2", "Sales", "1002")?,
        user(&source, "UserS3", "Marketing", "1003")?,
    ];
    let locals = [
        user(&target, "UserT1", "Research", "2001")?,
        user(&target, "UserT2", "Research", "2002")?,
        user(&target, "UserT3", "Finance", "2003")?,
    ];
    let named = [(Name::DISPLAY_NAME, Value::text("GroupT1"))].into_iter().collect();
    let group = directory.create(actor, target.id, Kind::Group, None, named)?;
    let members: Vec<ObjectId> = locals.iter().map(|user| user.id).collect();
    for result in directory.add_members(actor, target.id, group.id, &members)? {
        result?;
    }
    crowd(app, actor, &source, args.users, output)?;
    Ok(Stage { source, target, people })
}

/// Generated people around the three, all in one group.
fn crowd(
    app: &App,
    actor: &Actor,
    source: &Tenant,
    users: u64,
    output: &mut dyn Output,
) -> Result<(), Failure> {
    if users == 0 {
        return Ok(());
    }
    let directory = &app.directory;
    let named = [(Name::DISPLAY_NAME, Value::text(CROWD))].into_iter().collect();
    let group = directory.create(actor, source.id, Kind::Group, None, named)?;
    let mut rng = fastrand::Rng::with_seed(1);
    let domain = source.initial_domain().as_str();
    for first in (0..users).step_by(PAGE as usize) {
        let rows: Vec<Incoming> = (first..users.min(first + PAGE))
            .map(|number| Incoming {
                id: None,
                attributes: people::person(&mut rng, number, domain),
            })
            .collect();
        let done = directory.import(actor, source.id, Kind::User, &rows, Durability::Bulk)?;
        let ids: Result<Vec<ObjectId>, _> =
            done.into_iter().map(|result| result.map(directory::Imported::id)).collect();
        directory.add_members(actor, source.id, group.id, &ids?)?;
        let what = "people of Contoso".to_owned();
        output.progress(&Progress { what, done: first, of: users, changed: first });
    }
    directory.store().flush(source.id)?;
    Ok(())
}

/// The group of generated people.
pub const CROWD: &str = "Everybody else";

/// What both sides allow.
pub fn consent(app: &App, actor: &Actor, stage: &Stage) -> Result<(), Failure> {
    let inbound = PolicyChange {
        sync_inbound: Some(true),
        redeem_inbound: Some(true),
        ..PolicyChange::default()
    };
    app.directory.set_partner(actor, stage.target.id, stage.source.id, &inbound)?;
    let outbound = PolicyChange { redeem_outbound: Some(true), ..PolicyChange::default() };
    app.directory.set_partner(actor, stage.source.id, stage.target.id, &outbound)?;
    Ok(())
}

/// The configuration of the picture.
pub fn configure(
    app: &App,
    actor: &Actor,
    stage: &Stage,
    with_crowd: bool,
) -> Result<Job, Failure> {
    let directory = &app.directory;
    let extension = NewExtension {
        name: "extensionName".to_owned(),
        application: None,
        data_type: ExtensionType::String,
        multi_valued: false,
        targets: vec![Kind::User],
    };
    directory.create_extension(actor, stage.target.id, extension)?;
    let mut mappings = Mapping::defaults();
    mappings
        .push(Mapping { apply: Apply::Always, ..Mapping::direct("companyName", "extensionName") });
    let clause = Clause {
        attribute: "department".to_owned(),
        operator: Operator::Equals,
        operand: "Marketing".to_owned(),
    };
    let group = Group { name: "Marketing department".to_owned(), clauses: vec![clause] };
    let job = directory.create_job(
        actor,
        NewJob {
            name: "contoso-to-fabrikam".to_owned(),
            source: stage.source.id,
            target: stage.target.id,
            scope: ScopeMode::Assigned,
            filter: Filter { groups: vec![group] },
            condition: None,
            mappings,
            groups: Default::default(),
        },
    )?;
    let mut chosen = vec![stage.people[0].id, stage.people[2].id];
    if with_crowd {
        chosen.push(directory.find(actor, stage.source.id, Kind::Group, CROWD)?.id);
    }
    directory.assign(actor, &job, &chosen, true)?;
    Ok(job)
}
