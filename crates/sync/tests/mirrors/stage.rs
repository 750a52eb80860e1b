//! A tenant, a file and a mirror between them.

use std::{fs, io::Write, path::PathBuf, time::Duration};

use directory::NewMirror;
use model::{Kind, Mirror, Name, Proof, Schedule};
use sync::{Ending, Error, Mirrors, Reading, Silent};
use tempfile::TempDir;
use testkit::World;

pub const END: &str = "# end of list";

/// Everything of one test.
pub struct Stage {
    pub world: World,
    pub mirrors: Mirrors,
    pub mirror: Mirror,
    pub folder: TempDir,
}

/// How a mirror of a test is made.
pub struct Plan {
    pub file: &'static str,
    pub kind: Kind,
    pub proof: Proof,
    pub tombstone: Option<&'static str>,
    pub anchor: Option<&'static str>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            file: "people.csv",
            kind: Kind::User,
            proof: Proof::EndMark(END.to_owned()),
            tombstone: None,
            anchor: None,
        }
    }
}

impl Stage {
    pub fn new() -> Self {
        Self::with(Plan::default())
    }

    pub fn proving(proof: Proof) -> Self {
        Self::with(Plan { proof, ..Plan::default() })
    }

    pub fn with(plan: Plan) -> Self {
        Self::over(World::new(), plan)
    }

    pub fn over(world: World, plan: Plan) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mirrors = Mirrors::new(world.directory.clone()).with_settle(Duration::ZERO);
        let mirror = make(&world, &folder.path().join(plan.file), &plan);
        Self { world, mirrors, mirror, folder }
    }

    /// Another mirror of the same tenant, of a file in the same folder.
    pub fn another(&self, plan: &Plan) -> Mirror {
        make(&self.world, &self.folder.path().join(plan.file), plan)
    }

    pub fn path(&self) -> PathBuf {
        self.mirror.file.clone().into()
    }

    /// Puts a listing in place as a careful writer does: beside it, then renamed.
    pub fn put(&self, text: impl AsRef<[u8]>) {
        let part = self.folder.path().join("part");
        fs::write(&part, text).expect("written");
        fs::rename(part, self.path()).expect("renamed");
    }

    /// Writes a listing over the one that is there.
    pub fn overwrite(&self, text: impl AsRef<[u8]>) {
        let mut file = fs::File::create(self.path()).expect("opened");
        file.write_all(text.as_ref()).expect("written");
    }

    pub fn try_run(&self, mirror: &Mirror, reading: Reading) -> Result<Ending, Error> {
        self.mirrors.run(&self.world.operator, mirror, reading, &Silent)
    }

    /// Runs the mirror and says in a line what came of it.
    pub fn run(&self) -> String {
        told(self.try_run(&self.mirror, Reading::IfChanged))
    }

    pub fn run_again(&self) -> String {
        told(self.try_run(&self.mirror, Reading::Again))
    }

    pub fn run_other(&self, mirror: &Mirror) -> String {
        told(self.try_run(mirror, Reading::IfChanged))
    }

    pub fn approve(&self) -> String {
        told(self.mirrors.approve(&self.world.operator, &self.mirror, &Silent))
    }

    pub fn reject(&self) -> Result<(), Error> {
        self.mirrors.reject(&self.world.operator, &self.mirror).map(drop)
    }

    /// Everybody in the tenant who is not deleted: name and department, by name.
    pub fn people(&self) -> Vec<String> {
        let objects = self.world.objects(self.world.source, self.mirror.kind).into_values();
        let mut people: Vec<String> = objects
            .filter(|object| object.deleted.is_none())
            .map(|object| {
                let label = object.label();
                let name = label.split('@').next().unwrap_or_default();
                match object.text(&Name::new("department")) {
                    Some(department) => format!("{name}:{department}"),
                    None => name.to_owned(),
                }
            })
            .collect();
        people.sort();
        people
    }

    /// The change number of the tenant: the same number means that nothing was written.
    pub fn head(&self) -> u64 {
        self.world.store.head(self.world.source).expect("the store answers").number
    }
}

fn make(world: &World, file: &std::path::Path, plan: &Plan) -> Mirror {
    let new = NewMirror {
        name: format!("{} of {}", plan.kind, plan.file),
        kind: plan.kind,
        file: file.display().to_string(),
        format: None,
        columns: Vec::new(),
        anchor: plan.anchor.map(str::to_owned),
        tombstone: plan.tombstone.map(str::to_owned),
        proof: plan.proof.clone(),
        brake: Mirror::BRAKE,
        smaller_percent: Mirror::SMALLER_PERCENT,
        schedule: Schedule::OnChange,
    };
    world.directory.create_mirror(&world.operator, world.source, new).expect("the mirror is made")
}

/// What came of a run: `nothing`, what was done, or why it is held.
pub fn told(ending: Result<Ending, Error>) -> String {
    let (word, run) = match ending {
        Ok(Ending::Nothing) => return "nothing".to_owned(),
        Ok(Ending::Done(run)) => ("done", run),
        Ok(Ending::Held(run)) => ("held", run),
        Err(error) => return format!("error {}", error.code()),
    };
    let mut text = word.to_owned();
    for reason in &run.reasons {
        text.push_str(&format!(" {}", reason.code));
    }
    let counts = &run.counts;
    for (count, what) in [
        (counts.created, "created"),
        (counts.updated, "updated"),
        (counts.restored, "restored"),
        (counts.removed, "removed"),
        (counts.kept, "kept"),
        (counts.rejected, "rejected"),
        (counts.managers, "managers"),
        (counts.members_added, "added"),
        (counts.members_removed, "left"),
        (counts.unresolved, "unresolved"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}

/// A listing of people: `name` or `name:department`, the anchor being a number behind `=`.
pub fn csv(people: &str) -> String {
    let mut text = "id,userPrincipalName,displayName,department\n".to_owned();
    for word in people.split_whitespace() {
        let (word, anchor) = word.split_once('=').unwrap_or((word, word));
        let (name, department) = word.split_once(':').unwrap_or((word, ""));
        let anchor = anchor.split(':').next().unwrap_or(anchor);
        text.push_str(&format!("{anchor},{name}@contoso.example,{name},{department}\n"));
    }
    text
}

/// The same, with the end mark.
pub fn whole(people: &str) -> String {
    format!("{}{END}\n", csv(people))
}

/// So many people, by number.
pub fn crowd(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| format!("p{number:03}")).collect::<Vec<_>>().join(" ")
}
