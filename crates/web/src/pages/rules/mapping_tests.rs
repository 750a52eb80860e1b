//! Mapping tests: made-up people with what must come out for them. They are kept with the configuration
//! and run before anything is planned. One can be made from a real person.

use std::collections::BTreeMap;

use askama::Template;
use engine::{Schema, TestResult};
use model::{
    Attributes, Expected, Job, JobPart, MappingTest, Object, TestManager, Timestamp, Value,
    condition::Named,
};

use super::{
    conflict::{self, Difference},
    mappings::Told,
    place::Place,
};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::{Fields, coded},
    frame::{Frame, Link},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "rules_tests.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    place: Place,
    rows: Vec<Row>,
    seen: String,
    refused: Option<Error>,
}

/// A test with what it came to.
struct Row {
    name: String,
    href: String,
    person: String,
    expected: String,
    /// None where the mappings cannot be used at all.
    result: Option<TestResult>,
}

/// The tests, run now.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let (results, refused) =
        match visit.center.directory.run_mapping_tests(visit.actor(), &place.job) {
            Ok(results) => (results, None),
            Err(error) => match Error::from(error) {
                error if error.is_mendable() => (Vec::new(), Some(error)),
                error => return Err(error),
            },
        };
    let row = |test: &MappingTest| Row {
        name: test.name.clone(),
        href: format!("{}/mappings/tests/edit?name={}", place.base, coded(&test.name)),
        person: write_person(&test.person).replace('\n', ", "),
        expected: expected_word(&test.expect),
        result: results.iter().find(|one| one.name == test.name).cloned(),
    };
    let rows = place.job.tests.iter().map(row).collect();
    Answer::page(&Page {
        frame: place.frame(visit, text!("rules-tests-title"), "mappings"),
        tabs: place.mapping_tabs("/mappings/tests"),
        rows,
        seen: place.job.digest_of(JobPart::Tests),
        refused,
        place,
    })
}

fn expected_word(expect: &Expected) -> String {
    match expect {
        Expected::LeftOut => text!("rules-expect-left-out"),
        Expected::Failure => text!("rules-expect-failure"),
        Expected::Values(values) => write_expected(values).replace('\n', ", "),
    }
}

#[derive(Template)]
#[template(path = "rules_test.html")]
struct EditPage {
    frame: Frame,
    place: Place,
    form: Form,
    /// The test as it was read; empty for a new one.
    was: String,
    from: String,
    seen: String,
    findings: Vec<Told>,
    differences: Vec<Difference>,
    refused: Option<Error>,
}

/// What the form of a test holds.
#[derive(Clone, Debug, Default)]
struct Form {
    name: String,
    person: String,
    member_of: String,
    manager: String,
    at: String,
    kind: String,
    expected: String,
}

impl Form {
    fn of(test: &MappingTest) -> Self {
        let groups: Vec<&str> = test.member_of.iter().map(|group| group.name.as_str()).collect();
        let (kind, expected) = match &test.expect {
            Expected::Values(values) => ("values", write_expected(values)),
            Expected::LeftOut => ("left-out", String::new()),
            Expected::Failure => ("failure", String::new()),
        };
        let manager = test.manager.as_ref().map(|manager| match manager {
            TestManager::Named(named) => named.name.clone(),
            made_up => serde_json::to_string(made_up).unwrap_or_default(),
        });
        Self {
            name: test.name.clone(),
            person: write_person(&test.person),
            member_of: groups.join("\n"),
            manager: manager.unwrap_or_default(),
            at: test.at.map(|at| at.to_string()).unwrap_or_default(),
            kind: kind.to_owned(),
            expected,
        }
    }

    fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.text(name).to_owned();
        Self {
            name: own("name"),
            person: own("person"),
            member_of: own("member-of"),
            manager: own("manager"),
            at: own("at"),
            kind: own("expect"),
            expected: own("expected"),
        }
    }

    fn test(&self, source: &Schema, target: &Schema) -> Result<MappingTest, Error> {
        let mut person = Attributes::new();
        for (name, value) in read_values(&self.person, source)? {
            let name = source
                .find_attribute(&name)
                .map_or_else(|| model::Name::new(&name), |(name, _)| name);
            if let Some(value) = value {
                person.set(name, value);
            }
        }
        let lines = self.member_of.lines().map(str::trim).filter(|line| !line.is_empty());
        let named = |name: &str| Named { name: name.to_owned(), id: None };
        Ok(MappingTest {
            name: self.name.clone(),
            person,
            member_of: lines.map(named).collect(),
            manager: self.manager()?,
            at: instant(&self.at)?,
            expect: match self.kind.as_str() {
                "left-out" => Expected::LeftOut,
                "failure" => Expected::Failure,
                _ => Expected::Values(read_values(&self.expected, target)?),
            },
        })
    }

    fn manager(&self) -> Result<Option<TestManager>, Error> {
        match self.manager.as_str() {
            "" => Ok(None),
            made_up if made_up.starts_with('{') => serde_json::from_str(made_up)
                .map(|person| Some(TestManager::Person(person)))
                .map_err(|error| Error::invalid(error.to_string())),
            name => Ok(Some(TestManager::Named(Named { name: name.to_owned(), id: None }))),
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.kind == kind || self.kind.is_empty() && kind == "values"
    }
}

/// An instant, or the beginning of a day.
fn instant(text: &str) -> Result<Option<Timestamp>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = || format!("{text}T00:00:00Z").parse().ok();
    let at = text.parse().ok().or_else(day);
    at.map(Some).ok_or_else(|| Error::invalid(text!("rules-test-at-wrong", text = text)))
}

/// `attribute = value`, line by line; without a value the attribute gets none.
fn read_values(text: &str, schema: &Schema) -> Result<BTreeMap<String, Option<Value>>, Error> {
    let mut values = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, text) = line
            .split_once('=')
            .ok_or_else(|| Error::invalid(text!("rules-test-line-wrong", line = line)))?;
        let (name, text) = (name.trim(), text.trim());
        let name = wire::alias::graph_name(name).unwrap_or(name);
        let value = match schema.find_attribute(name) {
            _ if text.is_empty() => None,
            Some((_, shape)) => Some(wire::parse_value(shape, text).map_err(|error| Error {
                hint: error.hint(),
                ..Error::invalid(format!("{name}: {error}"))
            })?),
            // The service tells of names that do not exist, the nearest one too.
            None => Some(Value::text(text)),
        };
        values.insert(name.to_owned(), value);
    }
    Ok(values)
}

fn write_person(person: &Attributes) -> String {
    let lines: Vec<String> =
        person.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    lines.join("\n")
}

