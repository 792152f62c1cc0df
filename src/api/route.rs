//! What a route says of itself: address, permission, parameters, body and answer. The router, the document and the tests
//! that walk every route all read it.

use axum::{
    extract::{FromRequestParts, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use domain::{Problem, Wording};
use edge::SignedIn;
use rules::Action;

use crate::{
    problem::{Answer, Refusal},
    receive::Parameters,
};

/// What a route is about, in the words of the permission table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Records of the entity in the path.
    Records,
    /// Figures.
    Figures,
    /// The rules.
    Rules,
    /// The audit trail.
    Audit,
    /// The caller's own account: everybody who is signed in.
    OwnAccount,
    /// Imports.
    Imports,
    /// Requests to move or to stay.
    Requests,
    /// Workspaces: permitted as the request that brought them.
    Workspaces,
}

/// A query parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// True when the request makes no sense without it.
    pub required: bool,
    /// True when it may be repeated.
    pub many: bool,
    /// What it means.
    pub means: &'static str,
}

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Nothing.
    Nothing,
    /// The fields of a new record.
    NewRecord,
    /// The fields of a record that change.
    RecordChange,
    /// A file, as it is or as a form: which kinds are taken, in a sentence.
    File(&'static str),
    /// A JSON document of this name in the OpenAPI components.
    Json(&'static str),
    /// The same, and it may be left out.
    PerhapsJson(&'static str),
}

/// What an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// One record of the entity, with its ETag.
    Record,
    /// The record that was made, with its ETag and address.
    NewRecord,
    /// A page of records of the entity.
    RecordList,
    /// A file to keep, of these content types.
    File(&'static [&'static str]),
    /// Nothing.
    Nothing,
    /// A JSON document of this name in the OpenAPI components.
    Json(&'static str),
    /// The same, about something that was made.
    Made(&'static str),
    /// The same, at once; or as a beginning, with the address to follow.
    Begun(&'static str),
    /// The OpenAPI document.
    Document,
}

/// One route.
#[derive(Clone, Copy)]
pub struct Route {
    /// Method.
    pub method: &'static str,
    /// Address below `/api/v1`; `{entity}` stands for the plural word of each entity.
    pub path: &'static str,
    /// `verb_subject`; `{entity}` stands for the entity, `{record}` for one of it.
    pub operation: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What must be permitted …
    pub action: Action,
    /// … on what.
    pub about: About,
    /// Everybody who is signed in gets an answer; what it holds is what they may see.
    pub narrowed: bool,
    /// Query parameters.
    pub parameters: &'static [Parameter],
    /// Filters of the entity are parameters too.
    pub filters: bool,
    /// A version must be named by `If-Match`.
    pub versioned: bool,
    /// What the request carries.
    pub carries: Carries,
    /// What the answer holds.
    pub answers: Answers,
    handler: fn() -> MethodRouter,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

impl Route {
    /// A route that answers everybody who is signed in about their own account, until it says otherwise.
    pub(crate) const fn new(
        method: &'static str,
        path: &'static str,
        operation: &'static str,
        summary: &'static str,
        handler: fn() -> MethodRouter,
    ) -> Self {
        Self {
            method,
            path,
            operation,
            summary,
            action: Action::View,
            about: About::OwnAccount,
            narrowed: false,
            parameters: &[],
            filters: false,
            versioned: false,
            carries: Carries::Nothing,
            answers: Answers::Nothing,
            handler,
        }
    }

    /// What must be permitted, on what.
    pub(crate) const fn needs(mut self, action: Action, about: About) -> Self {
        self.action = action;
        self.about = about;
        self
    }

    /// Everybody gets an answer with what they may do `action` to.
    pub(crate) const fn narrowed_to(mut self, action: Action, about: About) -> Self {
        self.narrowed = true;
        self.needs(action, about)
    }

    /// Query parameters.
    pub(crate) const fn takes(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// The entity's filters are parameters too.
    pub(crate) const fn filtered(mut self) -> Self {
        self.filters = true;
        self
    }

    /// Names the version by `If-Match`.
    pub(crate) const fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// What the request carries.
    pub(crate) const fn carries(mut self, carries: Carries) -> Self {
        self.carries = carries;
        self
    }

    /// What the answer holds.
    pub(crate) const fn answers(mut self, answers: Answers) -> Self {
        self.answers = answers;
        self
    }

    /// The handler behind its guard.
    pub(crate) fn guarded(&'static self) -> MethodRouter {
        (self.handler)().layer(middleware::from_fn(move |request: Request, next: Next| guard(self, request, next)))
    }
}

/// Sign-in first, then parameters that nobody knows: a misspelt filter must not show everything.
async fn guard(route: &'static Route, request: Request, next: Next) -> Response {
    match admitted(route, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn admitted(route: &'static Route, request: Request) -> Answer<Request> {
    let (mut parts, body) = request.into_parts();
    <SignedIn as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await?;
    let given = Parameters::from_request_parts(&mut parts, &()).await?;
    let known = |name: &str| route.parameters.iter().any(|parameter| parameter.name == name);
    let problem = |field: &str, rule: &str, zh: String, en: String| Problem {
        field: field.to_owned(),
        rule: rule.to_owned(),
        message: Wording::new(zh, en),
    };
    let mut problems: Vec<Problem> = Vec::new();
    if !route.filters {
        let names = route.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>().join(", ");
        problems.extend(given.0.iter().filter(|(name, _)| !known(name)).map(|(name, _)| {
            let (zh, en) = (
                format!("没有参数“{name}”；可用：{names}"),
                format!("there is no parameter “{name}”; there are: {names}"),
            );
            problem(name, "unknown-parameter", zh, en)
        }));
    }
    for parameter in route.parameters.iter().filter(|parameter| parameter.required) {
        if !given.0.iter().any(|(name, text)| name == parameter.name && !text.is_empty()) {
            problems.push(problem(
                parameter.name,
                "required",
                "请给出此参数".to_owned(),
                "this parameter is required".to_owned(),
            ));
        }
    }
    if !problems.is_empty() {
        return Err(Refusal::parameters(problems));
    }
    Ok(Request::from_parts(parts, body))
}
