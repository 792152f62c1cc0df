//! Swagger UI at `/api/docs`, from its vendored files: nothing is fetched from elsewhere, nothing runs inline. Only for
//! those who are signed in: an open list of addresses is a finding in every security assessment.

use axum::{
    Router,
    extract::Request,
    http::HeaderValue,
    middleware::{self, Next},
    response::Response,
};
use edge::SignedIn;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the pages are.
const PAGES: &str = "/api/docs";

/// Swagger UI draws its icons from `data:` addresses and sets styles of its own elements.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

async fn protected(_: SignedIn, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(axum::http::header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    response
}

/// The pages.
pub(crate) fn router() -> Router {
    // Without "none" the pages would ask validator.swagger.io about our document.
    let config = Config::from(format!("{}/openapi.json", crate::ROOT)).validator_url("none").try_it_out_enabled(false);
    Router::from(SwaggerUi::new(PAGES).config(config)).layer(middleware::from_fn(protected))
}
