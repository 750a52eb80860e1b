//! Who a draft of the scope would take, before it is saved: counts, samples, why somebody is out, and
//! who would leave. A short look answers at once; what takes longer goes on while the page shows how
//! far it is, and ends when the page is left or the draft changes.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use askama::Template;
use model::{Actor, Job};
use sync::{Budget, Observer, Sampled, ScopeDraft, ScopePreview, Silent, Sync};

use super::{draft::Draft, filter, place::Place};
use crate::{
    answer::{Answer, Pieces},
    error::Error,
    filters,
    form::coded,
    visit::Visit,
};

/// How many samples of each kind are shown.
const SAMPLES: usize = 8;

/// How long the page waits for a first answer, in milliseconds.
const AT_ONCE: u64 = 250;

/// The longest draft that goes into an address, coded.
const LONGEST_ADDRESS: usize = 12_000;

/// What the draft comes to.
#[derive(Template, Default)]
#[template(path = "rules_preview.html")]
pub struct Part {
    found: Option<ScopePreview>,
    /// How far one under way has come.
    under_way: Option<(u64, u64)>,
    refused: Option<Error>,
    /// Whether the draft is none yet: what is wrong is told beside its field when it is saved.
    is_unreadable: bool,
    /// Where the rest is told.
    live: Option<String>,
    /// Where people of the source are shown, and where the page asks.
    people: String,
    address: String,
}

impl Part {
    fn new(base: &str) -> Self {
        let (people, address) = (format!("{base}/people"), format!("{base}/scope/preview"));
        Self { people, address, ..Self::default() }
    }
}

/// Looks at a draft.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let draft = Draft::read(visit.form());
    let part = part(visit, &place, &draft, visit.form().get("do") == Some("stop"))?;
    Answer::page(&part)
}

/// What a draft comes to, as far as it can be told at once.
pub fn part(visit: &Visit, place: &Place, draft: &Draft, stopped: bool) -> Result<Part, Error> {
    let part = Part::new(&place.base);
    let Ok(draft) = filter::scope_draft(visit, place, draft) else {
        return Ok(Part { is_unreadable: true, ..part });
    };
    let found = match look(visit, place, &draft, Some(AT_ONCE)) {
        Ok(found) => found,
        Err(error) => {
            let error = Error::from(error);
            return match error.is_mendable() {
                true => Ok(Part { refused: Some(error), ..part }),
                false => Err(error),
            };
        }
    };
    let text = serde_json::to_string(&Told::of(&draft)).unwrap_or_default();
    let address = format!("{}/scope/live?draft={}", place.base, coded(&text));
    let goes_on = found.is_partial && !stopped && address.len() < LONGEST_ADDRESS;
    let under_way = goes_on.then_some((found.looked_at, found.of));
    Ok(Part { found: Some(found), under_way, live: goes_on.then_some(address), ..part })
}

/// Looks at a draft for so many milliseconds.
pub fn look(
    visit: &Visit,
    place: &Place,
    draft: &ScopeDraft,
    milliseconds: Option<u64>,
) -> Result<ScopePreview, sync::Error> {
    let budget = Budget { milliseconds, ..Budget::default() };
    visit.center.sync.preview_scope(visit.actor(), &place.job, draft, (SAMPLES, budget), &Silent)
}

/// A draft on its way through an address.
#[derive(serde::Serialize, serde::Deserialize)]
struct Told {
    scope: model::ScopeMode,
    filter: model::Filter,
    condition: Option<model::Condition>,
}

impl Told {
    fn of(draft: &ScopeDraft) -> Self {
        let ScopeDraft { scope, filter, condition } = draft.clone();
        Self { scope, filter, condition }
    }
}

/// Looks at everybody, and tells how far it has come.
pub fn follow(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let told: Told = serde_json::from_str(visit.query().text("draft"))
        .map_err(|error| Error::invalid(error.to_string()))?;
    let Told { scope, filter, condition } = told;
    let draft = ScopeDraft { scope, filter, condition };
    let base = place.base.clone();
    let walk = Walk::begin(visit.center.sync.clone(), visit.actor().clone(), place.job, draft);
    let mut is_over = false;
    let pieces: Pieces = Box::new(move || {
        if is_over {
            return None;
        }
        // What was seen at once stays until there is more to tell.
        let Some((part, over)) = walk.part(&base) else { return Some(Vec::new()) };
        is_over = over;
        let html = part.render().ok()?;
        Some(vec![("preview", html)])
    });
    Ok(Answer::Live(pieces))
}

/// A look at everybody in a thread of its own; it ends with what holds this.
struct Walk(Arc<Progress>);

#[derive(Default)]
struct Progress {
    stop: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    read: u64,
    of: u64,
    ended: Option<Result<ScopePreview, Error>>,
}

impl Observer for Progress {
    fn advanced(&self, read: u64, of: u64, _: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.read, state.of) = (read, of);
    }

    fn is_interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Walk {
    fn begin(sync: Sync, actor: Actor, job: Job, draft: ScopeDraft) -> Self {
        let progress = Arc::new(Progress::default());
        let own = progress.clone();
        thread::spawn(move || {
            let bounds = (SAMPLES, Budget::default());
            let found = sync.preview_scope(&actor, &job, &draft, bounds, &*own);
            let mut state = own.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.ended = Some(found.map_err(Error::from));
        });
        Self(progress)
    }

    /// How it stands, and whether it is over; nothing before it has looked at anybody.
    fn part(&self, base: &str) -> Option<(Part, bool)> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let part = Part::new(base);
        match &state.ended {
            None if state.of == 0 => None,
            None => Some((Part { under_way: Some((state.read, state.of)), ..part }, false)),
            Some(Ok(found)) => Some((Part { found: Some(found.clone()), ..part }, true)),
            Some(Err(error)) => Some((Part { refused: Some(error.clone()), ..part }, true)),
        }
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

impl Part {
    /// The kinds of samples that there are, each with its title and how many there are of it.
    fn samples(&self) -> Vec<(String, u64, &[Sampled])> {
        let Some(found) = &self.found else { return Vec::new() };
        let all = [
            (text!("rules-leaving"), found.leaving, &found.sample_leaving[..]),
            (text!("rules-coming"), found.coming, &found.sample_coming[..]),
            (text!("rules-inside"), found.inside, &found.sample_inside[..]),
            (text!("rules-outside"), found.outside + found.open, &found.sample_outside[..]),
        ];
        all.into_iter().filter(|(.., samples)| !samples.is_empty()).collect()
    }
}
