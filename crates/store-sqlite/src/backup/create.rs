//! Making a backup: copies of one moment, each checked, packed into one file with their digests.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
    time::Duration,
};

use model::{Actor, Timestamp};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{AuditEntry, StoreError};
use tempfile::{NamedTempFile, TempDir};

use super::{
    BackupError, GoOn, KeptFile, KeptTenant, Manifest,
    archive::Packer,
    manifest::FORMAT,
    place::{parent, sync, work_folder},
    restore::{DIGEST, MANIFEST},
    snapshot::{self, Snapshot, View},
};
use crate::{
    SqliteStore, check,
    codec::hex,
    fault::Fault,
    files::{self, PAGE_BYTES},
};

/// How many pages are copied between two looks at whether to go on.
const STEP: i32 = 1_024;

/// What is to be backed up, and where to.
pub struct BackupRequest<'a> {
    /// The file that is made; it must not exist.
    pub file: &'a Path,
    /// Files of the data directory that are no part of the store and come along where they exist.
    pub beside: &'a [&'a str],
    /// The version of the program.
    pub program: &'a str,
    /// Who wants it.
    pub actor: &'a Actor,
    /// When.
    pub at: Timestamp,
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct BackedUp {
    /// What it holds.
    pub manifest: Manifest,
    /// Its bytes.
    pub bytes: u64,
    /// How long commits were held up, at most.
    pub held: Duration,
}

impl SqliteStore {
    /// Makes a backup while the store is at work. The file appears when it is whole.
    pub fn back_up(
        &self,
        request: &BackupRequest<'_>,
        go_on: &mut GoOn<'_>,
    ) -> Result<BackedUp, BackupError> {
        let BackupRequest { file, actor, at, .. } = *request;
        if file.exists() {
            return Err(BackupError::Exists { path: file.to_owned() });
        }
        let folder = parent(file);
        let work = work_folder(&folder, ".syncline-backup-")?;
        let mut out = NamedTempFile::new_in(work.path())
            .map_err(BackupError::io("make a file in", work.path()))?;
        // Noted before, so that the copy knows of it as well.
        self.registry
            .note(audited(self, file), actor, at)
            .map_err(|fault| fault.into_store(crate::registry::FILE))?;

        let Snapshot { files, held } = Snapshot::take(self)?;
        let mut meter = Meter::over(&files, go_on)?;
        let tenants = snapshot::tenants(&files)?;
        let copied = copy_all(files, &work, &mut meter)?;
        let mut packer = Packer::new(out.as_file_mut(), at);
        let mut kept = Vec::new();
        for (name, schema) in copied {
            let from = work.path().join(&name);
            let packed = pack(&mut packer, &name, &from, &mut |bytes| meter.advance(bytes));
            let file = packed.map_err(BackupError::io("pack", &from))?;
            kept.push(KeptFile { schema: Some(schema), ..file });
            fs::remove_file(&from).map_err(BackupError::io("remove", &from))?;
        }
        for name in request.beside {
            let from = self.directory.file(name);
            if from.is_file() {
                let packed = pack(&mut packer, name, &from, &mut |_| true);
                kept.push(packed.map_err(BackupError::io("pack", &from))?);
            }
        }
        let manifest = Manifest {
            format: FORMAT,
            program: request.program.to_owned(),
            created: at,
            epoch: self.registry.epoch,
            tenants: tenants
                .into_iter()
                .map(|(facts, contents)| KeptTenant {
                    id: facts.id,
                    name: facts.name,
                    domains: facts.domains,
                    contents,
                })
                .collect(),
            files: kept,
        };
        seal(packer, &manifest).map_err(BackupError::io("write", file))?;
        put(out, file)?;
        sync(&folder)?;
        let bytes = fs::metadata(file).map_err(BackupError::io("read", file))?.len();
        Ok(BackedUp { manifest, bytes, held })
    }
}

fn audited(store: &SqliteStore, file: &Path) -> AuditEntry {
    AuditEntry {
        activity: "Back up store".to_owned(),
        target_kind: "store".to_owned(),
        target: store.registry.epoch.to_string(),
        detail: json!({ "file": file.display().to_string() }).to_string(),
        request: None,
    }
}

