"""What every program here begins with: a Graph client for a tenant, and a way to say what was seen."""

import os
import ssl
import sys

import httpx
from azure.identity.aio import ClientSecretCredential
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphServiceClient
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph_core import GraphClientFactory

URL = os.environ["SYNCLINE_URL"]
CA = os.environ["SYNCLINE_CA"]


class Tenant:
    """A tenant as a program knows it."""

    def __init__(self, role: str):
        self.id = os.environ[f"{role}_TENANT"]
        self.client = os.environ[f"{role}_CLIENT"]
        self.secret = os.environ[f"{role}_SECRET"]


SOURCE = Tenant("SOURCE")
TARGET = Tenant("TARGET")


def credential(tenant: Tenant) -> ClientSecretCredential:
    return ClientSecretCredential(
        tenant.id,
        tenant.client,
        tenant.secret,
        authority=URL,
        disable_instance_discovery=True,
        connection_verify=CA,
    )


def graph(tenant: Tenant) -> GraphServiceClient:
    """A client of the SDK for one tenant, with the middleware that it has by default."""
    provider = AzureIdentityAuthenticationProvider(
        credential(tenant), scopes=[f"{URL}/.default"], allowed_hosts=["localhost"]
    )
    http = httpx.AsyncClient(verify=ssl.create_default_context(cafile=CA), timeout=30)
    client = GraphClientFactory.create_with_default_middleware(options=options, client=http)
    adapter = GraphRequestAdapter(provider, client=client)
    adapter.base_url = f"{URL}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def see(what: str, found, wanted) -> None:
    """Says what was seen, and ends the program when it is something else."""
    if found != wanted:
        print(f"FAILED: {what}: expected {wanted!r}, found {found!r}")
        sys.exit(1)
    print(f"  {what}: {found}")
