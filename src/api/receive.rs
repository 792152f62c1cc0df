//! What comes in: who asks, query parameters, JSON bodies, versions. Every way to get them wrong is a [`Refusal`].

use std::collections::HashSet;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, OptionalFromRequest, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use domain::{EntityKind, Fault, Id, Problem, Wording};
use edge::{Context, SignedIn};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::Value as Json;
use services::{Op, Services, accounts::Caller};

use crate::problem::{Answer, Refusal};

/// Rows of a page that did not say how many.
pub(crate) const PAGE_ROWS: i64 = 50;
/// Rows of a page at most.
pub(crate) const PAGE_ROWS_MOST: i64 = 500;

/// Query parameters at most: each filter by name costs a question to the database.
const PARAMETERS_MOST: usize = 200;
/// Members of a record's document at most; no entity has nearly as many fields.
const MEMBERS_MOST: usize = 1_000;
/// Characters of a search at most.
const WORDS_LONGEST: usize = 200;

/// Who asks, with what is needed to answer.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    /// The services.
    pub services: Services,
    /// The operation.
    pub op: Op,
    /// Session or token.
    pub caller: Caller,
}

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let context = <Context as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let SignedIn(caller) = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let op = context.op().await?;
        Ok(Self { services: context.services().clone(), op, caller })
    }
}

/// The entity of a path; an unknown word is an unknown address.
pub(crate) fn entity(word: &str) -> Answer<EntityKind> {
    EntityKind::from_plural(word).ok_or_else(|| {
        Refusal::with_status(
            StatusCode::NOT_FOUND,
            "no-such-route",
            format!("没有“{word}”这类数据；可用：{}。", plurals()),
            format!("There is nothing called “{word}”; there are: {}.", plurals()),
        )
    })
}

fn plurals() -> String {
    domain::ENTITIES.map(|kind| kind.def().plural).join(", ")
}

/// The entity that a parameter names.
pub(crate) fn entity_parameter(name: &str, word: &str) -> Answer<EntityKind> {
    EntityKind::from_plural(word).ok_or_else(|| {
        Refusal::parameter(
            name,
            "unknown-kind",
            format!("应为以下之一：{}", plurals()),
            format!("must be one of: {}", plurals()),
        )
    })
}

/// The identifier of a path; what is none belongs to nothing.
pub(crate) fn id(text: &str) -> Answer<Id> {
    Id::parse(text).ok_or_else(|| Fault::not_found().into())
}

/// Query parameters in the order of the address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let not_text = || {
            Refusal::malformed(
                "parameters-not-text",
                "请求参数不是有效的 UTF-8 文本。",
                "The query parameters are not valid UTF-8 text.",
            )
        };
        let Query(pairs) =
            Query::<Vec<(String, String)>>::from_request_parts(parts, state).await.map_err(|_| not_text())?;
        // What is not UTF-8 was replaced by U+FFFD while decoding; nobody searches for that on purpose.
        if pairs.iter().any(|(name, text)| name.contains('\u{fffd}') || text.contains('\u{fffd}')) {
            return Err(not_text());
        }
        if pairs.len() > PARAMETERS_MOST {
            return Err(Refusal::malformed(
                "too-many-parameters",
                format!("请求参数超过 {PARAMETERS_MOST} 个。"),
                format!("There are more than {PARAMETERS_MOST} query parameters."),
            ));
        }
        if pairs.iter().any(|(name, text)| name.contains('\0') || text.contains('\0')) {
            return Err(Refusal::malformed(
                "nul",
                "请求参数含有空字符（U+0000）。",
                "A query parameter contains a NUL character.",
            ));
        }
        Ok(Self(pairs))
    }
}

impl Parameters {
    /// Takes a parameter that may be given once; an empty one counts as not given.
    pub(crate) fn take(&mut self, name: &str) -> Answer<Option<String>> {
        let all = self.take_all(name);
        let mut found = all.into_iter();
        let first = found.next();
        if found.next().is_some() {
            return Err(Refusal::parameter(name, "repeated", "只能给出一次", "may be given once only"));
        }
        Ok(first.filter(|text| !text.is_empty()))
    }

    /// Takes every value of a parameter.
    pub(crate) fn take_all(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.0).into_iter().partition(|(known, _)| known == name);
        self.0 = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, text)| text).collect()
    }

    /// Takes the words of a comma-separated parameter.
    pub(crate) fn take_words(&mut self, name: &str) -> Answer<Vec<String>> {
        let text = self.take(name)?.unwrap_or_default();
        Ok(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    /// Refuses what makes no sense twice.
    pub(crate) fn check_single(&mut self, names: &[&str]) -> Answer<()> {
        for name in names {
            if let Some(text) = self.take(name)? {
                self.0.push(((*name).to_owned(), text));
            }
        }
        Ok(())
    }

    /// Looks at `q`: what nobody would type is not searched for.
    pub(crate) fn check_words(&self) -> Answer<()> {
        let long = |(name, text): &(String, String)| name == "q" && text.chars().count() > WORDS_LONGEST;
        if self.0.iter().any(long) {
            return Err(Refusal::parameter(
                "q",
                "too-long",
                format!("最多 {WORDS_LONGEST} 个字符"),
                format!("at most {WORDS_LONGEST} characters"),
            ));
        }
        Ok(())
    }

    /// Takes `limit`: from 1 to 500.
    pub(crate) fn take_limit(&mut self) -> Answer<i64> {
        let Some(text) = self.take("limit")? else { return Ok(PAGE_ROWS) };
        text.parse().ok().filter(|limit| (1..=PAGE_ROWS_MOST).contains(limit)).ok_or_else(|| {
            Refusal::parameter(
                "limit",
                "range",
                format!("应为 1 到 {PAGE_ROWS_MOST} 的整数"),
                format!("must be a whole number from 1 to {PAGE_ROWS_MOST}"),
            )
        })
    }

    /// Takes a yes-or-no parameter.
    pub(crate) fn take_flag(&mut self, name: &str) -> Answer<bool> {
        match self.take(name)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::parameter(name, "not-yes-or-no", "应为 true 或 false", "must be true or false")),
        }
    }

    /// Takes an identifier.
    pub(crate) fn take_id(&mut self, name: &str) -> Answer<Option<Id>> {
        let Some(text) = self.take(name)? else { return Ok(None) };
        Id::parse(&text)
            .map(Some)
            .ok_or_else(|| Refusal::parameter(name, "not-an-id", "应为记录标识", "must be the id of a record"))
    }

    /// Takes `cursor`, as [`crate::cursor`] wrote it for `list`.
    pub(crate) fn take_cursor(&mut self, list: &str) -> Answer<Option<Vec<Json>>> {
        let Some(text) = self.take("cursor")? else { return Ok(None) };
        crate::cursor::decode(list, &text).map(Some).ok_or_else(wrong_cursor)
    }
}

