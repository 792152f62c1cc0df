//! Password hashing (argon2id) that can neither exhaust the memory nor stop the other requests.

use std::{sync::Arc, time::Duration};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use domain::{Fault, FaultKind};
use tokio::sync::Semaphore;

use crate::Outcome;

/// Hashes computed at the same time at most: each takes 19 MiB and a whole core for some ten milliseconds.
const AT_ONCE: usize = 2;

/// How long a sign-in waits for its turn before it is asked to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// A hash of nothing, with the parameters of all others: checked when there is no account, so that it takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2hhbmd5dW4tbm9ib2R5$Y4KzzIgUErd7/K7tAmABwA2eMCXmbCD25+kvB5hRRio";

/// Sign-in state that is not worth storing: who may hash a password right now.
#[derive(Clone, Debug)]
pub struct SignInGuard {
    hashing: Arc<Semaphore>,
}

impl Default for SignInGuard {
    fn default() -> Self {
        Self { hashing: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl SignInGuard {
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> Outcome<T> + Send + 'static) -> Outcome<T> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.hashing).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            let mut fault = Fault::new(
                FaultKind::Unavailable,
                "sign-in-busy",
                "登录人数较多，请稍后重试。",
                "Many people are signing in right now; please try again shortly.",
            );
            fault.retry_after_seconds = Some(5);
            return Err(fault);
        };
        let task = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, even if whoever asked for it has gone.
            let _turn = turn;
            work()
        });
        task.await.map_err(|error| Fault::internal(format!("password hashing: {error}")))?
    }

    /// The hash of a new password, with a salt of its own.
    pub(super) async fn hash(&self, password: &str) -> Outcome<String> {
        let password = password.to_owned();
        self.in_turn(move || {
            let salt = domain::random_bytes::<16>();
            let hash: PasswordHash = Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map_err(|error| Fault::internal(format!("password hashing: {error}")))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// True when the password has this hash. An empty hash (no account, no password) takes as long and is never right.
    pub(super) async fn matches(&self, password: &str, hash: &str) -> Outcome<bool> {
        let (password, stored) = (password.to_owned(), hash.to_owned());
        self.in_turn(move || {
            let known = !stored.is_empty();
            let text = if known { stored.as_str() } else { NOBODY };
            let hash =
                PasswordHash::new(text).map_err(|error| Fault::internal(format!("a stored password hash: {error}")))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only_and_nobody_never_matches() {
        let guard = SignInGuard::default();
        let hash = guard.hash("正确的马电池订书钉").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(guard.matches("正确的马电池订书钉", &hash).await.unwrap());
        assert!(!guard.matches("错误的马电池订书钉", &hash).await.unwrap());
        assert!(!guard.matches("", "").await.unwrap());
        assert_ne!(hash, guard.hash("正确的马电池订书钉").await.unwrap(), "each hash has a salt of its own");
    }
}
