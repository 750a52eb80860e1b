//! The command line. A command is a value: what is parsed here is what goes through the control
//! socket, so that it runs alike in this process and in the one that owns the data directory.

mod examples;
mod files;
mod hold;
mod job;
mod mirror;
mod notices;
mod object;
mod operator;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use serde::{Deserialize, Serialize};

pub use examples::command;
pub use files::{Files, REJECTED};
pub use hold::{HoldArgs, HoldCommand, HoldFilter, HoldWhich};
pub use job::{
    ApplyArgs, EscrowArgs, EscrowCommand, GroupArgs, JobCommand, JobCreate, JobUpdate, LogArgs,
    MappingArgs, MetricsArgs, NameStyle, NestedGroups, PlanArgs, ProvisionArgs, ResetScope,
    SchemaCommand, Scope, Side, Switch, TestAdd, TestsCommand,
};
pub use mirror::{MirrorCommand, MirrorCreate, MirrorKind, MirrorName, MirrorUpdate};
pub use notices::{NotifyCommand, NotifySet};
pub use object::{
    AppCertificateCommand, AppCommand, AppSecretCommand, ExportArgs, ExtensionCommand,
    GroupCommand, ImportArgs, ListArgs, PasswordCommand, ProtectCommand, SessionCommand,
    SignInCommand, TenantCommand, UserCommand,
};
pub use operator::{LoginArgs, OperatorCommand};

/// Keeps people in step between tenants: preview, synchronize, explain.
#[derive(Debug, Parser)]
#[command(
    name = "syncline",
    version,
    propagate_version = true,
    after_help = "Examples:\n  \
        syncline demo                                         two tenants, told step by step\n  \
        syncline tenant create Contoso --domain contoso.example\n  \
        syncline user import --tenant contoso.example people.csv\n  \
        syncline job create --source contoso.example --target fabrikam.example --name staff\n  \
        syncline plan staff                                   what would happen, and nothing happens\n  \
        syncline job run staff\n\n\
        Exit status: 0 done, 1 failed or some lines rejected, 2 wrong usage, 3 held by a guard."
)]
pub struct Line {
    /// Options of every command.
    #[command(flatten)]
    pub options: Options,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that stand before or after any command.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct Options {
    /// The data directory
    #[arg(
        long,
        global = true,
        env = "SYNCLINE_DATA",
        hide_env_values = true,
        default_value = "syncline-data",
        value_name = "DIR"
    )]
    pub data: PathBuf,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Act with the roles of this person: DOMAIN/USER
    #[arg(long = "as", global = true, value_name = "USER")]
    pub acting: Option<String>,
    /// A setting for this call: NAME=VALUE, as `config show` lists them
    #[arg(long = "setting", global = true, value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
    /// Have the command run by this server: https://HOST:PORT; the token is SYNCLINE_TOKEN's, or that of
    /// `syncline login`
    #[arg(long, global = true, value_name = "URL", conflicts_with = "settings")]
    #[serde(skip)]
    pub server: Option<String>,
    /// A file with the CA of the server's certificate, as PEM
    #[arg(
        long,
        global = true,
        env = "SYNCLINE_CACERT",
        hide_env_values = true,
        value_name = "FILE"
    )]
    #[serde(skip)]
    pub cacert: Option<PathBuf>,
    /// No progress and no talk on standard error
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// What to do.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// Two tenants and a configuration between them, told step by step
    Demo(DemoArgs),
    /// Own the data directory: run active jobs when something changes, and serve HTTP and other commands
    #[command(after_help = "Examples:\n  \
        syncline serve\n  \
        syncline serve --listen off --listen-tls 127.0.0.1:0 --json      one document with the address and the CA's file\n  \
        syncline serve --listen off --listen-tls 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem")]
    Serve(ServeArgs),
    /// Tenants
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// Users of a tenant
    #[command(subcommand)]
    User(UserCommand),
    /// Groups of a tenant
    #[command(subcommand)]
    Group(GroupCommand),
    /// Directory extensions: attributes that a tenant defines
    #[command(subcommand)]
    Extension(ExtensionCommand),
    /// Applications of a tenant
    #[command(subcommand)]
    App(AppCommand),
    /// What a tenant allows its partners
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Configurations: who goes where, with which attributes
    #[command(subcommand)]
    Job(JobCommand),
    /// Mirrors: files that another system replaces, and the tenants that follow them
    #[command(subcommand)]
    Mirror(MirrorCommand),
    /// Show what the next cycle would do, and do nothing
    Plan(PlanArgs),
    /// Apply a plan that was saved with `plan --out`
    Apply(ApplyArgs),
    /// Changes that wait for approval
    Hold(HoldArgs),
    /// People who could not go on, and when they are tried again
    Escrow(EscrowArgs),
    /// Take one person or one group down the whole line, shown step by step
    #[command(after_help = "Examples:\n  \
        syncline provision staff ada@contoso.example --dry-run     every step and value, and nothing is done\n  \
        syncline provision staff ada@contoso.example")]
    Provision(ProvisionArgs),
    /// Say why somebody, or a group, is or is not in the target
    #[command(after_help = "Examples:\n  \
        syncline explain staff ada@contoso.example\n  \
        syncline explain staff Crew\n  \
        syncline explain staff ada@contoso.example --json")]
    Explain(ProvisionArgs),
    /// What was done, with old and new values
    Log(LogArgs),
    /// Print figures of the configurations, as Prometheus reads them
    Metrics(MetricsArgs),
    /// Notices about a tenant's jobs, by webhook and by mail
    #[command(subcommand)]
    Notify(NotifyCommand),
    /// The mapping language: evaluate, check, list functions, run test vectors
    #[command(subcommand)]
    Expr(ExprCommand),
    /// Measure this machine with generated people
    Bench(BenchArgs),
    /// Check the data directory
    Doctor,
    /// Copies of everything: make one while the work goes on, look into one, start from one
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Operators: the people who run the server
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Keep a token for a server, got for an operator's one-time link
    #[command(after_help = "Examples:\n  \
        syncline login --code https://localhost:8443/syncline/operator#syncline-once-… --cacert ca.pem\n  \
        syncline login --server https://localhost:8443 --cacert ca.pem --code -     reads the code from standard input")]
    Login(LoginArgs),
    /// Forget the token that is kept for a server
    Logout,
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script
    Completion {
        /// For which shell
        shell: Shell,
    },
    /// Write the reference pages
    #[command(hide = true)]
    Reference {
        /// Where to
        #[arg(long)]
        out: PathBuf,
    },
}

