//! One of the settings that are inherited property by property: B2B collaboration, direct connect and
//! trust, for a partner or as the default. Syncline keeps them for Graph's callers and does not act on
//! them itself; the page says so.

mod value;

use access::Permission;
use askama::Template;
use model::AccessSettings;
use serde_json::{Map, Value, json};

use self::value::{CLAIMS, Side, describe};
use super::{Place, base_of};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

/// What comes in.
pub const INBOUND: &[&str] =
    &["b2bCollaborationInbound", "b2bDirectConnectInbound", "inboundTrust"];
/// What goes out.
pub const OUTBOUND: &[&str] = &["b2bCollaborationOutbound", "b2bDirectConnectOutbound"];

/// A setting in a list.
pub struct SettingRow {
    /// Graph's name, which addresses use.
    pub name: &'static str,
    /// What it is called.
    pub title: String,
    /// What is in force, in words.
    pub now: String,
    /// Whether it is set here, and not inherited.
    pub is_own: bool,
}

impl SettingRow {
    /// These settings, with what is in force.
    pub fn list(names: &[&'static str], own: &AccessSettings, now: &AccessSettings) -> Vec<Self> {
        let row = |name: &&'static str| Self {
            name,
            title: title(name),
            now: describe(value_of(now, name).as_ref()),
            is_own: value_of(own, name).is_some(),
        };
        names.iter().map(row).collect()
    }
}

#[derive(Template)]
#[template(path = "access_setting.html")]
struct Page {
    frame: Frame,
    action: String,
    back: String,
    meaning: String,
    inherited: String,
    inherits_from: String,
    is_trust: bool,
    fields: Fields,
    refused: Option<Error>,
    why_not: Option<String>,
}

/// A setting as the fields of its form.
#[derive(Default)]
struct Fields {
    is_own: bool,
    users: Side,
    applications: Side,
    claims: Vec<(&'static str, String, bool)>,
}

/// A setting of a partner.
pub fn show_partner(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::read(visit)?;
    let fields = Fields::of(
        &place.partner().settings,
        &place.policy.effective(place.other.id),
        name(visit)?,
    );
    partner_page(visit, &place, fields, None)
}

/// Takes a setting of a partner.
pub fn save_partner(visit: &Visit) -> Result<Answer, Error> {
    let (place, name) = (Place::read(visit)?, name(visit)?);
    let (actor, tenant, other) = (visit.actor(), place.tenant.id, place.other.id);
    let taken = read(visit, name).and_then(|change| {
        let directory = &visit.center.directory;
        match place.is_known() {
            true => directory.change_partner(actor, tenant, other, &change).map(drop)?,
            false => directory.create_partner(actor, tenant, other, &change).map(drop)?,
        }
        Ok(())
    });
    match taken {
        Ok(()) => Ok(Answer::said_of(&place.path(), "said-access-setting", &title(name))),
        Err(error) if error.is_mendable() => {
            partner_page(visit, &place, Fields::sent(visit), Some(error))
        }
        Err(error) => Err(error),
    }
}

/// A default.
pub fn show_default(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let policy = visit.center.directory.policy(visit.actor(), tenant.id)?;
    default_page(
        visit,
        Fields::of(&policy.defaults, &policy.effective_defaults(), name(visit)?),
        None,
    )
}

/// Takes a default.
pub fn save_default(visit: &Visit) -> Result<Answer, Error> {
    let (tenant, name) = (visit.tenant()?, name(visit)?);
    let taken = read(visit, name).and_then(|change| {
        visit.center.directory.change_defaults(visit.actor(), tenant.id, &change)?;
        Ok(())
    });
    match taken {
        Ok(()) => {
            let address = format!("{}/defaults", base_of(&tenant));
            Ok(Answer::said_of(&address, "said-access-setting", &title(name)))
        }
        Err(error) if error.is_mendable() => default_page(visit, Fields::sent(visit), Some(error)),
        Err(error) => Err(error),
    }
}

fn partner_page(
    visit: &Visit,
    place: &Place,
    fields: Fields,
    refused: Option<Error>,
) -> Result<Answer, Error> {
    let name = name(visit)?;
    let inherited = describe(value_of(&place.policy.effective_defaults(), name).as_ref());
    let frame = place.frame(visit, title(name)).below(place.other.name.clone(), place.path());
    let action = format!("{}/settings/{name}", place.path());
    let from = text!("access-from-defaults");
    page(
        visit,
        (frame, place.tenant.id),
        (action, place.path()),
        (inherited, from),
        (fields, refused),
    )
}

fn default_page(visit: &Visit, fields: Fields, refused: Option<Error>) -> Result<Answer, Error> {
    let (tenant, name) = (visit.tenant()?, name(visit)?);
    let inherited = describe(value_of(&AccessSettings::service_defaults(), name).as_ref());
    let back = format!("{}/defaults", base_of(&tenant));
    let frame = Frame::new(visit, title(name))
        .in_tenant(&tenant, "access")
        .below(text!("nav-access"), base_of(&tenant))
        .below(text!("access-defaults"), back.clone());
    let action = format!("{back}/{name}");
    let from = text!("access-from-service");
    page(visit, (frame, tenant.id), (action, back), (inherited, from), (fields, refused))
}

fn page(
    visit: &Visit,
    (frame, tenant): (Frame, model::TenantId),
    (action, back): (String, String),
    (inherited, inherits_from): (String, String),
    (fields, refused): (Fields, Option<Error>),
) -> Result<Answer, Error> {
    let name = name(visit)?;
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame,
        action,
        back,
        meaning: meaning(name),
        inherited,
        inherits_from,
        is_trust: name == "inboundTrust",
        fields,
        refused,
        why_not: visit.why_not(Permission::WritePolicies, tenant),
    };
    Answer::page_with(status, &page)
}

