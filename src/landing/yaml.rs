//! YAML as `kubectl apply -f` reads it.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// One document, keys sorted.
pub fn to_yaml(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_default()
}

/// Reads one document.
///
/// # Errors
/// What is wrong and where, in the reader's own words.
pub fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}
