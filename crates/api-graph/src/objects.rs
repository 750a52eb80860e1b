//! What users and groups have in common: pages of them, one of them, making, changing and deleting.

use directory::Bound;
use model::{Kind, Object, Query, query::Mark};

use crate::{
    answer::{Answer, Body, metadata},
    body,
    call::Call,
    error::Error,
    expand::Expansion,
    list::{self, PageText},
    options::Options,
    password,
    properties::{Facts, Place, Selection},
};

/// The collection that objects of the kind lie in.
pub fn collection(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "users",
        Kind::Group => "groups",
    }
}

/// The facts of the tenant that show in its objects.
pub fn facts(call: &Call<'_>) -> Result<Facts, Error> {
    let tenant = call.services.directory.tenant(call.tenant)?;
    Ok(Facts { domain: tenant.initial_domain().to_string() })
}

/// The object that a key of the path names: by id, or a user by the user principal name.
pub fn find(call: &Call<'_>, kind: Kind, place: usize) -> Result<Object, Error> {
    let key = call.key(place);
    if let Some(property) = &key.property
        && !(kind == Kind::User && property.eq_ignore_ascii_case("userPrincipalName"))
    {
        let message = format!("The key property '{property}' is not supported.");
        return Err(Error::bad_gateway_request(message));
    }
    Ok(call.services.directory.get_by_key(call.actor, call.tenant, kind, &key.value, call.needs)?)
}

/// A page of all objects of a kind that pass what was asked.
pub fn list(call: &Call<'_>, kind: Kind, deleted: bool) -> Result<Answer, Error> {
    let options = Options::read(call.request)?;
    options.refuse(&["deltatoken"])?;
    let question = options.question(call, kind, deleted)?;
    let selection = Selection::of(kind, options.select().as_deref(), Place::Collection, &[])?;
    let expansion = Expansion::read(kind, &options)?;
    let limit = options.top()?;
    let after: Option<Mark> = list::place(call, &options)?;
    let directory = &call.services.directory;
    // Without the header the number is left out in silence (graph-api.md 1.3).
    let count = match question.count && after.is_none() {
        true => {
            let (actor, tenant) = (call.actor, call.tenant);
            Some(directory.count_query(actor, tenant, kind, deleted, &question.predicate)?)
        }
        false => None,
    };
    let query = Query {
        kind,
        deleted,
        predicate: question.predicate,
        order: question.order,
        descending: question.descending,
        after,
        limit,
    };
    let found = directory.query(call.actor, call.tenant, &query)?;
    let facts = facts(call)?;
    let context = format!("{}{}", collection(kind), selection.context());
    let mut text = PageText::new(call, &context, count);
    if let Some(next) = found.next {
        text.member("@odata.nextLink", &list::next_link(call, &options, next));
    }
    let managers = expansion.gather(call, &found.objects)?;
    for object in &found.objects {
        let relations = expansion.write(call, &facts, &managers, object)?;
        list::write_object(text.item(), &facts, &selection, object, false, &relations);
    }
    Ok(text.finish())
}

/// How many objects of a kind pass what was asked, as plain text.
pub fn count(call: &Call<'_>, kind: Kind, deleted: bool) -> Result<Answer, Error> {
    require_eventual(call)?;
    let mut options = Options::read(call.request)?;
    // The segment is the wish to count.
    options.0.count = Some(true);
    let predicate = options.question(call, kind, deleted)?.predicate;
    let directory = &call.services.directory;
    let count = directory.count_query(call.actor, call.tenant, kind, deleted, &predicate)?;
    Ok(Answer::text(count.to_string()))
}

/// `$count` as a segment is an advanced query.
pub fn require_eventual(call: &Call<'_>) -> Result<(), Error> {
    match call.request.is_eventual() {
        true => Ok(()),
        false => Err(Error::bad_request("$count is not currently supported.")),
    }
}

/// One object.
pub fn get(call: &Call<'_>, kind: Kind) -> Result<Answer, Error> {
    let object = find(call, kind, 0)?;
    show(call, &object, &format!("{}{{}}/$entity", collection(kind)), false)
}