/// The setting of the address.
fn name(visit: &Visit) -> Result<&'static str, Error> {
    let wanted = visit.key("setting");
    let mut all = INBOUND.iter().chain(OUTBOUND);
    all.find(|name| **name == wanted).copied().ok_or_else(Error::missing)
}

fn value_of(settings: &AccessSettings, name: &str) -> Option<Value> {
    match name {
        "b2bCollaborationInbound" => settings.b2b_collaboration_inbound.clone(),
        "b2bCollaborationOutbound" => settings.b2b_collaboration_outbound.clone(),
        "b2bDirectConnectInbound" => settings.b2b_direct_connect_inbound.clone(),
        "b2bDirectConnectOutbound" => settings.b2b_direct_connect_outbound.clone(),
        _ => settings.inbound_trust.clone(),
    }
}

fn title(name: &str) -> String {
    match name {
        "b2bCollaborationInbound" => text!("access-collaboration-in"),
        "b2bCollaborationOutbound" => text!("access-collaboration-out"),
        "b2bDirectConnectInbound" => text!("access-direct-in"),
        "b2bDirectConnectOutbound" => text!("access-direct-out"),
        _ => text!("access-trust"),
    }
}

fn meaning(name: &str) -> String {
    match name {
        "b2bCollaborationInbound" => text!("access-collaboration-in-text"),
        "b2bCollaborationOutbound" => text!("access-collaboration-out-text"),
        "b2bDirectConnectInbound" | "b2bDirectConnectOutbound" => text!("access-direct-text"),
        _ => text!("access-trust-text"),
    }
}

impl Fields {
    fn of(own: &AccessSettings, now: &AccessSettings, name: &str) -> Self {
        let value = value_of(now, name).unwrap_or(Value::Null);
        let claim = |(claim, key): (&'static str, &str)| {
            (claim, crate::texts::say(key, &[]), value[claim] == json!(true))
        };
        Self {
            is_own: value_of(own, name).is_some(),
            users: Side::of(&value["usersAndGroups"]),
            applications: Side::of(&value["applications"]),
            claims: CLAIMS.map(claim).into(),
        }
    }

    fn sent(visit: &Visit) -> Self {
        let claim = |(claim, key): (&'static str, &str)| {
            (claim, crate::texts::say(key, &[]), visit.form().is_on(claim))
        };
        Self {
            is_own: visit.form().text("mode") == "own",
            users: Side::sent(visit, "users"),
            applications: Side::sent(visit, "applications"),
            claims: CLAIMS.map(claim).into(),
        }
    }
}

/// The change that a form asks for, by Graph's names.
fn read(visit: &Visit, name: &str) -> Result<Map<String, Value>, Error> {
    let fields = Fields::sent(visit);
    let value = match (fields.is_own, name) {
        (false, _) => Value::Null,
        (true, "inboundTrust") => {
            let claims = fields.claims.iter();
            claims.map(|(claim, _, on)| ((*claim).to_owned(), json!(on))).collect()
        }
        (true, _) => json!({
            "usersAndGroups": fields.users.value("AllUsers", "user")?,
            "applications": fields.applications.value("AllApplications", "application")?,
        }),
    };
    Ok(Map::from_iter([(name.to_owned(), value)]))
}
