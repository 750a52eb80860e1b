"""Questions and changes with msgraph-sdk: pages, filters, delta, batches, references, deleted
objects, waiting when told to, and errors."""

import asyncio
import time

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.group import Group
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.reference_update import ReferenceUpdate
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.tasks.page_iterator import PageIterator

from connect import SOURCE, URL, graph, see

PEOPLE = 230


def question(**options):
    """A question about users, with the options of the query and the header of advanced ones."""
    parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(**options)
    asked = RequestConfiguration(query_parameters=parameters)
    if options.get("count") or options.get("search"):
        asked.headers.add("ConsistencyLevel", "eventual")
    return asked


async def make_people(client, domain: str):
    async def make(number: int):
        return await client.users.post(
            User(
                account_enabled=True,
                display_name=f"Person {number:03}",
                given_name="Ada" if number % 2 else "Grace",
                mail_nickname=f"person{number:03}",
                mail=f"person{number:03}@{domain}",
                user_principal_name=f"person{number:03}@{domain}",
                department="Research" if number % 10 == 0 else "Sales",
                password_profile=PasswordProfile(
                    password="not-for-signing-in-7", force_change_password_next_sign_in=True
                ),
            )
        )

    made = []
    for start in range(0, PEOPLE, 10):
        made += await asyncio.gather(*(make(number) for number in range(start, start + 10)))
    see("people made", len(made), PEOPLE)
    return made


async def pages(client) -> None:
    first = await client.users.get(question(top=50, select=["id", "displayName"]))
    see("the first page", len(first.value), 50)
    names = []

    def take(user) -> bool:
        names.append(user.display_name)
        return True

    await PageIterator(first, client.request_adapter).iterate(take)
    research = [name for name in names if name.startswith("Person ")]
    see("people on all pages", (len(research), len(set(research))), (PEOPLE, PEOPLE))


async def filters(client, domain: str) -> None:
    async def count(**options) -> int:
        found = await client.users.get(question(top=999, **options))
        return len(found.value)

    see("by department", await count(filter="department eq 'Research'"), 23)
    see("by a first part", await count(filter="startswith(displayName,'Person 00')"), 10)
    see("by name", await count(filter=f"userPrincipalName eq 'PERSON007@{domain}'"), 1)
    see(
        "by two things",
        await count(filter="department eq 'Research' and givenName eq 'Grace'"),
        23,
    )
    see(
        "by an address",
        await count(filter=f"proxyAddresses/any(p:p eq 'SMTP:person007@{domain}')"),
        1,
    )
    see(
        "by what it is not",
        await count(filter="department ne 'Sales' and startswith(displayName,'Person')", count=True),
        23,
    )
    see("by search", await count(search='"displayName:person 007"'), 1)
    ordered = await client.users.get(question(top=3, orderby=["displayName desc"]))
    names = [user.display_name for user in ordered.value]
    see("in order", names == sorted(names, reverse=True), True)
    counted = await client.users.get(
        question(top=1, count=True, filter="startswith(displayName,'Person')")
    )
    see("counted", counted.odata_count, PEOPLE)
    for wrong, code in [
        ("department ne 'Sales'", "Request_UnsupportedQuery"),
        ("nonsense eq 'x'", "Request_BadRequest"),
        ("department eq", "BadRequest"),
    ]:
        try:
            await client.users.get(question(filter=wrong))
            see(f"the filter {wrong}", "taken", code)
        except ODataError as error:
            see(f"the filter {wrong}", (error.response_status_code, error.error.code), (400, code))


async def delta(client, person) -> None:
    seen, page = {}, await client.users.delta.get()
    while True:
        for user in page.value:
            seen[user.id] = user.display_name
        if page.odata_next_link is None:
            break
        page = await client.users.delta.with_url(page.odata_next_link).get()
    see("delta knows the person", seen.get(person.id), "Person 005")
    link = page.odata_delta_link
    page = await client.users.delta.with_url(link).get()
    see("nothing new", len(page.value), 0)
    await client.users.by_user_id(person.id).patch(User(job_title="Rower"))
    page = await client.users.delta.with_url(page.odata_delta_link).get()
    see("one changed", [user.id for user in page.value], [person.id])
    await client.users.by_user_id(person.id).delete()
    page = await client.users.delta.with_url(page.odata_delta_link).get()
    see("one removed", [(user.id, user.additional_data["@removed"]) for user in page.value],
        [(person.id, {"reason": "changed"})])


