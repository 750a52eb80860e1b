//! `syncline backup`: a copy of everything in one file, and a data directory from it. Making one goes
//! through the process that owns the data; the other two need none.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use model::{Clock, TenantId, Timestamp};
use serde_json::json;
use store_sqlite::{
    BackupError, BackupRequest, KeptTenant, Manifest, OpenError, RestoreRequest, read_manifest,
    restore, stamp, verify_backup,
};

use super::{Call, operator, table};
use crate::{
    app,
    args::{BackupCommand, Options},
    clock::SystemClock,
    failure::Failure,
    output::{Output, Reply},
};

/// Files of the data directory that come along though they are no part of the store.
const BESIDE: &[&str] = &["syncline.toml"];

/// Runs a command that needs no data directory, or makes one.
pub fn run_alone(
    command: &BackupCommand,
    options: &Options,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    match command {
        BackupCommand::Restore { file, replace } => restored(file, *replace, options, output),
        BackupCommand::Show { file, check } => shown(file, *check, output),
        BackupCommand::Create { .. } => Err(Failure::usage("this goes through the data's owner")),
    }
}

/// Makes a backup.
pub fn create(call: &Call<'_>, file: &Path, output: &mut dyn Output) -> Result<Reply, Failure> {
    access::check(call.actor, access::Permission::BackUp, TenantId::NIL)
        .map_err(directory::Error::from)?;
    let at = call.app.directory.clock().now();
    let file = file_in(call.request.path(file), at);
    let request = BackupRequest {
        file: &file,
        beside: BESIDE,
        program: env!("CARGO_PKG_VERSION"),
        actor: call.actor,
        at,
    };
    let made = call.app.store.back_up(&request, &mut watched("backing up", output))?;
    let held = made.held.as_secs_f64() * 1e3;
    let text = format!(
        "backed up {} to {} ({} MB); commits were held up for {held:.2} ms",
        counted(&made.manifest.tenants),
        file.display(),
        megabytes(made.bytes),
    );
    let document = json!({
        "file": file,
        "bytes": made.bytes,
        "heldMilliseconds": held,
        "manifest": made.manifest,
    });
    Ok(Reply::new(document, text))
}

/// The file itself, or one in the folder that is named by the time.
fn file_in(path: PathBuf, at: Timestamp) -> PathBuf {
    if !path.is_dir() {
        return path;
    }
    // Without what `.` adds to it.
    let folder: PathBuf = path.components().collect();
    folder.join(format!("syncline-{}.tar", stamp(at)))
}

fn restored(
    file: &Path,
    replace: bool,
    options: &Options,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    if options.acting.is_some() {
        return Err(Failure::usage("a restore is the operator's: leave --as out"));
    }
    let (actor, dir) = (operator(), options.data.as_path());
    let request = RestoreRequest { file, dir, replace, actor: &actor, at: SystemClock.now() };
    let done = restore(&request, &mut watched("restoring", output))?;
    let mut text = format!(
        "restored {} as of {} into {}",
        counted(&done.manifest.tenants),
        done.manifest.created,
        dir.display()
    );
    if let Some(aside) = &done.aside {
        text.push_str(&format!("\nwhat was there lies in {}", aside.display()));
    }
    text.push_str(
        "\nthe next cycle of each job looks at everybody; plans that were saved are void",
    );
    let document = json!({
        "data": dir,
        "epoch": done.epoch,
        "aside": done.aside,
        "manifest": done.manifest,
    });
    Ok(Reply::new(document, text))
}

fn shown(file: &Path, check: bool, output: &mut dyn Output) -> Result<Reply, Failure> {
    let manifest = match check {
        true => verify_backup(file, &mut watched("checking", output))?,
        false => read_manifest(file)?,
    };
    let rows = manifest.tenants.iter().map(|KeptTenant { name, domains, contents, .. }| {
        let domain = domains.first().map(ToString::to_string).unwrap_or_default();
        let counts = [
            contents.users,
            contents.deleted_users,
            contents.groups + contents.deleted_groups,
            contents.links,
            contents.entries,
        ];
        [vec![name.clone(), domain], counts.map(|count| count.to_string()).to_vec()].concat()
    });
    let heads = ["tenant", "domain", "users", "deleted", "groups", "links", "journal"];
    let tenants = table(&heads, rows);
    let rows = manifest.files.iter().map(|file| {
        let schema = file.schema.map_or_else(|| "-".to_owned(), |schema| schema.to_string());
        vec![file.name.clone(), file.bytes.to_string(), schema, file.sha256.clone()]
    });
    let files = table(&["file", "bytes", "schema", "sha-256"], rows);
    let Manifest { format, program, created, epoch, .. } = &manifest;
    let state = if check { "\nevery file is as it was when the backup was made" } else { "" };
    let text = format!(
        "made {created} by syncline {program}, format {format}, store {epoch}{state}\n\n{tenants}\n{files}"
    );
    let mut document = json!(manifest);
    document["checked"] = json!(check);
    Ok(Reply::new(document, text))
}

/// Shows how far the work has come, once it takes longer than a second, and stops it when the reader
/// wants that.
fn watched<'o>(what: &'o str, output: &'o mut dyn Output) -> impl FnMut(u64, u64) -> bool + 'o {
    let begun = Instant::now();
    move |done, of| {
        if begun.elapsed().as_millis() >= 1_000 {
            output.copying(what, done, of);
        }
        !output.is_interrupted()
    }
}

fn counted(tenants: &[KeptTenant]) -> String {
    let users: u64 = tenants.iter().map(|tenant| tenant.contents.users).sum();
    let plural = if tenants.len() == 1 { "" } else { "s" };
    format!("{} tenant{plural} with {users} users", tenants.len())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 20))
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let text = error.to_string();
        match error {
            BackupError::Exists { .. } => {
                Self::new("exists", text).hint("name another file; a backup is never written over")
            }
            BackupError::Damaged { .. } => Self::new("backup-damaged", text)
                .hint("nothing was changed; take another backup, or copy this one again"),
            BackupError::Newer { .. } => Self::new("backup-newer", text)
                .hint("use the version of syncline that made it, or a later one"),
            BackupError::NotEmpty { .. } => Self::new("data-not-empty", text).hint(
                "name an empty or new directory with --data, or move this one aside with --replace",
            ),
            BackupError::Interrupted => {
                Self::new("interrupted", "it was broken off, and nothing is left of it")
            }
            BackupError::Io { source, .. } => {
                Self::new("input-output", format!("{text}: {source}"))
            }
            BackupError::Store(error) => error.into(),
            BackupError::Open(OpenError::InUse { .. }) => {
                Self::new("data-in-use", text).hint("end the process that owns it first")
            }
            BackupError::Open(error) => app::failure(&error),
        }
    }
}
