//! applications.

use crate::app::Shared;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
}
