//! Which of the first steps are done, and what comes next: from the map alone.

use engine::consent::Side;
use sync::{Arrow, Map, MapPartner, MapTenant};

use super::address;
use crate::form::coded;

/// More pairs of tenants than this are not offered one by one.
const PAIRS: usize = 12;

/// A step.
pub struct Goal {
    /// What it is called.
    pub title: String,
    /// Whether it is done.
    pub done: bool,
}

/// A way to go: an address with what it is called.
pub struct Offer {
    /// Where.
    pub href: String,
    /// What.
    pub label: String,
}

/// The next thing to do.
pub struct Next {
    /// What it is.
    pub title: String,
    /// Why.
    pub text: String,
    /// Where it is done; the first is the one that is meant.
    pub offers: Vec<Offer>,
    /// Whether it is to add a tenant, with the form beside it.
    pub is_tenant: bool,
}

/// How far the reader has come.
pub struct Progress {
    /// The steps.
    pub goals: Vec<Goal>,
    /// What comes next.
    pub next: Next,
}

impl Progress {
    /// From what the reader sees.
    pub fn of(map: &Map, is_operator: bool) -> Self {
        let own: Vec<&MapTenant> = map.tenants.iter().filter(|tenant| tenant.is_own).collect();
        match (is_operator, own.first()) {
            (false, Some(tenant)) => of_person(map, tenant),
            _ => of_operator(map, &own),
        }
    }
}

impl Next {
    fn new(title: String, text: String, offers: Vec<Offer>) -> Self {
        Self { title, text, offers, is_tenant: false }
    }
}

fn goal(title: String, done: bool) -> Goal {
    Goal { title, done }
}

fn of_operator(map: &Map, own: &[&MapTenant]) -> Progress {
    let has_tenants = own.len() > 1;
    let has_people = has_tenants && own.iter().any(|tenant| tenant.users.unwrap_or(0) > 0);
    let agreed = agreed(map, own);
    let has_consent = !agreed.is_empty() || map.arrows.iter().any(is_allowed);
    let has_job = !map.arrows.is_empty();
    let ran = map.arrows.iter().any(has_run);
    let goals = vec![
        goal(text!("start-step-operator"), true),
        goal(text!("start-step-tenants"), has_tenants),
        goal(text!("start-step-people"), has_people),
        goal(text!("start-step-consent"), has_consent),
        goal(text!("start-step-job"), has_job),
        goal(text!("start-step-run"), ran),
    ];
    let next = match () {
        () if !has_tenants => {
            let text = match own.len() {
                0 => text!("start-tenant-text"),
                _ => text!("start-tenant-second"),
            };
            Next { is_tenant: true, ..Next::new(text!("start-tenant"), text, Vec::new()) }
        }
        () if !has_people => people(own),
        () if !has_consent => consent(own),
        () if !has_job => {
            let offers = agreed.iter().map(|(from, to)| job_between(from, to)).collect();
            Next::new(text!("start-next-job"), text!("start-next-job-text"), offers)
        }
        () if !ran => first_run(map),
        () => done(),
    };
    Progress { goals, next }
}

fn people(own: &[&MapTenant]) -> Next {
    let offers = own.iter().flat_map(|tenant| {
        let (base, name) = (address(&tenant.domain), tenant.name.as_str());
        [
            Offer {
                href: format!("{base}/import"),
                label: text!("start-import-into", name = name),
            },
            Offer { href: format!("{base}/users/new"), label: text!("start-user-in", name = name) },
        ]
    });
    let offers = offers.take(PAIRS).collect();
    Next::new(text!("start-next-people"), text!("start-next-people-text"), offers)
}

fn consent(own: &[&MapTenant]) -> Next {
    let pairs = own.iter().flat_map(|from| own.iter().map(move |to| (from, to)));
    let offers = pairs.filter(|(from, to)| from.id != to.id).take(PAIRS).map(|(from, to)| Offer {
        href: format!("{}/access/{}/both", address(&from.domain), coded(&to.domain)),
        label: text!("start-pair", from = from.name.as_str(), to = to.name.as_str()),
    });
    Next::new(text!("start-next-consent"), text!("start-next-consent-text"), offers.collect())
}

fn job_between(from: &MapTenant, to: &MapTenant) -> Offer {
    let name = text!("start-pair", from = from.name.as_str(), to = to.name.as_str());
    let base = address(&from.domain);
    let query = format!("target={}&name={}", coded(&to.domain), coded(&name));
    Offer { href: format!("{base}/jobs/new?{query}"), label: name }
}

