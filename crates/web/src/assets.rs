//! What pages are dressed with: the look, the scripts, the mark. All of it is in the program; the
//! address of each holds its digest, so that browsers keep it for ever.

use std::{collections::BTreeMap, io::Write, sync::LazyLock};

use flate2::{Compression, write::GzEncoder};
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

/// Each file packed once, while the first page is on its way. Pages themselves are not packed: they hold
/// secrets beside what others wrote, and how well the two pack together would tell of them.
static PACKED: LazyLock<BTreeMap<&'static str, Vec<u8>>> = LazyLock::new(|| {
    ALL.iter().filter_map(|asset| Some((asset.name, pack(asset.bytes)?))).collect()
});

/// The bytes with gzip, where that is worth it.
fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|packed| packed.len() < bytes.len())
}

/// The address of a file.
pub fn address(name: &str) -> String {
    let digest = DIGESTS.get(name).map_or("", String::as_str);
    format!("/center/assets/{name}?{digest}")
}

/// A file by its name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

impl Asset {
    /// The file with gzip, where that is smaller.
    pub fn packed(&self) -> Option<&'static [u8]> {
        PACKED.get(self.name).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_packed_is_the_file_and_smaller() {
        let scripts =
            ALL.iter().filter(|asset| asset.name.ends_with(".js") || asset.name.ends_with(".css"));
        for asset in scripts {
            let packed = asset.packed().expect("a script packs well");
            assert!(packed.len() * 2 < asset.bytes.len(), "{}", asset.name);
            let mut bytes = Vec::new();
            flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).expect("it is gzip");
            assert!(bytes == asset.bytes, "{}", asset.name);
        }
        assert_eq!(pack(b"x"), None);
    }
}
