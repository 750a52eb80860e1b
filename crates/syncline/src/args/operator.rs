//! Commands about the people who run the server, and about signing in to one.

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

/// Operators.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OperatorCommand {
    /// Make a one-time link for another operator; links before it are void
    Create {
        /// The operator's name; whoever takes the link chooses when left out
        #[arg(long)]
        name: Option<String>,
    },
    /// Make a one-time link where every operator has lost the way in: on the server's machine only
    #[command(after_help = "Example:\n  syncline operator reset --data syncline-data")]
    Reset {
        /// The operator's name; whoever takes the link chooses when left out
        #[arg(long)]
        name: Option<String>,
    },
    /// List the operators
    List,
    /// Take an operator's token away
    Remove {
        /// The operator's name
        name: String,
    },
}

/// Signing in.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct LoginArgs {
    /// The one-time code or the whole link; `-` reads it from standard input
    #[arg(long, value_name = "CODE|LINK", default_value = "-")]
    pub code: String,
    /// The name to be known by; the system's user when left out
    #[arg(long)]
    pub name: Option<String>,
}
