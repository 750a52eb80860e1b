//! What holds for every partner that says nothing else, and which other clouds partners may be in.

use access::Permission;
use askama::Template;
use model::AccessPolicy;

use super::{
    base_of,
    setting::{INBOUND, OUTBOUND, SettingRow},
    tabs,
};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::{Frame, Link},
    visit::Visit,
};

/// Other clouds by their sign-in hosts.
const CLOUDS: [(&str, &str); 3] = [
    ("microsoftonline.com", "access-cloud-global"),
    ("microsoftonline.us", "access-cloud-government"),
    ("partner.microsoftonline.cn", "access-cloud-china"),
];

#[derive(Template)]
#[template(path = "access_defaults.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    base: String,
    policy: AccessPolicy,
    inbound: Vec<SettingRow>,
    outbound: Vec<SettingRow>,
    why_not: Option<String>,
}

#[derive(Template)]
#[template(path = "access_clouds.html")]
struct Clouds {
    frame: Frame,
    tabs: Vec<Link>,
    base: String,
    clouds: Vec<(&'static str, String, bool)>,
    why_not: Option<String>,
}

/// The defaults.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let policy = visit.center.directory.policy(visit.actor(), tenant.id)?;
    let (base, now) = (base_of(&tenant), policy.effective_defaults());
    let rows = |names: &[&'static str]| SettingRow::list(names, &policy.defaults, &now);
    Answer::page(&Page {
        frame: Frame::new(visit, text!("access-defaults"))
            .in_tenant(&tenant, "access")
            .below(text!("nav-access"), base.clone()),
        tabs: tabs(&base, 1),
        base,
        inbound: rows(INBOUND),
        outbound: rows(OUTBOUND),
        policy,
        why_not: visit.why_not(Permission::WritePolicies, tenant.id),
    })
}

/// Goes back to what the service has.
pub fn reset(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    visit.center.directory.reset_defaults(visit.actor(), tenant.id)?;
    Ok(Answer::said(&format!("{}/defaults", base_of(&tenant)), "said-access-defaults"))
}

/// Other clouds.
pub fn show_clouds(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let policy = visit.center.directory.policy(visit.actor(), tenant.id)?;
    let base = base_of(&tenant);
    let cloud = |(host, key): (&'static str, &str)| {
        let is_on = policy.allowed_clouds.iter().any(|one| one == host);
        (host, crate::texts::say(key, &[]), is_on)
    };
    Answer::page(&Clouds {
        frame: Frame::new(visit, text!("access-clouds"))
            .in_tenant(&tenant, "access")
            .below(text!("nav-access"), base.clone()),
        tabs: tabs(&base, 2),
        base,
        clouds: CLOUDS.map(cloud).into(),
        why_not: visit.why_not(Permission::WritePolicies, tenant.id),
    })
}

/// Takes which other clouds are allowed.
pub fn save_clouds(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let chosen: Vec<String> = visit.form().all("cloud").map(str::to_owned).collect();
    visit.center.directory.set_clouds(visit.actor(), tenant.id, Some(&chosen))?;
    Ok(Answer::said(&format!("{}/clouds", base_of(&tenant)), "said-access-clouds"))
}
