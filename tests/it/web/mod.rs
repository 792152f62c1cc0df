//! The console, as a browser without scripts sees it.

mod browser;
mod life;
mod refusals;
mod register;
mod scene;
mod work;
