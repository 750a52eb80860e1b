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
        PolicyCommand::Settings { tenant: at, partner, set } => {
            let own = tenant(&at)?;
            let partner = partner.map(|name| partner_id(call, &name)).transpose()?;
            let settings = parse_settings(&set)?;
            let policy = directory.set_settings(call.actor, own.id, partner, &settings)?;
            Ok(shown(call, &own, &policy, partner))
        }
        PolicyCommand::Remove { tenant: at, partner } => {
            let own = tenant(&at)?;
            let partner = partner_id(call, &partner)?;
            let policy = directory.remove_partner(call.actor, own.id, partner)?;
            Ok(shown(call, &own, &policy, None))
        }
    }
}

fn parse_settings(pairs: &[String]) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    let mut settings = serde_json::Map::new();
    for pair in pairs {
        let (name, text) = pair
            .split_once('=')
            .ok_or_else(|| Failure::usage(format!("'{pair}' is not NAME=JSON")))?;
        let value = serde_json::from_str(text)
            .map_err(|error| Failure::usage(format!("{name}: '{text}' is no JSON: {error}")))?;
        settings.insert(name.to_owned(), value);
    }
    Ok(settings)
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
    let mut text = format!("{} allows:\n{}", own.initial_domain(), table(&header, rows));
    let defaults = (None, policy.effective_defaults());
    let each = partners.iter().map(|(id, _)| (Some(**id), policy.effective(**id)));
    let kept: Vec<Vec<String>> = std::iter::once(defaults)
        .chain(each)
        .flat_map(|(id, settings)| kept_rows(id.map_or("defaults".to_owned(), name), &settings))
        .collect();
    text.push_str("\nKept and shown, not acted on:\n");
    text.push_str(&table(&["for", "setting", "value"], kept));
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

/// The settings that are kept, a row each; long ones in short.
fn kept_rows(who: String, settings: &model::AccessSettings) -> Vec<Vec<String>> {
    let serde_json::Value::Object(settings) = json!(settings) else { return Vec::new() };
    let access = |value: &serde_json::Value| {
        let users = value.pointer("/usersAndGroups/accessType").and_then(|text| text.as_str());
        let apps = value.pointer("/applications/accessType").and_then(|text| text.as_str());
        match (users, apps) {
            (Some(users), Some(apps)) => format!("users {users}, applications {apps}"),
            _ => value.to_string(),
        }
    };
    settings.iter().map(|(name, value)| vec![who.clone(), name.clone(), access(value)]).collect()
}
