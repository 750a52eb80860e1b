//! Mapping tests: made-up people with what must come out for them. They are kept with the configuration
//! and run before anything is planned. One can be made from a real person.

use askama::Template;
use engine::TestResult;
use model::{Expected, Job, JobPart, MappingTest, Object};

use super::{
    conflict::{self, Difference},
    mappings::Told,
    place::Place,
    test_form::{Form, write_expected, write_person},
};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::coded,
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
