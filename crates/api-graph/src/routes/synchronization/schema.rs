//! The schema of a job: mappings, filter and the attributes of both tenants, as the document that Graph
//! has for it, and what expressions may be made of (graph-api.md 6.4 to 6.6).

use access::Permission::{DiscoverAttributes, ReadJobs, WriteJobs};
use directory::{Configuration, Losses};
use expr::{Function, Type};
use model::Operator;
use serde_json::{Map, Value, json};
use wire::{Names, schema::SynchronizationSchema};

use super::{context, find, job_id};
use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::Method::{Delete, Get, Patch, Post, Put},
    route::Route,
    small::object,
};

const PATH: &str = "/servicePrincipals/{id}/synchronization/jobs/{jobId}/schema";

pub const ROUTES: &[Route] = &[
    Route::new(Get, PATH, "Get job schema", &[ReadJobs], get),
    Route::new(Put, PATH, "Replace job schema", &[WriteJobs], put),
    Route::new(Patch, PATH, "Change job schema", &[WriteJobs], patch),
    Route::new(Delete, PATH, "Reset job schema to the template default", &[WriteJobs], delete),
    Route::new(
        Get,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/schema/filterOperators",
        "List scoping operators",
        &[WriteJobs],
        operators,
    ),
    Route::new(
        Get,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/schema/functions",
        "List mapping functions",
        &[WriteJobs],
        functions,
    ),
    Route::new(
        Post,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/schema/parseExpression",
        "Parse, and optionally evaluate, an expression",
        &[WriteJobs],
        parse,
    ),
    Route::new(
        Get,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/schema/directories",
        "List directory definitions",
        &[ReadJobs],
        directories,
    ),
    Route::new(
        Get,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/schema/directories/{id}",
        "Get directory definition",
        &[ReadJobs],
        directory,
    ),
    Route::new(
        Post,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/schema/directories/{id}/discover",
        "Discover the directory schema",
        &[DiscoverAttributes],
        discover,
    ),
];

/// The document of a job, complete with the ids that only this interface has.
fn document(call: &Call<'_>, configuration: &Configuration) -> Result<Value, Error> {
    let directory = &call.services.directory;
    let document = directory.export_schema(call.actor, &configuration.job, Names::Older)?;
    Ok(shape(configuration, &document, &job_id(configuration)))
}

fn shape(configuration: &Configuration, document: &SynchronizationSchema, id: &str) -> Value {
    let mut document = json!(document);
    document["id"] = json!(id);
    let job = &configuration.job;
    let ids = [job.source.to_string(), job.target.to_string()];
    if let Some(directories) = document["directories"].as_array_mut() {
        for (directory, id) in directories.iter_mut().zip(ids) {
            if directory["id"].is_null() {
                directory["id"] = json!(id);
            }
        }
    }
    document
}

/// An answer with a document that belongs to a template.
pub fn answer(
    call: &Call<'_>,
    context: &str,
    document: &SynchronizationSchema,
    id: &str,
) -> Result<Answer, Error> {
    let mut document = json!(document);
    document["id"] = json!(id);
    call.answer_entity(context, object(document))
}

fn schema_context(call: &Call<'_>, rest: &str) -> String {
    context(call, &format!("jobs('{}')/schema/{rest}", call.key(1).value))
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let document = document(call, &find(call)?)?;
    call.answer_entity(&schema_context(call, "$entity"), object(document))
}

fn put(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    take(call, &configuration, Value::Object(call.object()?))
}

/// The members that are sent take the place of those that stand.
fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    let mut document = document(call, &configuration)?;
    for (name, value) in call.object()? {
        document[name] = value;
    }
    take(call, &configuration, document)
}

fn take(call: &Call<'_>, configuration: &Configuration, document: Value) -> Result<Answer, Error> {
    let document: SynchronizationSchema = serde_json::from_value(document)
        .map_err(|error| invalid(format!("The schema cannot be read: {error}")))?;
    let directory = &call.services.directory;
    let refused = |error| match error {
        error @ (directory::Error::Findings(_)
        | directory::Error::LeftOut(_)
        | directory::Error::Invalid { .. }) => invalid(error.to_string()),
        error => error.into(),
    };
    // Nobody reads notes here, so that nothing is left out without a word.
    let (job, losses) = (&configuration.job, Losses::Refuse);
    directory.import_schema(call.actor, job, &document, losses).map_err(refused)?;
    Ok(Answer::done())
}

fn invalid(message: String) -> Error {
    Error::new(400, "schemaInvalid", message)
}

fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    call.services.directory.reset_schema(call.actor, &find(call)?.job)?;
    Ok(Answer::done())
}

fn operators(call: &Call<'_>) -> Result<Answer, Error> {
    find(call)?;
    let operators = Operator::ALL.iter().map(|(operator, name)| {
        let types: &[&str] = match operator {
            Operator::IsNull | Operator::IsNotNull => &["String", "Integer", "Binary", "Boolean"],
            Operator::IsTrue | Operator::IsFalse => &["Boolean"],
            Operator::Includes | Operator::EndsWith => &["String"],
            _ => &["String", "Integer"],
        };
        object(json!({
            "id": name,
            "name": name,
            "arity": if operator.is_binary() { "Binary" } else { "Unary" },
            "multivaluedComparisonType": "All",
            "supportedAttributeTypes": types,
        }))
    });
    call.answer_list("Collection(microsoft.graph.filterOperatorSchema)", operators.collect())
}

