//! Both sides on one page, for whoever may set both: what one direction takes is three switches in two
//! tenants, and here they stand beside one another.

use askama::Template;
use directory::PolicyChange;
use model::{AccessPolicy, Consent, Tenant};

use super::{Place, effects, seen};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "access_both.html")]
struct Page {
    frame: Frame,
    path: String,
    ways: [Way; 2],
    stops: Option<String>,
}

/// One direction: people of one tenant who go to the other.
struct Way {
    key: &'static str,
    from: String,
    to: String,
    consent: Consent,
    /// The switches as they stand now.
    seen: String,
}

impl Way {
    fn of(key: &'static str, from: (&Tenant, &AccessPolicy), to: (&Tenant, &AccessPolicy)) -> Self {
        let consent = Consent::of((from.0.id, from.1), (to.0.id, to.1));
        Self {
            key,
            from: from.0.name.clone(),
            to: to.0.name.clone(),
            seen: seen::write(switches(&consent)),
            consent,
        }
    }

    /// The same with what the form changes about what its reader saw.
    fn sent(self, visit: &Visit) -> Self {
        let form = visit.form();
        let now = switches(&self.consent);
        let were = seen::read(form.text(&format!("{}-seen", self.key))).unwrap_or(now);
        let names = ["sync", "groups", "redeem-in", "redeem-out"];
        let [sync, groups, redeem_in, redeem_out] = std::array::from_fn(|index| {
            let is_on = form.is_on(&format!("{}-{}", self.key, names[index]));
            seen::merge(were[index], is_on, now[index])
        });
        let consent = Consent {
            target_sync_inbound: sync,
            target_redeem_inbound: redeem_in,
            source_redeem_outbound: redeem_out,
            target_group_sync_inbound: groups,
        };
        Self { consent, ..self }
    }
}

fn switches(consent: &Consent) -> [bool; 4] {
    [
        consent.target_sync_inbound,
        consent.target_group_sync_inbound,
        consent.target_redeem_inbound,
        consent.source_redeem_outbound,
    ]
}

/// The two tenants; whoever may not read the other's settings learns that it is not theirs.
fn read(visit: &Visit) -> Result<(Place, Tenant, AccessPolicy), Error> {
    let place = Place::read(visit)?;
    let directory = &visit.center.directory;
    let other = directory.get_tenant(visit.actor(), &place.other.id.to_string())?;
    let policy = directory.policy(visit.actor(), other.id)?;
    Ok((place, other, policy))
}

/// The switches of both sides.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let (place, other, policy) = read(visit)?;
    let ways = ways(&place, &other, &policy);
    page(visit, &place, ways, None)
}

/// Takes the switches of both sides. Each side is a commit of its own, with its own audit entry.
pub fn save(visit: &Visit) -> Result<Answer, Error> {
    let (place, other, policy) = read(visit)?;
    let before = ways(&place, &other, &policy);
    let wanted = ways(&place, &other, &policy).map(|way| way.sent(visit));
    if !visit.form().is_on("sure")
        && let Some(stops) = stops(visit, &place, &before, &wanted)?
    {
        return page(visit, &place, wanted, Some(stops));
    }
    let ([out, in_], [out_now, in_now]) = (&wanted, &before);
    for (own, partner, comes, goes) in [
        (place.tenant.id, other.id, (in_now, in_), (out_now, out)),
        (other.id, place.tenant.id, (out_now, out), (in_now, in_)),
    ] {
        // What was never set and is off stays inherited.
        let set = |(now, wanted): (&Way, &Way), of: fn(&Consent) -> bool| {
            (of(&now.consent) != of(&wanted.consent)).then_some(of(&wanted.consent))
        };
        let change = PolicyChange {
            sync_inbound: set(comes, |one| one.target_sync_inbound),
            group_sync_inbound: set(comes, |one| one.target_group_sync_inbound),
            redeem_inbound: set(comes, |one| one.target_redeem_inbound),
            redeem_outbound: set(goes, |one| one.source_redeem_outbound),
        };
        visit.center.directory.set_partner(visit.actor(), own, partner, &change)?;
    }
    Ok(Answer::said_of(&place.path(), "said-access-both", &other.name))
}

fn ways(place: &Place, other: &Tenant, policy: &AccessPolicy) -> [Way; 2] {
    let here = (&place.tenant, &place.policy);
    let there = (other, policy);
    [Way::of("out", here, there), Way::of("in", there, here)]
}

/// The configurations that would stop, if any.
fn stops(
    visit: &Visit,
    place: &Place,
    before: &[Way; 2],
    wanted: &[Way; 2],
) -> Result<Option<String>, Error> {
    let ends = |index: usize| before[index].consent.is_given() && !wanted[index].consent.is_given();
    let hanging = effects::find(visit, place.tenant.id, place.other.id)?;
    let stopped = hanging.iter().filter(|one| ends(usize::from(one.is_inbound)));
    let names: Vec<&str> = stopped.map(|one| one.name.as_str()).collect();
    Ok((!names.is_empty()).then(|| names.join(", ")))
}

fn page(
    visit: &Visit,
    place: &Place,
    ways: [Way; 2],
    stops: Option<String>,
) -> Result<Answer, Error> {
    let (own, other) = (place.tenant.name.as_str(), place.other.name.as_str());
    let title = text!("access-both-title", own = own, other = other);
    Answer::page(&Page {
        frame: place.frame(visit, title).below(place.other.name.clone(), place.path()),
        path: place.path(),
        ways,
        stops,
    })
}
