//! Commands about tenants and what they hold.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::Switch;

/// Tenants.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TenantCommand {
    /// Make a tenant
    #[command(
        after_help = "Example:\n  syncline tenant create Contoso --domain contoso.example --json"
    )]
    Create {
        /// Its name
        name: String,
        /// A verified domain; the first one is the initial domain
        #[arg(long = "domain", required = true)]
        domains: Vec<String>,
        /// Its id, where it must be a given one
        #[arg(long)]
        id: Option<String>,
    },
    /// List the tenants
    List,
    /// Show a tenant with counts
    Show {
        /// Id or domain
        tenant: String,
    },
    /// Change a tenant
    Update {
        /// Id or domain
        tenant: String,
        /// A new name
        #[arg(long)]
        name: Option<String>,
        /// Verify another domain
        #[arg(long = "add-domain")]
        add_domains: Vec<String>,
        /// Give a domain up
        #[arg(long = "remove-domain")]
        remove_domains: Vec<String>,
    },
    /// Remove a tenant with everything in it
    #[command(after_help = "Examples:\n  \
        syncline tenant delete old.example --yes\n  \
        syncline tenant delete contoso.example --confirm contoso.example")]
    Delete {
        /// Id or domain
        tenant: String,
        /// Say yes without being asked
        #[arg(long)]
        yes: bool,
        /// The tenant's initial domain, where jobs or external users hang on it: the jobs go with it
        #[arg(long, value_name = "DOMAIN")]
        confirm: Option<String>,
    },
    /// Remove for good what was deleted more than 30 days ago
    Purge {
        /// Id or domain
        tenant: String,
    },
    /// The provider outside by which people of a tenant sign in
    SignIn {
        /// What to do
        #[command(subcommand)]
        command: SignInCommand,
    },
    /// Whom no synchronization updates, disables, takes over, restores or removes
    Protect {
        /// What to do
        #[command(subcommand)]
        command: ProtectCommand,
    },
}

/// Sign-in with an OpenID Connect provider.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignInCommand {
    /// Name the provider; it vouches for people who are in the tenant already, and makes nobody
    #[command(after_help = "Example:\n  \
        syncline tenant sign-in set --tenant contoso.example --issuer https://login.example --client-id syncline \\\n    \
        --client-secret-file secret.txt --claim email --attribute mail")]
    Set {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Its issuer, as its tokens name it; `off` takes it away
        #[arg(long)]
        issuer: String,
        /// Our client id there
        #[arg(long)]
        client_id: Option<String>,
        /// A file with our secret there, `-` for standard input; the one that is set stays when left out
        #[arg(long, value_name = "FILE")]
        client_secret_file: Option<PathBuf>,
        /// The claim that says who somebody is
        #[arg(long, default_value = "preferred_username")]
        claim: String,
        /// What it is compared with: userPrincipalName, mail or employeeId
        #[arg(long, default_value = "userPrincipalName")]
        attribute: String,
    },
    /// Show the provider
    Show {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
}

/// Protection of a tenant's people from synchronizations.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProtectCommand {
    /// List who is protected, and why
    List {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Put users on the never-touch list
    #[command(
        after_help = "Example:\n  syncline tenant protect add --tenant fabrikam.example ceo@fabrikam.example"
    )]
    Add {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Whom: id, user principal name or mail
        #[arg(required = true)]
        users: Vec<String>,
    },
    /// Take users off the never-touch list
    Remove {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Whom: id, user principal name or mail
        #[arg(required = true)]
        users: Vec<String>,
    },
    /// Whether everybody who holds a directory role is protected; on unless you say otherwise
    Roles {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// On or off
        switch: Switch,
    },
}

/// Attributes on the command line.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct Values {
    /// An attribute: NAME=VALUE; several values are separated by `;`, an empty one clears
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

/// Options of lists.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct ListArgs {
    /// The tenant: id or domain
    #[arg(long)]
    pub tenant: String,
    /// Deleted ones instead
    #[arg(long)]
    pub deleted: bool,
    /// How many at most
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// Go on behind this row, as an earlier list said
    #[arg(long, default_value_t = 0)]
    pub after: u64,
}