/// One object under a context, in which `{}` stands for what was selected.
pub fn show(call: &Call<'_>, object: &Object, context: &str, typed: bool) -> Result<Answer, Error> {
    let options = Options::read(call.request)?;
    let kind = object.kind;
    let selection = Selection::of(kind, options.select().as_deref(), Place::Single, &[])?;
    let expansion = Expansion::read(kind, &options)?;
    let etag = etag(object);
    if call.request.headers.if_none_match.as_deref().is_some_and(|seen| matches(seen, &etag)) {
        let answer = Answer { status: 304, body: Body::Empty, headers: Vec::new() };
        return Ok(answer.with("etag", etag));
    }
    let facts = facts(call)?;
    let context = context.replace("{}", &selection.context());
    let managers = expansion.gather(call, std::slice::from_ref(object))?;
    let relations = expansion.write(call, &facts, &managers, object)?;
    Ok(written(call, &facts, object, &selection, &context, typed, &relations))
}

/// The answer about one object.
pub fn written(
    call: &Call<'_>,
    facts: &Facts,
    object: &Object,
    selection: &Selection,
    context: &str,
    typed: bool,
    relations: &[u8],
) -> Answer {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(b"{\"@odata.context\":");
    list::write_text(&mut out, &metadata(call.request, context));
    out.push(b',');
    if typed {
        out.extend_from_slice(list::type_of(object.kind).as_bytes());
    }
    selection.write(facts, object, &mut out);
    out.extend_from_slice(relations);
    out.push(b'}');
    let text = String::from_utf8(out).expect("JSON is text");
    Answer { status: 200, body: Body::Written(text), headers: Vec::new() }
        .with("etag", etag(object))
}

/// Makes an object.
pub fn create(call: &Call<'_>, kind: Kind) -> Result<Answer, Error> {
    let reading = body::read(kind, call.object()?)?;
    body::require(kind, &reading)?;
    let directory = &call.services.directory;
    let set = reading.change.set.clone();
    let object = match kind {
        Kind::User => password::create(call, set, &reading)?,
        Kind::Group => {
            let bound = Bound { members: reading.members, owners: reading.owners };
            directory.create_group(call.actor, call.tenant, set, &bound)?
        }
    };
    made(call, &object, collection(kind))
}

/// 201 with a new object and the address at which it stands.
fn made(call: &Call<'_>, object: &Object, collection: &str) -> Result<Answer, Error> {
    let selection = Selection::default_of(object.kind);
    let context = format!("{collection}/$entity");
    let answer = written(call, &facts(call)?, object, &selection, &context, false, b"");
    let location = call.request.url(&format!("{collection}/{}", object.id));
    Ok(Answer { status: 201, ..answer }.with("location", location))
}

/// Changes an object.
pub fn update(call: &Call<'_>, kind: Kind) -> Result<Answer, Error> {
    let object = find(call, kind, 0)?;
    let version = expected(call, &object)?;
    let reading = body::read(kind, call.object()?)?;
    let directory = &call.services.directory;
    if !reading.owners.is_empty() {
        return Err(Error::bad_request("'owners@odata.bind' is taken by new groups only."));
    }
    password::check(call, &reading)?;
    let change = &reading.change;
    if !reading.members.is_empty() {
        // Two writes would not be one: Graph takes members by themselves as well.
        if change.set.len() + change.clear.len() > 0 {
            return Err(Error::bad_request(
                "'members@odata.bind' cannot be combined with other properties.",
            ));
        }
        let bond = directory::Bond::Member;
        directory.bind(call.actor, call.tenant, object.id, bond, &reading.members)?;
        return Ok(Answer::done());
    }
    directory.update_if(call.actor, call.tenant, object.id, change, version)?;
    password::set(call, &object, &reading)?;
    Ok(Answer::done())
}

/// Deletes an object; it can be restored.
pub fn delete(call: &Call<'_>, kind: Kind) -> Result<Answer, Error> {
    let object = find(call, kind, 0)?;
    let version = expected(call, &object)?;
    call.services.directory.delete_if(call.actor, call.tenant, object.id, version)?;
    Ok(Answer::done())
}

/// The entity tag of an object: the number of the change that wrote it last.
pub fn etag(object: &Object) -> String {
    format!("W/\"{}\"", object.version)
}

/// The version that the caller wants to find, by `If-Match`; none when any will do.
pub fn expected(call: &Call<'_>, object: &Object) -> Result<Option<u64>, Error> {
    let Some(wanted) = call.request.headers.if_match.as_deref() else { return Ok(None) };
    if wanted.trim() == "*" {
        return Ok(None);
    }
    if matches(wanted, &etag(object)) { Ok(Some(object.version)) } else { Err(Error::moved()) }
}

fn matches(header: &str, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    header.split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(etag))
}
