//! `syncline job tests`.

use std::collections::BTreeMap;

use model::{Expected, Job, Kind, MappingTest, TestManager, Timestamp, Value, condition::Named};
use serde_json::json;

use super::{Call, table, values};
use crate::{
    args::{TestAdd, TestsCommand},
    failure::Failure,
    output::Reply,
};

pub fn run(call: &Call<'_>, job: &Job, command: TestsCommand) -> Result<Reply, Failure> {
    match command {
        TestsCommand::List => {
            let rows = job.tests.iter().map(row);
            let head = ["test", "groups", "manager", "at", "what must come out"];
            Ok(Reply::new(&job.tests, table(&head, rows)))
        }
        TestsCommand::Add(args) => {
            let test = made(call, job, *args)?;
            put(call, job, vec![test])
        }
        TestsCommand::Import { file } => {
            let tests = read(&call.request.read_text(&file)?)?;
            put(call, job, tests)
        }
        TestsCommand::Remove { name } => {
            if !job.tests.iter().any(|test| test.name == name) {
                return Err(Failure::new("not-found", format!("no mapping test '{name}'")));
            }
            call.app.directory.update_job(call.actor, job, |job| {
                job.tests.retain(|test| test.name != name);
            })?;
            Ok(Reply::new(json!({ "removed": name }), format!("removed mapping test '{name}'")))
        }
        TestsCommand::Run => show(call, job),
    }
}

fn made(call: &Call<'_>, job: &Job, args: TestAdd) -> Result<MappingTest, Failure> {
    let (source, _) = call.app.directory.read_schema(job.source)?;
    let expect = match (args.left_out, args.fails) {
        (true, _) => Expected::LeftOut,
        (_, true) => Expected::Failure,
        _ => expected(call, job, &args.expect)?,
    };
    Ok(MappingTest {
        name: args.name,
        person: values::parse(&args.person, Kind::User, &source)?.set,
        member_of: args.member_of.into_iter().map(named).collect(),
        manager: args.manager.map(manager).transpose()?,
        at: args.at.as_deref().map(instant).transpose()?,
        expect,
    })
}

fn named(name: String) -> Named {
    Named { name, id: None }
}

/// A user of the source, or somebody made up, as JSON.
fn manager(text: String) -> Result<TestManager, Failure> {
    if !text.trim_start().starts_with('{') {
        return Ok(TestManager::Named(named(text)));
    }
    serde_json::from_str(&text)
        .map(TestManager::Person)
        .map_err(|error| Failure::usage(format!("--manager holds no person: {error}")))
}

/// An instant, or the beginning of a day.
fn instant(text: &str) -> Result<Timestamp, Failure> {
    let day = || format!("{text}T00:00:00Z").parse().ok();
    text.parse().ok().or_else(day).ok_or_else(|| {
        Failure::usage(format!("'{text}' is no time")).hint("2026-01-31 or 2026-01-31T08:00:00Z")
    })
}

/// Tests from a file: a list as `list --json` prints it, or one object a line.
fn read(text: &str) -> Result<Vec<MappingTest>, Failure> {
    let wrong = |line: usize, error: serde_json::Error| {
        let text = format!("line {line} is no mapping test: {error}");
        Failure::new("mapping-test-form", text).hint(
            r#"{"name":"…","person":{"department":"Sales"},"expect":{"values":{"department":"Sales"}}}"#,
        )
    };
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(|error| wrong(error.line(), error));
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| serde_json::from_str(line).map_err(|error| wrong(index + 1, error)))
        .collect()
}

fn expected(call: &Call<'_>, job: &Job, pairs: &[String]) -> Result<Expected, Failure> {
    let target = call.app.directory.read_told((job.source, job.target), &job.mappings)?;
    let (managers, pairs): (Vec<String>, Vec<String>) =
        pairs.iter().cloned().partition(|pair| pair.starts_with("manager="));
    let change = values::parse(&pairs, Kind::User, &target)?;
    let set = change.set.into_iter().map(|(name, value)| (name.as_str().to_owned(), Some(value)));
    let cleared = change.clear.into_iter().map(|name| (name.as_str().to_owned(), None));
    // The manager is no attribute with a value, but is told by a name all the same.
    let managers = managers
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, text)| (name.to_owned(), (!text.is_empty()).then(|| Value::text(text))));
    Ok(Expected::Values(set.chain(cleared).chain(managers).collect::<BTreeMap<_, _>>()))
}

/// Keeps tests; one of the same name is replaced. What they come to now is shown, and a test that
/// fails is kept all the same: it stops the next plan.
fn put(call: &Call<'_>, job: &Job, tests: Vec<MappingTest>) -> Result<Reply, Failure> {
    let job = call.app.directory.update_job(call.actor, job, |job| {
        job.tests.retain(|held| !tests.iter().any(|new| new.name == held.name));
        job.tests.extend(tests.iter().cloned());
    })?;
    show(call, &job)
}

fn show(call: &Call<'_>, job: &Job) -> Result<Reply, Failure> {
    let results = call.app.directory.run_mapping_tests(call.actor, job)?;
    let mut text = String::new();
    for result in &results {
        text.push_str(&format!(
            "{}  {}\n",
            if result.passed { "ok  " } else { "FAIL" },
            result.name
        ));
        for one in &result.differences {
            text.push_str(&format!(
                "      {}: expected {}, got {}\n",
                one.about, one.expected, one.actual
            ));
        }
    }
    let failed = results.iter().filter(|result| !result.passed).count();
    let passed = results.len() - failed;
    text.push_str(&format!("{passed} passed, {failed} failed\n"));
    let document = json!({ "passed": passed, "failed": failed, "tests": results });
    Ok(Reply::new(document, text).exit(u8::from(failed > 0)))
}

fn row(test: &MappingTest) -> Vec<String> {
    let groups: Vec<&str> = test.member_of.iter().map(|group| group.name.as_str()).collect();
    let manager = test.manager.as_ref().map(|manager| match manager.names().first() {
        Some(name) => (*name).to_owned(),
        None => "somebody".to_owned(),
    });
    vec![
        test.name.clone(),
        groups.join(", "),
        manager.unwrap_or_default(),
        test.at.map(|at| at.to_string()).unwrap_or_default(),
        told(&test.expect),
    ]
}

fn told(expect: &Expected) -> String {
    match expect {
        Expected::LeftOut => "the person is left out".to_owned(),
        Expected::Failure => "a mapping fails".to_owned(),
        Expected::Values(values) => {
            let told = values.iter().map(|(name, value)| match value {
                Some(value) => format!("{name} = '{value}'"),
                None => format!("{name} gets nothing"),
            });
            told.collect::<Vec<_>>().join(", ")
        }
    }
}
