//! Settings of the HTTP doors; `cli` fills them from configuration.

use std::time::Duration;

use axum::http::Uri;

use crate::Proxies;

/// Settings of the HTTP doors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Proxies,
    /// True when browsers come over TLS: cookies get `Secure` and the `__Host-` prefix.
    pub secure_cookies: bool,
    /// The address that people type, such as `https://shangyun.example.gov.cn`.
    pub public_url: Option<String>,
    /// A demonstration on loopback: the sign-in page says where its accounts are found.
    pub demo: bool,
    /// Limits.
    pub limits: Limits,
}

/// Limits of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second from one peer, over time. Peers on this machine are not counted.
    pub requests_per_second: u32,
    /// Requests at once from one peer.
    pub burst: u32,
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Bytes of an upload: 64 MiB and what a form puts around a file.
    pub upload_bytes: usize,
    /// Time until an answer begins.
    pub time: Duration,
    /// Time until the answer to an upload begins.
    pub upload_time: Duration,
    /// Paths (with everything below them) whose unsafe requests are uploads; `*` stands for one segment.
    pub upload_paths: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: 50,
            burst: 200,
            body_bytes: 1 << 20,
            upload_bytes: (64 << 20) + (1 << 20),
            time: Duration::from_secs(30),
            upload_time: Duration::from_secs(300),
            upload_paths: ["/evidence", "/imports", "/api/v1/imports", "/api/v1/requests/*/evidence"]
                .map(str::to_owned)
                .to_vec(),
        }
    }
}

impl Limits {
    /// True when the path is one of the upload paths or below one.
    pub(crate) fn is_upload_path(&self, path: &str) -> bool {
        let begins = |pattern: &String| {
            let mut segments = path.split('/');
            pattern
                .trim_end_matches('/')
                .split('/')
                .all(|wanted| segments.next().is_some_and(|segment| wanted == "*" || wanted == segment))
        };
        self.upload_paths.iter().any(begins)
    }
}

impl Settings {
    /// The origin of the public address, as a browser sends it.
    pub(crate) fn origin(&self) -> Result<Option<String>, String> {
        let Some(url) = self.public_url.as_deref().filter(|url| !url.is_empty()) else { return Ok(None) };
        let wrong = || format!("public_url “{url}” is no address; write it as https://shangyun.example.gov.cn");
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let (Some(scheme @ ("http" | "https")), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(wrong());
        };
        if !host.is_ascii() || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong());
        }
        let host = host.to_ascii_lowercase();
        let standard = if scheme == "https" { 443 } else { 80 };
        Ok(Some(match uri.port_u16() {
            Some(port) if port != standard => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_that_no_browser_would_send_is_refused_or_put_right() {
        let origin = |url: &str| Settings { public_url: Some(url.to_owned()), ..Settings::default() }.origin();
        assert_eq!(origin("https://Yun.Example.gov.cn:443/").unwrap().as_deref(), Some("https://yun.example.gov.cn"));
        assert_eq!(origin("http://127.0.0.1:8080").unwrap().as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(origin("").unwrap(), None);
        for wrong in ["yun.example.gov.cn", "ftp://yun", "https://yun/console", "https://上云.cn"] {
            assert!(origin(wrong).unwrap_err().contains("write it as"), "{wrong}");
        }
    }

    #[test]
    fn uploads_are_below_their_path_and_not_beside_it() {
        let limits = Limits::default();
        assert!(limits.is_upload_path("/imports"));
        assert!(limits.is_upload_path("/api/v1/imports/systems"));
        assert!(!limits.is_upload_path("/imports-of-others"));
        assert!(!limits.is_upload_path("/systems"));
        assert!(limits.is_upload_path("/api/v1/requests/MR-2026-000001/evidence"));
        assert!(!limits.is_upload_path("/api/v1/requests/evidence"));
        assert!(!limits.is_upload_path("/api/v1/requests/MR-2026-000001/moves"));
    }
}
