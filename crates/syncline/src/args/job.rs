//! Commands about configurations and their runs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Switch {
    /// Allowed.
    On,
    /// Not allowed.
    Off,
}

impl Switch {
    /// Whether it is on.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

/// Whom a configuration takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Scope {
    /// Assigned people, and direct members of assigned groups
    Assigned,
    /// Everybody whose home is the source
    All,
}

/// What a restart forgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum ResetScope {
    /// How far the job has come: everybody is looked at again
    Watermark,
    /// Who could not go on, and who was given up
    Escrows,
    /// That the job failed: it is tried at once
    Quarantine,
    /// Who is who: everybody in scope is matched again by home identity; nobody is made twice
    Links,
    /// All of these
    Full,
    /// That removals are held: they are released, as `hold JOB approve --all` does
    ForceDeletes,
}

/// Configurations.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JobCommand {
    /// Make a configuration
    Create(Box<JobCreate>),
    /// List the configurations
    List,
    /// Show a configuration and how far it has come
    Show {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
    },
    /// Change a configuration
    Update(Box<JobUpdate>),
    /// List the newest runs with what they came to
    Runs {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    /// Check what both tenants have to allow; lists every check with side and remedy
    Test {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
    },
    /// Assign users or groups
    Assign {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// Users (id, user principal name, mail) or groups (id, mail, display name)
        #[arg(required = true)]
        principals: Vec<String>,
    },
    /// Take users or groups out of the assignment
    Unassign {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// Users (id, user principal name, mail) or groups (id, mail, display name)
        #[arg(required = true)]
        principals: Vec<String>,
    },
    /// Let the job run by itself, in the process that serves the data directory
    Start {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
    },
    /// Let the job run only when asked; a cycle that is under way stops between two pages
    Pause {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
    },
    /// Say when the job runs by itself, or show it; all times are UTC
    #[command(after_help = "Examples:\n  \
        syncline job schedule staff --on-change\n  \
        syncline job schedule staff --every 15m\n  \
        syncline job schedule staff --cron '0 3 * * MON-FRI'\n\n\
        CRON is minute, hour, day of the month, month, day of the week: numbers, names (JAN, MON), lists, ranges, steps.")]
    Schedule {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// Within milliseconds of a change in the source; the default
        #[arg(long, conflicts_with_all = ["every", "cron"])]
        on_change: bool,
        /// At an interval from the job's making on, such as 15m or 1h30m
        #[arg(long, value_name = "DURATION", conflicts_with = "cron")]
        every: Option<String>,
        /// At times of the calendar
        #[arg(long, value_name = "EXPR")]
        cron: Option<String>,
    },
    /// Have the job forget how far it has come: without a scope the watermark, escrow and its failures
    Restart {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// What is forgotten, with commas between
        #[arg(long, value_enum, value_delimiter = ',')]
        scope: Vec<ResetScope>,
    },
    /// The attributes of both ends, and the whole as the document that Microsoft Graph has for it
    Schema {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// What to do
        #[command(subcommand)]
        command: SchemaCommand,
    },
    /// Mapping tests: people who are made up, and what the mappings must give for them
    Tests {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// What to do
        #[command(subcommand)]
        command: TestsCommand,
    },
    /// Run one cycle now
    Run {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
    },
    /// Take over a group that the target has already: shows who would join and leave, then asks for
    /// the words that stand for exactly that
    #[command(after_help = "Examples:\n  \
        syncline job adopt-group staff Crew 'Crew (Fabrikam)'\n  \
        syncline job adopt-group staff Crew 'Crew (Fabrikam)' --yes 3f2a90c14b7e")]
    AdoptGroup {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// The group at home: id, mail or display name
        group: String,
        /// The group of the target
        target: String,
        /// The word that the comparison printed
        #[arg(long, value_name = "WORD")]
        yes: Option<String>,
    },
    /// Show the runs as they happen
    Watch {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// Only runs behind this one, by its id
        #[arg(long, value_name = "ID")]
        after: Option<model::RunId>,
    },
    /// Delete a configuration; the people in the target stay as they are
    Delete {
        /// Id or name; DOMAIN/NAME when ambiguous
        job: String,
        /// Say yes without being asked
        #[arg(long)]
        yes: bool,
    },
}

