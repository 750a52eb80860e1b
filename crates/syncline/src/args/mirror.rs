//! Commands about mirrors.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

/// What a mirror brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum MirrorKind {
    /// People.
    User,
    /// Groups with their members.
    Group,
}

/// Which mirror.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct MirrorName {
    /// Id or name
    pub mirror: String,
    /// The tenant: id or domain
    #[arg(long)]
    pub tenant: String,
}

/// Mirrors.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MirrorCommand {
    /// Have a tenant follow a file that another system replaces
    Create(Box<MirrorCreate>),
    /// Change a mirror; what it holds is judged anew
    Update(Box<MirrorUpdate>),
    /// List the mirrors of a tenant with what they came to
    List {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Show a mirror, its last run, and the listing that it holds
    Show(MirrorName),
    /// Show what taking the listing in would do, and do nothing
    #[command(
        after_help = "Example:\n  syncline mirror plan hr --tenant contoso.example --first 50"
    )]
    Plan {
        /// Which mirror
        #[command(flatten)]
        name: MirrorName,
        /// How many people of each sort are named
        #[arg(long, value_name = "N", default_value_t = 10)]
        first: usize,
    },
    /// Take the listing in, if it is another one than before
    #[command(after_help = "Examples:\n  \
        syncline mirror run hr --tenant contoso.example\n  \
        syncline mirror run hr --tenant contoso.example --again\n\n\
        Exit status: 0 done, 1 some lines were not taken, 3 the listing is held.")]
    Run {
        /// Which mirror
        #[command(flatten)]
        name: MirrorName,
        /// Read it though it is known: one that was taken in, held or rejected before
        #[arg(long)]
        again: bool,
    },
    /// Take the held listing in after all: that one, and not one that came since
    #[command(
        after_help = "Example:\n  syncline mirror plan hr --tenant contoso.example\n  syncline mirror approve hr --tenant contoso.example"
    )]
    Approve(MirrorName),
    /// Drop the held listing and wait for another
    Reject(MirrorName),
    /// Let a paused mirror run by itself again
    Start(MirrorName),
    /// Have a mirror run only when asked
    Pause(MirrorName),
    /// Delete a mirror; whom it brought in stays in the tenant
    Delete(MirrorName),
}

/// A new mirror.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline mirror create hr --tenant contoso.example --file /srv/hr/people.csv --id-column PersonnelNo --renamed\n  \
    syncline mirror create hr --tenant contoso.example --file people.csv --end-mark '#EOF' --cron '30 4 * * *'\n  \
    syncline mirror create hr --tenant contoso.example --file people.csv --count-line 'TRAILER;' --limit 20\n  \
    syncline mirror create hr --tenant contoso.example --file people.jsonl --tombstones deleted\n  \
    syncline mirror create teams --tenant contoso.example --file teams.ldif --kind group --count-file teams.count\n\n\
    Nobody is removed by a listing that is not shown to be whole: by an end mark, by a number of records, or by\n\
    being renamed into place. With --tombstones alone only records that say so are removed.")]
