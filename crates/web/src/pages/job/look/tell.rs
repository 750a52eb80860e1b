//! What a look says: the sentence, what to do, why a quarantine is, and the figures.

use engine::consent::Side;
use model::{JobState, Quarantine, RunSummary};
use sync::{Arrow, Counted};

use super::{Around, Figure, Ill, Moving, Todo, freshness};
use crate::pages::job::words::{self, Badge};

impl Around {
    pub(super) fn standing(&self, arrow: &Arrow, lives: &[Moving]) -> (Badge, String) {
        let settings = arrow.settings.as_ref();
        let figures = arrow.figures.as_ref();
        let state = settings.map(|settings| settings.state);
        let (source, target) = (self.source.name.as_str(), self.target.name.as_str());
        let new = |kind, word, sentence| (Badge::new(kind, word), sentence);
        if arrow.target.is_none() {
            return new("warn", text!("state-w-target"), text!("state-no-target"));
        }
        if let Some(live) = lives.first() {
            return new(
                "info",
                text!("state-w-running"),
                text!("state-running", what = &live.title),
            );
        }
        if arrow.checks.iter().any(|check| !check.passed) {
            let sentence = text!("state-no-consent", source = source, target = target);
            return new("bad", text!("state-w-consent"), sentence);
        }
        if state == Some(JobState::Disabled) {
            return new("bad", text!("state-w-disabled"), text!("state-disabled"));
        }
        if figures.is_some_and(|figures| figures.quarantine.is_some()) {
            return new("bad", text!("state-w-quarantine"), text!("state-quarantine"));
        }
        if let Some(held) = figures.map(|one| &one.held).filter(|held| held.count > 0) {
            return new("warn", text!("state-w-held"), text!("state-held", count = held.count));
        }
        if state == Some(JobState::Paused) {
            let is_new = settings.is_some_and(|settings| settings.stage != model::Stage::Started)
                || figures.is_some_and(|figures| figures.last_run.is_none());
            let key = if is_new { text!("state-new") } else { text!("state-paused") };
            return new("idle", text!("state-w-paused"), key);
        }
        match settings.and_then(|settings| settings.freshness.as_ref()) {
            Some(fresh) if !fresh.is_fresh => {
                new("info", text!("state-w-active"), text!("state-behind", count = fresh.changes))
            }
            Some(_) => new("ok", text!("state-w-active"), text!("state-fresh", target = target)),
            None => new("ok", text!("state-w-active"), text!("state-active")),
        }
    }

    pub(super) fn todo(&self, arrow: &Arrow) -> Vec<Todo> {
        let own = |path: &str| Some(format!("{}{path}", self.base));
        let mut todo = Vec::new();
        if arrow.target.is_none() {
            todo.push(Todo { text: text!("state-todo-target"), href: own("/settings") });
        }
        for check in arrow.checks.iter().filter(|check| !check.passed) {
            let (end, href) = match check.side {
                Side::Source => (&self.source, &self.access[0]),
                Side::Target => (&self.target, &self.access[1]),
            };
            let message = check.message.trim_end_matches(": no");
            let text = text!("state-todo-consent", tenant = &end.name, what = message);
            todo.push(Todo { text, href: href.clone() });
        }
        if let Some(figures) = arrow.figures.as_ref().filter(|figures| figures.held.count > 0) {
            let text = text!("state-todo-held", count = figures.held.count);
            todo.push(Todo { text, href: own("/held") });
        }
        let Some(settings) = &arrow.settings else { return todo };
        if let Some(escrow) = settings.escrow.as_ref().filter(|escrow| escrow.count > 0) {
            let text = text!("state-todo-escrow", count = escrow.count);
            todo.push(Todo { text, href: own("/escrow") });
        }
        let never = arrow.figures.as_ref().is_some_and(|figures| figures.last_run.is_none());
        if todo.is_empty() && never {
            todo.push(Todo { text: text!("state-todo-plan"), href: own("/plan") });
        }
        todo
    }

    pub(super) fn ill(
        &self,
        one: &Quarantine,
        state: Option<JobState>,
        runs: &[RunSummary],
    ) -> Ill {
        let stopped = runs.iter().find_map(|run| run.stopped.as_ref());
        let stopped = stopped.filter(|reason| Some(reason.code) == one.code);
        let why = match (stopped, one.code) {
            (Some(reason), _) => reason.sentence.clone(),
            (None, Some(code)) => words::meaning(code).to_owned(),
            (None, None) => one.reason.title().to_owned(),
        };
        let place = match one.code {
            Some(code) => words::place_of(code),
            None => Some(("/escrow", text!("nav-escrow"))),
        };
        Ill {
            why,
            remedy: match one.code {
                Some(code) => code.remedy().to_owned(),
                None => text!("state-remedy-escrow"),
            },
            code: one.code,
            place: place.map(|(path, word)| (format!("{}{path}", self.base), word)),
            began: one.began,
            next: Some(one.next_attempt).filter(|_| state == Some(JobState::Active)),
            attempts: u64::from(one.attempts),
        }
    }

    pub(super) fn figures(&self, arrow: &Arrow) -> Vec<Figure> {
        let own = |path: &str| Some(format!("{}{path}", self.base));
        let plain = |value: String, label: String, href| Figure { value, label, href, at: None };
        let mut all = Vec::new();
        if let Some(figures) = &arrow.figures {
            all.push(plain(number(figures.linked), text!("state-people"), own("/insights")));
            if figures.linked_groups > 0 {
                all.push(plain(number(figures.linked_groups), text!("state-groups"), None));
            }
            all.push(plain(counted(&figures.held), text!("state-waiting"), own("/held")));
        }
        let Some(settings) = &arrow.settings else { return all };
        if let Some(escrow) = &settings.escrow {
            all.push(plain(counted(escrow), text!("state-escrow"), own("/escrow")));
        }
        if let Some(fresh) = &settings.freshness {
            all.push(plain(freshness(fresh), text!("state-freshness"), own("/insights")));
        }
        if settings.freshness.is_some() {
            all.push(Figure {
                value: match settings.state {
                    JobState::Active => text!("state-when-needed"),
                    JobState::Paused | JobState::Disabled => text!("state-not-by-itself"),
                },
                label: text!("state-next"),
                href: own("/settings"),
                at: settings.next_run,
            });
        }
        all
    }
}

/// A number with its thousands apart.
fn number(count: u64) -> String {
    crate::texts::figure(count)
}

/// A number that may be larger than was counted.
fn counted(counted: &Counted) -> String {
    format!("{}{}", number(counted.count), if counted.more { "+" } else { "" })
}
