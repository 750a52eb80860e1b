//! One look at a configuration: how it stands in a sentence, what to do about it, and its figures.

use access::Permission;
use engine::consent::Side;
use model::{Code, JobState, Quarantine, RunSummary, Timestamp};
use sync::{Arrow, Counted, Freshness, Live};

use super::{
    place::{End, Place},
    words::{self, Badge},
};
use crate::{Center, error::Error, visit::Visit};

/// So many of the newest runs are shown.
const RUNS: usize = 6;

/// What a look needs to know of its reader and of both ends, which does not change while it is shown.
#[derive(Clone)]
pub struct Around {
    center: Center,
    actor: model::Actor,
    job: (model::TenantId, model::JobId),
    /// Where the pages of the configuration begin.
    pub base: String,
    /// The token for forms.
    pub csrf: String,
    /// Why the reader may not run it.
    pub why_not: Option<String>,
    /// Why the reader may not read its log.
    pub why_no_log: Option<String>,
    source: End,
    target: End,
    access: [Option<String>; 2],
}

/// How a configuration stands.
pub struct Look {
    /// In a word and a colour.
    pub badge: Badge,
    /// In a sentence.
    pub sentence: String,
    /// What to do next.
    pub todo: Vec<Todo>,
    /// Why it is in quarantine.
    pub quarantine: Option<Ill>,
    /// Whether it runs by itself.
    pub state: Option<JobState>,
    /// What is under way.
    pub lives: Vec<Moving>,
    /// What it comes to.
    pub figures: Vec<Figure>,
    /// The newest runs.
    pub runs: Vec<RunSummary>,
}

/// Something to do.
pub struct Todo {
    /// What.
    pub text: String,
    /// Where.
    pub href: Option<String>,
}

/// A quarantine, told.
pub struct Ill {
    /// Why.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
    /// The code of what stops it.
    pub code: Option<Code>,
    /// Where something can be done about it.
    pub place: Option<(String, String)>,
    /// Since when.
    pub began: Timestamp,
    /// When it is tried again; never by itself while it is paused or switched off.
    pub next: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: u64,
}

/// A number with what it counts.
pub struct Figure {
    /// The number, or another short text.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Where more is.
    pub href: Option<String>,
    /// An instant instead of a number.
    pub at: Option<Timestamp>,
}

/// Something under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// What it is.
    pub title: String,
    /// How far it has come.
    pub read: u64,
    /// Of how many; 0 before that is known.
    pub of: u64,
    /// How far in words.
    pub text: String,
    /// How long it takes still, in words.
    pub left: String,
    /// Whether it was asked to stop.
    pub stopping: bool,
}

impl Moving {
    /// What is under way, told.
    pub fn of(live: &Live) -> Self {
        let text = match live.of {
            0 => text!("state-begins"),
            of => text!("state-progress", read = live.read, of = of, changed = live.changed),
        };
        let left = match live.seconds_left {
            None => text!("state-left-unknown"),
            Some(0) => text!("state-left-moment"),
            Some(seconds) => text!("state-left", time = words::lasting(seconds)),
        };
        Self {
            title: words::run_kind(live.kind),
            read: live.read,
            of: live.of,
            text,
            left,
            stopping: live.stopping,
        }
    }
}

impl Around {
    /// For a page.
    pub fn of(visit: &Visit, place: &Place) -> Self {
        let job = &place.job;
        let (source, target) =
            (End::of(visit, Some(job.source)), End::of(visit, job.chosen_target()));
        let access = |own: &End, other: &End| {
            own.href.as_ref().map(|href| format!("{href}/access/{}", other.domain))
        };
        let log = visit.why_not(Permission::ReadProvisioning, job.source);
        Self {
            center: visit.center.clone(),
            actor: visit.actor().clone(),
            job: (job.source, job.id),
            base: place.base.clone(),
            csrf: visit.csrf.clone(),
            why_not: place.why_not_run(visit),
            why_no_log: log.filter(|_| !visit.may(Permission::ReadProvisioning, job.target)),
            access: [access(&source, &target), access(&target, &source)],
            source,
            target,
        }
    }

    /// Only what is under way: it costs next to nothing.
    pub fn watch(&self) -> Result<Vec<Moving>, Error> {
        let job = self.center.directory.job(self.job.0, self.job.1)?;
        let lives = self.center.sync.list_live(&self.actor, &job)?;
        Ok(lives.iter().map(Moving::of).collect())
    }

    /// Everything.
    pub fn look(&self) -> Result<Look, Error> {
        let job = self.center.directory.job(self.job.0, self.job.1)?;
        let sync = &self.center.sync;
        let arrow = sync.read_arrow(&self.actor, &job)?.ok_or_else(Error::missing)?;
        let lives = sync.list_live(&self.actor, &job)?;
        let runs = match &arrow.figures {
            Some(_) => sync.list_runs(&self.actor, &job, RUNS)?,
            None => Vec::new(),
        };
        let lives: Vec<Moving> = lives.iter().map(Moving::of).collect();
        let (badge, sentence) = self.standing(&arrow, &lives);
        let state = arrow.settings.as_ref().map(|settings| settings.state);
        let quarantine = arrow.figures.as_ref().and_then(|figures| figures.quarantine);
        Ok(Look {
            badge,
            sentence,
            todo: self.todo(&arrow),
            quarantine: quarantine.map(|one| self.ill(&one, state, &runs)),
            state,
            lives,
            figures: self.figures(&arrow),
            runs,
        })
    }

    fn standing(&self, arrow: &Arrow, lives: &[Moving]) -> (Badge, String) {
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

    fn todo(&self, arrow: &Arrow) -> Vec<Todo> {
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

    fn ill(&self, one: &Quarantine, state: Option<JobState>, runs: &[RunSummary]) -> Ill {
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

    fn figures(&self, arrow: &Arrow) -> Vec<Figure> {
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

/// How far behind, in a few words.
pub fn freshness(fresh: &Freshness) -> String {
    match fresh.seconds {
        _ if fresh.is_fresh => text!("state-up-to-date"),
        None => text!("state-changes-behind", count = fresh.changes),
        Some(seconds) => words::lasting(seconds),
    }
}
