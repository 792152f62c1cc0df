//! The console, as a browser without scripts sees it.

mod browser;
mod legal_bases;
mod life;
mod plans;
mod refusals;
mod register;
mod scene;
mod work;
