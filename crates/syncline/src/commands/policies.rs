//! `syncline policy`.

use directory::PolicyChange;
use model::{AccessPolicy, Tenant, TenantId};
use serde_json::json;

use super::{Call, table};
use crate::{
    args::{PolicyCommand, Switch},
    failure::Failure,
    output::Reply,
};

pub fn run(call: &Call<'_>, command: PolicyCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = |name: &str| directory.get_tenant(call.actor, name);
    match command {
        PolicyCommand::Show { tenant: at, partner } => {
            let own = tenant(&at)?;
            let partner = partner.map(|name| partner_id(call, &name)).transpose()?;
            let policy = directory.policy(call.actor, own.id)?;
            Ok(shown(call, &own, &policy, partner))
        }
        PolicyCommand::Set {
            tenant: at,
            partner,
            sync_inbound,
            group_sync_inbound,
            redeem_inbound,
            redeem_outbound,
        } => {
            let own = tenant(&at)?;
            let partner = partner_id(call, &partner)?;
            let change = PolicyChange {
                sync_inbound: sync_inbound.map(Switch::is_on),
                group_sync_inbound: group_sync_inbound.map(Switch::is_on),
                redeem_inbound: redeem_inbound.map(Switch::is_on),
                redeem_outbound: redeem_outbound.map(Switch::is_on),
            };
            let policy = directory.set_partner(call.actor, own.id, partner, &change)?;
            Ok(shown(call, &own, &policy, Some(partner)))
        }
        PolicyCommand::Remove { tenant: at, partner } => {
            let own = tenant(&at)?;
            let partner = partner_id(call, &partner)?;
            let policy = directory.remove_partner(call.actor, own.id, partner)?;
            Ok(shown(call, &own, &policy, None))
        }
    }
}

/// A partner is named by id, or by domain where it is hosted here: domains are public.
fn partner_id(call: &Call<'_>, name: &str) -> Result<TenantId, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let tenant = call.app.directory.get_tenant(&super::operator(), name)?;
    Ok(tenant.id)
}

fn shown(call: &Call<'_>, own: &Tenant, policy: &AccessPolicy, partner: Option<TenantId>) -> Reply {
    let operator = super::operator();
    let name = |id: TenantId| match call.app.directory.get_tenant(&operator, &id.to_string()) {
        Ok(tenant) => tenant.initial_domain().to_string(),
        Err(_) => id.to_string(),
    };
    let partners: Vec<_> = policy
        .partners
        .iter()
        .filter(|(id, _)| partner.is_none_or(|partner| partner == **id))
        .collect();
    let switch = |value: Option<bool>| match value {
        Some(true) => "on".to_owned(),
        Some(false) => "off".to_owned(),
        None => "off (default)".to_owned(),
    };
    let rows = partners.iter().map(|(id, one)| {
        vec![
            name(**id),
            switch(one.sync_inbound),
            switch(one.group_sync_inbound),
            switch(one.redeem_inbound),
            switch(one.redeem_outbound),
        ]
    });
    let header =
        ["partner", "sync inbound", "group sync inbound", "redeem inbound", "redeem outbound"];
    let text = format!("{} allows:\n{}", own.initial_domain(), table(&header, rows));
    let list: Vec<_> = partners
        .iter()
        .map(|(id, one)| {
            json!({
                "tenantId": id,
                "name": name(**id),
                "syncInbound": one.sync_inbound,
                "groupSyncInbound": one.group_sync_inbound,
                "redeemInbound": one.redeem_inbound,
                "redeemOutbound": one.redeem_outbound,
                "own": one.settings,
                "effective": policy.effective(**id),
            })
        })
        .collect();
    Reply::new(json!({ "tenant": own.id, "defaults": policy.defaults, "partners": list }), text)
}
