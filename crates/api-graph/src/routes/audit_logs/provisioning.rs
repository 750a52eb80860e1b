//! `/auditLogs/provisioning`: what synchronizations did in the tenant and out of it (graph-api.md 7.1),
//! newest first unless asked otherwise. A page goes on behind the last entry that was looked at.

use access::Permission::ReadProvisioning;
use directory::Configuration;
use model::{ChangeId, Job};
use serde_json::{Map, Value, json};
use sync::{LogEntry, LogQuery};
use wire::odata::{
    Page,
    filter::{self, Case},
};

use super::{SEARCHED_PAGES, answer, bounds::Bounds, newest_first};
use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::Method::Get,
    route::Route,
    routes::synchronization::job_id,
    small::{expired, object},
};

pub const ROUTES: &[Route] = &[
    Route::new(
        Get,
        "/auditLogs/provisioning",
        "List provisioning events",
        &[ReadProvisioning],
        list,
    ),
    Route::new(
        Get,
        "/auditLogs/provisioning/{id}",
        "Get provisioning event",
        &[ReadProvisioning],
        get,
    ),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let options = call.query()?;
    let size = options.page_size(Page::LOGS)?;
    let bounds = Bounds::of(options.filter.as_ref());
    let token = options.skip_token.as_ref();
    let behind: Option<ChangeId> =
        token.map(|token| token.parse().map_err(|_| expired())).transpose()?;
    let mut query = LogQuery {
        since: bounds.since,
        until: bounds.until,
        run: bounds.id("cycleid").and_then(|id| id.parse().ok()),
        source: bounds.id("sourceidentity/id").and_then(|id| id.parse().ok()),
        behind,
        newest_first: newest_first(&options)?,
        limit: size,
        ..LogQuery::default()
    };
    let jobs = call.services.directory.list_jobs_at(call.actor, call.tenant)?;
    let jobs: Vec<Configuration> =
        jobs.into_iter().map(Configuration::from).filter(|one| is_meant(&bounds, one)).collect();
    let mut items = Vec::new();
    for _ in 0..SEARCHED_PAGES {
        let (entries, goes_on) = merge(call, &jobs, &query)?;
        let mut left = entries.len();
        for (place, entry) in entries {
            left -= 1;
            query.behind = Some(entry.id);
            let document = document(&jobs[place], &entry);
            let filter = options.filter.as_ref();
            if filter.is_none_or(|filter| filter::matches(filter, &document, Case::Exact)) {
                items.push(object(document));
            }
            if items.len() == size {
                break;
            }
        }
        if left == 0 && !goes_on {
            query.behind = None;
        }
        if !goes_on || items.len() == size {
            break;
        }
    }
    let next = query.behind.map(|id| id.to_string());
    Ok(answer(call, "auditLogs/provisioning", &options, items, next))
}

fn is_meant(bounds: &Bounds, configuration: &Configuration) -> bool {
    let fits = |wanted: Option<&str>, id: String| wanted.is_none_or(|wanted| wanted == id);
    fits(bounds.id("jobid"), job_id(configuration))
        && fits(bounds.id("serviceprincipal/id"), configuration.service_principal.to_string())
}

/// The longest page that the log of a job gives.
const LONGEST: usize = 1_000;

/// The next entries of all jobs in one order, each with the place of its job, and whether there are
/// more behind them. Ids are made in the order of time.
fn merge(
    call: &Call<'_>,
    jobs: &[Configuration],
    query: &LogQuery,
) -> Result<(Vec<(usize, LogEntry)>, bool), Error> {
    let (mut all, mut goes_on) = (Vec::new(), false);
    // One more tells whether there is more.
    let query = &LogQuery { limit: query.limit + 1, ..query.clone() };
    let limit = query.limit - 1;
    for (place, configuration) in jobs.iter().enumerate() {
        let page = call.services.sync.read_log(call.actor, &configuration.job, query)?;
        goes_on |= page.next.is_some() && page.entries.len() == limit && limit == LONGEST;
        all.extend(page.entries.into_iter().map(|entry| (place, entry)));
    }
    all.sort_by_key(|(_, entry)| entry.id);
    if query.newest_first {
        all.reverse();
    }
    goes_on |= all.len() > limit;
    all.truncate(limit);
    Ok((all, goes_on))
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let key = &call.key(0).value;
    let id: ChangeId = key.parse().map_err(|_| Error::not_found(key))?;
    let query = LogQuery { ids: vec![id], ..LogQuery::default() };
    for job in call.services.directory.list_jobs_at(call.actor, call.tenant)? {
        let page = call.services.sync.read_log(call.actor, &job, &query)?;
        if let Some(entry) = page.entries.first() {
            let document = object(document(&Configuration::from(job), entry));
            return call.answer_entity("auditLogs/provisioning/$entity", document);
        }
    }
    Err(Error::not_found(key))
}

/// `provisioningObjectSummary`: the entry without what is our own in it.
fn document(configuration: &Configuration, entry: &LogEntry) -> Value {
    let mut document = object(json!(entry));
    for own in ["action", "state", "reason"] {
        document.remove(own);
    }
    let job: &Job = &configuration.job;
    let principal = configuration.service_principal;
    let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
    set("tenantId", json!(job.source));
    set("jobId", json!(job_id(configuration)));
    // How long a single change took is not kept.
    set("durationInMilliseconds", json!(0));
    set(
        "initiatedBy",
        json!({
            "id": "",
            "displayName": "Azure AD Provisioning Service",
            "initiatorType": "system",
        }),
    );
    set("servicePrincipal", json!({ "id": principal, "displayName": job.name }));
    detail(
        &mut document,
        "targetSystem",
        &[
            ("ApplicationId", json!(configuration.application)),
            ("ServicePrincipalId", json!(principal)),
            ("ServicePrincipalDisplayName", json!(job.name)),
        ],
    );
    let id = document["sourceIdentity"]["id"].clone();
    let name = document["sourceIdentity"]["displayName"].clone();
    detail(&mut document, "sourceIdentity", &[("id", id), ("DisplayName", name)]);
    Value::Object(document)
}

fn detail(document: &mut Map<String, Value>, member: &str, more: &[(&str, Value)]) {
    for (name, value) in more {
        document[member]["details"][*name] = value.clone();
    }
}
