//! The connection test: what both tenants have to allow, and who has to act where it is missing
//! (cross-tenant-sync.md 2.6 and Appendix A 1 and 2).

use model::{AccessPolicy, Consent, Tenant};
use serde::Serialize;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// The tenant that pushes.
    Source,
    /// The tenant that receives.
    Target,
}

/// One check with its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The machine code.
    pub code: &'static str,
    /// Whose setting it is.
    pub side: Side,
    /// Whether it is as it must be.
    pub passed: bool,
    /// What it looks at, and what was found.
    pub message: String,
    /// What that side has to do; none when it passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// All checks of the two tenants' policies, passed and failed; that about groups only where `groups` go
/// along.
pub fn check_consent(
    source: (&Tenant, &AccessPolicy),
    target: (&Tenant, &AccessPolicy),
    groups: bool,
) -> Vec<Check> {
    let consent = Consent::of((source.0.id, source.1), (target.0.id, target.1));
    let (from, to) = (source.0.initial_domain(), target.0.initial_domain());
    let check = |code, side, passed: bool, what: String, own, other, option: &str| Check {
        code,
        side,
        passed,
        message: format!("{what}: {}", if passed { "yes" } else { "no" }),
        remedy: (!passed)
            .then(|| format!("syncline policy set --tenant {own} --partner {other} {option} on")),
    };
    let mut checks = vec![
        check(
            "target-sync-inbound",
            Side::Target,
            consent.target_sync_inbound,
            format!("{to} allows {from} to synchronize users into it"),
            to,
            from,
            "--sync-inbound",
        ),
        check(
            "target-redeem-inbound",
            Side::Target,
            consent.target_redeem_inbound,
            format!("{to} redeems invitations of people from {from} automatically"),
            to,
            from,
            "--redeem-inbound",
        ),
        check(
            "source-redeem-outbound",
            Side::Source,
            consent.source_redeem_outbound,
            format!("{from} lets its people's invitations to {to} be redeemed automatically"),
            from,
            to,
            "--redeem-outbound",
        ),
    ];
    if groups {
        checks.push(check(
            "target-group-sync-inbound",
            Side::Target,
            consent.target_group_sync_inbound,
            format!("{to} allows {from} to synchronize groups into it"),
            to,
            from,
            "--group-sync-inbound",
        ));
    }
    checks
}
