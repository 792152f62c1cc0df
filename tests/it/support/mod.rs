//! What every test stands on: a [`World`] with a real database of either engine, a clock that stands still, counted
//! ids, actors of every role, and sample files.

mod actors;
pub mod cluster;
pub mod desk;
pub mod engine;
mod files;
mod fill;
pub mod import;
pub mod random;
pub mod stands;
pub mod wait;
mod world;

pub use actors::{admin, approver, auditor, department, leader, operator};
pub use files::{csv, sample, utf16};
pub use random::Random;
pub use world::World;

/// The start of every test: 23 November 2026, ten in the morning in Shanghai.
pub const NOW: &str = "2026-11-23T02:00:00Z";

/// Stamps tests onto both engines: `async fn name(world: World)` becomes `sqlite::name` and `postgres::name`.
/// A test that is left out of the list is dead code and does not compile under `-D warnings`.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::support::World::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::support::World::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both_engines;