/// A new configuration.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline job create --source contoso.example --target fabrikam.example --name marketing \\\n    \
    --filter 'department EQUALS Marketing' --map 'displayName=Append([displayName], \" (Contoso)\")'\n  \
    syncline job create --source contoso.example --target fabrikam.example --name everybody --scope all\n\n\
    A mapping is TARGET=EXPRESSION: an attribute in brackets, a constant in quotes, or a function. It replaces\n\
    the default mapping of that target; `TARGET=` takes it out. `[target.x]` is what another mapping wrote.\n\n\
    Filters compare with EQUALS, NOT EQUALS, IS NULL, IS NOT NULL, IS TRUE, IS FALSE, REGEX MATCH, NOT REGEX MATCH,\n\
    Greater_Than, Greater_Than_OR_EQUALS, Includes, ENDS_WITH, & and !&. An addition of Syncline's own, kept apart:\n\
    NOT and parentheses; ANY and ALL before a list; `BEFORE now+14d` and `AFTER 2026-01-31` for dates; `manager EQUALS\n\
    ada@contoso.example`; `MEMBER OF Staff [nested]`; `[any case]` and `[missing is true]` behind a clause.")]
pub struct JobCreate {
    /// The tenant that pushes: id or domain
    #[arg(long)]
    pub source: String,
    /// The tenant that receives: id or domain
    #[arg(long)]
    pub target: String,
    /// Its name, unique in the source
    #[arg(long)]
    pub name: String,
    /// Whom it takes
    #[arg(long, value_enum, default_value = "assigned")]
    pub scope: Scope,
    /// Whom of them: ATTRIBUTE OPERATOR VALUE, joined by AND and OR; more under `--help`
    #[arg(long)]
    pub filter: Option<String>,
    /// What flows, over the default mappings
    #[command(flatten)]
    pub mappings: MappingArgs,
    /// Whether groups go along, which, and with what
    #[command(flatten)]
    pub groups: GroupArgs,
}

/// Groups as objects of the target.
#[derive(Clone, Debug, Default, Args, Serialize, Deserialize)]
pub struct GroupArgs {
    /// Groups in scope become security groups of the target, with their members who are there
    #[arg(long)]
    pub groups: Option<Switch>,
    /// What becomes of groups that are members of groups
    #[arg(long, value_enum)]
    pub nested_groups: Option<NestedGroups>,
    /// An assigned group chooses the members of groups within it too
    #[arg(long)]
    pub nested_assignment: Option<Switch>,
    /// Which of the groups in scope, written as for people over attributes of groups; an empty text
    /// takes the filter away
    #[arg(long, value_name = "FILTER", help_heading = "Groups")]
    pub group_filter: Option<String>,
    /// A mapping of groups that replaces the one of the same target; `TARGET=` removes it
    #[arg(long = "group-map", value_name = "TARGET=EXPR", help_heading = "Groups")]
    pub group_maps: Vec<String>,
    /// The same, applied only when the group is made
    #[arg(long = "group-map-once", value_name = "TARGET=EXPR", help_heading = "Groups")]
    pub group_maps_once: Vec<String>,
    /// The same, applied only where the target holds nothing
    #[arg(long = "group-map-when-empty", value_name = "TARGET=EXPR", help_heading = "Groups")]
    pub group_maps_when_empty: Vec<String>,
    /// The same, never taking away
    #[arg(long = "group-map-adding", value_name = "TARGET=EXPR", help_heading = "Groups")]
    pub group_maps_adding: Vec<String>,
    /// Leave this attribute of groups alone; with a value, fill it whenever it is empty
    #[arg(long = "group-leave", value_name = "TARGET[=VALUE]", help_heading = "Groups")]
    pub group_leave: Vec<String>,
    /// An empty source value leaves this attribute of groups as it is
    #[arg(long = "group-keep-when-empty", value_name = "TARGET", help_heading = "Groups")]
    pub group_keep: Vec<String>,
    /// An empty source value clears this attribute of groups
    #[arg(long = "group-clear-when-empty", value_name = "TARGET", help_heading = "Groups")]
    pub group_clear: Vec<String>,
    /// The value of a new group when the source gives none
    #[arg(long = "group-default", value_name = "TARGET=VALUE", help_heading = "Groups")]
    pub group_defaults: Vec<String>,
    /// Create groups, where the job may create at all
    #[arg(long, help_heading = "Groups")]
    pub group_create: Option<Switch>,
    /// Update groups, where the job may update at all
    #[arg(long, help_heading = "Groups")]
    pub group_update: Option<Switch>,
    /// Remove groups that left, where the job may remove at all
    #[arg(long, help_heading = "Groups")]
    pub group_delete: Option<Switch>,
}

