//! `syncline job tests`.

use std::collections::BTreeMap;

use model::{Expected, Job, Kind, MappingTest};
use serde_json::json;

use super::{Call, table, values};
use crate::{args::TestsCommand, failure::Failure, output::Reply};

pub fn run(call: &Call<'_>, job: &Job, command: TestsCommand) -> Result<Reply, Failure> {
    match command {
        TestsCommand::List => {
            let rows = job.tests.iter().map(|test| vec![test.name.clone(), told(&test.expect)]);
            Ok(Reply::new(&job.tests, table(&["test", "what must come out"], rows)))
        }
        TestsCommand::Add { name, person, expect, left_out, fails } => {
            let (source, _) = call.app.directory.read_schema(job.source)?;
            let person = values::parse(&person, Kind::User, &source)?.set;
            let expect = match (left_out, fails) {
                (true, _) => Expected::LeftOut,
                (_, true) => Expected::Failure,
                _ => expected(call, job, &expect)?,
            };
            put(call, job, vec![MappingTest { name, person, expect }])
        }
        TestsCommand::Import { file } => {
            let text = call.request.read_text(&file)?;
            let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            let tests: Result<Vec<MappingTest>, Failure> = lines
                .map(|(number, line)| {
                    serde_json::from_str(line).map_err(|error| {
                        let text = format!("line {} is no mapping test: {error}", number + 1);
                        Failure::new("mapping-test-form", text).hint(
                            r#"{"name":"…","person":{"department":"Sales"},"expect":{"values":{"department":"Sales"}}}"#,
                        )
                    })
                })
                .collect();
            put(call, job, tests?)
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

fn expected(call: &Call<'_>, job: &Job, pairs: &[String]) -> Result<Expected, Failure> {
    let (target, _) = call.app.directory.read_schema(job.target)?;
    let change = values::parse(pairs, Kind::User, &target)?;
    let set = change.set.into_iter().map(|(name, value)| (name.as_str().to_owned(), Some(value)));
    let cleared = change.clear.into_iter().map(|name| (name.as_str().to_owned(), None));
    Ok(Expected::Values(set.chain(cleared).collect::<BTreeMap<_, _>>()))
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
