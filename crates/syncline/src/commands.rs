//! Running commands: here when the data directory is free, else through the process that owns it.

mod apps;
mod audit;
mod audit_verify;
mod backup;
pub mod describe;
mod doctor;
mod escrow;
mod export;
mod expressions;
mod extensions;
mod groups;
mod hold;
mod import;
mod jobs;
mod log;
mod log_export;
mod mapping_tests;
mod mappings;
pub mod metrics;
mod mirrors;
mod notices;
pub mod operators;
mod plan;
mod policies;
mod protect;
mod provision;
mod reference;
mod schedule;
mod schema;
mod sign_in;
mod tenants;
mod users;
mod values;
mod watch;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use model::Actor;

use crate::{
    app::{self, App, Unopened},
    args::{
        BackupCommand, Command, ConfigCommand, Line, OperatorCommand, Options, ServeArgs, Shell,
    },
    bench, control, demo,
    failure::Failure,
    output::{Output, Reply, Terminal, show},
    parcel, server,
};

pub use describe::table;

/// How long a command tries when the owner of the directory is just ending or just beginning.
const PATIENCE: Duration = Duration::from_secs(10);

/// After how long a second `serve` says that it waits.
const STANDING_BY: Duration = Duration::from_secs(1);

/// What a command needs to know besides itself.
#[derive(Clone, Debug)]
pub struct Request {
    /// Options of every command.
    pub options: Options,
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// What came on standard input, where the command reads it.
    pub stdin: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a command comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The process that owns the data.
    Here,
    /// Another process of the same user, through the control socket.
    Beside,
    /// Somebody who showed a token over HTTP, on whatever machine.
    Afar(Afar),
}

/// Somebody on another machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Afar {
    /// Who the token is.
    pub actor: Actor,
    /// The folder in which the files of that machine stand, as far as they came along.
    pub root: PathBuf,
}

impl Request {
    /// A path as the caller meant it: on the caller's machine.
    pub fn path(&self, path: &Path) -> PathBuf {
        let path = self.folder.join(path);
        match &self.origin {
            Origin::Afar(afar) => parcel::inside(&afar.root, &path),
            _ => path,
        }
    }

    /// A path on the machine of the server.
    pub fn server_path(&self, path: &Path) -> Result<PathBuf, Failure> {
        match &self.origin {
            Origin::Afar(_) if path.is_absolute() => Ok(path.to_owned()),
            Origin::Afar(_) => {
                let text = format!("{} is a file of the server's machine", path.display());
                Err(Failure::usage(text).hint("give its whole path there"))
            }
            _ => Ok(self.folder.join(path)),
        }
    }

    /// The text of a file that the caller named, or of standard input for `-`, without the mark that
    /// some editors put in front of UTF-8.
    pub fn read_text(&self, file: &Path) -> Result<String, Failure> {
        let text = match self.stdin.as_ref().filter(|_| file.as_os_str() == "-") {
            Some(text) => text.clone(),
            None => {
                let path = self.path(file);
                std::fs::read_to_string(&path).map_err(|error| {
                    Failure::new("input-output", format!("{}: {error}", path.display()))
                })?
            }
        };
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// Who acts: the operator, or the person that `--as` names, with that person's roles.
    pub fn actor(&self, app: &App) -> Result<Actor, Failure> {
        let operator = match &self.origin {
            Origin::Afar(afar) => afar.actor.clone(),
            _ => operator(),
        };
        let Some(name) = &self.options.acting else { return Ok(operator) };
        if !matches!(operator, Actor::Operator { .. }) {
            return Err(Failure::new("not-allowed", format!("{operator} is no operator"))
                .hint("only an operator acts for others: leave --as out"));
        }
        let Some((tenant, user)) = name.split_once('/') else {
            return Err(Failure::usage("--as takes DOMAIN/USER"));
        };
        let tenant = app.directory.get_tenant(&operator, tenant)?;
        let user = app.directory.find(&operator, tenant.id, model::Kind::User, user)?;
        let roles = app.directory.roles(tenant.id, user.id)?;
        Ok(Actor::User { tenant: tenant.id, id: user.id, name: user.label(), roles, through: None })
    }
}

/// The person at this machine.
pub fn operator() -> Actor {
    let name = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|one| std::env::var(one).ok());
    let name = name.filter(|name| !name.is_empty()).or_else(account);
    Actor::Operator { name: name.unwrap_or_else(|| "unknown".to_owned()) }
}

/// Whom this process runs as, where the environment does not say: services and containers often have
/// none of the usual variables.
fn account() -> Option<String> {
    let uid = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").ok()?);
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    Some(find_account(&accounts, uid).map_or_else(|| format!("uid {uid}"), str::to_owned))
}

