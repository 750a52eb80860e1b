//! Which files of the caller's machine a command reads and writes: they travel with it when it runs on
//! another machine.

use std::path::{Path, PathBuf};

use super::{
    AppCertificateCommand, AppCommand, BackupCommand, Command, ExprCommand, GroupCommand,
    ImportArgs, JobCommand, NotifyCommand, PasswordCommand, SchemaCommand, SignInCommand,
    TenantCommand, TestsCommand, UserCommand,
};

/// The files of a command, as it names them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// What it reads; `-` is standard input.
    pub reads: Vec<PathBuf>,
    /// What it writes. A folder stands for files in it.
    pub writes: Vec<PathBuf>,
}

/// The end of the name of a file with rejected rows, behind that of the file they came from.
pub const REJECTED: &str = ".rejected";

impl Command {
    /// Its files.
    pub fn files(&self) -> Files {
        let mut files = Files::default();
        match self {
            Self::User(UserCommand::Import(args)) | Self::Group(GroupCommand::Import(args)) => {
                files.import(args);
            }
            Self::User(UserCommand::Export(args)) | Self::Group(GroupCommand::Export(args)) => {
                files.writes(&args.file);
            }
            Self::Expr(ExprCommand::Test { file })
            | Self::App(AppCommand::Certificate {
                command: AppCertificateCommand::Add { file, .. },
            }) => files.reads(file),
            Self::Expr(ExprCommand::Eval { person: Some(person), .. })
                if !person.trim_start().starts_with('{') =>
            {
                files.reads(person.as_ref());
            }
            Self::Job(JobCommand::Schema { command, .. }) => match command {
                SchemaCommand::Import { file, .. } => files.reads(file),
                SchemaCommand::Export { out: Some(out), .. } => files.writes(out),
                _ => {}
            },
            Self::Job(JobCommand::Tests { command: TestsCommand::Import { file }, .. }) => {
                files.reads(file);
            }
            Self::Notify(NotifyCommand::Set(args)) => {
                args.mail_password_file.iter().for_each(|file| files.reads(file));
            }
            Self::User(UserCommand::Password {
                command: PasswordCommand::Set { file: Some(file), .. },
            })
            | Self::Tenant(TenantCommand::SignIn {
                command: SignInCommand::Set { client_secret_file: Some(file), .. },
            }) => files.reads(file),
            Self::Plan(args) => args.out.iter().for_each(|file| files.writes(file)),
            Self::Apply(args) => files.reads(&args.file),
            Self::Log(args) => args.export.iter().for_each(|file| files.writes(file)),
            Self::Backup(BackupCommand::Create { file }) => files.writes(file),
            _ => {}
        }
        files
    }
}

impl Files {
    /// Whether standard input is read.
    pub fn reads_stdin(&self) -> bool {
        self.reads.iter().any(|file| file.as_os_str() == "-")
    }

    fn reads(&mut self, file: &Path) {
        self.reads.push(file.to_owned());
    }

    fn writes(&mut self, file: &Path) {
        if file.as_os_str() != "-" {
            self.writes.push(file.to_owned());
        }
    }

    fn import(&mut self, args: &ImportArgs) {
        self.reads(&args.file);
        args.column_file.iter().for_each(|file| self.reads(file));
        match &args.rejected {
            Some(file) => self.writes(file),
            None if args.file.as_os_str() == "-" => self.writes("import.rejected".as_ref()),
            None => {
                let mut name = args.file.clone().into_os_string();
                name.push(REJECTED);
                self.writes(name.as_ref());
            }
        }
    }
}