pub struct MirrorCreate {
    /// Its name
    pub name: String,
    /// The tenant that it fills: id or domain
    #[arg(long)]
    pub tenant: String,
    /// The file (.csv .jsonl .json .ldif), on the machine that holds the data directory
    #[arg(long)]
    pub file: PathBuf,
    /// Whom it lists
    #[arg(long, value_enum, default_value = "user")]
    pub kind: MirrorKind,
    /// The file's form, where its name does not tell: csv, jsonl, graph or ldif
    #[arg(long)]
    pub format: Option<String>,
    /// A column of the file and the attribute that it means: FROM=TO; `FROM=` leaves it out
    #[arg(long = "column", value_name = "FROM=TO")]
    pub columns: Vec<String>,
    /// The column that says who somebody is and never changes; `id`, or `entryUUID` of LDIF, when left out
    #[arg(long, value_name = "COLUMN")]
    pub id_column: Option<String>,
    /// A whole listing ends with this line
    #[arg(long, value_name = "LINE", group = "proof")]
    pub end_mark: Option<String>,
    /// A whole listing has this text and the number of its records as its first or last line
    #[arg(long, value_name = "TEXT", group = "proof")]
    pub count_line: Option<String>,
    /// A file beside it holds the number of its records
    #[arg(long, value_name = "FILE", group = "proof")]
    pub count_file: Option<String>,
    /// A whole listing is renamed into place
    #[arg(long, group = "proof")]
    pub renamed: bool,
    /// A column in which a yes says that the record is gone
    #[arg(long, value_name = "COLUMN")]
    pub tombstones: Option<String>,
    /// How many may be removed, or lose a value, at once: N, or 500:10:10 (at most 500, a tenth, 10 always)
    #[arg(long, value_name = "LIMIT", default_value = "500:10:10")]
    pub limit: String,
    /// Hold a listing of which so many percent are suddenly missing; 0 never
    #[arg(long, value_name = "PERCENT", default_value_t = 50)]
    pub smaller: u64,
    /// When the file has changed and stands still; the default
    #[arg(long, conflicts_with_all = ["every", "cron"])]
    pub watch: bool,
    /// At an interval, such as 15m or 1h30m
    #[arg(long, value_name = "DURATION", conflicts_with = "cron")]
    pub every: Option<String>,
    /// At times of the calendar
    #[arg(long, value_name = "EXPR")]
    pub cron: Option<String>,
    /// Run only when asked, until `mirror start`
    #[arg(long)]
    pub paused: bool,
}

/// A change of a mirror.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline mirror update hr --tenant contoso.example --file /srv/hr/all-people.csv --cron '30 4 * * *'\n  \
    syncline mirror update hr --tenant contoso.example --limit 100:5:10 --smaller 30\n  \
    syncline mirror update hr --tenant contoso.example --column 'Abteilung=department' --column 'Ort=city'\n\n\
    Whom it lists and the column that says who somebody is stay as they are: with others, everybody\n\
    would be somebody else. Make another mirror for that.")]
pub struct MirrorUpdate {
    /// Which mirror
    #[command(flatten)]
    pub mirror: MirrorName,
    /// A new name
    #[arg(long)]
    pub name: Option<String>,
    /// Another file
    #[arg(long)]
    pub file: Option<PathBuf>,
    /// The file's form: csv, jsonl, graph or ldif; an empty text goes by the name
    #[arg(long)]
    pub format: Option<String>,
    /// A column and the attribute that it means, FROM=TO, in place of all that were given before; one
    /// empty text takes them away
    #[arg(long = "column", value_name = "FROM=TO")]
    pub columns: Vec<String>,
    /// A whole listing ends with this line
    #[arg(long, value_name = "LINE", group = "new_proof")]
    pub end_mark: Option<String>,
    /// A whole listing has this text and the number of its records as its first or last line
    #[arg(long, value_name = "TEXT", group = "new_proof")]
    pub count_line: Option<String>,
    /// A file beside it holds the number of its records
    #[arg(long, value_name = "FILE", group = "new_proof")]
    pub count_file: Option<String>,
    /// A whole listing is renamed into place
    #[arg(long, group = "new_proof")]
    pub renamed: bool,
    /// A column in which a yes says that the record is gone; an empty text for none
    #[arg(long, value_name = "COLUMN")]
    pub tombstones: Option<String>,
    /// How many may be removed, or lose a value, at once: N, or 500:10:10 (at most 500, a tenth, 10 always)
    #[arg(long, value_name = "LIMIT")]
    pub limit: Option<String>,
    /// Hold a listing of which so many percent are suddenly missing; 0 never
    #[arg(long, value_name = "PERCENT")]
    pub smaller: Option<u64>,
    /// When the file has changed and stands still
    #[arg(long, conflicts_with_all = ["every", "cron"])]
    pub watch: bool,
    /// At an interval, such as 15m or 1h30m
    #[arg(long, value_name = "DURATION", conflicts_with = "cron")]
    pub every: Option<String>,
    /// At times of the calendar
    #[arg(long, value_name = "EXPR")]
    pub cron: Option<String>,
}
