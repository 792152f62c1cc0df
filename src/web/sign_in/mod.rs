//! Signing in with a local account, and setting a password by a one-time link.

pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::FieldView;
use crate::shell::Shell;
use crate::words::L;

/// The sign-in page.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "sign-in.html")]
pub struct SignInPage {
    /// What surrounds it: only words, language and theme are used.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The account as typed.
    pub account: String,
    /// Where to go afterwards: a path of this console.
    pub next: String,
    /// Why it was refused, in words that tell nothing about whether the account exists.
    pub error: Option<String>,
    /// Seconds until the next try is heard.
    pub wait: Option<u64>,
    /// Sign-on through an identity provider: its name and address.
    pub provider: Option<(String, String)>,
    /// A demonstration on loopback: where its accounts are found.
    pub demo: bool,
}

/// The page behind a one-time link.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "set-password.html")]
pub struct SetPasswordPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// Whose password.
    pub account: String,
    /// The token of the link.
    pub token: String,
    /// The two fields, with what is wrong.
    pub fields: Vec<FieldView>,
    /// The link is used up or too old: nothing can be set.
    pub gone: bool,
}
