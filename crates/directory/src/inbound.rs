//! The door through which a synchronization writes: one page of journal entries becomes one commit,
//! with one result per entry. The tenant's own consent is checked here and is a condition of that
//! commit, so that withdrawing it stops the next page and no page slips by.

mod managers;
mod members;

use std::collections::HashMap;

use access::{Denied, Permission};
use model::{
    Action, Actor, Code, Consent, Entry, HomeIdentity, Kind, Modification, Name, Object, ObjectId,
    Reason, Receipt, Refusal, TenantId, WaitFor,
};
use store::{Condition, Durability, Group, ObjectCommit, Refused, StoreError};

use self::{managers::Managers, members::Members};
use crate::{
    Directory, Error, Protection, external,
    objects::{Facts, follow_mail},
    validate,
    write::{ATTEMPTS, put},
};

/// A page that a job wants to write.
#[derive(Debug)]
pub struct Inbound<'a> {
    /// The job at work; it is the actor of everything that is written.
    pub actor: Actor,
    /// The job, the run and its fencing token.
    pub receipt: (model::JobId, model::RunId, u64),
    /// The tenant that the people come from.
    pub source: TenantId,
    /// The changes.
    pub entries: &'a [Entry],
    /// How safe the commit must be.
    pub durability: Durability,
}

/// Why nothing of the page was written.
#[derive(Debug, thiserror::Error)]
pub enum InboundError {
    /// The tenant does not, or no longer, allow it.
    #[error("the target does not consent: {0}")]
    NoConsent(&'static str),
    /// A newer run of the same job writes.
    #[error("a newer run of the job writes")]
    Fenced,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for InboundError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Condition(Condition::Fence { .. }) => Self::Fenced,
            other => Self::Other(other.into()),
        }
    }
}

impl Directory {
    /// A run writes for its own configuration, out of that one's source into that one's target.
    fn check_run(&self, page: &Inbound<'_>, target: TenantId) -> Result<(), Error> {
        let Actor::Job { tenant, job, run } = page.actor else { return Ok(()) };
        let is_own = tenant == page.source && (job, run) == (page.receipt.0, page.receipt.1);
        if !is_own || self.job(tenant, job)?.target != target {
            return Err(Denied::NotFound.into());
        }
        Ok(())
    }