/// Shells that completion scripts are made for.
#[derive(Clone, Copy, Debug, clap::ValueEnum, Serialize, Deserialize)]
pub enum Shell {
    /// bash
    Bash,
    /// elvish
    Elvish,
    /// fish
    Fish,
    /// PowerShell
    Powershell,
    /// zsh
    Zsh,
}

/// Options of `serve`; each stands for a setting.
#[derive(Clone, Debug, Default, Args, Serialize, Deserialize)]
pub struct ServeArgs {
    /// Where to listen without TLS, or off; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Where to listen with TLS, or off; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen_tls: Option<String>,
    /// The certificate with its chain, as PEM, instead of one of the own CA
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The key of the certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

impl ServeArgs {
    /// The same as settings, with paths that mean the same from anywhere.
    pub fn settings(&self) -> std::io::Result<Vec<String>> {
        let addresses = [("http.listen", &self.listen), ("http.listen-tls", &self.listen_tls)];
        let files = [("http.tls-cert", &self.tls_cert), ("http.tls-key", &self.tls_key)];
        let mut settings: Vec<String> = addresses
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)))
            .collect();
        for (name, file) in files {
            if let Some(file) = file {
                settings.push(format!("{name}={}", std::path::absolute(file)?.display()));
            }
        }
        Ok(settings)
    }
}

/// The demo's options.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(
    after_help = "Examples:\n  syncline demo\n  syncline demo --once --json\n  syncline demo --users 10000"
)]
pub struct DemoArgs {
    /// Use a temporary directory and stop at the end
    #[arg(long)]
    pub once: bool,
    /// Put so many generated people around UserS1 to UserS3
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub users: u64,
}

