//! Sign-in over HTTP: the token endpoint of every tenant, its metadata and its keys, and the pages on
//! which people sign in (graph-api.md 10). Credentials and tokens are matters of `identity`; here a
//! request becomes a form and an answer becomes a document, a page or a way back.

mod ask;
mod authorize;
mod device;
mod metadata;
mod outside;
mod page;
mod token;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    response::Response,
    routing::{any, get, post},
};
use identity::Identity;

use ask::{Ask, answer};

/// A function from what is asked to what is answered. It blocks.
type Handler = fn(&Ask) -> Response;

/// All that belongs to sign-in. The scheme under which people see the server comes as an extension of
/// the request (`axum::http::uri::Scheme`), the address of the caller as `ConnectInfo<SocketAddr>`.
pub fn router(identity: Identity) -> Router {
    let named = |handler: Handler| {
        move |State(identity): State<Arc<Identity>>,
              Path(tenant): Path<String>,
              request: Request| { answer(identity, tenant, request, handler) }
    };
    let plain = |handler: Handler| {
        move |State(identity): State<Arc<Identity>>, request: Request| {
            answer(identity, "common".to_owned(), request, handler)
        }
    };
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(named(token::token)))
        .route(
            "/{tenant}/oauth2/v2.0/authorize",
            get(named(authorize::show)).post(named(authorize::take)),
        )
        .route("/{tenant}/oauth2/v2.0/devicecode", post(named(device::begin)))
        .route("/{tenant}/oauth2/v2.0/logout", any(named(authorize::sign_out)))
        .route("/{tenant}/oauth2/outside", get(named(outside::begin)))
        .route("/{tenant}/oauth2/callback", get(named(outside::end)))
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(named(metadata::configuration)),
        )
        .route("/{tenant}/.well-known/openid-configuration", get(named(metadata::configuration)))
        .route("/{tenant}/discovery/v2.0/keys", get(named(metadata::keys)))
        .route("/{tenant}/discovery/keys", get(named(metadata::keys)))
        .route("/common/discovery/instance", get(plain(metadata::instance)))
        .route("/metadata/endpoints", get(plain(metadata::endpoints)))
        // Azure CLI puts the path behind an address that ends with a slash already.
        .route("//metadata/endpoints", get(plain(metadata::endpoints)))
        .route("/subscriptions", get(plain(metadata::subscriptions)))
        .route("/oidc/userinfo", any(plain(metadata::userinfo)))
        .route("/devicelogin", get(plain(device::show)).post(plain(device::take)))
        .route("/sign-in.css", get(plain(page::style)))
        .with_state(Arc::new(identity))
}
