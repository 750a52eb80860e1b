//! What every page has around it: where it is, who reads it, where one can go from here, and what was
//! just done.

use model::{Job, Tenant};

use crate::{assets, form::coded, texts, visit::Visit};

/// The frame of a page.
pub struct Frame {
    /// What the page is called.
    pub title: String,
    /// The token for forms.
    pub csrf: String,
    /// What styles that scripts add have to show.
    pub nonce: String,
    /// `light`, `dark`, or `auto` for what the machine says.
    pub theme: &'static str,
    /// Who reads it.
    pub reader: Option<Reader>,
    /// The way here.
    pub crumbs: Vec<Link>,
    /// Where one can go from here.
    pub side: Vec<Link>,
    /// What those places are of.
    pub side_label: String,
    /// What was just done.
    pub said: Option<String>,
    /// What is under way here and not finished: the way back to it.
    pub unfinished: Option<Link>,
}

/// Who reads a page.
pub struct Reader {
    /// What to call them.
    pub name: String,
    /// Whether they run the server.
    pub is_operator: bool,
}

/// A place to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its address.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// Whether the reader is there.
    pub is_current: bool,
}

impl Link {
    /// A place.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), is_current: false }
    }
}

/// The places of a tenant: name, path below it, text.
const TENANT: &[(&str, &str, &str)] = &[
    ("overview", "", "nav-overview"),
    ("users", "/users", "nav-users"),
    ("groups", "/groups", "nav-groups"),
    ("import", "/import", "nav-import"),
    ("deleted", "/deleted", "nav-deleted"),
    ("jobs", "/jobs", "nav-jobs"),
    ("incoming", "/incoming", "nav-incoming"),
    ("access", "/access", "nav-access"),
    ("applications", "/applications", "nav-applications"),
    ("roles", "/roles", "nav-roles"),
    ("domains", "/domains", "nav-domains"),
    ("sessions", "/sessions", "nav-sessions"),
    ("audit", "/audit", "nav-audit"),
];

/// The places of a configuration.
const JOB: &[(&str, &str, &str)] = &[
    ("overview", "", "nav-overview"),
    ("setup", "/setup", "nav-setup"),
    ("scope", "/scope", "nav-scope"),
    ("mappings", "/mappings", "nav-mappings"),
    ("plan", "/plan", "nav-plan"),
    ("runs", "/runs", "nav-runs"),
    ("log", "/log", "nav-log"),
    ("held", "/held", "nav-held"),
    ("escrow", "/escrow", "nav-escrow"),
    ("people", "/people", "nav-people"),
    ("insights", "/insights", "nav-insights"),
    ("settings", "/settings", "nav-settings"),
];

/// The address of a tenant.
pub fn tenant_path(tenant: &Tenant) -> String {
    format!("/center/tenants/{}", coded(tenant.initial_domain().as_str()))
}

/// The address of a configuration, below its source tenant.
pub fn job_path(tenant: &Tenant, job: &Job) -> String {
    format!("{}/jobs/{}", tenant_path(tenant), job.id)
}

impl Frame {
    /// The frame of a page of the center itself.
    pub fn new(visit: &Visit, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            csrf: visit.csrf.clone(),
            nonce: visit.nonce.clone(),
            theme: match visit.request.cookie("syncline-theme") {
                Some("light") => "light",
                Some("dark") => "dark",
                _ => "auto",
            },
            reader: visit
                .who
                .as_ref()
                .map(|who| Reader { name: who.name.clone(), is_operator: who.is_operator() }),
            crumbs: Vec::new(),
            side: Vec::new(),
            side_label: String::new(),
            said: said(visit),
            unfinished: None,
        }
    }

    /// The frame of a page of a tenant, at one of its places.
    #[must_use]
    pub fn in_tenant(mut self, tenant: &Tenant, place: &str) -> Self {
        let base = tenant_path(tenant);
        self.crumbs.push(Link::new(base.clone(), tenant.name.clone()));
        self.side_label = tenant.name.clone();
        self.side = links(&base, TENANT, place);
        self
    }

    /// The frame of a page of a configuration, at one of its places.
    #[must_use]
    pub fn in_job(mut self, tenant: &Tenant, job: &Job, place: &str) -> Self {
        let (base, own) = (tenant_path(tenant), job_path(tenant, job));
        self.crumbs.push(Link::new(base.clone(), tenant.name.clone()));
        self.crumbs.push(Link::new(format!("{base}/jobs"), text!("nav-jobs")));
        self.crumbs.push(Link::new(own.clone(), job.name.clone()));
        self.side_label = job.name.clone();
        // From wherever one went during the setup, back to its next step.
        let is_new = job.stage != model::Stage::Started && place != "setup";
        self.unfinished = is_new.then(|| Link::new(format!("{own}/setup"), text!("frame-setup")));
        self.side = links(&own, JOB, place);
        self
    }

    /// One more step on the way here.
    #[must_use]
    pub fn below(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Link::new(href, label));
        self
    }

    /// The address of a file that pages are dressed with.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}

fn links(base: &str, places: &[(&str, &str, &str)], current: &str) -> Vec<Link> {
    let link = |(name, path, text): &(&str, &str, &str)| Link {
        href: format!("{base}{path}"),
        label: texts::say(text, &[]),
        is_current: *name == current,
    };
    places.iter().map(link).collect()
}

/// What was just done, where the address says so with a key that we know. Whoever comes from elsewhere did
/// nothing here just now, and their address may have been made up to say so.
fn said(visit: &Visit) -> Option<String> {
    if visit.request.from_elsewhere {
        return None;
    }
    let key = visit.query().get("said")?;
    let is_ours = key.starts_with("said-") && texts::has(key);
    is_ours.then(|| text!(key, name = visit.query().text("of")))
}
