//! Secrets: made from 256 random bits, shown once, stored as SHA-256. Such a secret needs no slow hash: nobody guesses it.

use sha2::{Digest, Sha256};

/// A secret on its way to the one who may have it. Its `Debug` says nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh secret of 256 bits behind a prefix, in lower-case hexadecimal.
    pub(super) fn fresh(prefix: &str) -> Self {
        Self(format!("{prefix}{}", store::audit::hex(&domain::random_bytes::<32>())))
    }

    /// Wraps a text that must not be logged.
    pub(super) fn of(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, to hand it over.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> String {
        hash_of(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// What is stored of a secret.
pub(super) fn hash_of(secret: &str) -> String {
    store::audit::hex(&Sha256::digest(secret.as_bytes()))
}

/// True for what [`Secret::fresh`] makes; anything else need not bother the database.
pub(super) fn is_well_formed(secret: &str, prefix: &str) -> bool {
    secret
        .strip_prefix(prefix)
        .is_some_and(|tail| tail.len() == 64 && tail.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

/// A password that people can read out and type: four groups of letters and digits that cannot be mistaken.
pub(super) fn readable_password() -> Secret {
    // 32 signs, so that every random byte gives one without bias; 16 of them are 80 bits.
    const SIGNS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz+";
    let mut password = String::with_capacity(19);
    for (index, byte) in domain::random_bytes::<16>().into_iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            password.push('-');
        }
        password.push(SIGNS.get(usize::from(byte % 32)).copied().map_or('2', char::from));
    }
    Secret::of(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself_in_a_log() {
        let secret = Secret::fresh("sy_");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(is_well_formed(secret.expose(), "sy_"));
        assert!(!is_well_formed(&secret.expose().to_uppercase(), "sy_"));
        assert!(!is_well_formed("sy_'; drop table person; --", "sy_"));
    }

    #[test]
    fn a_readable_password_has_four_groups_and_never_repeats() {
        let (one, two) = (readable_password(), readable_password());
        assert_ne!(one, two);
        assert_eq!(one.expose().split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
    }
}
