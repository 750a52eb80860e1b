//! Commands about changes that wait for approval.

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

/// Held changes.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline hold staff list --action remove\n  \
    syncline hold staff approve --user ada@contoso.example\n  \
    syncline hold staff approve --text Sales\n  \
    syncline hold staff reject --older-than 2d\n  \
    syncline hold staff approve --all")]
pub struct HoldArgs {
    /// Id or name; DOMAIN/NAME when ambiguous
    pub job: String,
    /// What to do
    #[command(subcommand)]
    pub command: HoldCommand,
}

/// What to do with held changes.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HoldCommand {
    /// List them, and when each is rejected by itself
    List {
        /// Some of them
        #[command(flatten)]
        filter: HoldFilter,
    },
    /// Let them go: they are looked at again and done if still meant
    Approve {
        /// Which
        #[command(flatten)]
        which: HoldWhich,
    },
    /// Keep the people as they are
    Reject {
        /// Which
        #[command(flatten)]
        which: HoldWhich,
    },
}

/// Which held changes are decided about: those named, those that a filter says, or all.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct HoldWhich {
    /// These
    #[arg(conflicts_with_all = ["all", "action", "user", "code", "older_than", "text"])]
    pub ids: Vec<String>,
    /// All of them
    #[arg(long, conflicts_with_all = ["action", "user", "code", "older_than", "text"])]
    pub all: bool,
    /// Some of them
    #[command(flatten)]
    pub filter: HoldFilter,
}

/// Some held changes, asked for as the log is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
pub struct HoldFilter {
    /// Only these actions: create, adopt, update, restore, disable, remove
    #[arg(long, value_name = "ACTION,…", value_delimiter = ',')]
    pub action: Vec<String>,
    /// Only this person: id, user principal name or mail
    #[arg(long)]
    pub user: Option<String>,
    /// Only those held with these codes
    #[arg(long, value_name = "CODE,…", value_delimiter = ',')]
    pub code: Vec<String>,
    /// Only what was decided longer ago than 45m, 3h, 2d
    #[arg(long, value_name = "TIME")]
    pub older_than: Option<String>,
    /// Only those with this text in a name, a value or a reason
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
}
