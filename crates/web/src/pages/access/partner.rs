//! What a tenant has set for one other: what comes in, what goes out, and what hangs on it. A change that
//! stops a configuration is asked about first; so is synchronization without automatic redemption, since
//! it takes both.

use access::Permission;
use askama::Template;
use directory::PolicyChange;
use model::Partner;
use serde_json::{Map, Value};

use super::{
    Place, base_of,
    effects::{self, Hanging},
    is_inbound_set, is_outbound_set, seen,
    setting::{INBOUND, OUTBOUND, SettingRow},
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "access_partner.html")]
struct Page {
    frame: Frame,
    path: String,
    place: Place,
    ticked: Ticked,
    seen: String,
    inbound_set: bool,
    outbound_set: bool,
    inbound: Vec<SettingRow>,
    outbound: Vec<SettingRow>,
    hanging: Vec<Hanging>,
    question: Option<Question>,
    refused: Option<Error>,
    why_not: Option<String>,
    both: bool,
    their_page: String,
    request: String,
}

/// The switches as the form shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ticked {
    sync: bool,
    groups: bool,
    redeem_in: bool,
    redeem_out: bool,
}

/// What has to be answered before something is saved.
#[derive(Clone, Debug)]
enum Question {
    /// Synchronization alone does nothing: redemption too?
    Redeem,
    /// These configurations stop.
    Stops { names: String, inbound: bool },
}

impl Ticked {
    fn of(partner: &Partner) -> Self {
        Self {
            sync: partner.sync_inbound == Some(true),
            groups: partner.group_sync_inbound == Some(true),
            redeem_in: partner.redeem_inbound == Some(true),
            redeem_out: partner.redeem_outbound == Some(true),
        }
    }

    fn all(self) -> [bool; 4] {
        [self.sync, self.groups, self.redeem_in, self.redeem_out]
    }

    /// What a form for one direction changes about what its reader saw; all else stays as it is now, so
    /// that what somebody else switched off meanwhile stays off.
    fn read(visit: &Visit, before: Self, inbound: bool) -> Self {
        let form = visit.form();
        let [sync, groups, redeem_in, redeem_out] =
            seen::read(form.text("seen")).unwrap_or(before.all());
        let redeem = form.is_on("redeem");
        match inbound {
            true => Self {
                sync: seen::merge(sync, form.is_on("sync"), before.sync),
                groups: seen::merge(groups, form.is_on("groups"), before.groups),
                redeem_in: match form.text("asked") {
                    "both" => true,
                    _ => seen::merge(redeem_in, redeem, before.redeem_in),
                },
                ..before
            },
            false => {
                Self { redeem_out: seen::merge(redeem_out, redeem, before.redeem_out), ..before }
            }
        }
    }

    /// What is to be written: what is another than before. What was never set and is off stays inherited.
    fn change(self, before: Self) -> PolicyChange {
        let set = |before: bool, wanted: bool| (before != wanted).then_some(wanted);
        PolicyChange {
            sync_inbound: set(before.sync, self.sync),
            group_sync_inbound: set(before.groups, self.groups),
            redeem_inbound: set(before.redeem_in, self.redeem_in),
            redeem_outbound: set(before.redeem_out, self.redeem_out),
        }
    }
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::read(visit)?;
    let ticked = Ticked::of(&place.partner());
    page(visit, place, ticked, (None, None))
}

/// Takes what is allowed to come in.
pub fn save_inbound(visit: &Visit) -> Result<Answer, Error> {
    save(visit, true)
}

/// Takes what is allowed to go out.
pub fn save_outbound(visit: &Visit) -> Result<Answer, Error> {
    save(visit, false)
}

fn save(visit: &Visit, inbound: bool) -> Result<Answer, Error> {
    let place = Place::read(visit)?;
    let before = Ticked::of(&place.partner());
    let wanted = Ticked::read(visit, before, inbound);
    if let Some(question) = question(visit, &place, (before, wanted), inbound)? {
        return page(visit, place, wanted, (Some(question), None));
    }
    let (tenant, other) = (place.tenant.id, place.other.id);
    let change = wanted.change(before);
    match visit.center.directory.set_partner(visit.actor(), tenant, other, &change) {
        Ok(_) => Ok(Answer::said_of(&place.path(), "said-access-saved", &place.other.name)),
        Err(error) => {
            let error = Error::from(error);
            if !error.is_mendable() {
                return Err(error);
            }
            page(visit, place, wanted, (None, Some(error)))
        }
    }
}

