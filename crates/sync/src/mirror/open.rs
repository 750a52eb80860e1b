//! The source that a mirror's configuration describes.

use std::{path::Path, time::Duration};

use connector::source::FileListing;
use directory::Directory;
use model::Mirror;
use wire::Format;

use crate::Error;

/// The listing of a mirror. Nothing is read yet.
pub(super) fn open(
    directory: &Directory,
    mirror: &Mirror,
    settle: Duration,
) -> Result<FileListing, Error> {
    let format = match &mirror.format {
        Some(word) => Format::of_word(word),
        None => Format::of_path(&mirror.file),
    };
    let format = format.ok_or_else(|| {
        let text = format!("the name {} tells no format, so one has to be given", mirror.file);
        Error::stopped(model::Code::CONFIGURATION_INVALID, text)
    })?;
    let usual = if format == Format::Ldif { "entryUUID" } else { "id" };
    let anchor = mirror.anchor.as_deref().unwrap_or(usual);
    Ok(FileListing {
        path: Path::new(&mirror.file).to_owned(),
        format,
        options: directory.mirror_options(mirror, anchor)?,
        proof: mirror.proof.clone(),
        settle,
    })
}
