//! Mirrors: made, found, changed and deleted in the tenant that they fill, with what they have come
//! to. Reading listings is `connector`'s, running mirrors is `sync`'s.

use access::Permission;
use model::{
    Actor, Brake, Edge, EdgeKind, Kind, Mirror, MirrorId, MirrorProgress, MirrorState, ObjectId,
    Proof, Schedule, TenantId,
};
use store::{Condition, Document, Durability, End, Expect, Group, Write};
use wire::{ColumnMap, ExtensionColumn, Options};

use crate::{
    Directory, Error,
    objects::WRITING,
    write::{ATTEMPTS, audit},
};

const COLLECTION: &str = "mirror";
const PROGRESS: &str = "mirror-progress";
const PAGE: usize = 1_000;

/// What a new mirror is made of.
#[derive(Clone, Debug)]
pub struct NewMirror {
    /// Its name, unique in the tenant.
    pub name: String,
    /// Users or groups.
    pub kind: Kind,
    /// The path of the listing, from the root.
    pub file: String,
    /// The listing's form, where its name does not tell it.
    pub format: Option<String>,
    /// Which column means which attribute: `FROM=TO`.
    pub columns: Vec<String>,
    /// The column that says who somebody is.
    pub anchor: Option<String>,
    /// The column in which a yes means that the record is gone.
    pub tombstone: Option<String>,
    /// What shows that the listing is whole.
    pub proof: Proof,
    /// How many removals one listing may bring.
    pub brake: Brake,
    /// A listing is held when so many percent of the one before are missing.
    pub smaller_percent: u64,
    /// When it runs by itself.
    pub schedule: Schedule,
}

impl Directory {
    /// Makes a mirror. The server will read a file of its machine and tell its lines, so that this
    /// takes more than a role in the tenant.
    pub fn create_mirror(
        &self,
        actor: &Actor,
        tenant: TenantId,
        new: NewMirror,
    ) -> Result<Mirror, Error> {
        access::check(actor, Permission::ReadFiles, tenant)?;
        let mirror = Mirror {
            id: MirrorId(self.ids.next()),
            name: new.name,
            tenant,
            kind: new.kind,
            file: new.file,
            format: new.format,
            columns: new.columns,
            anchor: new.anchor,
            tombstone: new.tombstone,
            proof: new.proof,
            brake: new.brake,
            smaller_percent: new.smaller_percent,
            schedule: new.schedule,
            state: MirrorState::Active,
            created: self.clock.now(),
            version: 0,
        };
        self.check_mirror(&mirror)?;
        let version = self.write_mirror(actor, &mirror, Vec::new(), "Add mirror")?;
        Ok(Mirror { version, ..mirror })
    }

    /// Lets a mirror run by itself, or only when asked.
    pub fn set_mirror_state(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        state: MirrorState,
    ) -> Result<Mirror, Error> {
        self.update_mirror(actor, mirror, |mirror| mirror.state = state)
    }

    /// Changes a mirror. Another file takes what making a mirror takes. What it lists, and by which
    /// column somebody is known, stays: with others everybody would be somebody else. A listing that
    /// is held was held by the old rules, and is judged anew.
    pub fn update_mirror(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        change: impl Fn(&mut Mirror),
    ) -> Result<Mirror, Error> {
        access::check(actor, Permission::WriteJobs, mirror.tenant)?;
        for _ in 0..ATTEMPTS {
            let before = self.mirror(mirror.tenant, mirror.id)?;
            let mut after = before.clone();
            change(&mut after);
            if after == before {
                return Ok(before);
            }
            let read = |one: &Mirror| (one.file.clone(), one.format.clone(), one.proof.clone());
            if read(&before) != read(&after) {
                access::check(actor, Permission::ReadFiles, mirror.tenant)?;
            }
            let is_other = |one: &Mirror| (one.id, one.tenant, one.kind, one.anchor.clone());
            if is_other(&before) != is_other(&after) {
                let text = "whom a mirror lists, and by which column, cannot change; make another";
                return Err(Error::invalid("mirror", text));
            }
            let rules = |one: &Mirror| Mirror { state: MirrorState::Active, ..one.clone() };
            if rules(&before) != rules(&after) {
                self.check_mirror(&after)?;
            }
            let is_same_rule = rules(&before) == rules(&after);
            let judged_anew = if is_same_rule { None } else { self.without_held(&after)? };
            let more = judged_anew.into_iter().collect();
            match self.write_mirror(actor, &after, more, "Update mirror") {
                Ok(version) => return Ok(Mirror { version, ..after }),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: format!("mirror {}", mirror.name) })
    }