/// Copies what each view sees and lets go of it; gives the names with their schemas.
fn copy_all(
    files: Vec<View>,
    work: &TempDir,
    meter: &mut Meter<'_, '_>,
) -> Result<Vec<(String, u32)>, BackupError> {
    let mut copied = Vec::new();
    for view in files {
        let name = view.name.clone();
        let to = work.path().join(&name);
        files::private(&to).map_err(BackupError::io("make", &to))?;
        let schema = view.ask(snapshot::schema)?;
        let fault = |fault: Fault| BackupError::from(fault.into_store(&name));
        let copy = copy(&view.conn, &to, meter).map_err(fault)?;
        view.end()?;
        let Some(copy) = copy else { return Err(BackupError::Interrupted) };
        // What is broken is not kept for the day on which it is needed.
        if let Some(finding) = check::quick_check(&copy, &name).map_err(fault)?.first() {
            let what = format!("{}: {}", finding.file, finding.what);
            return Err(StoreError::Damaged(what).into());
        }
        copied.push((name, schema));
    }
    Ok(copied)
}

/// Copies a file page by page, as the connection's transaction sees it. None when it was broken off.
fn copy(
    from: &Connection,
    to: &Path,
    meter: &mut Meter<'_, '_>,
) -> Result<Option<Connection>, Fault> {
    let mut copy = files::connect(to)?;
    copy.execute_batch(&format!(
        "PRAGMA page_size = {PAGE_BYTES};
         PRAGMA journal_mode = OFF;
         PRAGMA synchronous = OFF;"
    ))?;
    let backup = Backup::new(from, &mut copy)?;
    let mut left = None;
    loop {
        let step = backup.step(STEP)?;
        let progress = backup.progress();
        let before = left.replace(progress.remaining).unwrap_or(progress.pagecount);
        let pages = u64::try_from(before - progress.remaining).unwrap_or(0);
        if !meter.advance(pages * PAGE_BYTES) {
            return Ok(None);
        }
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            // The copy is ours alone and the transaction reads, so nothing can be in the way.
            _ => return Err(Fault::Store(StoreError::Failed("a copy was locked".to_owned()))),
        }
    }
    drop(backup);
    Ok(Some(copy))
}

fn pack(
    packer: &mut Packer<'_>,
    name: &str,
    from: &Path,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> io::Result<KeptFile> {
    let mut from = File::open(from)?;
    let bytes = from.metadata()?.len();
    let sha256 = packer.add(name, bytes, &mut from, go_on)?;
    Ok(KeptFile { name: name.to_owned(), bytes, schema: None, sha256 })
}

/// Ends the archive with the manifest and its digest.
fn seal(mut packer: Packer<'_>, manifest: &Manifest) -> io::Result<()> {
    let text = serde_json::to_string_pretty(manifest)? + "\n";
    let digest = format!("{}  {MANIFEST}\n", hex(&Sha256::digest(text.as_bytes())));
    for (name, text) in [(MANIFEST, text), (DIGEST, digest)] {
        packer.add(name, text.len() as u64, &mut text.as_bytes(), &mut |_| true)?;
    }
    packer.end()
}

/// Puts the file in its place, where nothing may be.
fn put(mut out: NamedTempFile, file: &Path) -> Result<(), BackupError> {
    out.flush()
        .and_then(|()| out.as_file().sync_all())
        .map_err(BackupError::io("write to the disk", file))?;
    let put = out.persist_noclobber(file);
    put.map_err(|error| BackupError::io("write", file)(error.error)).map(drop)
}

/// How much of the work is done: every byte is copied once and packed once.
struct Meter<'m, 'f> {
    done: u64,
    of: u64,
    go_on: &'m mut GoOn<'f>,
}

impl<'m, 'f> Meter<'m, 'f> {
    fn over(files: &[View], go_on: &'m mut GoOn<'f>) -> Result<Self, BackupError> {
        let mut pages = 0;
        for view in files {
            let count = "PRAGMA page_count";
            pages += view.ask(|conn| Ok(conn.query_row(count, [], |row| row.get::<_, u32>(0))?))?;
        }
        Ok(Self { done: 0, of: u64::from(pages) * PAGE_BYTES * 2, go_on })
    }

    fn advance(&mut self, bytes: u64) -> bool {
        self.done += bytes;
        (self.go_on)(self.done, self.of)
    }
}