async def deleted(client, person) -> None:
    items = client.directory.deleted_items
    found = await items.graph_user.get()
    see("among the deleted", person.id in [user.id for user in found.value], True)
    await items.by_directory_object_id(person.id).restore.post()
    again = await client.users.by_user_id(person.id).get()
    see("restored", again.display_name, "Person 005")


async def references(client, people) -> None:
    boss, clerk, other = people[0], people[1], people[2]
    await client.users.by_user_id(clerk.id).manager.ref.put(
        ReferenceUpdate(odata_id=f"{URL}/v1.0/users/{boss.id}")
    )
    manager = await client.users.by_user_id(clerk.id).manager.get()
    see("the manager", manager.id, boss.id)
    reports = await client.users.by_user_id(boss.id).direct_reports.get()
    see("who reports", [one.id for one in reports.value], [clerk.id])
    group = await client.groups.post(
        Group(
            display_name="Rowing",
            mail_enabled=False,
            mail_nickname="rowing",
            security_enabled=True,
        )
    )
    members = client.groups.by_group_id(group.id).members
    for person in (clerk, other):
        await members.ref.post(
            ReferenceCreate(odata_id=f"{URL}/v1.0/directoryObjects/{person.id}")
        )
    try:
        await members.ref.post(ReferenceCreate(odata_id=f"{URL}/v1.0/directoryObjects/{other.id}"))
        see("a member twice", "taken", "refused")
    except ODataError as error:
        see(
            "a member twice",
            error.error.message,
            "One or more added object references already exist for the following modified "
            "properties: 'members'.",
        )
    await members.by_directory_object_id(other.id).ref.delete()
    found = await members.get()
    see("members", [one.id for one in found.value], [clerk.id])
    groups = await client.users.by_user_id(clerk.id).member_of.get()
    see("member of", [one.id for one in groups.value], [group.id])


async def batch(client, people) -> None:
    adapter = client.request_adapter
    content = BatchRequestContent()
    ids = []
    for person in people[:3]:
        ids.append(
            content.add_request_information(
                client.users.by_user_id(person.id).to_get_request_information()
            )
        )
    answer = await client.batch.post(content)
    statuses = sorted(item.status for item in answer.responses.values())
    see("a batch of three", statuses, [200, 200, 200])


async def patience(client) -> None:
    """Six questions to the log within ten seconds are one too many: the SDK waits and asks again."""
    begun = time.monotonic()
    for _ in range(7):
        await client.audit_logs.provisioning.get()
    see("the seventh question waited", time.monotonic() - begun > 1, True)


async def errors(client, domain: str) -> None:
    try:
        await client.users.post(
            User(
                account_enabled=True,
                display_name="Twice",
                mail_nickname="twice",
                user_principal_name=f"person007@{domain}",
                password_profile=PasswordProfile(password="not-for-signing-in-7"),
            )
        )
        see("a name twice", "taken", "refused")
    except ODataError as error:
        see("a name twice", (error.response_status_code, error.error.code), (400, "Request_BadRequest"))
        see("its detail", error.error.details[0].code, "ObjectConflict")
        see("its inner error", bool(error.error.inner_error.request_id), True)


async def main() -> None:
    client = graph(SOURCE)
    domain = (await client.organization.get()).value[0].verified_domains[0].name
    people = await make_people(client, domain)
    await pages(client)
    await filters(client, domain)
    await delta(client, people[5])
    await deleted(client, people[5])
    await references(client, people)
    await batch(client, people)
    await errors(client, domain)
    await patience(client)


asyncio.run(main())
