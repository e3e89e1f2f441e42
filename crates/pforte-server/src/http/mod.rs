//! The HTTP API: one file per resource, one function per operation.
//!
//! Each operation reads what it was sent, calls one function of
//! [`crate::service`] and writes the answer. Who may call what stands in
//! [`access`]; a test walks the document of the API and compares.

pub mod access;
pub mod caller;
pub mod cookie;
pub(crate) mod extract;
pub mod kernel;
pub mod permit;
pub(crate) mod problem;
pub(crate) mod stream;

mod applications;
mod areas;
mod assignments;
mod decisions;
mod directories;
mod events;
mod groups;
mod health;
mod lite;
mod logon;
mod negotiate;
mod overview;
mod passwords;
mod roles;
mod sessions;
mod signature_policies;
mod signatures;
mod stations;
pub(crate) mod ui;
mod users;

use crate::app::Shared;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Json, Router, middleware};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

/// The prefix of the API's first version.
pub const API: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Pforte",
        description = "Who stands here, and what this person may do, where. Persons and applications \
            send `Authorization: Bearer`, stations prove themselves with `Pforte-Station`.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    components(schemas(pforte_wire::problem::Problem)),
    security(("bearer" = []), ("cookie" = []))
)]
struct Document;

fn api() -> OpenApiRouter<Shared> {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.add_security_scheme("bearer", bearer);
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookie::SESSION)));
    components.add_security_scheme("cookie", cookie);
    let station = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("Pforte-Station")));
    components.add_security_scheme("station", station);
    let browser = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookie::STATION)));
    components.add_security_scheme("stationCookie", browser);
    let resources = OpenApiRouter::new()
        .merge(logon::router())
        .merge(sessions::router())
        .merge(passwords::router())
        .merge(decisions::router())
        .merge(stream::router())
        .merge(areas::router())
        .merge(stations::router())
        .merge(applications::router())
        .merge(roles::router())
        .merge(assignments::router())
        .merge(users::router())
        .merge(groups::router())
        .merge(directories::router())
        .merge(events::router())
        .merge(overview::router())
        .merge(signature_policies::router())
        .merge(signatures::router());
    OpenApiRouter::with_openapi(document).nest(API, resources)
}

/// The document of the API, as JSON text that ends with a line feed.
#[must_use]
pub fn openapi() -> String {
    let (_, document) = api().split_for_parts();
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Everything that the server answers.
pub fn router(app: Shared) -> Router {
    let (api, document) = api().split_for_parts();
    let document = Arc::new(serde_json::to_value(document).unwrap_or_default());
    let document = get(async move || Json(document.as_ref().clone()));
    api.route(&format!("{API}/openapi.json"), document)
        .merge(health::router())
        .merge(lite::router())
        .merge(ui::router())
        .fallback(kernel::not_found)
        .method_not_allowed_fallback(kernel::method_not_allowed)
        .layer(DefaultBodyLimit::max(app.config.limits.body_bytes))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), kernel::around))
        .with_state(app)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_operation_of_the_document_stands_in_the_table_of_access_and_the_other_way_round() {
        let document: serde_json::Value = serde_json::from_str(&openapi()).unwrap();
        let paths = document.get("paths").and_then(|paths| paths.as_object()).unwrap();
        let written: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, item)| {
                item.as_object().unwrap().keys().map(move |m| (m.to_uppercase(), path.clone()))
            })
            .collect();
        let table: BTreeSet<(String, String)> = access::TABLE
            .iter()
            .filter(|operation| operation.path != "/openapi.json")
            .map(|operation| (operation.method.to_owned(), format!("{API}{}", operation.path)))
            .collect();
        assert_eq!(written, table);
    }
}