    /// The write that forgets a listing that was held or rejected, where there is one.
    fn without_held(&self, mirror: &Mirror) -> Result<Option<(Expect, Write)>, Error> {
        let progress = self.mirror_progress(mirror)?;
        if progress.held.is_none() && progress.rejected.is_none() {
            return Ok(None);
        }
        let (collection, key) = (PROGRESS.to_owned(), mirror.id.to_string());
        let version = progress.version;
        let expect = Expect::Document { collection: collection.clone(), key: key.clone(), version };
        let fresh = MirrorProgress { held: None, approved: None, rejected: None, ..progress };
        let body = Some(serde_json::to_string(&fresh).expect("progress has a JSON text"));
        Ok(Some((expect, Write::PutDocument { collection, key, body })))
    }

    /// Deletes a mirror. Whom it brought in stays as they are, and is its no longer.
    pub fn delete_mirror(&self, actor: &Actor, mirror: &Mirror) -> Result<(), Error> {
        access::check(actor, Permission::DeleteJobs, mirror.tenant)?;
        let key = mirror.id.to_string();
        let document = |collection: &str| Write::PutDocument {
            collection: collection.to_owned(),
            key: key.clone(),
            body: None,
        };
        let group = Group {
            expects: Vec::new(),
            writes: vec![document(COLLECTION), document(PROGRESS)],
            audit: audit("Delete mirror", "mirror", mirror.id, String::new()),
        };
        self.commit_one(mirror.tenant, actor, group)?;
        let from = ObjectId(mirror.id.0);
        loop {
            let kind = EdgeKind::Origin;
            let edges = self.store.edges_after(mirror.tenant, kind, End::From, from, None, PAGE)?;
            if edges.is_empty() {
                return Ok(());
            }
            self.forget_origins(actor, mirror, edges)?;
        }
    }

    fn forget_origins(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        edges: Vec<Edge>,
    ) -> Result<(), Error> {
        let detail = serde_json::json!({ "objects": edges.len() });
        let group = Group {
            expects: Vec::new(),
            writes: edges.into_iter().map(Write::RemoveEdge).collect(),
            audit: audit("Delete mirror", "mirror", mirror.id, detail.to_string()),
        };
        let groups = vec![group];
        self.commit(mirror.tenant, actor, Vec::new(), groups, Durability::Durable)?;
        Ok(())
    }

    /// The mirror with this id or name.
    pub fn find_mirror(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
    ) -> Result<Mirror, Error> {
        let is_meant = |mirror: &Mirror| {
            mirror.name.eq_ignore_ascii_case(name)
                || mirror.id.to_string().eq_ignore_ascii_case(name)
        };
        let found = self.list_mirrors(actor, tenant)?.into_iter().find(is_meant);
        found.ok_or_else(|| Error::not_found("mirror", name))
    }

    /// The mirrors of a tenant.
    pub fn list_mirrors(&self, actor: &Actor, tenant: TenantId) -> Result<Vec<Mirror>, Error> {
        access::check(actor, Permission::ReadJobs, tenant)?;
        self.read_mirrors(tenant)
    }

    /// The mirrors of a tenant, for the server itself.
    pub fn read_mirrors(&self, tenant: TenantId) -> Result<Vec<Mirror>, Error> {
        self.store.documents(tenant, COLLECTION)?.iter().map(read).collect()
    }

    /// The mirror as it stands now.
    pub fn mirror(&self, tenant: TenantId, id: MirrorId) -> Result<Mirror, Error> {
        let document = self.store.document(tenant, COLLECTION, &id.to_string())?;
        read(&document.ok_or_else(|| Error::not_found("mirror", id))?)
    }

    /// The condition that a mirror stands as it was read.
    pub(crate) fn mirror_condition(mirror: &Mirror) -> Condition {
        Condition::Document {
            collection: COLLECTION.to_owned(),
            key: mirror.id.to_string(),
            version: mirror.version,
        }
    }

    /// How far a mirror has come.
    pub fn mirror_progress(&self, mirror: &Mirror) -> Result<MirrorProgress, Error> {
        let key = mirror.id.to_string();
        let Some(document) = self.store.document(mirror.tenant, PROGRESS, &key)? else {
            return Ok(MirrorProgress::default());
        };
        let progress: MirrorProgress = serde_json::from_str(&document.body)
            .map_err(|error| store::StoreError::Damaged(error.to_string()))?;
        Ok(MirrorProgress { version: document.version, ..progress })
    }