impl GroupArgs {
    /// The mappings of groups, in the form of those of people.
    pub fn mappings(&self) -> MappingArgs {
        MappingArgs {
            maps: self.group_maps.clone(),
            maps_once: self.group_maps_once.clone(),
            maps_when_empty: self.group_maps_when_empty.clone(),
            maps_adding: self.group_maps_adding.clone(),
            leave: self.group_leave.clone(),
            keep: self.group_keep.clone(),
            clear: self.group_clear.clone(),
            defaults: self.group_defaults.clone(),
            matching: Vec::new(),
        }
    }
}

/// What becomes of groups within groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum NestedGroups {
    /// They are no members in the target
    Ignore,
    /// Their members are members of the outer group
    Flatten,
    /// They are members where they go along themselves
    Keep,
}

/// Mappings, put over those that there are.
#[derive(Clone, Debug, Default, Args, Serialize, Deserialize)]
#[command(next_help_heading = "Mappings")]
pub struct MappingArgs {
    /// A mapping that replaces the one of the same target; `TARGET=` removes it
    #[arg(long = "map", value_name = "TARGET=EXPR")]
    pub maps: Vec<String>,
    /// The same, applied only when the person is made
    #[arg(long = "map-once", value_name = "TARGET=EXPR")]
    pub maps_once: Vec<String>,
    /// The same, applied only where the target holds nothing
    #[arg(long = "map-when-empty", value_name = "TARGET=EXPR")]
    pub maps_when_empty: Vec<String>,
    /// The same, never taking away: no clearing, and a list only grows
    #[arg(long = "map-adding", value_name = "TARGET=EXPR")]
    pub maps_adding: Vec<String>,
    /// Leave this target attribute alone; with a value, fill it whenever it is empty
    #[arg(long = "leave", value_name = "TARGET[=VALUE]")]
    pub leave: Vec<String>,
    /// An empty source value leaves this target attribute as it is, as Entra does
    #[arg(long = "keep-when-empty", value_name = "TARGET")]
    pub keep: Vec<String>,
    /// An empty source value clears this target attribute
    #[arg(long = "clear-when-empty", value_name = "TARGET")]
    pub clear: Vec<String>,
    /// The value used at creation when the source gives none
    #[arg(long = "default", value_name = "TARGET=VALUE")]
    pub defaults: Vec<String>,
    /// Match external users of the target by this mapping, the lowest number first; 0 for no more
    #[arg(long = "match", value_name = "TARGET=N")]
    pub matching: Vec<String>,
}

/// A change of a configuration.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline job update staff --filter 'department EQUALS Sales AND accountEnabled IS TRUE'\n  \
    syncline job update staff --filter 'NOT (city EQUALS bonn [any case]) OR MEMBER OF Staff [nested]'\n  \
    syncline job update staff --map 'displayName=Append([displayName], \" (Contoso)\")' --map city=\n  \
    syncline job update staff --map-once 'mailNickname=[mailNickname]' --default country=DE --match employeeId=1\n  \
    syncline job update staff --limit creates=100 --removals-at-most 50\n  \
    syncline job update staff --groups on --nested-groups flatten\n  \
    syncline job update staff --group-filter 'displayName REGEX MATCH \"^Proj\"' \\\n    \
    --group-map 'displayName=Append([displayName], \" (Contoso)\")'\n\n\
    One --map… or --leave for each target. Filters and mappings are explained under `job create --help`.")]