/// The setup of the first configuration that has not run.
fn first_run(map: &Map) -> Next {
    let waiting = map.arrows.iter().filter(|arrow| !has_run(arrow) && arrow.settings.is_some());
    let offers = waiting.take(PAIRS).filter_map(|arrow| {
        let source = map.tenants.iter().find(|tenant| tenant.id == arrow.source)?;
        let href = format!("{}/jobs/{}/setup", address(&source.domain), arrow.id);
        Some(Offer { href, label: text!("start-setup", name = arrow.name.as_str()) })
    });
    Next::new(text!("start-next-run"), text!("start-next-run-text"), offers.collect())
}

fn done() -> Next {
    let map = Offer { href: "/center".to_owned(), label: text!("wrong-home") };
    Next::new(text!("start-next-done"), text!("start-next-done-text"), vec![map])
}

fn of_person(map: &Map, tenant: &MapTenant) -> Progress {
    let partners: Vec<&MapPartner> =
        map.partners.iter().filter(|one| one.tenant == tenant.id).collect();
    let has_partner = !partners.is_empty() || !map.arrows.is_empty();
    let gives = |one: &&&MapPartner| one.redeem_outbound;
    let takes = |one: &&&MapPartner| one.sync_inbound && one.redeem_inbound;
    let giving = partners.iter().find(gives);
    let has_half = giving.is_some() || partners.iter().any(|one| takes(&one));
    let has_job = !map.arrows.is_empty();
    let ran = map.arrows.iter().any(has_run);
    let goals = vec![
        goal(text!("start-step-own"), true),
        goal(text!("start-step-partner"), has_partner),
        goal(text!("start-step-half"), has_half),
        goal(text!("start-step-job"), has_job),
        goal(text!("start-step-run"), ran),
    ];
    let base = address(&tenant.domain);
    let to_access = |one: &&MapPartner| {
        let other = map.tenants.iter().find(|tenant| tenant.id == one.partner)?;
        let href = format!("{base}/access/{}", coded(&other.domain));
        Some(Offer { href, label: text!("start-access-of", name = other.name.as_str()) })
    };
    let is_ours = |arrow: &Arrow| arrow.source == tenant.id;
    let next = match () {
        () if !has_partner => {
            let offers = vec![
                Offer { href: format!("{base}/access/new"), label: text!("access-add") },
                Offer { href: format!("{base}/jobs/new"), label: text!("conf-new") },
            ];
            Next::new(text!("start-next-partner"), text!("start-next-partner-text"), offers)
        }
        () if !has_half => {
            let offers = partners.iter().take(PAIRS).filter_map(to_access).collect();
            Next::new(text!("start-next-half"), text!("start-next-half-text"), offers)
        }
        () if !has_job && giving.is_some() => {
            let to = giving.and_then(|one| map.tenants.iter().find(|to| to.id == one.partner));
            let offers = to.map(|to| job_between(tenant, to)).into_iter().collect();
            Next::new(text!("start-next-job"), text!("start-next-job-text"), offers)
        }
        () if ran => done(),
        () if map.arrows.iter().any(is_ours) => first_run(map),
        () => {
            let offers = partners.iter().take(PAIRS).filter_map(to_access).collect();
            Next::new(text!("start-next-wait"), text!("start-next-wait-text"), offers)
        }
    };
    Progress { goals, next }
}

/// The pairs of own tenants, source first, of which both sides allow everything.
fn agreed<'a>(map: &Map, own: &[&'a MapTenant]) -> Vec<(&'a MapTenant, &'a MapTenant)> {
    let find = |of: &MapTenant, about: &MapTenant| {
        map.partners.iter().find(|one| one.tenant == of.id && one.partner == about.id)
    };
    let pairs = own.iter().flat_map(|from| own.iter().map(move |to| (*from, *to)));
    let allows = |(from, to): &(&MapTenant, &MapTenant)| {
        find(from, to).is_some_and(|one| one.redeem_outbound)
            && find(to, from).is_some_and(|one| one.sync_inbound && one.redeem_inbound)
    };
    pairs.filter(allows).take(PAIRS).collect()
}

fn is_allowed(arrow: &Arrow) -> bool {
    arrow.target.is_some()
        && arrow.checks.iter().any(|check| check.side == Side::Target)
        && arrow.checks.iter().all(|check| check.passed)
}

fn has_run(arrow: &Arrow) -> bool {
    arrow.figures.as_ref().is_some_and(|figures| figures.linked > 0 || figures.last_run.is_some())
}