fn question(
    visit: &Visit,
    place: &Place,
    (before, wanted): (Ticked, Ticked),
    inbound: bool,
) -> Result<Option<Question>, Error> {
    let form = visit.form();
    let begins = wanted.sync && !before.sync;
    if inbound && begins && !wanted.redeem_in && !form.is_on("asked") {
        return Ok(Some(Question::Redeem));
    }
    let ends = match inbound {
        true => (before.sync && !wanted.sync) || (before.redeem_in && !wanted.redeem_in),
        false => before.redeem_out && !wanted.redeem_out,
    };
    if !ends || form.is_on("sure") {
        return Ok(None);
    }
    let hanging = effects::find(visit, place.tenant.id, place.other.id)?;
    let stops = hanging.iter().filter(|one| one.is_inbound == inbound && one.is_allowed);
    let names: Vec<&str> = stops.map(|one| one.name.as_str()).collect();
    Ok((!names.is_empty()).then(|| Question::Stops { names: names.join(", "), inbound }))
}

/// Puts everything back to what is inherited. Nobody may synchronize then.
pub fn reset(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::read(visit)?;
    let (actor, tenant, other) = (visit.actor(), place.tenant.id, place.other.id);
    let directory = &visit.center.directory;
    if place.partner().has_sync() {
        directory.delete_sync_consent(actor, tenant, other)?;
    }
    let names = INBOUND.iter().chain(OUTBOUND).copied();
    let names = names.chain(["tenantRestrictions", "automaticUserConsentSettings"]);
    let nothing: Map<String, Value> = names.map(|name| (name.to_owned(), Value::Null)).collect();
    directory.change_partner(actor, tenant, other, &nothing)?;
    Ok(Answer::said_of(&place.path(), "said-access-reset", &place.other.name))
}

/// Removes the organization, which puts it back on the defaults and ends what hangs on it.
pub fn remove(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::read(visit)?;
    let directory = &visit.center.directory;
    match directory.remove_partner(visit.actor(), place.tenant.id, place.other.id) {
        Ok(_) => {
            let list = base_of(&place.tenant);
            Ok(Answer::said_of(&list, "said-access-removed", &place.other.name))
        }
        Err(error) => {
            let error = Error::from(error);
            if !error.is_mendable() {
                return Err(error);
            }
            let ticked = Ticked::of(&place.partner());
            page(visit, place, ticked, (None, Some(error)))
        }
    }
}

fn page(
    visit: &Visit,
    place: Place,
    ticked: Ticked,
    (question, refused): (Option<Question>, Option<Error>),
) -> Result<Answer, Error> {
    let partner = place.partner();
    let path = place.path();
    let own = &partner.settings;
    let effective = place.policy.effective(place.other.id);
    let rows = |names: &[&'static str]| SettingRow::list(names, own, &effective);
    let may = |tenant| visit.may(Permission::WritePolicies, tenant);
    let their_page = their_page(visit, &place);
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, place.other.name.clone()),
        seen: seen::write(Ticked::of(&partner).all()),
        inbound_set: is_inbound_set(&partner),
        outbound_set: is_outbound_set(&partner),
        inbound: rows(INBOUND),
        outbound: rows(OUTBOUND),
        hanging: effects::find(visit, place.tenant.id, place.other.id)?,
        why_not: visit.why_not(Permission::WritePolicies, place.tenant.id),
        both: may(place.tenant.id) && may(place.other.id) && place.other.domain.is_some(),
        request: text!(
            "access-request",
            own = place.tenant.name.as_str(),
            domain = place.tenant.initial_domain().as_str(),
            other = place.other.name.as_str(),
            link = their_page.as_str()
        ),
        their_page,
        path,
        place,
        ticked,
        question,
        refused,
    };
    Answer::page_with(status, &page)
}

/// Where the other side's administrator sets the counterpart, as an address to send.
fn their_page(visit: &Visit, place: &Place) -> String {
    let own = super::Other::of(&place.tenant);
    let path = format!("/center/tenants/{}/access/{}", place.other.slug(), own.slug());
    format!("{}{path}", visit.request.own_origin)
}

impl Page {
    /// What hangs on the settings, as a sentence for whoever removes them.
    fn at_stake(&self) -> String {
        let running = self.hanging.iter().filter(|one| one.is_allowed);
        let names: Vec<&str> = running.map(|one| one.name.as_str()).collect();
        let name = self.place.other.name.as_str();
        match names.is_empty() {
            true => text!("access-remove-confirm", name = name),
            false => text!("access-remove-stops", name = name, jobs = names.join(", ")),
        }
    }
}