pub struct JobUpdate {
    /// Id or name; DOMAIN/NAME when ambiguous
    pub job: String,
    /// A new name
    #[arg(long)]
    pub name: Option<String>,
    /// The tenant that receives, by id or domain, as long as the job has not run
    #[arg(long)]
    pub target: Option<String>,
    /// Whom it takes
    #[arg(long, value_enum)]
    pub scope: Option<Scope>,
    /// Whom of them; an empty text takes the filter away
    #[arg(long)]
    pub filter: Option<String>,
    /// What flows, over the present mappings
    #[command(flatten)]
    pub mappings: MappingArgs,
    /// Whether groups go along, which, and with what
    #[command(flatten)]
    pub groups: GroupArgs,
    /// Create people
    #[arg(long)]
    pub create: Option<Switch>,
    /// Update, enable and disable people
    #[arg(long)]
    pub update: Option<Switch>,
    /// Remove people who left
    #[arg(long)]
    pub delete: Option<Switch>,
    /// So many removals are always allowed within the window
    #[arg(long, value_name = "N")]
    pub removals_at_least: Option<u64>,
    /// This part of the linked people may be removed within the window
    #[arg(long, value_name = "PERCENT")]
    pub removals_percent: Option<u64>,
    /// More than so many need approval whatever the part
    #[arg(long, value_name = "N")]
    pub removals_at_most: Option<u64>,
    /// A brake: removals, creates, updates, clears (people of whom an attribute is emptied) or partings
    /// (members who leave groups); N at most, or N at most, PERCENT of the linked people, and LEAST always; `off` for no limit
    #[arg(long = "limit", value_name = "KIND=N[:PERCENT:LEAST]")]
    pub brakes: Vec<String>,
    /// The window of the brakes
    #[arg(long, value_name = "HOURS")]
    pub window_hours: Option<u64>,
    /// What is held is rejected by itself after so many days; 0 for never
    #[arg(long, value_name = "DAYS")]
    pub hold_days: Option<u64>,
    /// Until the first new attempt after what mends itself, such as 5s; later waits are twice as long
    #[arg(long, value_name = "DURATION")]
    pub retry_after: Option<String>,
    /// The longest of these waits, such as 1h
    #[arg(long, value_name = "DURATION")]
    pub retry_at_most: Option<String>,
    /// Hours until each new attempt after what only people can mend; the last one repeats
    #[arg(long, value_name = "HOURS", value_delimiter = ',')]
    pub retry_hours: Vec<i64>,
    /// After so many days without success nobody is tried again by itself
    #[arg(long, value_name = "DAYS")]
    pub give_up_days: Option<i64>,
    /// With fewer people in escrow than this the job is well
    #[arg(long, value_name = "N", help_heading = "Quarantine")]
    pub quarantine_at_least: Option<u64>,
    /// A larger part of its people in escrow puts the job into quarantine
    #[arg(long, value_name = "PERCENT", help_heading = "Quarantine")]
    pub quarantine_percent: Option<u64>,
    /// More people in escrow do, whatever the part
    #[arg(long, value_name = "N", help_heading = "Quarantine")]
    pub quarantine_at_most: Option<u64>,
    /// The first pause between attempts in quarantine, such as 1m; it doubles
    #[arg(long, value_name = "DURATION", help_heading = "Quarantine")]
    pub quarantine_pause: Option<String>,
    /// The longest pause, such as 24h
    #[arg(long, value_name = "DURATION", help_heading = "Quarantine")]
    pub quarantine_pause_at_most: Option<String>,
    /// After so many days in quarantine the job is disabled
    #[arg(long, value_name = "DAYS", help_heading = "Quarantine")]
    pub disable_days: Option<i64>,
}

