//! How a story tells what it saw.

use model::{Action, EdgeKind, Entry, EntryState, LinkState, Name, Object, Value};
use store::End;

use super::Story;

/// An entry: `update ada city: - -> Oslo`, `held remove bo (removal-brake)`.
pub(super) fn entry(entry: &Entry, name: &str) -> String {
    let state = match entry.state {
        EntryState::Done => "",
        EntryState::Refused => "refused ",
        EntryState::Held => "held ",
        EntryState::Cancelled => "cancelled ",
        EntryState::Rejected => "rejected ",
        EntryState::Planned | EntryState::Open => "",
        EntryState::Staged => "staged ",
    };
    let state = if entry.action == Action::Fail { "" } else { state };
    let mut text = format!("{state}{} {name}", entry.action.as_str());
    if entry.action != Action::Create {
        let changes = entry.modifications.iter().map(|one| {
            format!("{}: {} -> {}", one.name, value(one.old.as_ref()), value(one.new.as_ref()))
        });
        let changes: Vec<String> = changes.collect();
        if !changes.is_empty() {
            text.push_str(&format!(" {}", changes.join(", ")));
        }
    }
    if let Some(reason) = &entry.reason {
        text.push_str(&format!(" ({})", reason.code));
    }
    text
}

fn value(value: Option<&Value>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// The object of the target that stands for somebody: its number, its state, and what was asked.
pub(super) fn object(story: &mut Story<'_>, object: &Object, asked: &[&str]) -> String {
    let mut text = format!("#{}", story.number(object.id));
    if object.deleted.is_some() {
        text.push_str(" deleted");
    }
    let link = object.home.and_then(|home| story.world.link(home.object));
    match link {
        Some(link) if link.target != object.id => text.push_str(" linked-elsewhere"),
        Some(link) if link.state == LinkState::Removed => text.push_str(" removed"),
        Some(link) if link.state == LinkState::Forgotten => text.push_str(" forgotten"),
        Some(_) => {}
        None => text.push_str(" unlinked"),
    }
    for name in asked {
        let shown = match *name {
            "home" => object.home.map_or("-".to_owned(), |home| story.name_of(home.object)),
            "manager" => {
                let (store, tenant) = (&story.world.store, story.world.target);
                let edges = store.edges(tenant, EdgeKind::Manager, End::From, &[object.id]);
                let manager = edges.expect("the store answers").first().map(|edge| edge.to);
                let manager = manager.and_then(|id| story.world.find(tenant, id));
                manager.map_or("-".to_owned(), |manager| match manager.home {
                    Some(home) => story.name_of(home.object),
                    None => manager.display_name(),
                })
            }
            name => {
                let known = object
                    .attributes
                    .iter()
                    .find(|(held, _)| held.as_str().ends_with(name))
                    .map(|(_, value)| value);
                let exact = object.attributes.get(&Name::new(name)).or(known);
                value(exact)
            }
        };
        text.push_str(&format!(" {name}={shown}"));
    }
    text
}
