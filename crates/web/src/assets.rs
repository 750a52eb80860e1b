//! What pages are dressed with: the look, the scripts, the mark. All of it is in the program; the
//! address of each holds its digest, so that browsers keep it for ever.

use std::{collections::BTreeMap, sync::LazyLock};

use sha2::{Digest, Sha256};

/// A file.
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset { name: $name, kind: $kind, bytes: include_bytes!(concat!("../assets/", $name)) }
    };
}

/// All files.
pub const ALL: &[Asset] = &[
    asset!("center.css", "text/css; charset=utf-8"),
    asset!("center.js", "text/javascript; charset=utf-8"),
    asset!("htmx.min.js", "text/javascript; charset=utf-8"),
    asset!("htmx-sse.min.js", "text/javascript; charset=utf-8"),
    asset!("editor.js", "text/javascript; charset=utf-8"),
    asset!("editor.LICENSES.txt", "text/plain; charset=utf-8"),
    asset!("mark.svg", "image/svg+xml"),
];

static DIGESTS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    ALL.iter()
        .map(|asset| {
            let digest = Sha256::digest(asset.bytes);
            (asset.name, digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect())
        })
        .collect()
});

/// The address of a file.
pub fn address(name: &str) -> String {
    let digest = DIGESTS.get(name).map_or("", String::as_str);
    format!("/center/assets/{name}?{digest}")
}

/// A file by its name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}