/// What to do with a job's schema.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SchemaCommand {
    /// List the attributes of both ends with type, size, and what may be done with them
    Show {
        /// Only this end
        #[arg(long)]
        side: Option<Side>,
        /// The attributes of groups, not of people
        #[arg(long)]
        groups: bool,
    },
    /// Write the schema in the form of Microsoft Graph's `synchronizationSchema`
    ///
    /// What nobody changed is as it was imported: members, their order and numbers, to the byte where
    /// the import was JSON indented by two blanks with a line end behind it.
    #[command(after_help = "Examples:\n  \
        syncline job schema staff export --out staff.json\n  \
        syncline job schema staff export --names graph")]
    Export {
        /// Where to; standard output when left out
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Older directory names (`telephoneNumber`), as the service writes them, or Graph's
        #[arg(long, value_enum, default_value = "older")]
        names: NameStyle,
    },
    /// Take mappings, filter and actions from such a document; what is not supported is listed
    #[command(after_help = "Examples:\n  \
        syncline job schema staff import downloaded.json --dry-run\n  \
        syncline job schema staff import downloaded.json\n  \
        syncline job schema staff import downloaded.json --force\n\n\
        A document of which a mapping or a part of a filter would be left out that is not left out \
        already is refused.")]
    Import {
        /// The file; `-` for standard input
        file: PathBuf,
        /// Only say what would come of it
        #[arg(long)]
        dry_run: bool,
        /// Take the rest where parts would be left out
        #[arg(long)]
        force: bool,
    },
    /// Add an attribute to one end: a directory extension of that tenant
    #[command(after_help = "Examples:\n  \
        syncline job schema staff add badge --side target\n  \
        syncline job schema staff add grades --side source --type Integer --multi-valued")]
    Add {
        /// Its short name
        name: String,
        /// Which end
        #[arg(long)]
        side: Side,
        /// Its type
        #[arg(long = "type", default_value = "String")]
        data_type: String,
        /// It holds several values
        #[arg(long)]
        multi_valued: bool,
    },
    /// Go back to the default mappings, without filter
    Reset,
}

/// One end of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Side {
    /// The tenant that pushes
    Source,
    /// The tenant that receives
    Target,
}

/// Which names attributes have in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum NameStyle {
    /// Those of the older directory schema
    Older,
    /// Graph's
    Graph,
}

/// What to do with a job's mapping tests.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TestsCommand {
    /// List them
    #[command(after_help = "Examples:\n  \
        syncline job tests staff list\n  \
        syncline job tests staff list --json")]
    List,
    /// Add a test, or replace the one of the same name
    Add(Box<TestAdd>),
    /// Add the tests of a file: a list as `list --json` prints it, or one JSON object a line
    #[command(after_help = "Examples:\n  \
        syncline job tests staff list --json > tests.json\n  \
        syncline job tests staff import tests.json")]
    Import {
        /// The file; `-` for standard input
        file: PathBuf,
    },
    /// Remove a test
    Remove {
        /// Its name
        name: String,
    },
    /// Run them; `plan`, `apply` and every cycle do so first
    #[command(after_help = "Examples:\n  \
        syncline job tests staff run\n  \
        syncline job tests staff run --json\n\n\
        The status is 1 when one of them fails.")]
    Run,
}

/// A new mapping test.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline job tests staff add 'a sales person' --person department=Sales --person displayName=Ada \\\n    \
    --expect department=Sales --expect 'displayName=Ada (Contoso)' --expect city=\n  \
    syncline job tests staff add 'no interns' --person employeeType=Intern --left-out\n  \
    syncline job tests staff add 'staff of bo' --person displayName=Ada --member-of Staff \\\n    \
    --manager bo@contoso.example --at 2026-01-31 --expect manager=bo@contoso.example\n\n\
    Groups are those that the condition names; for [nested] name the outer group too.")]
pub struct TestAdd {
    /// Its name
    pub name: String,
    /// What the person holds in the source: NAME=VALUE, a list as JSON
    #[arg(long, value_name = "NAME=VALUE")]
    pub person: Vec<String>,
    /// A group of the source that the person is a member of: id, mail or display name
    #[arg(long, value_name = "GROUP")]
    pub member_of: Vec<String>,
    /// The person's manager: id, user principal name or mail of a user of the source, or somebody made up as JSON
    #[arg(long, value_name = "USER")]
    pub manager: Option<String>,
    /// The instant at which the test takes place, for dates and Now(): 2026-01-31 or 2026-01-31T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// What the target must get: NAME=VALUE; `NAME=` for nothing
    #[arg(long, value_name = "NAME=VALUE", required_unless_present_any = ["left_out", "fails"])]
    pub expect: Vec<String>,
    /// The filter or a mapping must leave the person out
    #[arg(long, conflicts_with_all = ["expect", "fails"])]
    pub left_out: bool,
    /// A mapping must fail
    #[arg(long, conflicts_with = "expect")]
    pub fails: bool,
}

