//! Waiting for something to become true, with a deadline and without sleeping through a fixed time.

use std::time::{Duration, Instant};

/// Longer than anything here takes on a loaded machine; reached only by what never happens.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Asks again and again until the answer is there; panics with `what` when it does not come.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < DEADLINE, "waited {} s in vain: {what}", DEADLINE.as_secs());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The outcome of something that must not hang.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("does not end: {what}"))
}
