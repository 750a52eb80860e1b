//! Notices about mirrors: that a listing waits for somebody, that a mirror cannot run, that it is well
//! again. They are looked for now and then; who waits for a listing does not wait for seconds.

use std::collections::BTreeSet;

use engine::notices::find_mirror_news;
use model::{Mirror, MirrorProgress, Notice, NoticeKind, TenantId};
use serde_json::json;

use crate::{Error, Sync};

impl Sync {
    /// Puts into the outboxes what is news about mirrors. Gives the tenants that have something to be
    /// delivered.
    pub fn queue_mirror_news(&self) -> Result<BTreeSet<TenantId>, Error> {
        let mut tenants = BTreeSet::new();
        for tenant in self.store().tenants()? {
            let settings = self.directory.read_notify_settings(tenant.id)?;
            if !settings.is_on() {
                continue;
            }
            for mirror in self.directory.read_mirrors(tenant.id)? {
                let progress = self.directory.mirror_progress(&mirror)?;
                let told = self.directory.read_mirror_told(&mirror)?;
                let (news, next) = find_mirror_news(&told, &progress);
                if next == told {
                    continue;
                }
                let news = news.into_iter().filter(|kind| !settings.muted.contains(kind));
                let notices: Vec<Notice> =
                    news.map(|kind| self.mirror_notice(kind, &mirror, &progress)).collect();
                self.directory.queue_mirror_notices(&mirror, &notices, &next)?;
                if !notices.is_empty() {
                    tenants.insert(tenant.id);
                }
            }
        }
        Ok(tenants)
    }

    fn mirror_notice(
        &self,
        kind: NoticeKind,
        mirror: &Mirror,
        progress: &MirrorProgress,
    ) -> Notice {
        let name = &mirror.name;
        let reasons: Vec<_> = match kind {
            NoticeKind::MirrorHeld => progress.held.iter().flat_map(|one| &one.reasons).collect(),
            _ => progress.failing.iter().map(|one| &one.reason).collect(),
        };
        let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
        // What a listing says of people stands in sentences; codes and numbers are enough here.
        let why = codes.join(", ");
        let (title, text) = match kind {
            NoticeKind::MirrorHeld => (
                format!("Mirror {name} holds its listing"),
                format!(
                    "{why}. Nobody whom it lacks is removed until somebody decides: look with \
                     `syncline mirror plan {name}`, then approve or reject."
                ),
            ),
            NoticeKind::MirrorFailing => (
                format!("Mirror {name} cannot run"),
                format!(
                    "{why}. It is tried again by itself; `syncline mirror show {name}` tells more."
                ),
            ),
            _ => (
                format!("Mirror {name} is well again"),
                "The listing that is there was taken in; nothing has to be done.".to_owned(),
            ),
        };
        let details = json!({
            "mirror": name,
            "codes": codes,
            "held": progress.held.as_ref().map(|held| held.since),
            "failing": progress.failing.as_ref().map(|failing| failing.since),
        });
        self.new_notice(kind, mirror.tenant, title, text, details)
    }
}
