//! Asking a server over REST: whom a token is sent to, how long is waited, and what a refusal becomes.

use std::{net::IpAddr, time::Duration};

use anyhow::Context as _;
use domain::Language;
use reqwest::{Certificate, Method, Response, StatusCode, Url, redirect};
use serde_json::Value;

use super::RemoteArguments;
use crate::{desk_text, failure::BadInput};

/// To reach the server.
const CONNECT: Duration = Duration::from_secs(10);
/// For a whole answer.
const ANSWER: Duration = Duration::from_secs(60);
/// Bytes of an answer at most.
const BYTES_MAX: usize = 32 << 20;

/// A server and who asks it.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    token: String,
    /// The reader's language: the server answers in it.
    pub(super) language: Language,
}

/// What the server refused, in its own words.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The HTTP status.
    pub(crate) status: u16,
    document: Value,
}

impl Refused {
    /// True for a refusal that may be none a moment later.
    pub(super) fn is_passing(&self) -> bool {
        crate::failure::code_of_status(self.status) == crate::failure::TRY_AGAIN
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = |name: &str| desk_text::text(&self.document, name);
        match said("/detail") {
            // Something in between answered, and not the server.
            detail if detail.is_empty() => {
                write!(formatter, "the server answered with status {}", self.status)?;
                if (300..400).contains(&self.status) {
                    formatter.write_str(": it leads elsewhere, where no token is sent; give the address itself")?;
                }
            }
            detail => write!(formatter, "{detail} [{}]", said("/code"))?,
        }
        for error in desk_text::list(&self.document, "errors") {
            let (field, message) = (desk_text::text(error, "/field"), desk_text::text(error, "/message"));
            write!(formatter, "\n  {field}: {message}")?;
        }
        match said("/request_id") {
            id if id.is_empty() => Ok(()),
            id => write!(formatter, "\n  request id: {id}"),
        }
    }
}

impl std::error::Error for Refused {}

/// The server cannot be reached, or does not answer in time.
#[derive(Debug)]
pub(crate) struct Unreachable(String);

impl std::fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

impl From<reqwest::Error> for Unreachable {
    fn from(error: reqwest::Error) -> Self {
        let mut why = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            why = format!("{why}: {inner}");
            source = inner.source();
        }
        Self(why)
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host_str().unwrap_or_default() {
        "localhost" => true,
        host => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    }
}

/// The address of a server, if a token may be sent there.
fn address(text: &str) -> Result<Url, BadInput> {
    let wrong = |why: &str| {
        BadInput(format!("the server's address “{text}” {why}; write it as https://shangyun.example.gov.cn"))
    };
    let url = Url::parse(text.trim()).map_err(|_| wrong("is no address"))?;
    if !url.has_host() || !url.username().is_empty() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("is not one of a server"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        "http" => Err(wrong("is not protected: whoever is in between could read the token")),
        _ => Err(wrong("is neither https nor http")),
    }
}

/// The reader's language, as terminals say it.
fn language() -> Language {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|one| !one.is_empty()));
    said.and_then(|said| Language::from_tag(&said)).unwrap_or(Language::En)
}

