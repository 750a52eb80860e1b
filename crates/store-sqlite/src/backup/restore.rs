//! Reading a backup: what is in it, whether it is whole, and a data directory from it.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use model::{Actor, StoreId, Timestamp};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::AuditEntry;

use super::{
    BackupError, GoOn, Manifest,
    archive::{Packed, Unpacker},
    manifest::FORMAT,
    place::{Target, sync},
};
use crate::{
    codec::hex,
    files::{self, Directory, OpenError},
    registry, schema, shard,
};

/// The manifest's name in a backup.
pub(super) const MANIFEST: &str = "manifest.json";
/// The name of the manifest's digest, which stands last.
pub(super) const DIGEST: &str = "manifest.sha256";
/// No manifest is longer.
const LONGEST: u64 = 64 << 20;

/// What is to be restored, and where to.
pub struct RestoreRequest<'a> {
    /// The backup.
    pub file: &'a Path,
    /// The data directory that is made.
    pub dir: &'a Path,
    /// Whether a data directory that lies there is moved aside.
    pub replace: bool,
    /// Who wants it.
    pub actor: &'a Actor,
    /// When.
    pub at: Timestamp,
}

/// A data directory that was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the backup holds.
    pub manifest: Manifest,
    /// The epoch of the store that was made from it.
    pub epoch: StoreId,
    /// Where that was moved to which lay there before.
    pub aside: Option<PathBuf>,
}

/// What a backup says that it holds.
pub fn read_manifest(file: &Path) -> Result<Manifest, BackupError> {
    open(file).map(|(_, manifest)| manifest)
}

/// Reads a backup through and compares all digests.
pub fn verify_backup(file: &Path, go_on: &mut GoOn<'_>) -> Result<Manifest, BackupError> {
    let (mut unpacker, manifest) = open(file)?;
    unpack(&mut unpacker, &manifest, file, go_on, |_| Ok(Box::new(io::sink())))?;
    Ok(manifest)
}

/// Makes a data directory from a backup. It is made beside its place and appears there when it is
/// whole.
pub fn restore(
    request: &RestoreRequest<'_>,
    go_on: &mut GoOn<'_>,
) -> Result<Restored, BackupError> {
    let (mut unpacker, manifest) = open(request.file)?;
    let target = Target::take(request.dir, request.replace)?;
    let work = target.work_folder()?;
    unpack(&mut unpacker, &manifest, request.file, go_on, |name| {
        let path = work.path().join(name);
        Ok(Box::new(files::private(&path).map_err(BackupError::io("make", &path))?))
    })?;
    let (epoch, _own) = renew(work.path(), &manifest, request)?;
    for entry in fs::read_dir(work.path()).map_err(BackupError::io("read", work.path()))? {
        let path = entry.map_err(BackupError::io("read", work.path()))?.path();
        sync(&path)?;
    }
    sync(work.path())?;
    let aside = target.put(work, request.at)?;
    Ok(Restored { manifest, epoch, aside })
}

/// Opens a backup and reads its manifest, which must fit what is there.
fn open(file: &Path) -> Result<(Unpacker, Manifest), BackupError> {
    let damaged = |what: &str| BackupError::damaged(file, what);
    let mut unpacker = Unpacker::open(file)?;
    let [files @ .., manifest, digest] = unpacker.files.as_slice() else {
        return Err(damaged("its manifest is missing"));
    };
    if (manifest.name.as_str(), digest.name.as_str()) != (MANIFEST, DIGEST) {
        return Err(damaged("its manifest is missing"));
    }
    let (files, manifest, digest) = (files.to_vec(), manifest.clone(), digest.clone());
    let text = read(&mut unpacker, &manifest, file)?;
    let said = read(&mut unpacker, &digest, file)?;
    if said != format!("{}  {MANIFEST}\n", hex(&Sha256::digest(&text))).into_bytes() {
        return Err(damaged("its manifest was changed"));
    }
    let manifest = parse(&text, file)?;
    let is_same = |(kept, packed): (&super::KeptFile, &Packed)| {
        kept.name == packed.name && kept.bytes == packed.bytes
    };
    let all = manifest.files.iter().zip(&files);
    if manifest.files.len() != files.len() || !all.into_iter().all(is_same) {
        return Err(damaged("it holds other files than its manifest says"));
    }
    Ok((unpacker, manifest))
}

