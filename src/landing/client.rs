//! Who wrote an object last, as far as the API server remembers.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;

/// The client behind the last write that was neither by `own` nor to a subresource, as it calls itself: a claim, not proof (design,
/// section 5). Empty when there was none.
pub fn last_client(fields: &[ManagedFieldsEntry], own: &str) -> String {
    let others = fields.iter().filter(|entry| entry.manager.as_deref() != Some(own) && entry.subresource.is_none());
    let last = others.max_by_key(|entry| entry.time.as_ref().map(|time| time.0));
    last.and_then(|entry| entry.manager.clone()).unwrap_or_default()
}