/// The benchmark's options.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Example:\n  syncline bench --users 100000 --json")]
pub struct BenchArgs {
    /// How many people
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub users: u64,
    /// Where to put the temporary data; it must be a real disk
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// The seed of the generated people
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Cross-tenant access settings.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyCommand {
    /// Show what is set, and what holds by default
    Show {
        /// The tenant
        #[arg(long)]
        tenant: String,
        /// Only for this partner
        #[arg(long)]
        partner: Option<String>,
    },
    /// Set what a partner is allowed
    #[command(after_help = "Examples:\n  \
        syncline policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on --redeem-inbound on\n  \
        syncline policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on")]
    Set {
        /// The tenant whose settings these are
        #[arg(long)]
        tenant: String,
        /// The other tenant
        #[arg(long)]
        partner: String,
        /// The partner may synchronize users into this tenant
        #[arg(long)]
        sync_inbound: Option<Switch>,
        /// The partner may synchronize groups into this tenant
        #[arg(long)]
        group_sync_inbound: Option<Switch>,
        /// Invitations of the partner's people are redeemed automatically
        #[arg(long)]
        redeem_inbound: Option<Switch>,
        /// The partner's invitations of this tenant's people are redeemed automatically
        #[arg(long)]
        redeem_outbound: Option<Switch>,
    },
    /// Set what is kept and shown but not acted on: collaboration, direct connect, trust, restrictions
    #[command(after_help = "Example:\n  \
        syncline policy settings --tenant fabrikam.example --partner contoso.example --set 'inboundTrust={\"isMfaAccepted\":true}'")]
    Settings {
        /// The tenant whose settings these are
        #[arg(long)]
        tenant: String,
        /// The other tenant; the tenant's defaults when left out
        #[arg(long)]
        partner: Option<String>,
        /// A setting by Graph's name, with its JSON; null goes back to what is inherited
        #[arg(long = "set", value_name = "NAME=JSON", required = true)]
        set: Vec<String>,
    },
    /// Put a partner back on the defaults
    Remove {
        /// The tenant whose settings these are
        #[arg(long)]
        tenant: String,
        /// The other tenant
        #[arg(long)]
        partner: String,
    },
}

/// The mapping language.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExprCommand {
    /// Evaluate an expression for a person
    #[command(after_help = "Examples:\n  \
        syncline expr eval 'Join(\" \", [givenName], [surname])' --set givenName=Ada --set surname=Lovelace\n  \
        syncline expr eval 'ToUpper([department])' --tenant contoso.example --user UserS1@contoso.example\n  \
        syncline expr eval 'Join(\"; \", [otherMails])' --set 'otherMails=[\"a@x.example\",\"b@x.example\"]'\n\n\
        A value of --set is text as it stands, also with a semicolon in it (`x=a;b`); a list is a JSON array, and true,\n\
        false and null are themselves.")]
    Eval {
        /// The expression
        expression: String,
        /// Attributes: NAME=VALUE, a list as a JSON array
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// The tenant of the person
        #[arg(long, requires = "user")]
        tenant: Option<String>,
        /// A person of the tenant: id, user principal name or mail
        #[arg(long, requires = "tenant")]
        user: Option<String>,
        /// A person as a JSON object, or a file that holds one; `-` for standard input
        #[arg(long, value_name = "JSON|FILE", conflicts_with = "user")]
        person: Option<String>,
    },
    /// Check an expression and show what is wrong with it
    #[command(after_help = "Examples:\n  \
        syncline expr check 'Join(\" \", [givenName], [surname]'\n  \
        syncline expr check 'ToUpper([departmnt])' --job staff --target department\n\n\
        --job and --target belong together: the job says whose attributes there are, the target which of them the\n\
        result is for.")]
    Check {
        /// The expression
        expression: String,
        /// Check it against the attributes of this job's tenants as well; needs --target
        #[arg(long)]
        job: Option<String>,
        /// The target attribute that it is for; needs --job
        #[arg(long)]
        target: Option<String>,
        /// It is a mapping of groups, between their attributes
        #[arg(long, requires = "target")]
        groups: bool,
    },
    /// What an editor offers at a place of an expression
    #[command(after_help = "Examples:\n  \
        syncline expr complete 'ToUpper([dep' --job staff\n  \
        syncline expr complete 'Append([target.' --job staff\n  \
        syncline expr complete 'Join(\" \", , [surname])' --at 10 --job staff --json")]
    Complete {
        /// The expression, as far as it is written
        expression: String,
        /// The place: how many characters stand before it; the end when left out
        #[arg(long, value_name = "N")]
        at: Option<usize>,
        /// Offer the attributes of this job's source, and what its mappings write as `[target.x]`
        #[arg(long)]
        job: Option<String>,
        /// Those of groups, not of people
        #[arg(long, requires = "job")]
        groups: bool,
    },
    /// List the functions
    #[command(after_help = "Examples:\n  \
        syncline expr functions\n  \
        syncline expr functions Join")]
    Functions {
        /// Only this one, with its documentation
        name: Option<String>,
    },
    /// Run test vectors
    #[command(after_help = "Examples:\n  \
        syncline expr test vectors.jsonl\n  \
        echo '{\"id\":\"1\",\"expr\":\"ToUpper([city])\",\"attrs\":{\"city\":\"Bonn\"},\"expect\":\"BONN\"}' | syncline expr test -\n\n\
        The status is 1 when an expression gives something else.")]
    Test {
        /// A file of JSON Lines, `-` for standard input
        file: PathBuf,
    },
}