    /// Writes how far a mirror has come, unless somebody else did since it was read.
    pub fn record_mirror(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        progress: &MirrorProgress,
        activity: &str,
    ) -> Result<MirrorProgress, Error> {
        access::check(actor, WRITING.of(mirror.kind), mirror.tenant)
            .or_else(|_| access::check(actor, Permission::WriteJobs, mirror.tenant))?;
        let (collection, key) = (PROGRESS.to_owned(), mirror.id.to_string());
        let body = serde_json::to_string(progress).expect("progress has a JSON text");
        let told = serde_json::json!({ "held": progress.held, "approved": progress.approved });
        let group = Group {
            expects: vec![Expect::Document {
                collection: collection.clone(),
                key: key.clone(),
                version: progress.version,
            }],
            writes: vec![Write::PutDocument { collection, key, body: Some(body) }],
            audit: audit(activity, "mirror", mirror.id, told.to_string()),
        };
        let version = self.commit_one(mirror.tenant, actor, group)?;
        Ok(MirrorProgress { version, ..progress.clone() })
    }

    /// How a mirror's listing is read: the columns, the tenant's extensions, and behind them the
    /// anchor and the tombstone as they stand.
    pub fn mirror_options(&self, mirror: &Mirror, anchor: &str) -> Result<Options, Error> {
        let invalid = |error: wire::OptionsError| Error::invalid("column", error.to_string());
        let mut columns = ColumnMap::default();
        mirror.columns.iter().try_for_each(|pair| columns.add(pair)).map_err(invalid)?;
        let (extensions, _) = self.read_extensions(mirror.tenant)?;
        let own = extensions.iter().filter(|extension| extension.targets.contains(&mirror.kind));
        let options = Options {
            columns,
            extensions: own.map(ExtensionColumn::from).collect(),
            default_domain: Some(self.tenant(mirror.tenant)?.initial_domain().to_string()),
            verbatim: [anchor.to_owned()].into_iter().chain(mirror.tombstone.clone()).collect(),
            ..Options::new(mirror.kind)
        };
        options.check().map_err(invalid)?;
        Ok(options)
    }

    fn check_mirror(&self, mirror: &Mirror) -> Result<(), Error> {
        if mirror.name.trim().is_empty() || mirror.name.contains('/') {
            return Err(Error::invalid("name", "is empty or holds a /"));
        }
        for other in self.read_mirrors(mirror.tenant)? {
            if other.id != mirror.id && other.name.eq_ignore_ascii_case(&mirror.name) {
                return Err(Error::Exists { what: format!("mirror {}", other.name) });
            }
        }
        if let Some(fault) = mirror.brake.find_fault() {
            return Err(Error::Limit { limit: "mirror's", fault });
        }
        if !std::path::Path::new(&mirror.file).is_absolute() {
            return Err(Error::invalid("file", format!("'{}' is no whole path", mirror.file)));
        }
        if mirror.proof == Proof::Tombstones && mirror.tombstone.is_none() {
            let text = "a listing without proof that it is whole needs a column of tombstones";
            return Err(Error::invalid("proof", text));
        }
        if let Proof::EndMark(text) | Proof::CountLine(text) | Proof::CountFile(text) =
            &mirror.proof
            && text.trim().is_empty()
        {
            return Err(Error::invalid("proof", "is empty"));
        }
        if mirror.smaller_percent > 100 {
            return Err(Error::Limit { limit: "smaller", fault: "it is more than 100 percent" });
        }
        self.mirror_options(mirror, "id").map(drop)
    }

    fn write_mirror(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        more: Vec<(Expect, Write)>,
        activity: &str,
    ) -> Result<u64, Error> {
        let body = serde_json::to_string(mirror).expect("a mirror has a JSON text");
        let (collection, key) = (COLLECTION.to_owned(), mirror.id.to_string());
        let expect = Expect::Document {
            collection: collection.clone(),
            key: key.clone(),
            version: mirror.version,
        };
        let write = Write::PutDocument { collection, key, body: Some(body.clone()) };
        // The last write's number is that of the commit.
        let (expects, writes) = more.into_iter().chain([(expect, write)]).unzip();
        let group = Group { expects, writes, audit: audit(activity, "mirror", mirror.id, body) };
        self.commit_one(mirror.tenant, actor, group)
    }
}

fn read(document: &Document) -> Result<Mirror, Error> {
    let mirror: Mirror = serde_json::from_str(&document.body)
        .map_err(|error| store::StoreError::Damaged(error.to_string()))?;
    Ok(Mirror { version: document.version, ..mirror })
}
