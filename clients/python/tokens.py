"""Tokens with msal and azure-identity, as their own programs get them: by secret and by certificate,
and what they say when it is refused."""

import os

import msal
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential

from connect import CA, SOURCE, TARGET, URL, see

SCOPE = f"{URL}/.default"


def application(tenant: str, secret):
    return msal.ConfidentialClientApplication(
        SOURCE.client,
        client_credential=secret,
        authority=f"{URL}/{tenant}",
        instance_discovery=False,
        verify=CA,
    )


def by_secret() -> None:
    answer = application(SOURCE.id, SOURCE.secret).acquire_token_for_client([SCOPE])
    see("msal, by secret", answer.get("token_type", answer), "Bearer")
    people = requests.get(
        f"{URL}/v1.0/users",
        headers={"Authorization": f"Bearer {answer['access_token']}"},
        verify=CA,
        timeout=30,
    )
    see("a question with it", people.status_code, 200)
    oidc = msal.ConfidentialClientApplication(
        SOURCE.client,
        client_credential=SOURCE.secret,
        oidc_authority=f"{URL}/{SOURCE.id}/v2.0",
        verify=CA,
    )
    answer = oidc.acquire_token_for_client([SCOPE])
    see("msal, by the metadata", answer.get("token_type", answer), "Bearer")


def refused() -> None:
    answer = application(SOURCE.id, "wrong").acquire_token_for_client([SCOPE])
    see("a wrong secret", (answer["error"], answer["error_codes"]), ("invalid_client", [7000215]))
    answer = application(TARGET.id, SOURCE.secret).acquire_token_for_client([SCOPE])
    see("another tenant", (answer["error"], answer["error_codes"]), ("unauthorized_client", [700016]))
    try:
        ClientSecretCredential(
            SOURCE.id,
            SOURCE.client,
            "wrong",
            authority=URL,
            disable_instance_discovery=True,
            connection_verify=CA,
        ).get_token(SCOPE)
        see("azure-identity with a wrong secret", "taken", "refused")
    except ClientAuthenticationError as error:
        see("azure-identity with a wrong secret", "AADSTS7000215" in error.message, True)


def by_certificate() -> None:
    path = os.environ["SOURCE_CERTIFICATE"]
    token = CertificateCredential(
        SOURCE.id,
        SOURCE.client,
        path,
        authority=URL,
        disable_instance_discovery=True,
        connection_verify=CA,
    ).get_token(SCOPE)
    see("azure-identity, by certificate", token.token.count("."), 2)


by_secret()
refused()
by_certificate()
