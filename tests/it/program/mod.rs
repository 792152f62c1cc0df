//! The program itself: the built binary, started as a process over a database of either engine.

mod desk;
mod killed_imports;
mod legal_bases;
mod plugin;
mod renders;
mod running;
