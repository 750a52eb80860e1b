//! Who watches an import on the command line: a progress bar, notices on standard error, and the file of
//! rejected rows.

use std::{
    io,
    path::PathBuf,
    time::{Duration, Instant},
};

use directory::{ImportStep, ImportWatch, ImportWay, Notice};

use super::{
    Plan,
    file::Position,
    notices::{Notices, Rejects},
};
use crate::output::{Output, Progress};

/// What ends within a second needs no progress bar.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Desk<'a, 'o> {
    plan: &'a Plan<'a>,
    way: ImportWay,
    position: Position,
    begun: Instant,
    output: &'o mut dyn Output,
    rejects: Rejects,
    left: Notices,
}

impl<'a, 'o> Desk<'a, 'o> {
    /// Rejected rows go to a file, where there is one.
    pub(super) fn new(
        (plan, way): (&'a Plan<'a>, ImportWay),
        position: Position,
        rejected: Option<PathBuf>,
        output: &'o mut dyn Output,
    ) -> Self {
        let keep = output.view().json;
        let notices = || Notices::new(&plan.source.name, keep);
        let (rejects, left) = (Rejects::new(notices(), rejected), notices());
        Self { plan, way, position, begun: Instant::now(), output, rejects, left }
    }

    /// What could not be taken.
    pub(super) fn end(self) -> (Rejects, Notices) {
        (self.rejects, self.left)
    }
}

impl ImportWatch for Desk<'_, '_> {
    fn advanced(&mut self, step: ImportStep, (done, of): (u64, Option<u64>), changed: u64) {
        if self.begun.elapsed() < PATIENCE {
            return;
        }
        let (what, changed) = match (step, self.way) {
            (ImportStep::Rows, ImportWay::Check) => (format!("checking {}s", self.plan.kind), 0),
            (ImportStep::Rows, ImportWay::Write) => {
                (format!("importing {}s", self.plan.kind), changed)
            }
            (ImportStep::Managers, _) => ("setting managers".to_owned(), changed),
            (ImportStep::Members, _) => ("adding members".to_owned(), changed),
        };
        let of = of.unwrap_or_else(|| self.position.estimate(done));
        self.output.progress(&Progress { what, done, of, changed });
    }

    fn is_interrupted(&self) -> bool {
        self.output.is_interrupted()
    }

    fn rejected(&mut self, notice: Notice, header: &str, text: &str) -> io::Result<()> {
        self.rejects.add(notice, header, text, self.output)
    }

    fn left_out(&mut self, notice: Notice) {
        self.left.add(notice, self.output);
    }
}