/// A preview.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(
    after_help = "Examples:\n  syncline plan staff\n  syncline plan staff --full --out staff.plan && syncline apply staff.plan"
)]
pub struct PlanArgs {
    /// Id or name; DOMAIN/NAME when ambiguous
    pub job: String,
    /// Look at everybody, not only at what changed
    #[arg(long)]
    pub full: bool,
    /// Keep the plan and write it to a file, for `apply`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Show so many changes at most (all are counted)
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
}

/// The application of a saved plan.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct ApplyArgs {
    /// The file that `plan --out` wrote
    pub file: PathBuf,
}

/// Escrow.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct EscrowArgs {
    /// Id or name; DOMAIN/NAME when ambiguous
    pub job: String,
    /// What to do
    #[command(subcommand)]
    pub command: EscrowCommand,
}

/// What to do with people in escrow.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EscrowCommand {
    /// List them with reason, attempts and next attempt
    List,
    /// Try them again now
    Retry {
        /// Whom: id, user principal name or mail, or a group's name; everybody when left out
        users: Vec<String>,
    },
    /// Do not try them again by themselves; `retry`, and a change of the person, bring them back
    GiveUp {
        /// Whom: id, user principal name or mail
        #[arg(required = true)]
        users: Vec<String>,
    },
}

/// One person, or one group.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct ProvisionArgs {
    /// Id or name; DOMAIN/NAME when ambiguous
    pub job: String,
    /// The person in the source (id, user principal name or mail), or the group (id, mail or display name)
    pub user: String,
    /// Show only, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// The log.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline log staff --since 2d --status failure\n  \
    syncline log staff --user ada@contoso.example --steps\n  \
    syncline log staff --code mapping-failed --text department\n  \
    syncline log staff --since 2026-01-01 --export log.csv")]
pub struct LogArgs {
    /// Id or name; DOMAIN/NAME when ambiguous
    pub job: String,
    /// Go on with what happens from now
    #[arg(long, conflicts_with_all = ["export", "until"])]
    pub follow: bool,
    /// Only this person (id, user principal name or mail), or this group (id, mail or display name)
    #[arg(long)]
    pub user: Option<String>,
    /// Only what was decided then or later: 2026-01-31, 2026-01-31T08:00:00Z, or 45m, 3h, 2d ago
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only what was decided before then
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only these actions: create, adopt, update, restore, disable, remove, unlink, fail
    #[arg(long, value_name = "ACTION,…", value_delimiter = ',')]
    pub action: Vec<String>,
    /// Only what went so: success, failure, skipped, held, pending
    #[arg(long, value_name = "STATUS,…", value_delimiter = ',')]
    pub status: Vec<String>,
    /// Only entries with these codes
    #[arg(long, value_name = "CODE,…", value_delimiter = ',')]
    pub code: Vec<String>,
    /// Only entries with this text in a name, a value or a reason
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
    /// Only entries of this run
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Go on behind this entry, the last one that was shown: to older ones, with --follow to newer
    #[arg(long, value_name = "ID")]
    pub after: Option<String>,
    /// How many at most, the newest ones: 50, and with --export all
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Show the steps of each entry and every value
    #[arg(long)]
    pub steps: bool,
    /// Write the entries into this file, `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// The form of the export: csv or jsonl; by the file's ending when left out
    #[arg(long, value_name = "FORM", requires = "export")]
    pub format: Option<String>,
}

/// Figures.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct MetricsArgs {
    /// Only this configuration: id or name; DOMAIN/NAME when ambiguous
    pub job: Option<String>,
}
