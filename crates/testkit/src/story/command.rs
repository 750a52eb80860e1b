//! The commands of stories.

use directory::{Change, NewExtension};
use model::{
    Actions, Apply, Clock, EntryState, ExtensionType, Groups, Kind, Mapping, Name, Nested, Role,
    ScopeMode, Source, Value,
};
use sync::{Approval, Extent, LineDigest, LogQuery, Reset, Silent};

use super::{Story, told};
use crate::{attributes, world::World};

type Answer = Result<Vec<String>, String>;

fn failed(error: directory::Error) -> String {
    format!("error: {}", error.code())
}

fn stopped(error: sync::Error) -> String {
    format!("stopped: {}", error.code())
}

/// Words, where a text in `'` is one.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().expect("there is one").push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// `name=text` pairs; `-name` is an empty text.
fn pairs<'a>(words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    words
        .iter()
        .filter_map(|word| match word.strip_prefix('-') {
            Some(name) => Some((name, "")),
            None => word.split_once('='),
        })
        .collect()
}

/// A mapping with `once`, `when-empty`, `adding`, `keeps`, `default=TEXT` and `match=NUMBER` said of it.
fn applied(mut mapping: Mapping, how: &[&str]) -> Result<Mapping, String> {
    for word in how {
        match (*word, word.split_once('=')) {
            ("once", _) => mapping.apply = Apply::OnlyAtCreation,
            ("when-empty", _) => mapping.apply = Apply::OnlyWhenEmpty,
            ("adding", _) => mapping.apply = Apply::OnlyAdding,
            ("keeps", _) => mapping.empty = model::EmptySource::Keeps,
            (_, Some(("default", text))) => mapping.default = Some(text.to_owned()),
            (_, Some(("match", text))) => mapping.matching = text.parse().ok(),
            _ => return Err(format!("no mapping is applied {word}")),
        }
    }
    Ok(mapping)
}

/// An attribute, or an expression behind `=`.
fn read_source(text: &str) -> Source {
    match text.strip_prefix('=') {
        Some(text) => Source::Expression(text.to_owned()),
        None => Source::Direct(text.to_owned()),
    }
}

/// What a restart forgets; the usual things when nothing is named.
fn reset(scopes: &[&str]) -> Result<Reset, String> {
    let mut reset = if scopes.is_empty() { Reset::USUAL } else { Reset::NOTHING };
    for scope in scopes {
        match *scope {
            "watermark" => reset.watermark = true,
            "escrows" => reset.escrows = true,
            "links" => reset.links = true,
            "force-deletes" => reset.force_deletes = true,
            "full" => reset = Reset { force_deletes: reset.force_deletes, ..Reset::FULL },
            other => return Err(format!("nobody restarts {other}")),
        }
    }
    Ok(reset)
}

