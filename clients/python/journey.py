"""The journey of an administrator from two tenants that know nothing of each other to people in
the target, with msgraph-sdk: both policies, the configuration, its test, the job, whom it takes,
one person on demand, the start, and the log."""

import asyncio
import json

from kiota_abstractions.api_error import APIError
from msgraph.generated.application_templates.item.instantiate.instantiate_post_request_body import (
    InstantiatePostRequestBody,
)
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.cross_tenant_access_policy_configuration_partner import (
    CrossTenantAccessPolicyConfigurationPartner as Partner,
)
from msgraph.generated.models.cross_tenant_identity_sync_policy_partner import (
    CrossTenantIdentitySyncPolicyPartner as SyncPolicy,
)
from msgraph.generated.models.cross_tenant_user_sync_inbound import CrossTenantUserSyncInbound
from msgraph.generated.models.inbound_outbound_policy_configuration import (
    InboundOutboundPolicyConfiguration as Consent,
)
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.synchronization_job import SynchronizationJob
from msgraph.generated.models.synchronization_job_application_parameters import (
    SynchronizationJobApplicationParameters as Parameters,
)
from msgraph.generated.models.synchronization_job_restart_criteria import (
    SynchronizationJobRestartCriteria as Criteria,
)
from msgraph.generated.models.synchronization_job_restart_scope import (
    SynchronizationJobRestartScope as Reset,
)
from msgraph.generated.models.synchronization_job_subject import SynchronizationJobSubject as Subject
from msgraph.generated.models.synchronization_secret import SynchronizationSecret as Name
from msgraph.generated.models.synchronization_secret_key_string_value_pair import (
    SynchronizationSecretKeyStringValuePair as Secret,
)
from msgraph.generated.models.user import User
from msgraph.generated.service_principals.item.synchronization.jobs.item.provision_on_demand.provision_on_demand_post_request_body import (
    ProvisionOnDemandPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.jobs.item.restart.restart_post_request_body import (
    RestartPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.jobs.validate_credentials.validate_credentials_post_request_body import (
    ValidateCredentialsPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.secrets.secrets_put_request_body import (
    SecretsPutRequestBody,
)

from connect import SOURCE, TARGET, graph, see

CROSS_TENANT_SYNCHRONIZATION = "518e5f48-1fc8-4c48-9387-9fdf28b0dfe7"
PEOPLE = [("UserS1", "Marketing"), ("UserS2", "Sales"), ("UserS3", "Marketing")]


def person(name: str, department: str, domain: str) -> User:
    return User(
        account_enabled=True,
        display_name=name,
        mail_nickname=name,
        department=department,
        user_principal_name=f"{name}@{domain}",
        password_profile=PasswordProfile(
            password="not-for-signing-in-7", force_change_password_next_sign_in=True
        ),
    )


def partner_of(client, tenant: str):
    partners = client.policies.cross_tenant_access_policy.partners
    return partners.by_cross_tenant_access_policy_configuration_partner_tenant_id(tenant)


async def consent(source, target) -> None:
    """Steps 1 to 4: both sides allow it, each for itself."""
    made = await target.policies.cross_tenant_access_policy.partners.post(
        Partner(tenant_id=SOURCE.id)
    )
    see("a new partner inherits what it trusts", made.inbound_trust, None)
    try:
        await target.policies.cross_tenant_access_policy.partners.post(Partner(tenant_id=SOURCE.id))
        see("a partner twice", "taken", "refused")
    except ODataError as error:
        see("a partner twice", error.error.code, "Request_MultipleObjectsWithSameKeyValue")
    policy = partner_of(target, SOURCE.id).identity_synchronization
    await policy.put(
        SyncPolicy(
            display_name="Contoso",
            user_sync_inbound=CrossTenantUserSyncInbound(is_sync_allowed=True),
        )
    )
    kept = await policy.get()
    see("people may come in", kept.user_sync_inbound.is_sync_allowed, True)
    await partner_of(target, SOURCE.id).patch(
        Partner(automatic_user_consent_settings=Consent(inbound_allowed=True))
    )
    await source.policies.cross_tenant_access_policy.partners.post(Partner(tenant_id=TARGET.id))


async def configure(source):
    """Steps 5 to 9: a configuration, tested before and after the source consents."""
    template = source.application_templates.by_application_template_id(CROSS_TENANT_SYNCHRONIZATION)
    made = await template.instantiate.post(InstantiatePostRequestBody(display_name="Fabrikam"))
    principal = source.service_principals.by_service_principal_id(made.service_principal.id)
    jobs = principal.synchronization.jobs
    check = ValidateCredentialsPostRequestBody(
        use_saved_credentials=False,
        template_id="Azure2Azure",
        credentials=[
            Secret(key=Name.CompanyId, value=TARGET.id),
            Secret(key=Name.AuthenticationType, value="SyncPolicy"),
        ],
    )
    try:
        await jobs.validate_credentials.post(check)
        see("the test before the source consents", "passed", "refused")
    except ODataError as error:
        see(
            "the test before the source consents",
            error.error.code,
            "AzureDirectoryB2BManagementPolicyCheckFailure",
        )
    await partner_of(source, TARGET.id).patch(
        Partner(automatic_user_consent_settings=Consent(outbound_allowed=True))
    )
    await jobs.validate_credentials.post(check)
    job = await jobs.post(SynchronizationJob(template_id="Azure2Azure"))
    see("a new job", (job.template_id, job.schedule.state.value), ("Azure2Azure", "Disabled"))
    await principal.synchronization.secrets.put(
        SecretsPutRequestBody(
            value=[
                Secret(key=Name.AuthenticationType, value="SyncPolicy"),
                Secret(key=Name.CompanyId, value=TARGET.id),
                Secret(
                    key=Name.SyncNotificationSettings,
                    value=json.dumps({"Enabled": False, "DeleteThresholdEnabled": False}),
                ),
                Secret(key=Name.SyncAll, value="false"),
            ]
        )
    )
    return made.service_principal, principal, jobs.by_synchronization_job_id(job.id)


async def assign(source, service_principal, principal, people) -> None:
    """Step 9: UserS1 and UserS3, with the one role that the application has."""
    role = service_principal.app_roles[0].id
    for name in ("UserS1", "UserS3"):
        given = await principal.app_role_assigned_to.post(
            AppRoleAssignment(
                app_role_id=role, resource_id=service_principal.id, principal_id=people[name].id
            )
        )
        see(f"{name} is assigned as", given.principal_type, "User")
    assigned = await principal.app_role_assigned_to.get()
    see("assigned", sorted(one.principal_display_name for one in assigned.value), ["UserS1", "UserS3"])


async def provision(job, user) -> None:
    """Step 10: one person now, step by step."""
    schema = await job.schema.get()
    rule = schema.synchronization_rules[0]
    answer = await job.provision_on_demand.post(
        ProvisionOnDemandPostRequestBody(
            parameters=[
                Parameters(
                    rule_id=rule.id,
                    subjects=[Subject(object_id=user.id, object_type_name="User")],
                )
            ]
        )
    )
    told = json.loads(answer.value)
    event = told[0] if isinstance(told, list) else told
    see("on demand", (event["action"], event["statusInfo"]["status"]), ("Create", "Success"))
    see("its steps", len(event["provisioningSteps"]) >= 3, True)


async def wait_for(read, wanted, what):
    """Reads again until it is so. Half a minute is far longer than any of it takes."""
    for _ in range(300):
        found = await read()
        if found == wanted:
            break
        await asyncio.sleep(0.1)
    see(what, found, wanted)


async def external(target):
    page = await target.users.get()
    names = []
    for user in page.value:
        if "#EXT#" in (user.user_principal_name or ""):
            names.append(user.display_name)
    return sorted(names)


async def main() -> None:
    source, target = graph(SOURCE), graph(TARGET)
    domain = (await source.organization.get()).value[0].verified_domains[0].name
    people = {}
    for name, department in PEOPLE:
        people[name] = await source.users.post(person(name, department, domain))
    await consent(source, target)
    service_principal, principal, job = await configure(source)
    await assign(source, service_principal, principal, people)
    await provision(job, people["UserS1"])
    see("in the target after one on demand", await external(target), ["UserS1"])
    await job.start.post()
    await wait_for(lambda: external(target), ["UserS1", "UserS3"], "in the target after the start")
    state = await job.get()
    see("the job", state.schedule.state.value, "Active")

    await source.users.by_user_id(people["UserS3"].id).patch(User(display_name="UserS3 renamed"))
    await wait_for(lambda: external(target), ["UserS1", "UserS3 renamed"], "a change followed")

    await job.pause.post()
    await job.restart.post(RestartPostRequestBody(criteria=Criteria(reset_scope=Reset.Watermark)))
    await job.start.post()

    log = await source.audit_logs.provisioning.get()
    actions = {entry.provisioning_action.value for entry in log.value}
    see("the log tells of", sorted(actions & {"create", "update"}), ["create", "update"])
    entry = log.value[0]
    see("an entry tells how it went", entry.provisioning_status_info.status.value, "success")

    try:
        await source.users.by_user_id("00000000-0000-0000-0000-000000000001").get()
        see("nobody", "found", "refused")
    except ODataError as error:
        see("nobody", error.error.code, "Request_ResourceNotFound")
        see("the error has a date", error.error.inner_error.date is not None, True)
    except APIError as error:
        see("nobody", f"{error}", "an OData error")


asyncio.run(main())
