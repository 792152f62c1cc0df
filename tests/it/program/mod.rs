//! The program itself: the built binary, started as a process over a database of either engine.

mod killed_imports;
mod renders;
mod running;