    /// Writes a page of changes into a tenant. Each result stands in its entry's place; a refused
    /// entry refuses no other.
    pub fn apply_inbound(
        &self,
        target: TenantId,
        page: &Inbound<'_>,
    ) -> Result<Vec<Result<(), Refusal>>, InboundError> {
        access::check(&page.actor, Permission::Synchronize, target).map_err(Error::from)?;
        self.check_run(page, target)?;
        let mut outcomes: Vec<Option<Result<(), Refusal>>> = vec![None; page.entries.len()];
        let facts = self.facts(target)?;
        for _ in 0..ATTEMPTS {
            let (version, lets_groups) = self.check_inbound(page.source, target)?;
            let protection = self.read_protection(target)?;
            let open: Vec<usize> =
                (0..page.entries.len()).filter(|index| outcomes[*index].is_none()).collect();
            if open.is_empty() {
                break;
            }
            let live = self.read_live(target, page, &open)?;
            let entries = open.iter().map(|index| &page.entries[*index]);
            let managers = Managers::read(self.store.as_ref(), target, entries.clone())?;
            let members = Members::read(self.store.as_ref(), target, entries)?;
            let mut sent = Vec::new();
            let mut groups = Vec::new();
            for index in open {
                let entry = &page.entries[index];
                let group = match entry.kind {
                    Kind::Group if !lets_groups => Err(not_allowed(entry)),
                    _ if entry.action.is_membership() => members.group(page.source, entry),
                    _ => check_protection(entry, &protection)
                        .and_then(|()| self.group(&facts, page, entry, &live, &managers)),
                };
                match group {
                    Ok(Some(group)) => {
                        sent.push(index);
                        groups.push(group);
                    }
                    Ok(None) => outcomes[index] = Some(Ok(())),
                    Err(refusal) => outcomes[index] = Some(Err(refusal)),
                }
            }
            if groups.is_empty() {
                break;
            }
            let (job, _, token) = page.receipt;
            let commit = ObjectCommit {
                tenant: target,
                actor: page.actor.clone(),
                at: self.clock.now(),
                conditions: vec![
                    Self::policy_condition(version),
                    protection.condition(),
                    Condition::Fence { job, token },
                ],
                groups: self.made_for_request(groups),
                durability: page.durability,
            };
            match self.store.commit(commit) {
                Ok(committed) => {
                    for (index, result) in sent.into_iter().zip(committed.results) {
                        outcomes[index] = match result {
                            Ok(_) => Some(Ok(())),
                            // Somebody wrote in between: look again, against the old values.
                            Err(Refused::Moved { .. } | Refused::DocumentMoved { .. }) => None,
                            Err(refused) => {
                                Some(Err(self.refusal(target, &page.entries[index], refused)?))
                            }
                        };
                    }
                }
                // The policy moved, or who is protected; both are asked at the top of the loop.
                Err(StoreError::Condition(Condition::Document { .. })) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let moved = |entry: &Entry| Refusal {
            reason: Reason::new(Code::TARGET_MOVED, "the target's object keeps changing"),
            wait: WaitFor::Object { id: entry.target },
        };
        Ok(outcomes
            .into_iter()
            .zip(page.entries)
            .map(|(outcome, entry)| outcome.unwrap_or_else(|| Err(moved(entry))))
            .collect())
    }

    /// The target's half of the consent: the version of the policy that gives it, and whether groups
    /// may come as well.
    fn check_inbound(
        &self,
        source: TenantId,
        target: TenantId,
    ) -> Result<(u64, bool), InboundError> {
        let (policy, version) = self.read_policy(target)?;
        // The source's half lies in the source and is the condition of the journal's commit.
        let consent = Consent::of((source, &Default::default()), (target, &policy));
        if !consent.target_sync_inbound {
            return Err(InboundError::NoConsent("synchronizing users into it is not allowed"));
        }
        if !consent.target_redeem_inbound {
            return Err(InboundError::NoConsent("automatic redemption is off"));
        }
        Ok((version, consent.target_group_sync_inbound))
    }

    fn read_live(
        &self,
        target: TenantId,
        page: &Inbound<'_>,
        open: &[usize],
    ) -> Result<HashMap<ObjectId, Object>, Error> {
        let ids: Vec<ObjectId> = open
            .iter()
            .map(|index| &page.entries[*index])
            .filter(|entry| entry.action != Action::Create && !entry.action.is_membership())
            .map(|entry| entry.target)
            .collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = self.store.get(target, &ids)?;
        Ok(found.into_iter().flatten().map(|object| (object.id, object)).collect())
    }

    /// The group of one entry; none when there is nothing to write.
    fn group(
        &self,
        facts: &Facts,
        page: &Inbound<'_>,
        entry: &Entry,
        live: &HashMap<ObjectId, Object>,
        managers: &Managers,
    ) -> Result<Option<Group>, Refusal> {
        let (job, run, _) = page.receipt;
        let receipt = Receipt { job, run, change: entry.id };
        let home = HomeIdentity { tenant: page.source, object: entry.source };
        let now = self.clock.now();
        if entry.action == Action::Create {
            let attributes = entry
                .modifications
                .iter()
                .filter(|one| !one.name.is_manager())
                .filter_map(|one| one.new.clone().map(|new| (one.name.clone(), new)))
                .collect();
            let (object, activity) = match entry.kind {
                Kind::User => {
                    (external::redeemed(entry.target, home, attributes, receipt, now), "Add user")
                }
                Kind::Group => {
                    (external::group(entry.target, home, attributes, receipt, now), "Add group")
                }
            };
            check(facts, &object)?;
            return Ok(Some(managers.add_to(put(None, object, activity), entry)?));
        }
        if matches!(entry.action, Action::Unlink | Action::Fail) {
            return Ok(None);
        }
        let before = live.get(&entry.target).ok_or_else(|| Refusal {
            reason: Reason::new(Code::TARGET_MISSING, "the target no longer has the object"),
            wait: WaitFor::Time,
        })?;
        check_precondition(entry, before, home)?;
        let mut after = before.clone();
        after.receipt = Some(receipt);
        let activity = match entry.action {
            Action::Remove => {
                after.deleted = Some(now);
                format!("Delete {}", after.kind)
            }
            Action::Restore => {
                after.deleted = None;
                format!("Restore {}", after.kind)
            }
            Action::Disable => "Disable account".to_owned(),
            _ => format!("Update {}", after.kind),
        };
        if entry.action == Action::Adopt {
            external::redeem(&mut after, home, now);
        }
        modify(&mut after, &entry.modifications);
        check(facts, &after)?;
        Ok(Some(managers.add_to(put(Some(before), after, &activity), entry)?))
    }

    /// What a refusal of the store means for the person.
    fn refusal(&self, target: TenantId, entry: &Entry, refused: Refused) -> Result<Refusal, Error> {
        Ok(match refused {
            Refused::KeyTaken { key, holder } => {
                let found = self.store.get(target, &[holder])?.into_iter().flatten().next();
                let internal = found.as_ref().is_some_and(|object| !object.is_external());
                let code = if internal { Code::AMBIGUOUS_USER } else { Code::KEY_TAKEN };
                Refusal {
                    // The source reads it, and is told of nobody else in the target.
                    reason: Reason::new(code, format!("the {key} is taken in the target")),
                    wait: WaitFor::Key { key, holder },
                }
            }
            Refused::Exists { object } => Refusal {
                reason: Reason::new(Code::TARGET_MOVED, format!("{object} exists already")),
                wait: WaitFor::Object { id: object },
            },
            other => Refusal {
                reason: Reason::new(Code::TARGET_REFUSED, other.to_string()),
                wait: WaitFor::Object { id: entry.target },
            },
        })
    }

    /// What the target says about entries that were committed in the journal and whose outcome was
    /// lost in a crash: the object carries the receipt, and a membership stands or does not.
    pub fn find_receipt(&self, target: TenantId, entries: &[Entry]) -> Result<Vec<bool>, Error> {
        let ids: Vec<ObjectId> = entries.iter().map(|entry| entry.target).collect();
        let found = self.store.get(target, &ids)?;
        let members = Members::read(self.store.as_ref(), target, entries.iter())?;
        let has_receipt = |entry: &Entry, object: &Option<Object>| {
            let receipt = object.as_ref().and_then(|object| object.receipt);
            receipt.is_some_and(|receipt| receipt.change == entry.id)
        };
        Ok(entries
            .iter()
            .zip(&found)
            .map(|(entry, object)| match entry.action.is_membership() {
                true => members.is_done(entry),
                false => has_receipt(entry, object),
            })
            .collect())
    }
}

fn not_allowed(entry: &Entry) -> Refusal {
    let sentence = "the target does not let groups be synchronized into it";
    Refusal {
        reason: Reason::new(Code::GROUPS_NOT_ALLOWED, sentence),
        wait: WaitFor::Object { id: entry.target },
    }
}

/// Nobody is touched whom the tenant protects. The line asks before; this is for whoever was protected
/// since then.
fn check_protection(entry: &Entry, protection: &Protection) -> Result<(), Refusal> {
    let touches = !matches!(entry.action, Action::Create | Action::Unlink | Action::Fail);
    if !touches || !protection.covers(entry.target) {
        return Ok(());
    }
    // Who is taken over may not be the person's own account, and is nothing to tell the source about.
    let reason = match entry.action {
        Action::Adopt => {
            Reason::new(Code::TARGET_REFUSED, "the target does not let it be taken over")
        }
        _ => Reason::new(
            Code::PROTECTED,
            "the target protects the person's account there from synchronizations",
        ),
    };
    Err(Refusal { reason, wait: WaitFor::Object { id: entry.target } })
}

/// The old values that were read must still stand; an equal version says so at once. What somebody
/// changed that this entry does not touch is none of its business.
fn check_precondition(entry: &Entry, live: &Object, home: HomeIdentity) -> Result<(), Refusal> {
    let moved = |what: String| Refusal {
        reason: Reason::new(Code::TARGET_MOVED, what),
        wait: WaitFor::Object { id: live.id },
    };
    if live.home.is_some_and(|own| own != home) {
        return Err(moved("the target's object belongs to another person now".to_owned()));
    }
    if entry.action != Action::Adopt && live.home.is_none() {
        return Err(moved("the target's object is no longer the person's".to_owned()));
    }
    if live.version == entry.version {
        return Ok(());
    }
    if live.deleted.is_some() != (entry.action == Action::Restore) {
        return Err(moved(format!("{} was deleted or restored meanwhile", live.label())));
    }
    for one in entry.modifications.iter().filter(|one| !one.name.is_manager()) {
        let held = live.attributes.get(&one.name);
        if held != one.old.as_ref() && held != one.new.as_ref() {
            return Err(moved(format!("{} of {} changed meanwhile", one.name, live.label())));
        }
    }
    Ok(())
}

fn modify(object: &mut Object, modifications: &[Modification]) {
    let old_mail = object.text(&Name::MAIL).map(str::to_owned);
    for one in modifications.iter().filter(|one| !one.name.is_manager()) {
        match &one.new {
            Some(new) => object.attributes.set(one.name.clone(), new.clone()),
            None => {
                object.attributes.remove(&one.name);
            }
        }
    }
    follow_mail(object, old_mail.as_deref());
}

fn check(facts: &Facts, object: &Object) -> Result<(), Refusal> {
    validate::check(&facts.rules(), object).map_err(|error| Refusal {
        reason: Reason::new(Code::TARGET_REFUSED, error.to_string()),
        wait: WaitFor::Time,
    })
}
