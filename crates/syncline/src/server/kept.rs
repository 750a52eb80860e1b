//! Tokens that were got by `syncline login`, one for each server, in a file that only its owner reads.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use super::config_folder;
use crate::failure::Failure;

/// A token and what belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    /// The token.
    pub token: String,
    /// Whose it is.
    pub name: String,
    /// The file of the CA that was named when it was got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cacert: Option<PathBuf>,
}

/// All that is kept, by the server's address.
pub struct Kept {
    tokens: BTreeMap<String, Token>,
}

impl Kept {
    /// Reads the file; nothing is kept where there is none.
    pub fn read() -> Result<Self, Failure> {
        let Ok(file) = config_folder().map(|folder| folder.join("servers.json")) else {
            return Ok(Self { tokens: BTreeMap::new() });
        };
        let tokens = match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| {
                Failure::new("input-output", format!("{}: {error}", file.display()))
                    .hint("remove the file and sign in again")
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                let text = format!("{}: {error}", file.display());
                return Err(Failure::new("input-output", text));
            }
        };
        Ok(Self { tokens })
    }

    /// What is kept for a server.
    pub fn find(&self, origin: &str) -> Option<&Token> {
        self.tokens.get(origin)
    }

    /// Keeps a token, or none, for a server; gives the file.
    pub fn keep(mut self, origin: &str, token: Option<Token>) -> Result<PathBuf, Failure> {
        match token {
            Some(token) => self.tokens.insert(origin.to_owned(), token),
            None => self.tokens.remove(origin),
        };
        let folder = config_folder()?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let place = folder.join("servers.json");
        let text = serde_json::to_string_pretty(&self.tokens).expect("tokens have a JSON text");
        let mut file = tempfile::Builder::new().tempfile_in(&folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
        file.persist(&place).map_err(|error| error.error)?;
        Ok(place)
    }
}