impl Client {
    /// A client of the server that the arguments name.
    pub(super) fn new(arguments: &RemoteArguments) -> anyhow::Result<Self> {
        let given = |text: &Option<String>, flag: &str, name: &str| {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            text.ok_or_else(|| BadInput(format!("give {flag}, or set {name}")))
        };
        let base = address(&given(&arguments.server, "--server", "SHANGYUN_SERVER")?)?;
        let token = given(&arguments.token, "--token", "SHANGYUN_TOKEN")?;
        if !token.chars().all(|one| one.is_ascii_graphic()) {
            return Err(BadInput("the token holds characters that no token has".to_owned()).into());
        }
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            // A token goes to the server that was named, and nowhere else.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("shangyun/", env!("CARGO_PKG_VERSION")));
        if is_this_machine(&base) {
            builder = builder.no_proxy();
        }
        if let Some(file) = &arguments.ca_file {
            let wrong = |error: &dyn std::fmt::Display| BadInput(format!("{}: {error}", file.display()));
            let pem = std::fs::read(file).map_err(|error| wrong(&error))?;
            let authorities = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(&error))?;
            if authorities.is_empty() {
                return Err(wrong(&"it holds no certificate (PEM)").into());
            }
            builder = builder.tls_certs_merge(authorities);
        }
        Ok(Self { http: builder.build().context("no client for the server")?, base, token, language: language() })
    }

    /// An address of the server.
    pub(super) fn address(&self, segments: &[&str]) -> anyhow::Result<Url> {
        let mut url = self.base.clone();
        let Ok(mut path) = url.path_segments_mut() else {
            return Err(BadInput(format!("{} is not the address of a server", self.base)).into());
        };
        path.pop_if_empty().extend(segments);
        drop(path);
        Ok(url)
    }

    /// Asks below `/api/v1`, and answers the document.
    pub(super) async fn ask(&self, method: Method, segments: &[&str], body: Option<&Value>) -> anyhow::Result<Value> {
        let url = self.address(&[&["api", "v1"], segments].concat())?;
        let mut request = self
            .http
            .request(method, url)
            .bearer_auth(&self.token)
            .header("accept", "application/json, application/problem+json")
            .header("accept-language", self.language.tag());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(serde_json::to_vec(body)?);
        }
        let response = request.send().await.map_err(Unreachable::from)?;
        let status = response.status();
        let document = match bytes(response).await {
            Ok(bytes) => serde_json::from_slice(&bytes),
            // What was refused is refused, although whoever refused it did not say why to the end.
            Err(_) if !status.is_success() => Ok(Value::Null),
            Err(error) => return Err(error),
        };
        match (status, document) {
            (status, Ok(document)) if status.is_success() => Ok(document),
            (StatusCode::OK | StatusCode::CREATED, Err(_)) => {
                Err(BadInput(format!("{} is no Shangyun server: its answer is no document", self.base)).into())
            }
            (status, document) => {
                Err(Refused { status: status.as_u16(), document: document.unwrap_or_default() }.into())
            }
        }
    }
}

async fn bytes(mut response: Response) -> anyhow::Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Unreachable::from)? {
        if all.len() + chunk.len() > BYTES_MAX {
            return Err(BadInput("the answer of the server is larger than any document".to_owned()).into());
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_plain_http_to_this_machine_only() {
        for taken in [
            "https://yun.example.gov.cn",
            "https://yun.example.gov.cn/cloud/",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost:8080",
        ] {
            assert!(address(taken).is_ok(), "{taken}");
        }
        for (refused, why) in [
            ("http://yun.example.gov.cn", "not protected"),
            ("http://127.0.0.1.example.com", "not protected"),
            ("http://10.0.0.1", "not protected"),
            ("http://localhost@evil.test", "is not one of a server"),
            ("yun.example.gov.cn", "is no address"),
            ("ftp://127.0.0.1", "neither https nor http"),
            ("https://yun.example.gov.cn?x=1", "is not one of a server"),
        ] {
            let said = address(refused).unwrap_err().0;
            assert!(said.contains(why) && said.contains("write it as https://"), "{refused}: {said}");
        }
    }

    #[test]
    fn a_refusal_is_told_in_sentences_with_field_and_request_id() {
        let document = serde_json::json!({
            "detail": "Some values break a rule; see each field.", "code": "invalid", "request_id": "r-1",
            "errors": [{ "field": "reason", "rule": "required", "message": "the reason is required\u{1b}[2J" }],
        });
        assert_eq!(
            Refused { status: 422, document }.to_string(),
            "Some values break a rule; see each field. [invalid]\n  reason: the reason is required [2J\n  request id: r-1"
        );
        let by_a_proxy = Refused { status: 502, document: Value::Null };
        assert_eq!(by_a_proxy.to_string(), "the server answered with status 502");
        assert!(by_a_proxy.is_passing());
    }
}
