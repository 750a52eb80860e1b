//! What an import could not take: told on standard error, kept for the reply, and rejected rows
//! written to a file that can be corrected and imported again.

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use directory::Notice;

use super::file::OwnFile;
use crate::{failure::Failure, output::Output};

/// So many are told; all of them stand in the document.
const TOLD: u64 = 20;

/// Notices of one sort.
pub struct Notices {
    file: String,
    keep: bool,
    count: u64,
    list: Vec<Notice>,
}

impl Notices {
    /// None yet. They are kept when a document is wanted.
    pub fn new(file: &str, keep: bool) -> Self {
        Self { file: file.to_owned(), keep, count: 0, list: Vec::new() }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Those that were kept.
    pub fn list(&self) -> &[Notice] {
        &self.list
    }

    /// Tells one.
    pub fn add(&mut self, notice: Notice, output: &mut dyn Output) {
        self.count += 1;
        if self.count <= TOLD {
            output.talk(&format!(
                "{}:{}:{}: {} ({})",
                self.file, notice.line, notice.column, notice.message, notice.code
            ));
            if let Some(hint) = &notice.hint {
                output.talk(&format!("  hint: {hint}"));
            }
        }
        if self.keep {
            self.list.push(notice);
        }
    }

    /// Says how many were not told.
    pub fn end(&self, output: &mut dyn Output) {
        if self.count > TOLD {
            let more = self.count - TOLD;
            let hint = if self.keep { "" } else { "; --json lists all of them" };
            output.talk(&format!("{}: … and {more} more{hint}", self.file));
        }
    }
}

/// Rejected rows.
pub struct Rejects {
    /// Why.
    pub notices: Notices,
    path: Option<PathBuf>,
    file: Option<BufWriter<OwnFile>>,
}

impl Rejects {
    /// Rows that go to a file, which is made with the first of them; with no path they are only
    /// told.
    pub fn new(notices: Notices, path: Option<PathBuf>) -> Self {
        Self { notices, path, file: None }
    }

    /// Takes one. `header` stands before the first text.
    pub fn add(
        &mut self,
        notice: Notice,
        header: &str,
        text: &str,
        output: &mut dyn Output,
    ) -> io::Result<()> {
        self.notices.add(notice, output);
        let Some(path) = self.path.as_ref().filter(|_| !text.is_empty()) else { return Ok(()) };
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let mut file = BufWriter::new(OwnFile::begin(path.clone())?);
                file.write_all(header.as_bytes())?;
                none.insert(file)
            }
        };
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        Ok(())
    }

    /// Ends the file and gives its name, if there is one.
    pub fn end(&mut self, output: &mut dyn Output) -> Result<Option<PathBuf>, Failure> {
        self.notices.end(output);
        let Some(file) = self.file.take() else { return Ok(None) };
        let file = file.into_inner().map_err(|error| error.into_error())?;
        let path = file.path().to_owned();
        file.keep()?;
        Ok(Some(path))
    }
}
