//! Swagger UI at `/api/docs`, from its vendored files: nothing is fetched from elsewhere, nothing runs or is styled inline,
//! so that the policy of every other page holds here too. Only for those who are signed in: an open list of addresses is
//! a finding in every security assessment.

use axum::{Router, middleware};
use edge::SignedIn;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the pages are.
const PAGES: &str = "/api/docs";

/// The pages.
pub(crate) fn router() -> Router {
    let config = Config::from(format!("{}/openapi.json", crate::ROOT))
        // Otherwise the pages ask validator.swagger.io about our document.
        .validator_url("none")
        // Without the bar at the top, which asks for other addresses and carries an inline style.
        .use_base_layout()
        .doc_expansion("none");
    Router::from(SwaggerUi::new(PAGES).config(config)).layer(middleware::from_extractor::<SignedIn>())
}