fn read(unpacker: &mut Unpacker, packed: &Packed, file: &Path) -> Result<Vec<u8>, BackupError> {
    if packed.bytes > LONGEST {
        return Err(BackupError::damaged(file, "its manifest is too long"));
    }
    let mut bytes = Vec::new();
    unpacker.take_out(packed, &mut bytes, &mut |_| true).map_err(BackupError::io("read", file))?;
    Ok(bytes)
}

fn parse(text: &[u8], file: &Path) -> Result<Manifest, BackupError> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let damaged = |error: serde_json::Error| BackupError::damaged(file, error);
    let Format { format: found } = serde_json::from_slice(text).map_err(damaged)?;
    if found > FORMAT {
        return Err(BackupError::Newer { path: file.to_owned(), found, known: FORMAT });
    }
    serde_json::from_slice(text).map_err(damaged)
}

/// Takes all files out and compares their digests.
fn unpack<'w>(
    unpacker: &mut Unpacker,
    manifest: &Manifest,
    file: &Path,
    go_on: &mut GoOn<'_>,
    mut place: impl FnMut(&str) -> Result<Box<dyn Write + 'w>, BackupError>,
) -> Result<(), BackupError> {
    let of = manifest.files.iter().map(|kept| kept.bytes).sum();
    let mut done = 0;
    let packed = unpacker.files.clone();
    for (kept, packed) in manifest.files.iter().zip(packed) {
        let mut to = place(&kept.name)?;
        let mut advance = |bytes| {
            done += bytes;
            go_on(done, of)
        };
        let digest = unpacker
            .take_out(&packed, &mut to, &mut advance)
            .map_err(BackupError::io("take files out of", file))?;
        if digest != kept.sha256 {
            let what = format!("{} is not as it was when the backup was made", kept.name);
            return Err(BackupError::damaged(file, what));
        }
    }
    Ok(())
}

/// Opens what was taken out as a store would, brings it to the newest schema, and gives it an epoch
/// of its own. The directory stays ours until the lock is dropped.
fn renew(
    dir: &Path,
    manifest: &Manifest,
    request: &RestoreRequest<'_>,
) -> Result<(StoreId, Directory), BackupError> {
    let directory = Directory::take(dir)?;
    let fault = |fault| OpenError::from_fault(registry::FILE, fault);
    let mut system = directory.open(registry::FILE, schema::SYSTEM)?;
    let (before, shards) = registry::read_store(&system).map_err(fault)?;
    let names = (0..shards).map(shard::file_name);
    let expected: Vec<String> = std::iter::once(registry::FILE.to_owned()).chain(names).collect();
    let databases = manifest.files.iter().filter(|file| file.schema.is_some());
    if !databases.map(|file| &file.name).eq(&expected) || before != manifest.epoch {
        return Err(BackupError::damaged(request.file, "its files do not belong together"));
    }
    for name in expected.iter().skip(1) {
        directory.open(name, schema::SHARD)?;
    }
    let detail = json!({
        "created": manifest.created, "program": manifest.program, "epoch": manifest.epoch,
    });
    let audited = |epoch: StoreId| AuditEntry {
        activity: "Restore backup".to_owned(),
        target_kind: "store".to_owned(),
        target: epoch.to_string(),
        detail: detail.to_string(),
        request: None,
    };
    let epoch = registry::renew(&mut system, audited, request.actor, request.at).map_err(fault)?;
    Ok((epoch, directory))
}