/// Users.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UserCommand {
    /// Make an internal user
    #[command(
        after_help = "Example:\n  syncline user create ada@contoso.example --tenant contoso.example --set displayName='Ada Lovelace' --set department=Sales"
    )]
    Create {
        /// The user principal name
        name: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Its attributes
        #[command(flatten)]
        values: Values,
    },
    /// Invite an external guest by mail address; no mail is sent
    Invite {
        /// The address
        mail: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// The display name
        #[arg(long)]
        name: Option<String>,
    },
    /// List users
    List(ListArgs),
    /// Show a user
    Show {
        /// Id, user principal name or mail
        user: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Change a user
    Update {
        /// Id, user principal name or mail
        user: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Its attributes
        #[command(flatten)]
        values: Values,
        /// The manager: id, user principal name or mail; empty takes the manager away
        #[arg(long)]
        manager: Option<String>,
        /// Give a role, as in 'Security Administrator'
        #[arg(long = "add-role", value_name = "ROLE")]
        add_roles: Vec<String>,
        /// Take a role away
        #[arg(long = "remove-role", value_name = "ROLE")]
        remove_roles: Vec<String>,
    },
    /// Delete a user; it can be restored for 30 days
    Delete {
        /// Id, user principal name or mail
        user: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// For good; the user must be deleted already
        #[arg(long)]
        purge: bool,
    },
    /// Restore a deleted user
    Restore {
        /// Its id
        user: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// The password with which a user signs in
    Password {
        /// What to do
        #[command(subcommand)]
        command: PasswordCommand,
    },
    /// Where a user is signed in
    Session {
        /// What to do
        #[command(subcommand)]
        command: SessionCommand,
    },
    /// Bring users in from a file
    Import(ImportArgs),
    /// Write users to a file that import takes
    Export(ExportArgs),
}

/// Passwords of users.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PasswordCommand {
    /// Set a password; without a file one is made and shown once. All sessions of the user end
    #[command(
        after_help = "Example:\n  syncline user password set ada@contoso.example --tenant contoso.example"
    )]
    Set {
        /// Id, user principal name or mail
        user: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// A file with the password, `-` for standard input
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// The user may keep it; else the next sign-in has to change it
        #[arg(long)]
        keep: bool,
    },
}