/// Backups.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BackupCommand {
    /// Copy everything into one file, while jobs and writers are at work
    #[command(after_help = "Examples:\n  \
        syncline backup create monday.tar\n  \
        syncline backup create /var/backups/syncline     in this folder, named by the time")]
    Create {
        /// The file to make, which must not exist; or a folder
        file: PathBuf,
    },
    /// Make a data directory from a backup
    #[command(after_help = "Examples:\n  \
        syncline backup restore monday.tar --data syncline-data\n  \
        syncline backup restore monday.tar --data syncline-data --replace")]
    Restore {
        /// The backup
        file: PathBuf,
        /// Move the directory that is there aside
        #[arg(long)]
        replace: bool,
    },
    /// Show what a backup holds
    Show {
        /// The backup
        file: PathBuf,
        /// Read it through and compare every digest
        #[arg(long)]
        check: bool,
    },
}

/// The audit log.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AuditCommand {
    /// Check that no entry was changed, removed or put in
    Verify {
        /// Check against this copy of audit-ends.json, kept somewhere else, as well
        #[arg(long, value_name = "FILE")]
        ends: Option<PathBuf>,
    },
    /// Show entries, newest last
    List(AuditListArgs),
}

/// Which entries of the audit log.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline audit list --tenant contoso.example --since 2d\n  \
    syncline audit list --tenant contoso.example --actor ada --activity 'update user' --json\n  \
    syncline audit list --tenant contoso.example --follow")]
pub struct AuditListArgs {
    /// The tenant; none means the server's own log
    #[arg(long)]
    pub tenant: Option<String>,
    /// Only what was done then or later: 2026-01-31, 2026-01-31T08:00:00Z, or 45m, 3h, 2d ago
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only what was done before then
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only what was done by somebody with this text in their name
    #[arg(long, value_name = "WORDS")]
    pub actor: Option<String>,
    /// Only activities with this text: 'add user'
    #[arg(long, value_name = "WORDS")]
    pub activity: Option<String>,
    /// Only what was done to this object or kind of object: an id, user, group, policy, job, …
    #[arg(long, value_name = "ID")]
    pub target: Option<String>,
    /// How many at most, the newest ones
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// Go on with what happens from now
    #[arg(long, conflicts_with = "until")]
    pub follow: bool,
    /// With --follow: begin behind this entry
    #[arg(long, value_name = "NUMBER", requires = "follow")]
    pub after: Option<u64>,
}

/// Settings.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConfigCommand {
    /// Show every setting and where its value came from
    Show,
}
