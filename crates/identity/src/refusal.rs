//! Why a token is not given: the words and numbers of graph-api.md 10.1. What is absent and what belongs
//! to others is refused in the same words.

/// A refusal of the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status, as HTTP counts them.
    pub status: u16,
    /// The word that OAuth has for it.
    pub error: &'static str,
    /// The number that people search for.
    pub number: u32,
    /// The sentence.
    pub text: String,
}

impl Refusal {
    fn new(status: u16, error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self { status, error, number, text: text.into() }
    }

    pub(crate) fn missing(field: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{field}'.");
        Self::new(400, "invalid_request", 900144, text)
    }

    pub(crate) fn malformed(text: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", 9002313, text)
    }

    pub(crate) fn no_tenant(name: &str) -> Self {
        let text = format!(
            "Tenant '{}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
            shown(name)
        );
        Self::new(400, "invalid_request", 90002, text)
    }

    pub(crate) fn no_tenant_name(name: &str) -> Self {
        let text = format!(
            "Specified tenant identifier '{}' is neither a valid DNS name, nor a valid external domain.",
            shown(name)
        );
        Self::new(400, "invalid_request", 900023, text)
    }

    pub(crate) fn no_tenant_implied() -> Self {
        let text = "No tenant-identifying information found in either the request or implied by any provided credentials.";
        Self::new(400, "invalid_request", 50059, text)
    }

    pub(crate) fn no_application(id: &str, tenant: &str) -> Self {
        let text = format!(
            "Application with identifier '{}' was not found in the directory '{}'.",
            shown(id),
            shown(tenant)
        );
        Self::new(400, "unauthorized_client", 700016, text)
    }

    pub(crate) fn disabled_application(id: &str) -> Self {
        let text = format!("Application '{id}' is disabled.");
        Self::new(400, "unauthorized_client", 7000112, text)
    }

    pub(crate) fn wrong_secret(id: &str) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{id}'."
        );
        Self::new(401, "invalid_client", 7000215, text)
    }

    pub(crate) fn expired_secret(id: &str) -> Self {
        let text = format!("The provided client secret keys for app '{id}' are expired.");
        Self::new(401, "invalid_client", 7000222, text)
    }

    pub(crate) fn no_credential(grant: &str) -> Self {
        let text = format!(
            "'client_assertion', 'client_secret' or 'request' is required for the '{grant}' grant type."
        );
        Self::new(401, "invalid_client", 7000216, text)
    }

    pub(crate) fn confidential(id: &str) -> Self {
        let text = format!(
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'. '{id}' is no public client."
        );
        Self::new(401, "invalid_client", 7000218, text)
    }

    pub(crate) fn wrong_assertion(why: &str) -> Self {
        let text = format!("Client assertion failed signature validation. {why}");
        Self::new(401, "invalid_client", 700027, text)
    }

    pub(crate) fn untimely_assertion(why: &str) -> Self {
        let text = format!("Client assertion is not within its valid time range. {why}");
        Self::new(401, "invalid_client", 700024, text)
    }

    pub(crate) fn wrong_scope(scope: &str) -> Self {
        let text = format!("The provided value for scope {} is not valid.", shown(scope));
        Self::new(400, "invalid_scope", 70011, text)
    }

    pub(crate) fn not_default(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
            shown(scope)
        );
        Self::new(400, "invalid_scope", 1002012, text)
    }

    pub(crate) fn no_resource(resource: &str, tenant: &str) -> Self {
        let text = format!(
            "The resource principal named {} was not found in the tenant named {}.",
            shown(resource),
            shown(tenant)
        );
        Self::new(400, "invalid_resource", 500011, text)
    }

    pub(crate) fn no_grant(name: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{}'.", shown(name));
        Self::new(400, "unsupported_grant_type", 70003, text)
    }

    pub(crate) fn wrong_redirect(id: &str) -> Self {
        let text = format!(
            "The redirect URI specified in the request does not match the redirect URIs configured for the application '{}'.",
            shown(id)
        );
        Self::new(400, "invalid_request", 50011, text)
    }

    pub(crate) fn expired_code() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.";
        Self::new(400, "invalid_grant", 70008, text)
    }

    pub(crate) fn used_code() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.";
        Self::new(400, "invalid_grant", 54005, text)
    }

    pub(crate) fn wrong_verifier() -> Self {
        let text = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        Self::new(400, "invalid_grant", 501481, text)
    }

    pub(crate) fn wrong_grant(text: &str) -> Self {
        Self::new(400, "invalid_grant", 70000, text)
    }

    pub(crate) fn revoked() -> Self {
        let text =
            "The provided grant has expired due to it being revoked, a fresh auth token is needed.";
        Self::new(400, "invalid_grant", 50173, text)
    }

    pub(crate) fn disabled_person() -> Self {
        Self::new(400, "invalid_grant", 50057, "The user account is disabled.")
    }

    pub(crate) fn no_consent(id: &str, scopes: &str) -> Self {
        let text = format!(
            "An administrator has not consented to use the application '{}' for: {}.",
            shown(id),
            shown(scopes)
        );
        Self::new(400, "invalid_grant", 65001, text)
    }

    pub(crate) fn pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new(400, "authorization_pending", 70016, text)
    }

    pub(crate) fn slow_down() -> Self {
        let text = "OAuth 2.0 device flow error. The client asks too often; wait for longer.";
        Self::new(400, "slow_down", 70016, text)
    }

    pub(crate) fn declined() -> Self {
        let text = "User declined to consent to access the app.";
        Self::new(400, "authorization_declined", 65004, text)
    }

    pub(crate) fn expired_device_code() -> Self {
        Self::new(400, "expired_token", 70020, "The provided device code has expired.")
    }

    pub(crate) fn wrong_device_code() -> Self {
        Self::new(400, "bad_verification_code", 70018, "Bad verification code.")
    }

    pub(crate) fn unavailable() -> Self {
        let text = "The service is temporarily unavailable. Please retry later.";
        Self::new(503, "temporarily_unavailable", 90033, text)
    }
}

impl From<directory::Error> for Refusal {
    fn from(_: directory::Error) -> Self {
        // What failed is for the log of the server, not for the caller.
        Self::unavailable()
    }
}

/// What the caller wrote, cut to one line of a sentence.
fn shown(text: &str) -> String {
    text.chars().filter(|one| !one.is_control()).take(100).collect()
}
