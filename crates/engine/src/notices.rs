//! Notices: what is news about a job, given how it stands and what was told.

use model::{ChangeId, MirrorProgress, MirrorTold, NoticeKind, Quarantine, Told};

/// How a job stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// Its quarantine.
    pub quarantine: Option<Quarantine>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// The newest of its held changes.
    pub held: Option<ChangeId>,
}

/// What there is to tell, and what will have been told then. A quarantine is told again only when its
/// reason is another one (provisioning-engine.md 6.4), held changes only when more of them are held.
pub fn find_news(told: &Told, standing: &Standing) -> (Vec<NoticeKind>, Told) {
    let quarantine = standing.quarantine.map(|one| (one.reason, one.code));
    let mut news = Vec::new();
    if quarantine != told.quarantine {
        news.push(match quarantine {
            Some(_) => NoticeKind::QuarantineBegan,
            None => NoticeKind::QuarantineEnded,
        });
    }
    if standing.disabled && !told.disabled {
        news.push(NoticeKind::JobDisabled);
    }
    if standing.held > told.held {
        news.push(NoticeKind::ChangesHeld);
    }
    // Ids are made in order: what is held later is newer than whatever was decided about.
    let held = told.held.max(standing.held);
    (news, Told { quarantine, disabled: standing.disabled, held })
}

/// What there is to tell about a mirror, and what will have been told then. A listing that is held is
/// told once, a trouble once for each reason; a mirror that is well says so once.
pub fn find_mirror_news(
    told: &MirrorTold,
    progress: &MirrorProgress,
) -> (Vec<NoticeKind>, MirrorTold) {
    let next = MirrorTold {
        held: progress.held.as_ref().map(|held| held.since),
        failing: progress.failing.as_ref().map(|failing| failing.reason.code),
    };
    let mut news = Vec::new();
    if next.held.is_some() && next.held != told.held {
        news.push(NoticeKind::MirrorHeld);
    }
    if next.failing.is_some() && next.failing != told.failing {
        news.push(NoticeKind::MirrorFailing);
    }
    if next == MirrorTold::default() && *told != next {
        news.push(NoticeKind::MirrorWell);
    }
    (news, next)
}

#[cfg(test)]
mod tests {
    use model::{Code, Failing, Held, QuarantineReason, Reason, SourceMark, Timestamp, Versions};

    use super::*;

    fn quarantined(code: Code) -> Standing {
        let quarantine = Quarantine {
            reason: QuarantineReason::Exception,
            code: Some(code),
            began: Timestamp(0),
            tried: Timestamp(0),
            next_attempt: Timestamp(0),
            attempts: 1,
            versions: Versions::default(),
        };
        Standing { quarantine: Some(quarantine), ..Standing::default() }
    }

    #[test]
    fn everything_is_told_once() {
        let held = |number| ChangeId::from_slice(&[number; 16]);
        let steps = [
            (Standing::default(), vec![]),
            (quarantined(Code::CONSENT_MISSING), vec![NoticeKind::QuarantineBegan]),
            (quarantined(Code::CONSENT_MISSING), vec![]),
            (quarantined(Code::CONFIGURATION_INVALID), vec![NoticeKind::QuarantineBegan]),
            (
                Standing { disabled: true, ..quarantined(Code::CONFIGURATION_INVALID) },
                vec![NoticeKind::JobDisabled],
            ),
            (Standing::default(), vec![NoticeKind::QuarantineEnded]),
            (Standing { held: held(1), ..Standing::default() }, vec![NoticeKind::ChangesHeld]),
            (Standing { held: held(1), ..Standing::default() }, vec![]),
            (Standing::default(), vec![]),
            (Standing { held: held(1), ..Standing::default() }, vec![]),
            (Standing { held: held(2), ..Standing::default() }, vec![NoticeKind::ChangesHeld]),
        ];
        let mut told = Told::default();
        for (standing, expected) in steps {
            let (news, next) = find_news(&told, &standing);
            assert_eq!(news, expected, "{standing:?}");
            told = next;
        }
    }

    #[test]
    fn a_mirror_is_told_of_when_it_stops_and_when_it_goes_on() {
        let held = |at: i64| MirrorProgress {
            held: Some(Held {
                mark: SourceMark::default(),
                reasons: Vec::new(),
                since: Timestamp(at),
            }),
            ..MirrorProgress::default()
        };
        let failing = |code| MirrorProgress {
            failing: Some(Failing { reason: Reason::new(code, ""), since: Timestamp(0) }),
            ..MirrorProgress::default()
        };
        let steps = [
            (MirrorProgress::default(), vec![]),
            (held(1), vec![NoticeKind::MirrorHeld]),
            (held(1), vec![]),
            (held(2), vec![NoticeKind::MirrorHeld]),
            (failing(Code::LISTING_MISREAD), vec![NoticeKind::MirrorFailing]),
            (failing(Code::LISTING_MISREAD), vec![]),
            (failing(Code::CONFIGURATION_INVALID), vec![NoticeKind::MirrorFailing]),
            (MirrorProgress::default(), vec![NoticeKind::MirrorWell]),
            (MirrorProgress::default(), vec![]),
        ];
        let mut told = MirrorTold::default();
        for (progress, expected) in steps {
            let (news, next) = find_mirror_news(&told, &progress);
            assert_eq!(news, expected, "{progress:?}");
            told = next;
        }
    }
}