/// Sessions of users.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SessionCommand {
    /// List where a user is signed in
    List {
        /// Id, user principal name or mail
        user: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Sign a user out everywhere; tokens that were given are refused from then on
    Revoke {
        /// Id, user principal name or mail
        user: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
}

/// Groups.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GroupCommand {
    /// Make a group
    Create {
        /// The display name
        name: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Its attributes
        #[command(flatten)]
        values: Values,
        /// A member: id, user principal name or mail
        #[arg(long = "member")]
        members: Vec<String>,
    },
    /// List groups
    List(ListArgs),
    /// Show a group with its members
    Show {
        /// Id, mail or display name
        group: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Change a group and its members
    Update {
        /// Id, mail or display name
        group: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Its attributes
        #[command(flatten)]
        values: Values,
        /// Add a member: id, user principal name or mail
        #[arg(long = "add-member")]
        add: Vec<String>,
        /// Remove a member: id, user principal name or mail
        #[arg(long = "remove-member")]
        remove: Vec<String>,
    },
    /// Delete a group; it can be restored for 30 days
    Delete {
        /// Id, mail or display name
        group: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Restore a deleted group
    Restore {
        /// Its id
        group: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Bring groups in from a file
    #[command(after_help = "Examples:\n  \
        syncline group import --tenant contoso.example groups.jsonl\n  \
        slapcat | syncline group import --tenant contoso.example --format ldif -\n\n\
        Bring people in before their groups: members are found by id, user principal name, mail address or\n\
        distinguished name. Rejected lines go to FILE.rejected with the reasons on standard error; correct them and\n\
        import that file.")]
    Import(ImportArgs),
    /// Write groups to a file that import takes
    Export(ExportArgs),
}

/// Options of imports.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[command(after_help = "Examples:\n  \
    syncline user import --tenant contoso.example people.csv --column 'Mitarbeiter-Nr=employeeId'\n  \
    slapcat | syncline user import --tenant contoso.example --format ldif -\n\n\
    Rejected lines go to FILE.rejected with the reasons on standard error; correct them and import that file.")]
pub struct ImportArgs {
    /// The file (.csv .jsonl .json .ldif), `-` for standard input
    pub file: PathBuf,
    /// The tenant: id or domain
    #[arg(long)]
    pub tenant: String,
    /// The file's form, where its name does not tell: csv, jsonl, graph or ldif
    #[arg(long)]
    pub format: Option<String>,
    /// A column or attribute of the file and the attribute that it means: FROM=TO; `FROM=` leaves it out
    #[arg(long = "column", value_name = "FROM=TO")]
    pub columns: Vec<String>,
    /// A file with such pairs, one a line
    #[arg(long, value_name = "FILE")]
    pub column_file: Option<PathBuf>,
    /// Where rejected lines go; FILE.rejected when left out
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
    /// All or nothing: one bad line or unknown attribute rejects the file
    #[arg(long)]
    pub strict: bool,
}

/// Options of exports.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct ExportArgs {
    /// The file (.csv .jsonl .json .ldif), `-` for standard output
    pub file: PathBuf,
    /// The tenant: id or domain
    #[arg(long)]
    pub tenant: String,
    /// The file's form, where its name does not tell: csv, jsonl, graph or ldif
    #[arg(long)]
    pub format: Option<String>,
    /// Deleted ones instead
    #[arg(long)]
    pub deleted: bool,
}

/// Directory extensions.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExtensionCommand {
    /// Define an extension
    #[command(
        after_help = "Example:\n  syncline extension create badge --tenant contoso.example --type String"
    )]
    Create {
        /// The short name
        name: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Binary, Boolean, DateTime, Integer, LargeInteger or String
        #[arg(long = "type", default_value = "String")]
        data_type: String,
        /// It holds several values
        #[arg(long)]
        multi_valued: bool,
        /// The application that owns it: id or name
        #[arg(long)]
        app: Option<String>,
        /// For groups instead of users
        #[arg(long)]
        groups: bool,
    },
    /// List the extensions
    List {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Show an extension
    Show {
        /// Full or short name
        name: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Remove an extension's definition
    Delete {
        /// Full or short name
        name: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
}

/// Applications.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppCommand {
    /// Register an application; its secret is shown once
    Create {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// Its name
        #[arg(long)]
        name: String,
        /// A Graph permission that it is granted, as in User.ReadWrite.All
        #[arg(long = "grant")]
        grants: Vec<String>,
    },
    /// List the applications
    List {
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Show an application
    Show {
        /// Id or name
        app: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Change an application
    Update {
        /// Id or name
        app: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// A new name
        #[arg(long)]
        name: Option<String>,
        /// Grant a Graph permission
        #[arg(long = "grant")]
        grants: Vec<String>,
        /// Grant a Graph permission for what it does in the name of people
        #[arg(long = "delegate", value_name = "PERMISSION")]
        delegates: Vec<String>,
        /// Take a Graph permission away
        #[arg(long)]
        revoke: Vec<String>,
        /// Whether it may sign in
        #[arg(long)]
        enabled: Option<Switch>,
        /// Where people may be sent back to after they signed in; all of them, an empty one for none
        #[arg(long = "redirect-uri", value_name = "URI")]
        redirect_uris: Vec<String>,
        /// Whether it runs where it can keep no secret, as on a person's machine
        #[arg(long)]
        public_client: Option<Switch>,
        /// Make a new secret, shown once; all others end
        #[arg(long)]
        new_secret: bool,
    },
    /// Secrets of an application: several at a time, each with its end
    Secret {
        /// What to do
        #[command(subcommand)]
        command: AppSecretCommand,
    },
    /// Certificates of an application: several at a time, each with its end
    Certificate {
        /// What to do
        #[command(subcommand)]
        command: AppCertificateCommand,
    },
    /// Remove an application
    Delete {
        /// Id or name
        app: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
}

/// Secrets of applications.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppSecretCommand {
    /// Make one more secret, shown once
    #[command(
        after_help = "Example:\n  syncline app secret add hr --tenant contoso.example --expires 2027-01-31T00:00:00Z"
    )]
    Add {
        /// The application: id or name
        app: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// What it is called
        #[arg(long)]
        name: Option<String>,
        /// When it ends, as in 2027-01-31T00:00:00Z; in two years when left out
        #[arg(long, value_name = "INSTANT")]
        expires: Option<String>,
    },
    /// List the secrets: ids, first characters and times
    List {
        /// The application: id or name
        app: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Take a secret away
    Remove {
        /// The application: id or name
        app: String,
        /// The secret's id
        id: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
}

/// Certificates of applications.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppCertificateCommand {
    /// Take a certificate in; the application keeps the key that belongs to it
    Add {
        /// The application: id or name
        app: String,
        /// The certificate (PEM), `-` for standard input
        file: PathBuf,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
        /// What it is called
        #[arg(long)]
        name: Option<String>,
        /// When it ends, where that is before its own end
        #[arg(long, value_name = "INSTANT")]
        expires: Option<String>,
    },
    /// List the certificates
    List {
        /// The application: id or name
        app: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
    /// Take a certificate away
    Remove {
        /// The application: id or name
        app: String,
        /// The certificate's id
        id: String,
        /// The tenant: id or domain
        #[arg(long)]
        tenant: String,
    },
}
