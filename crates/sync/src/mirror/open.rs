//! The source that a mirror's configuration describes.

use std::path::Path;

use connector::source::{FileListing, Source};
use model::Mirror;
use wire::Format;

use super::Mirrors;
use crate::Error;

/// The listing of a mirror. Nothing is read yet.
pub(super) fn open(mirrors: &Mirrors, mirror: &Mirror) -> Result<Box<dyn Source>, Error> {
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
    let listing = FileListing {
        path: Path::new(&mirror.file).to_owned(),
        format,
        options: mirrors.directory.mirror_options(mirror, anchor)?,
        proof: mirror.proof.clone(),
        settle: mirrors.settle,
    };
    Ok(match &mirrors.front {
        Some(front) => front(Box::new(listing)),
        None => Box::new(listing),
    })
}
