//! The rules as data. A change here is a change of the architecture: say why in `docs/decisions/`.

/// The layers, highest first. A crate may need only crates of layers below its own.
pub const LAYERS: &[&[&str]] = &[
    &["syncline"],
    &["api-graph", "api-oauth", "api-admin", "web"],
    &["sync"],
    &["connector", "identity", "notify"],
    &["directory"],
    &["engine", "access", "store-sqlite", "store-postgres"],
    &["expr", "wire", "store", "config"],
    &["model"],
];

/// Crates for developers. They may need any crate and none of the layers may need them, except in
/// tests.
pub const FOR_DEVELOPERS: &[&str] = &["testkit", "xtask"];

/// The crate that puts all others together.
pub const COMPOSITION_ROOT: &str = "syncline";

/// Ways in. What two of them need moves down.
pub const FRONT_DOORS: &[&str] = &["api-graph", "api-oauth", "api-admin", "web"];

/// A crate whose name starts so is a storage backend.
pub const BACKEND_PREFIX: &str = "store-";

/// Only the third may see both of the first two.
pub const KEPT_APART: (&str, &str, &str) = ("engine", "connector", "sync");

/// Crates that decide and describe. They reach for nothing outside themselves.
pub const PURE: &[&str] = &["model", "expr", "engine", "wire"];

/// Packages with a runtime, a database or a network; no pure crate may reach one.
pub const IMPURE_PACKAGES: &[&str] =
    &["tokio", "async-std", "rusqlite", "tokio-postgres", "reqwest", "hyper", "axum"];

/// A name that pure code must not mention, and what to do instead.
pub const IMPURE_NAMES: &[(&str, &str)] = &[
    ("std::time::SystemTime", TAKE_THE_TIME),
    ("SystemTime::now", TAKE_THE_TIME),
    ("Instant::now", TAKE_THE_TIME),
    ("Timestamp::now", TAKE_THE_TIME),
    ("Zoned::now", TAKE_THE_TIME),
    ("now_v7", "take the id as an argument; `IdSource` makes it in the caller"),
    ("std::fs", "take the text as an argument; the caller reads the file"),
    ("std::net", "move it to `connector` or a front door"),
];

const TAKE_THE_TIME: &str = "take the time as an argument; `Clock` gives it to the caller";

/// A name of code or a text literal that belongs to some places only.
pub struct Kept {
    pub word: &'static str,
    pub kind: Kind,
    /// Prefixes of paths where it may stand.
    pub places: &'static [&'static str],
    pub hint: &'static str,
}

/// Where a kept word is looked for. Comments and tests are free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A name in code.
    Name,
    /// A word in a text literal.
    InLiteral,
    /// A text literal that says this and nothing else.
    WholeLiteral,
}

/// Places that speak the names of other systems.
const SPEAKS_FOREIGN_NAMES: &[&str] = &[
    "crates/wire/",
    "crates/connector/src/graph",
    "crates/connector/src/scim",
    "crates/connector/src/ldap",
];

const USE_GRAPH_NAME: &str = "use Graph's name for the property, and translate in `wire`";

pub const KEPT: &[Kept] = &[
    Kept {
        word: "ObjectCommit",
        kind: Kind::Name,
        // The benchmark writes the yardstick into a store of its own, which is no directory.
        places: &["crates/directory/", "crates/store", "crates/syncline/src/bench/raw.rs"],
        hint: "hosted objects change only through `directory`, which audits and authorizes",
    },
    Kept {
        word: "telephoneNumber",
        kind: Kind::InLiteral,
        places: SPEAKS_FOREIGN_NAMES,
        hint: USE_GRAPH_NAME,
    },
    Kept {
        word: "physicalDeliveryOfficeName",
        kind: Kind::InLiteral,
        places: SPEAKS_FOREIGN_NAMES,
        hint: USE_GRAPH_NAME,
    },
    Kept {
        word: "mobile",
        kind: Kind::WholeLiteral,
        places: SPEAKS_FOREIGN_NAMES,
        hint: USE_GRAPH_NAME,
    },
];

/// What no source may hold, tests included.
pub const FORBIDDEN_CODE: &[(&str, &str)] = &[
    ("#[ignore", "assert today's wrong result with a note instead"),
    ("todo!", "return an error that names what is missing"),
    ("unimplemented!", "return an error that names what is missing"),
];

/// Folders at the root of a machine that say whose machine it is.
pub const MACHINE_FOLDERS: &[&str] = &["work", "root", "home"];

/// Longer files hold a second noun.
pub const MAX_FILE_LINES: usize = 800;

/// Longer functions hold a second step.
pub const MAX_FUNCTION_LINES: usize = 100;

/// The height of a crate's layer; the lowest is 0.
pub fn find_layer(name: &str) -> Option<usize> {
    LAYERS.iter().rev().position(|layer| layer.contains(&name))
}

/// Whether a crate of this name has a place in the architecture, now or later.
pub fn is_crate_name(name: &str) -> bool {
    find_layer(name).is_some() || FOR_DEVELOPERS.contains(&name)
}
