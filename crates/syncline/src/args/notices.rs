//! Commands about notices: who is told about a tenant's jobs, and how.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

/// Notices about a tenant's jobs.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NotifyCommand {
    /// Show how a tenant is told, and what was not delivered yet
    Show {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Set how a tenant is told; what is left out stays
    Set(Box<NotifySet>),
    /// Send a test now, every way that is set
    Test {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
}

/// How a tenant is told.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline notify set --tenant contoso.example --webhook https://ops.contoso.example/syncline\n  \
    syncline notify set --tenant contoso.example --mail ops@contoso.example \\\n    \
    --mail-server 'smtp://mail.contoso.example:587?tls=required' --mail-from syncline@contoso.example \\\n    \
    --mail-user syncline --mail-password-file -\n  \
    syncline notify set --tenant contoso.example --digest 07:30 --mute quarantine-ended\n  \
    syncline notify set --tenant contoso.example --webhook off")]
pub struct NotifySet {
    /// The tenant: id or domain
    #[arg(long)]
    pub tenant: String,
    /// Post notices there; `off` for nowhere. The secret that signs them is made and shown once
    #[arg(long, value_name = "URL")]
    pub webhook: Option<String>,
    /// Make another secret for the webhook
    #[arg(long)]
    pub new_secret: bool,
    /// Mail notices to these; `off` for nobody
    #[arg(long, value_name = "ADDRESS,…", value_delimiter = ',')]
    pub mail: Vec<String>,
    /// The sender
    #[arg(long, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// smtps://HOST, smtp://HOST:587?tls=required, or smtp://HOST:25 without encryption
    #[arg(long, value_name = "URL")]
    pub mail_server: Option<String>,
    /// Sign in to the mail server with this name; `off` for not at all
    #[arg(long, value_name = "NAME")]
    pub mail_user: Option<String>,
    /// The file that holds its password, `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub mail_password_file: Option<PathBuf>,
    /// Do not tell these at once: quarantine-began, quarantine-ended, job-disabled, changes-held; `none`
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub mute: Vec<String>,
    /// Tell how all jobs stand once a day at this time, in UTC; `off` for not at all
    #[arg(long, value_name = "HH:MM")]
    pub digest: Option<String>,
}