fn functions(call: &Call<'_>) -> Result<Answer, Error> {
    find(call)?;
    let functions = expr::functions().iter().map(|one| object(function(one)));
    call.answer_list(
        "Collection(microsoft.graph.attributeMappingFunctionSchema)",
        functions.collect(),
    )
}

fn function(function: &Function) -> Value {
    let parameter = |one: &expr::Parameter| {
        json!({
            "name": one.name,
            "type": match one.kind {
                Type::Number => "Integer",
                Type::Boolean => "Boolean",
                Type::DateTime => "DateTime",
                Type::Any | Type::Text | Type::List | Type::Attribute => "String",
            },
            "required": one.required,
            "allowMultipleOccurrences": one.variadic,
        })
    };
    json!({
        "id": function.name,
        "name": function.name,
        "parameters": function.parameters.iter().map(parameter).collect::<Vec<_>>(),
    })
}

fn parse(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    let body = call.members()?;
    let text = body.get("expression").and_then(Value::as_str);
    let text = text.ok_or_else(|| Error::bad_request("The property 'expression' is required."))?;
    let object = made_up(body.get("testInputObject"))?;
    let directory = &call.services.directory;
    let parsed =
        directory.parse_expression(call.actor, &configuration.job, text, object.as_ref())?;
    let error = parsed.problem.as_ref().map(|(code, message)| {
        json!({
            "code": code,
            "message": message,
            "target": "expression",
            "details": [],
            "innerError": null,
        })
    });
    let document = crate::small::object(json!({
        "parsingSucceeded": parsed.source.is_some(),
        "evaluationSucceeded": parsed.values.is_some(),
        "evaluationResult": parsed.values.unwrap_or_default(),
        "error": error,
        "parsedExpression": parsed.source,
    }));
    let context = "microsoft.graph.parseExpressionResponse";
    Ok(Answer::ok(Answer::entity(call, context, document)))
}

/// The object on which the expression is to be tried: pairs of names and values.
fn made_up(object: Option<&Value>) -> Result<Option<Map<String, Value>>, Error> {
    let Some(Value::Object(object)) = object else { return Ok(None) };
    let Some(properties) = object.get("properties").and_then(Value::as_array) else {
        return Ok(None);
    };
    let mut values = Map::new();
    for property in properties {
        let name = property.get("key").and_then(Value::as_str);
        let name = name.ok_or_else(|| Error::bad_request("A property has no key."))?;
        let value = property.get("value").cloned().unwrap_or(Value::Null);
        values.insert(name.to_owned(), value);
    }
    Ok(Some(values))
}

fn definitions(call: &Call<'_>, document: Value) -> Result<Vec<Map<String, Value>>, Error> {
    let Value::Object(mut document) = document else { return Ok(Vec::new()) };
    match document.remove("directories") {
        Some(Value::Array(directories)) => Ok(directories.into_iter().map(object).collect()),
        _ => Err(Error::not_found(&call.key(1).value)),
    }
}

fn directories(call: &Call<'_>) -> Result<Answer, Error> {
    let definitions = definitions(call, document(call, &find(call)?)?)?;
    call.answer_list(&schema_context(call, "directories"), definitions)
}

/// Where a definition stands among the job's, by its id or name.
fn place(call: &Call<'_>, definitions: &[Map<String, Value>]) -> Result<usize, Error> {
    let wanted = &call.key(2).value;
    let is_meant = |one: &Map<String, Value>| {
        let holds = |name: &str| {
            let held = one.get(name).and_then(Value::as_str);
            held.is_some_and(|held| held.eq_ignore_ascii_case(wanted))
        };
        holds("id") || holds("name")
    };
    definitions.iter().position(is_meant).ok_or_else(|| Error::not_found(wanted))
}

fn directory(call: &Call<'_>) -> Result<Answer, Error> {
    let mut definitions = definitions(call, document(call, &find(call)?)?)?;
    let place = place(call, &definitions)?;
    let context = schema_context(call, "directories/$entity");
    call.answer_entity(&context, definitions.swap_remove(place))
}

/// The attributes that the tenant has now, whatever the job's document says of them.
fn discover(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    let services = &call.services.directory;
    let (held, present) = services.discover_schema(call.actor, &configuration.job)?;
    let shape = |document| shape(&configuration, document, &job_id(&configuration));
    let held = definitions(call, shape(&held))?;
    let place = place(call, &held)?;
    let mut present = definitions(call, shape(&present))?;
    let mut found = match present.len() > place {
        true => present.swap_remove(place),
        false => return Err(Error::not_found(&call.key(2).value)),
    };
    for name in ["id", "name"] {
        found.insert(name.to_owned(), held[place].get(name).cloned().unwrap_or_default());
    }
    found.insert("discoveryDateTime".to_owned(), json!(call.request.at));
    let context = "microsoft.graph.directoryDefinition";
    Ok(Answer::ok(Answer::entity(call, context, found)))
}