impl Story<'_> {
    pub(super) fn tell(&mut self, line: &str) -> Answer {
        let owned = words(line);
        let words: Vec<&str> = owned.iter().map(String::as_str).collect();
        let (first, rest) = words.split_first().ok_or("an empty line")?;
        match *first {
            "target" => self.in_target(rest),
            "wait" => self.wait(rest),
            "expire" => self.expire(),
            "drifted" => {
                self.drifted = true;
                Ok(Vec::new())
            }
            "scope" | "filter" | "map" | "leave" | "unmap" | "keep" | "actions" | "domain"
            | "extension" | "rename" | "retries" => self.configure(first, rest, line),
            "groups" | "nested-assignment" | "group-filter" | "group-map" | "group-unmap"
            | "group-actions" => self.configure_groups(first, rest, line),
            "consent" => self.consent(rest),
            "cycle" | "restart" | "provision" | "hold" | "retry" | "give-up" => {
                self.run(first, rest)
            }
            "plan" | "preview" | "explain" | "escrow" | "save" | "apply" | "count" | "members" => {
                self.look(first, rest)
            }
            "show" => self.show(rest),
            _ => self.in_source(first, rest),
        }
    }

    fn in_source(&mut self, verb: &str, rest: &[&str]) -> Answer {
        let world = self.world;
        let (tenant, actor) = (world.source, &world.operator);
        let (name, more) = rest.split_first().ok_or("nobody is named")?;
        let directory = &world.directory;
        match verb {
            "add" => {
                let mut more = pairs(more);
                let without: Vec<&str> = more
                    .iter()
                    .filter(|(_, text)| text.is_empty())
                    .map(|(name, _)| *name)
                    .collect();
                more.retain(|(_, text)| !text.is_empty());
                let id = world.person(name, &more);
                for attribute in without {
                    world.set(tenant, id, &[(attribute, "")]);
                }
                self.names.insert((*name).to_owned(), id);
                return Ok(Vec::new());
            }
            "group" => {
                let id = world.make(tenant, Kind::Group, attributes(&[("displayName", name)]));
                self.names.insert((*name).to_owned(), id);
                return Ok(Vec::new());
            }
            _ => {}
        }
        let id = self.id(name)?;
        match verb {
            "set" => {
                let (clear, set): (Vec<_>, Vec<_>) =
                    pairs(more).into_iter().partition(|(_, text)| text.is_empty());
                let clear = clear.iter().map(|(name, _)| Name::new(name)).collect();
                let set = self.with_extensions(&set)?;
                directory.update(actor, tenant, id, &Change { set, clear }).map_err(failed)?;
            }
            "delete" => drop(directory.delete(actor, tenant, id).map_err(failed)?),
            "restore" => drop(directory.restore(actor, tenant, id).map_err(failed)?),
            "purge" => directory.purge(actor, tenant, id).map_err(failed)?,
            "assign" => world.assign(id, true),
            "unassign" => world.assign(id, false),
            "join" => {
                let group = self.id(more.first().ok_or("no group is named")?)?;
                drop(directory.add_members(actor, tenant, group, &[id]).map_err(failed)?);
            }
            "manager" => {
                let manager = match more.first().ok_or("no manager is named")? {
                    &"-" => None,
                    name => Some(self.id(name)?),
                };
                directory.set_manager(actor, tenant, id, manager).map_err(failed)?;
            }
            "part" => {
                let group = self.id(more.first().ok_or("no group is named")?)?;
                directory.remove_members(actor, tenant, group, &[id]).map_err(failed)?;
            }
            other => return Err(format!("the story knows no command {other}")),
        }
        Ok(Vec::new())
    }

    /// Values by full names, or by the short names of the source's extensions.
    fn with_extensions(&self, pairs: &[(&str, &str)]) -> Result<model::Attributes, String> {
        let world = self.world;
        let schema = world.directory.read_schema(world.source).map_err(failed)?.0;
        let mut set = model::Attributes::new();
        for (name, text) in pairs {
            let (name, shape) = schema
                .find_attribute(name)
                .or_else(|| schema.of_groups().find_attribute(name))
                .ok_or_else(|| format!("no attribute {name}"))?;
            set.set(name, wire::parse_value(shape, text).map_err(|error| error.to_string())?);
        }
        Ok(set)
    }

    fn in_target(&mut self, rest: &[&str]) -> Answer {
        let world = self.world;
        let (tenant, actor, directory) = (world.target, &world.operator, &world.directory);
        let [verb, name, more @ ..] = rest else {
            return Err("target does what to whom".to_owned());
        };
        match *verb {
            "add" => {
                let mut given = attributes(&pairs(more));
                given.set(Name::DISPLAY_NAME, Value::text(*name));
                if given.get(&Name::USER_PRINCIPAL_NAME).is_none() {
                    let own = format!("{name}@fabrikam.example");
                    given.set(Name::USER_PRINCIPAL_NAME, Value::text(own));
                }
                let id = world.make(tenant, Kind::User, given);
                self.names.insert((*name).to_owned(), id);
            }
            "group" => {
                let mut given = attributes(&pairs(more));
                given.set(Name::DISPLAY_NAME, Value::text(*name));
                let id = world.make(tenant, Kind::Group, given);
                self.names.insert((*name).to_owned(), id);
            }
            "invite" => {
                let mail = more.first().ok_or("no address is given")?;
                let guest = directory.invite(actor, tenant, mail, Some(name)).map_err(failed)?;
                self.names.insert((*name).to_owned(), guest.id);
            }
            "set" => world.set(tenant, self.target_id(name)?, &pairs(more)),
            "join" => {
                let group = self.target_id(more.first().ok_or("no group is named")?)?;
                let member = self.target_id(name)?;
                drop(directory.add_members(actor, tenant, group, &[member]).map_err(failed)?);
            }
            "manager" => {
                let manager = match more {
                    [] | ["-"] => None,
                    [name, ..] => Some(self.target_id(name)?),
                };
                let set = directory.set_manager(actor, tenant, self.target_id(name)?, manager);
                set.map_err(failed)?;
            }
            "delete" => {
                drop(directory.delete(actor, tenant, self.target_id(name)?).map_err(failed)?);
            }
            "restore" => {
                drop(directory.restore(actor, tenant, self.target_id(name)?).map_err(failed)?);
            }
            "purge" => directory.purge(actor, tenant, self.target_id(name)?).map_err(failed)?,
            "protect" | "unprotect" => {
                let user = self.target_id(name)?;
                let protect = directory.protect(actor, tenant, &[user], *verb == "protect");
                protect.map_err(failed)?;
            }
            "roles" => {
                let user = self.target_id(name)?;
                let held = |role: &Role| more.contains(&role.title().replace(' ', "").as_str());
                let roles: Vec<Role> = Role::ALL.into_iter().filter(held).collect();
                directory.set_roles(actor, tenant, user, &roles).map_err(failed)?;
            }
            other => return Err(format!("the story knows no command target {other}")),
        }
        Ok(Vec::new())
    }

    fn wait(&self, rest: &[&str]) -> Answer {
        let text = rest.first().ok_or("how long?")?;
        let (number, unit) = text.split_at(text.len() - 1);
        let number: i64 = number.parse().map_err(|_| format!("{text} is no time"))?;
        match unit {
            "s" => self.world.clock.advance_seconds(number),
            "h" => self.world.clock.advance_hours(number),
            "d" => self.world.clock.advance_days(number),
            _ => return Err(format!("{text} is no time")),
        }
        Ok(Vec::new())
    }

    fn expire(&self) -> Answer {
        let purge = |tenant| {
            self.world.directory.purge_expired(&model::Actor::System, tenant).map_err(failed)
        };
        let (source, target) = (purge(self.world.source)?, purge(self.world.target)?);
        Ok(vec![format!("purged {source} in the source, {target} in the target")])
    }

    fn configure(&mut self, verb: &str, rest: &[&str], line: &str) -> Answer {
        let world = self.world;
        match (verb, rest) {
            ("scope", ["all"]) => drop(world.change_job(|job| job.scope = ScopeMode::All)),
            ("scope", ["assigned"]) => {
                drop(world.change_job(|job| job.scope = ScopeMode::Assigned))
            }
            ("filter", _) => {
                let text = line.trim_start_matches("filter").trim();
                let scoping = wire::filter_text::parse(text, |name| Some(name.to_owned()))
                    .map_err(|found| format!("{found:?}"))?;
                let update = world.directory.update_job(&world.operator, &world.job(), |job| {
                    job.filter.clone_from(&scoping.filter);
                    job.condition.clone_from(&scoping.condition);
                });
                update.map_err(failed)?;
            }
            ("map", [target, source, how @ ..]) => {
                self.put_mapping(applied(Mapping::new(target, read_source(source)), how)?)?;
            }
            ("leave", [target, how @ ..]) => {
                self.put_mapping(applied(Mapping::new(target, Source::None), how)?)?;
            }
            ("unmap", [target]) => {
                let update = world.directory.update_job(&world.operator, &world.job(), |job| {
                    job.mappings.retain(|mapping| mapping.target != *target);
                });
                update.map_err(failed)?;
            }
            ("keep", [target]) => drop(world.change_job(|job| {
                for mapping in job.mappings.iter_mut().filter(|mapping| mapping.target == *target) {
                    mapping.empty = model::EmptySource::Keeps;
                }
            })),
            ("actions", list) => {
                let update = world.directory.update_job(&world.operator, &world.job(), |job| {
                    job.actions.create = list.contains(&"create");
                    job.actions.update = list.contains(&"update");
                    job.actions.delete = list.contains(&"delete");
                });
                update.map_err(failed)?;
            }
            ("domain", ["add", domain]) => {
                let domain: model::Domain = domain.parse().map_err(|_| "no domain".to_owned())?;
                let update =
                    world.directory.update_tenant(&world.operator, world.source, |tenant| {
                        tenant.domains.push(domain.clone());
                    });
                update.map_err(failed)?;
            }
            ("extension", [tenant, name]) => {
                let tenant = if *tenant == "source" { world.source } else { world.target };
                let new = NewExtension {
                    name: (*name).to_owned(),
                    application: None,
                    data_type: ExtensionType::String,
                    multi_valued: false,
                    targets: vec![Kind::User],
                };
                world.directory.create_extension(&world.operator, tenant, new).map_err(failed)?;
            }
            ("retries", [hours @ .., days]) => {
                let number = |text: &&str| text.parse().map_err(|_| format!("{text} is no number"));
                let days = number(days)?;
                let hours = hours.iter().map(number).collect::<Result<Vec<i64>, _>>()?;
                drop(world.change_job(|job| {
                    job.retries.lasting_hours.clone_from(&hours);
                    job.retries.give_up_days = days;
                }));
            }
            ("rename", [name]) => drop(world.change_job(|job| job.name = (*name).to_owned())),
            _ => return Err(format!("the story knows no command {line}")),
        }
        Ok(Vec::new())
    }

    fn configure_groups(&mut self, verb: &str, rest: &[&str], line: &str) -> Answer {
        let world = self.world;
        match (verb, rest) {
            ("group-filter", _) => {
                let text = line.trim_start_matches("group-filter").trim();
                let scoping = wire::filter_text::parse(text, |name| Some(name.to_owned()))
                    .map_err(|found| format!("{found:?}"))?;
                let update = world.directory.update_job(&world.operator, &world.job(), |job| {
                    job.groups.filter.clone_from(&scoping.filter);
                    job.groups.condition.clone_from(&scoping.condition);
                });
                update.map_err(failed)?;
            }
            ("group-map", [target, source, how @ ..]) => {
                self.put_group_mapping(applied(Mapping::new(target, read_source(source)), how)?)?;
            }
            ("group-unmap", [target]) => drop(world.change_job(|job| {
                job.groups.mappings.retain(|mapping| mapping.target != *target);
            })),
            ("group-actions", list) => drop(world.change_job(|job| {
                job.groups.actions = Actions {
                    create: list.contains(&"create"),
                    update: list.contains(&"update"),
                    delete: list.contains(&"delete"),
                };
            })),
            ("groups", [given]) => {
                let nested = match *given {
                    "flatten" => Nested::Flatten,
                    "keep" => Nested::Keep,
                    _ => Nested::Ignore,
                };
                world.change_job(|job| {
                    let groups = job.groups.clone();
                    job.groups = Groups { enabled: *given != "off", nested, ..groups };
                });
            }
            ("nested-assignment", [given]) => {
                world.change_job(|job| job.groups.nested_assignment = *given == "on");
            }
            _ => return Err(format!("the story knows no command {line}")),
        }
        Ok(Vec::new())
    }

    fn put_mapping(&self, mapping: Mapping) -> Result<(), String> {
        self.put_into(mapping, |job| &mut job.mappings)
    }

    fn put_group_mapping(&self, mapping: Mapping) -> Result<(), String> {
        self.put_into(mapping, |job| &mut job.groups.mappings)
    }

    fn put_into(
        &self,
        mapping: Mapping,
        mappings: impl Fn(&mut model::Job) -> &mut Vec<Mapping>,
    ) -> Result<(), String> {
        let world = self.world;
        let update = world.directory.update_job(&world.operator, &world.job(), |job| {
            let mappings = mappings(job);
            mappings.retain(|held| held.target != mapping.target);
            mappings.push(mapping.clone());
        });
        update.map(drop).map_err(failed)
    }

    fn consent(&self, rest: &[&str]) -> Answer {
        match rest {
            ["source", given] => self.world.set_source_consent(*given == "on"),
            ["target", given] => self.world.set_target_consent(*given == "on"),
            ["groups", given] => self.world.set_group_consent(*given == "on"),
            _ => return Err("consent of whom?".to_owned()),
        }
        Ok(Vec::new())
    }

    fn run(&mut self, verb: &str, rest: &[&str]) -> Answer {
        let world = self.world;
        let (sync, actor) = (&world.sync, &world.operator);
        match (verb, rest) {
            ("cycle", _) => Ok(self.journaled(|_| world.try_cycle().map(drop))),
            ("restart", scopes) => {
                let reset = reset(scopes)?;
                let restart = || sync.restart(actor, &world.job(), reset, &Silent).map(drop);
                Ok(self.journaled(|_| restart()))
            }
            ("give-up", names) => {
                let people: Result<Vec<_>, _> = names.iter().map(|name| self.id(name)).collect();
                let given_up = sync.give_up_escrow(actor, &world.job(), &people?);
                Ok(vec![format!("gave {} up", given_up.map_err(stopped)?)])
            }
            ("provision", [name]) => {
                let person = self.id(name)?;
                let provision = || sync.provision(actor, &world.job(), person, &Silent).map(drop);
                Ok(self.journaled(|_| provision()))
            }
            ("hold", ["list"]) => {
                let held = sync.list_held(actor, &world.job(), &Approval::All).map_err(stopped)?;
                Ok(held.iter().map(|entry| self.entry(entry)).collect())
            }
            ("hold", [verb, names @ ..]) => {
                let which = self.held(names)?;
                Ok(self.journaled(|_| match *verb {
                    "approve" => sync.approve_held(actor, &world.job(), &which, &Silent).map(drop),
                    _ => sync.reject_held(actor, &world.job(), &which).map(drop),
                }))
            }
            ("retry", names) => {
                let people: Result<Vec<_>, _> = names.iter().map(|name| self.id(name)).collect();
                let people = people?;
                let retry = || sync.retry_escrow(actor, &world.job(), &people, &Silent).map(drop);
                Ok(self.journaled(|_| retry()))
            }
            _ => Err(format!("the story knows no command {verb}")),
        }
    }

    fn held(&self, names: &[&str]) -> Result<Approval, String> {
        if names == ["all"] {
            return Ok(Approval::All);
        }
        let world = self.world;
        if let ["text", text] = names {
            let query = LogQuery { text: (*text).to_owned(), ..LogQuery::default() };
            return Ok(Approval::Matching(query));
        }
        if let ["older", days] = names {
            let days: i64 = days.parse().map_err(|_| format!("{days} is no number"))?;
            let until = Some(world.clock.now().plus_days(-days));
            return Ok(Approval::Matching(LogQuery { until, ..LogQuery::default() }));
        }
        let held = world.sync.list_held(&world.operator, &world.job(), &Approval::All);
        let held = held.map_err(stopped)?;
        let people: Result<Vec<_>, _> = names.iter().map(|name| self.id(name)).collect();
        let people = people?;
        let ids = held.iter().filter(|entry| people.contains(&entry.source));
        Ok(Approval::Some(ids.map(|entry| entry.id).collect()))
    }

    fn look(&mut self, verb: &str, rest: &[&str]) -> Answer {
        let world = self.world;
        let (sync, actor) = (&world.sync, &world.operator);
        let job = world.job();
        match (verb, rest) {
            ("plan", extent) => {
                let extent =
                    if *extent == ["full"] { Extent::Everybody } else { Extent::NextCycle };
                let planned = world.plan(extent).map_err(stopped)?;
                Ok(planned
                    .into_iter()
                    .map(|entry| match entry.state {
                        EntryState::Held => self.entry(&entry),
                        _ => self.entry(&model::Entry { state: EntryState::Open, ..entry }),
                    })
                    .collect())
            }
            ("preview", [name]) => {
                let shown = sync.preview(actor, &job, self.id(name)?).map_err(stopped)?;
                let reason = shown.reason.map(|reason| format!(" ({})", reason.code));
                Ok(vec![format!("{}{}", shown.action, reason.unwrap_or_default())])
            }
            ("explain", [name]) => {
                Ok(sync.explain(actor, &job, self.id(name)?).map_err(stopped)?.sentences)
            }
            ("escrow", []) => Ok(self.escrow()),
            ("save", extent) => {
                let extent =
                    if *extent == ["full"] { Extent::Everybody } else { Extent::NextCycle };
                let mut lines = Vec::new();
                let saved = sync.save_plan(actor, &job, extent, &Silent, &mut lines);
                let saved = saved.map_err(stopped)?;
                let mut digest = LineDigest::default();
                digest.add(&lines);
                self.plans.push((saved.header, digest.finish()));
                Ok(vec![format!("{} changes", saved.counts.total())])
            }
            ("apply", []) => {
                let (header, digest) = self.plans.last().ok_or("no plan was saved")?.clone();
                let apply = || sync.apply_plan(actor, &header, &digest, &Silent).map(drop);
                Ok(self.journaled(|_| apply()))
            }
            ("members", [name]) => {
                let group = self.target_id(name)?;
                let (target, most) = (world.target, usize::MAX);
                let members = world.directory.list_members(actor, target, group, None, most);
                let mut names: Vec<String> = members
                    .map_err(failed)?
                    .into_iter()
                    .filter_map(|id| world.find(target, id))
                    .map(|object| match object.home {
                        Some(home) => self.name_of(home.object),
                        None => object.label(),
                    })
                    .collect();
                names.sort();
                let told = if names.is_empty() { "nobody".to_owned() } else { names.join(" ") };
                Ok(vec![told])
            }
            ("count", []) => {
                let count = world.objects(world.target, Kind::User).len();
                Ok(vec![format!("{count} users in the target")])
            }
            _ => Err(format!("the story knows no command {verb}")),
        }
    }

    fn escrow(&self) -> Vec<String> {
        let now = self.world.clock.now();
        let waiting = self.world.escrow().into_iter().map(|one| {
            let hours = (one.due.0 - now.0) as f64 / 3_600_000.0;
            let name = self.name_of(one.source);
            if one.given_up.is_some() {
                return format!("{name} {} given up", one.reason.code);
            }
            format!("{name} {} attempt {} due in {hours} h", one.reason.code, one.attempts)
        });
        waiting.collect()
    }

    fn show(&mut self, rest: &[&str]) -> Answer {
        let (name, asked) = rest.split_first().ok_or("show whom?")?;
        let world: &World = self.world;
        match self.target_id(name).ok().and_then(|id| world.find(world.target, id)) {
            Some(object) => Ok(vec![told::object(self, &object, asked)]),
            None => Ok(vec!["nobody".to_owned()]),
        }
    }
}
