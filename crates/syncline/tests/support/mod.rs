//! The built program with a data directory of its own.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod twins;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
};

use serde_json::Value;
use store::Store;
use store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

/// A data directory.
pub struct Data {
    folder: TempDir,
    shards: usize,
}

/// What a run of the program came to.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Data {
    /// A folder in which nothing lies yet.
    pub fn new() -> Self {
        Self::sharded(1)
    }

    /// A folder in which so many files will share the tenants.
    pub fn sharded(shards: usize) -> Self {
        Self { folder: tempfile::tempdir().expect("there is room for a folder"), shards }
    }

    /// The data directory in the folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A copy of the directory as it lies there.
    pub fn copy(&self) -> Self {
        let copy = Self::sharded(self.shards);
        std::fs::create_dir(copy.path()).expect("the folder is empty");
        for entry in std::fs::read_dir(self.path()).expect("the directory stands") {
            let entry = entry.expect("it can be read");
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                std::fs::copy(entry.path(), copy.path().join(entry.file_name()))
                    .expect("it is free");
            }
        }
        copy
    }

    /// The store, opened by this process.
    pub fn store(&self) -> Arc<dyn Store> {
        let options = Options { shards: self.shards, cache_mb: 16 };
        let opened = SqliteStore::open(&self.path(), options);
        Arc::new(opened.unwrap_or_else(|error| panic!("the store opens, and did not: {error}")))
    }

    /// The program with these words, not started yet.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_syncline"));
        command
            .args(words)
            .env("SYNCLINE_DATA", self.path())
            .env("NO_COLOR", "1")
            // Tests run side by side; those about HTTP say where they listen.
            .env("SYNCLINE_HTTP_LISTEN", "off")
            .env("SYNCLINE_HTTP_LISTEN_TLS", "off")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts the program.
    pub fn start(&self, words: &[&str]) -> Child {
        self.command(words).spawn().expect("the program starts")
    }

    /// Runs the program to its end.
    pub fn run(&self, words: &[&str]) -> Run {
        self.command(words).output().expect("the program starts").into()
    }

    /// Runs the program, which must end well, and gives its one document.
    #[track_caller]
    pub fn json(&self, words: &[&str]) -> Value {
        let run = self.run(&[words, &["--json"]].concat());
        assert_eq!(run.code, Some(0), "{words:?}: {}{}", run.out, run.err);
        run.document(words)
    }

    /// Runs the program, which must end well.
    #[track_caller]
    pub fn done(&self, words: &[&str]) {
        let run = self.run(words);
        assert_eq!(run.code, Some(0), "{words:?}: {}{}", run.out, run.err);
    }

    /// Two tenants that consent, and a job between them for everybody.
    pub fn two_tenants(&self) {
        for words in [
            "tenant create Contoso --domain contoso.example",
            "tenant create Fabrikam --domain fabrikam.example",
            "policy set --tenant fabrikam.example --partner contoso.example --sync-inbound on \
             --redeem-inbound on",
            "policy set --tenant contoso.example --partner fabrikam.example --redeem-outbound on",
            "job create --source contoso.example --target fabrikam.example --name staff --scope all",
        ] {
            self.done(&words.split_whitespace().collect::<Vec<_>>());
        }
    }

    /// A person of the source.
    pub fn person(&self, name: &str) {
        let address = format!("{name}@contoso.example");
        let (shown, mail) = (format!("displayName={name}"), format!("mail={address}"));
        let words = [
            "user",
            "create",
            &address,
            "--tenant",
            "contoso.example",
            "--set",
            &shown,
            "--set",
            &mail,
        ];
        self.done(&words);
    }
}

impl Run {
    /// The one document on standard output.
    #[track_caller]
    pub fn document(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{words:?} prints one document: {error}\n{}", self.out))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes text");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Waits for a child and gives what it came to.
pub fn wait(child: Child) -> Run {
    child.wait_with_output().expect("it is ours").into()
}

/// Asks a process to stop, as Ctrl-C does, as soon as it listens.
pub fn interrupt(child: &Child) {
    const SIGINT: u64 = 1 << 1;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let listens = |status: &Path| {
        let text = std::fs::read_to_string(status).unwrap_or_default();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        caught.is_none_or(|mask| {
            u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & SIGINT != 0)
        })
    };
    while !listens(&status) {
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "the process is ours");
}