/// The name of an account in the lines of `/etc/passwd`.
fn find_account(accounts: &str, uid: u32) -> Option<&str> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

/// Runs a command line to its end and gives the exit status.
pub fn run(line: Line, output: &mut Terminal) -> Result<u8, Failure> {
    let Line { mut options, mut command } = line;
    match &command {
        Command::Login(args) => return server::login(args, &options, output),
        Command::Logout => return server::logout(&options, output),
        _ => {}
    }
    if options.server.is_some() && !runs_here(&command) {
        let request = request(&options, &command)?;
        return server::run(command, &request, output);
    }
    if let Command::Serve(args) = &command {
        options.settings.extend(args.settings()?);
    }
    match &command {
        Command::Completion { shell } => {
            output.out(&completion(*shell));
            return Ok(0);
        }
        Command::Reference { out } => return reference::write(out),
        Command::Demo(args) => return demo::run(args, &options, output),
        Command::Bench(args) => return bench::run(args, output),
        Command::Config(ConfigCommand::Show) => return config(&options, output),
        Command::Backup(command @ (BackupCommand::Restore { .. } | BackupCommand::Show { .. })) => {
            let reply = backup::run_alone(command, &options, output)?;
            show(output, &reply);
            return Ok(reply.exit);
        }
        Command::Expr(expression) if !expressions::needs_data(expression) => {
            let request = request(&options, &command)?;
            let reply = expressions::run_alone(expression, &request)?;
            show(output, &reply);
            return Ok(reply.exit);
        }
        _ => {}
    }
    let request = request(&options, &command)?;
    let mut begun = Instant::now();
    let mut stands_by = false;
    loop {
        match App::open(&options.data, &options.settings) {
            Ok(app) => {
                let app = Arc::new(app);
                let _server = control::Server::start(app.clone())?;
                let done = execute(&app, command, &request, output);
                app.leave();
                return Ok(done?.exit);
            }
            Err(Unopened::Failed(failure)) => return Err(failure),
            Err(Unopened::InUse) if matches!(command, Command::Serve { .. }) => {
                // Two serve no directory; the second one stands by, and says so when it takes longer
                // than a command does.
                if !stands_by && begun.elapsed() > STANDING_BY {
                    stands_by = true;
                    let folder = options.data.display();
                    output.talk(&format!(
                        "{folder} is served by another process; this one waits for its end"
                    ));
                }
                if output.is_interrupted() {
                    return Ok(0);
                }
                thread::sleep(Duration::from_millis(100));
                continue;
            }
            Err(Unopened::InUse) => {
                if let Some(answer) = control::ask(&options.data, &command, &request, output) {
                    let answer = answer?;
                    let Some(next) = answer.next.filter(|_| !output.is_interrupted()) else {
                        return Ok(answer.exit);
                    };
                    command = *next;
                    begun = Instant::now();
                }
            }
        }
        if begun.elapsed() > PATIENCE {
            let text = format!("{} is in use by another process", options.data.display());
            return Err(Failure::new("data-in-use", text)
                .hint("end that process, or name another directory with --data"));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a command needs no data at all, so that it runs here whatever server is named.
fn runs_here(command: &Command) -> bool {
    match command {
        Command::Completion { .. } | Command::Reference { .. } => true,
        Command::Expr(expression) => !expressions::needs_data(expression),
        _ => false,
    }
}

fn request(options: &Options, command: &Command) -> Result<Request, Failure> {
    let folder = std::env::current_dir()?;
    let stdin = if command.files().reads_stdin() {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)?;
        // Bad UTF-8 is a matter of single lines; here it only must not get lost on the way.
        Some(String::from_utf8_lossy(&bytes).into_owned())
    } else {
        None
    };
    Ok(Request { options: options.clone(), folder, stdin, origin: Origin::Here })
}

/// Serves what the demo has made, until it is stopped.
pub fn serve_demo(
    app: &Arc<App>,
    options: &Options,
    output: &mut dyn Output,
) -> Result<u8, Failure> {
    let folder = std::env::current_dir()?;
    let origin = Origin::Here;
    let request = Request { options: options.clone(), folder, stdin: None, origin };
    let actor = operator();
    let call = Call { app, actor: &actor, request: &request };
    Ok(watch::serve_as(&call, ServeArgs::default(), watch::Occasion::Demo, output)?.exit)
}

/// Runs a command in the process that owns the data, and shows what it gave.
pub fn execute(
    app: &Arc<App>,
    command: Command,
    request: &Request,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    if matches!(request.origin, Origin::Afar(_)) {
        refuse_local(&command)?;
    }
    let actor = request.actor(app)?;
    let call = Call { app, actor: &actor, request };
    let reply = match command {
        Command::Tenant(command) => tenants::run(&call, command)?,
        Command::User(command) => users::run(&call, command, output)?,
        Command::Group(command) => groups::run(&call, command, output)?,
        Command::Extension(command) => extensions::run(&call, command)?,
        Command::App(command) => apps::run(&call, command)?,
        Command::Policy(command) => policies::run(&call, command)?,
        Command::Job(command) => jobs::run(&call, command, output)?,
        Command::Mirror(command) => mirrors::run(&call, command, output)?,
        Command::Plan(args) => plan::plan(&call, &args, output)?,
        Command::Apply(args) => plan::apply(&call, &args, output)?,
        Command::Hold(args) => hold::run(&call, args, output)?,
        Command::Escrow(args) => escrow::run(&call, args, output)?,
        Command::Provision(args) => provision::provision(&call, &args, output)?,
        Command::Explain(args) => provision::explain(&call, &args)?,
        Command::Log(args) => log::run(&call, &args, output)?,
        Command::Metrics(args) => metrics::run(&call, &args)?,
        Command::Notify(command) => notices::run(&call, command)?,
        Command::Expr(command) => expressions::run(&call, &command)?,
        Command::Audit(command) => audit::run(&call, command, output)?,
        Command::Doctor => doctor::run(&call)?,
        Command::Backup(BackupCommand::Create { file }) => backup::create(&call, &file, output)?,
        Command::Serve(args) => watch::serve(&call, args, output)?,
        Command::Operator(command) => operators::run(&call, command)?,
        Command::Login(_) | Command::Logout => {
            return Err(Failure::usage("this command runs in its own process only"));
        }
        Command::Demo(_)
        | Command::Bench(_)
        | Command::Backup(_)
        | Command::Config(_)
        | Command::Completion { .. }
        | Command::Reference { .. } => {
            return Err(Failure::usage("this command runs in its own process only"));
        }
    };
    show(output, &reply);
    Ok(reply)
}

/// Refuses what has no sense from another machine.
pub fn refuse_local(command: &Command) -> Result<(), Failure> {
    let hint = match command {
        Command::Serve(_) => "start it on the machine that the data lies on",
        Command::Demo(_) | Command::Bench(_) => "leave --server out: it makes data of its own here",
        Command::Backup(BackupCommand::Restore { .. }) => {
            "end the server, and restore on the machine that the data lies on"
        }
        Command::Backup(BackupCommand::Show { .. }) => "leave --server out: the file lies here",
        Command::Config(_) => "ask on the machine of the server, which is where settings lie",
        Command::Operator(OperatorCommand::Reset { .. }) => {
            "run it on the machine of the server; an operator makes links for others with \
             `syncline operator create`"
        }
        _ => return Ok(()),
    };
    Err(Failure::new("local-only", "this command is not for a server on another machine")
        .hint(hint))
}

/// A command on its way through a service.
pub struct Call<'a> {
    /// The services.
    pub app: &'a Arc<App>,
    /// Who acts.
    pub actor: &'a Actor,
    /// What else the command needs.
    pub request: &'a Request,
}

fn completion(shell: Shell) -> String {
    use clap_complete::Shell as To;
    let to = match shell {
        Shell::Bash => To::Bash,
        Shell::Elvish => To::Elvish,
        Shell::Fish => To::Fish,
        Shell::Powershell => To::PowerShell,
        Shell::Zsh => To::Zsh,
    };
    let mut script = Vec::new();
    clap_complete::generate(to, &mut crate::args::command(), "syncline", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn config(options: &Options, output: &mut dyn Output) -> Result<u8, Failure> {
    let settings = app::read_settings(&options.data, &options.settings)?;
    let shown = settings.show();
    let rows = shown.iter().map(|one| {
        let origin = format!("{:?}", one.origin).to_lowercase();
        vec![one.name.to_owned(), one.value.clone(), origin, one.about.to_owned()]
    });
    let text = table(&["setting", "value", "from", "about"], rows);
    show(output, &Reply::new(&shown, text));
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::find_account;

    #[test]
    fn an_account_is_found_by_its_number() {
        let accounts =
            "root:x:0:0:root:/root:/bin/sh\n# a note\nsyncline:x:990:990::/:/bin/false\n";
        assert_eq!(find_account(accounts, 990), Some("syncline"));
        assert_eq!(find_account(accounts, 99), None);
    }
}