fn write_expected(values: &BTreeMap<String, Option<Value>>) -> String {
    let line = |(name, value): (&String, &Option<Value>)| match value {
        Some(value) => format!("{name} = {value}"),
        None => format!("{name} ="),
    };
    values.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A test to change, or a new one; from a real person where one is named.
pub fn edit(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let seen = place.job.digest_of(JobPart::Tests);
    let from = visit.query().text("from");
    if !from.is_empty() {
        let form = from_person(visit, &place, from)?;
        return page(visit, place, form, Shown { seen, ..Shown::default() });
    }
    let name = visit.query().text("name");
    let found = place.job.tests.iter().find(|test| test.name == name);
    let (form, was) = match found {
        Some(test) => (Form::of(test), name.to_owned()),
        None => (Form { name: name.to_owned(), ..Form::default() }, String::new()),
    };
    page(visit, place, form, Shown { seen, was, ..Shown::default() })
}

/// What a person of the source holds, and what the mappings give for it now.
fn from_person(visit: &Visit, place: &Place, name: &str) -> Result<Form, Error> {
    let directory = &visit.center.directory;
    let person: Object = directory.find(visit.actor(), place.tenant.id, model::Kind::User, name)?;
    let job = &place.job;
    let tried = visit.center.sync.try_mappings(visit.actor(), job, &job.mappings, person.id)?;
    let rows = tried.rows.iter().filter(|row| !row.target.eq_ignore_ascii_case("manager"));
    let line = |row: &sync::TriedRow| match &row.new {
        Some(new) => format!("{} = {new}", row.target),
        None => format!("{} =", row.target),
    };
    let expected: Vec<String> = rows.map(line).collect();
    Ok(Form {
        name: person.display_name(),
        person: write_person(&person.attributes),
        expected: expected.join("\n"),
        kind: "values".to_owned(),
        ..Form::default()
    })
}

/// Saves a test, unless somebody else changed the tests since they were read.
pub fn save(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let form = Form::read(visit.form());
    let own = |name: &str| visit.form().text(name).to_owned();
    let (seen, was) = (own("seen"), own("was"));
    let directory = &visit.center.directory;
    let (source, target) = directory.read_ends(&place.job)?;
    let test = match form.test(&source, &target) {
        Ok(test) => test,
        Err(refused) => {
            let shown = Shown { seen, was, refused: Some(refused), ..Shown::default() };
            return page(visit, place, form, shown);
        }
    };
    let change =
        |job: &mut Job| match job.tests.iter_mut().find(|one| one.name == was && !was.is_empty()) {
            Some(one) => one.clone_from(&test),
            None => job.tests.push(test.clone()),
        };
    let parts = [(JobPart::Tests, seen.as_str())];
    let shown = match directory.update_job_seen(visit.actor(), &place.job, &parts, change) {
        Ok(_) => {
            let to = format!("{}/mappings/tests", place.base);
            return Ok(Answer::said_of(&to, "said-test-saved", &test.name));
        }
        Err(directory::Error::Moved { present }) => Shown {
            seen: present.digest_of(JobPart::Tests),
            differences: conflict::beside(words(find(&present, &was)), words(Some(&test))),
            was: find(&present, &was).map(|test| test.name.clone()).unwrap_or_default(),
            status: 409,
            ..Shown::default()
        },
        Err(directory::Error::Findings(found)) => {
            let findings = found.iter().map(Told::of).collect();
            Shown { seen, was, findings, status: 422, ..Shown::default() }
        }
        Err(error) => match Error::from(error) {
            error if error.is_mendable() => {
                Shown { seen, was, refused: Some(error), ..Shown::default() }
            }
            error => return Err(error),
        },
    };
    page(visit, place, form, shown)
}

fn find<'j>(job: &'j Job, name: &str) -> Option<&'j MappingTest> {
    job.tests.iter().find(|test| test.name == name)
}

/// A test in words, for a difference.
fn words(test: Option<&MappingTest>) -> [(String, String); 3] {
    let (name, person, expected) = match test {
        Some(test) => (test.name.clone(), write_person(&test.person), expected_word(&test.expect)),
        None => (String::new(), String::new(), String::new()),
    };
    [
        (text!("rules-test-name"), name),
        (text!("rules-test-person"), person),
        (text!("rules-test-expected"), expected),
    ]
}

/// Takes a test out.
pub fn remove(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let name = visit.form().text("name");
    let parts = [(JobPart::Tests, visit.form().text("seen"))];
    visit.center.directory.update_job_seen(visit.actor(), &place.job, &parts, |job| {
        job.tests.retain(|test| test.name != name);
    })?;
    Ok(Answer::said_of(&format!("{}/mappings/tests", place.base), "said-test-removed", name))
}

/// What a page shows besides the form.
#[derive(Default)]
struct Shown {
    seen: String,
    was: String,
    status: u16,
    findings: Vec<Told>,
    differences: Vec<Difference>,
    refused: Option<Error>,
}

fn page(visit: &Visit, place: Place, form: Form, shown: Shown) -> Result<Answer, Error> {
    let title = match shown.was.is_empty() {
        true => text!("rules-test-new"),
        false => text!("rules-test-title", name = shown.was.as_str()),
    };
    let below = format!("{}/mappings/tests", place.base);
    let status = match &shown.refused {
        Some(error) => error.status,
        None => shown.status.max(200),
    };
    let page = EditPage {
        frame: place.frame(visit, title, "mappings").below(text!("rules-tab-tests"), below),
        form,
        was: shown.was,
        from: visit.query().text("from").to_owned(),
        seen: shown.seen,
        findings: shown.findings,
        differences: shown.differences,
        refused: shown.refused,
        place,
    };
    Answer::page_with(status, &page)
}