/// The refusal of a cursor that this list did not give out.
pub(crate) fn wrong_cursor() -> Refusal {
    Refusal::parameter(
        "cursor",
        "cursor",
        "翻页标记无效，或属于另一列表或排序；请从第一页重新开始",
        "not a cursor of this list and order; start again from the first page",
    )
}

/// The version that `If-Match` names: `"v3"`.
pub(crate) fn if_match(headers: &HeaderMap) -> Answer<i64> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refusal::with_status(
            StatusCode::PRECONDITION_REQUIRED,
            "version-required",
            "请在 If-Match 头中给出您读到的版本（ETag），例如 \"v3\"。",
            "Name the version that you read (its ETag) in the If-Match header, such as \"v3\".",
        ));
    };
    let text = value.to_str().unwrap_or_default().trim();
    let number =
        text.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"')).and_then(|digits| digits.parse().ok());
    number.filter(|version| *version > 0).ok_or_else(|| {
        Refusal::malformed(
            "version-form",
            "If-Match 头应为一个版本，例如 \"v3\"。",
            "The If-Match header must hold one version, such as \"v3\".",
        )
    })
}

/// The bytes of a JSON body: content type, size and encoding checked.
async fn json_bytes<S: Send + Sync>(request: Request, state: &S) -> Answer<Bytes> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(essence.as_str(), "application/json" | "application/merge-patch+json") {
        return Err(Refusal::with_status(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content-type",
            "请求内容应为 JSON，并带有 Content-Type: application/json。",
            "The body must be JSON, with Content-Type: application/json.",
        ));
    }
    let bytes = Bytes::from_request(request, state).await.map_err(|rejection| body_refusal(rejection.status()))?;
    if std::str::from_utf8(&bytes).is_err() {
        return Err(Refusal::malformed(
            "not-utf-8",
            "请求内容不是有效的 UTF-8 文本。",
            "The body is not valid UTF-8 text.",
        ));
    }
    Ok(bytes)
}

/// The refusal of a body that could not be received.
pub(crate) fn body_refusal(status: StatusCode) -> Refusal {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::new(
            domain::FaultKind::TooLarge,
            "too-large",
            "请求内容超过允许的大小。",
            "The request body is larger than allowed.",
        )
        .into();
    }
    Refusal::malformed("body", "请求内容没有完整到达，请重试。", "The request body did not arrive whole; try again.")
}

/// The refusal of a body that is JSON and not of the shape that is wanted.
pub(crate) fn shape(error: &serde_json::Error) -> Refusal {
    let zh = match error.line() {
        0 => format!("内容的结构不对：{error}"),
        line => format!("第 {line} 行第 {} 列：{error}", error.column()),
    };
    let message = Wording::new(zh, error.to_string());
    let mut fault = Fault::invalid(vec![Problem { field: String::new(), rule: "shape".to_owned(), message }]);
    fault.code = "shape";
    fault.into()
}

fn json_refusal(error: &serde_json::Error) -> Refusal {
    let (line, column) = (error.line(), error.column());
    if error.classify() == serde_json::error::Category::Data {
        return shape(error);
    }
    Refusal::malformed(
        "not-json",
        format!("请求内容不是有效的 JSON:第 {line} 行第 {column} 列有误。"),
        format!("The body is not valid JSON: see line {line}, column {column}."),
    )
}

/// A JSON body of a fixed shape.
#[derive(Clone, Debug)]
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = json_bytes(request, state).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| json_refusal(&error))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Refusal> {
        let headers = request.headers();
        let sends = [header::CONTENT_TYPE, header::TRANSFER_ENCODING].iter().any(|name| headers.contains_key(name));
        if !sends && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0") {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

/// The members of a JSON object, each once, in the order in which they were sent.
#[derive(Clone, Debug)]
pub(crate) struct Members(pub Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members: Vec<(String, Json)> = Vec::new();
                let mut seen = HashSet::new();
                while let Some((name, value)) = map.next_entry::<String, Json>()? {
                    if members.len() == MEMBERS_MOST {
                        return Err(serde::de::Error::custom(format!("more than {MEMBERS_MOST} members")));
                    }
                    if !seen.insert(name.clone()) {
                        return Err(serde::de::Error::custom(format!("the member “{name}” stands there twice")));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}
