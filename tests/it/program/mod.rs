//! The program itself: the built binary, started as a process over a database of either engine.

mod killed_imports;
mod legal_bases;
mod renders;
mod running;
