//! The console, as a browser without scripts sees it.

mod browser;
mod register;
mod work;
