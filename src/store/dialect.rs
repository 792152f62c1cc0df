//! The few things that the two engines do differently. Each has a contract test.

/// Which engine a connection speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// Server.
    Postgres,
}

impl Engine {
    /// Chooses between the two texts.
    pub fn pick<T>(self, sqlite: T, postgres: T) -> T {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }

    /// Forces the covering index of a table (SQLite); PostgreSQL is fenced by [`Engine::fence`] instead.
    pub(crate) fn indexed_by(self, index: &str) -> String {
        self.pick(format!(" indexed by {index}"), String::new())
    }

    /// Keeps PostgreSQL from merging an inner query with the order of the outer one.
    pub(crate) fn fence(self) -> &'static str {
        self.pick("", " offset 0")
    }

    /// Ends a claim of job rows: other claimers skip what is locked. SQLite has one writer and needs nothing.
    pub(crate) fn skip_locked(self) -> &'static str {
        self.pick("", " for update skip locked")
    }

    /// Parameters that one statement may carry.
    pub(crate) fn parameter_limit(self) -> usize {
        self.pick(32_000, 60_000)
    }
}

/// Rewrites `?` to `$1, $2 …` for PostgreSQL; question marks inside quotes stay.
pub(crate) fn number_placeholders(text: &str) -> String {
    let mut numbered = String::with_capacity(text.len() + 32);
    let mut count = 0_usize;
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '\'' => {
                quoted = !quoted;
                numbered.push(character);
            }
            '?' if !quoted => {
                count += 1;
                numbered.push('$');
                numbered.push_str(&count.to_string());
            }
            other => numbered.push(other),
        }
    }
    numbered
}

#[cfg(test)]
mod tests {
    #[test]
    fn question_marks_in_quotes_are_no_placeholders() {
        assert_eq!(
            super::number_placeholders("a = ? and b = '?' and c in (?,?)"),
            "a = $1 and b = '?' and c in ($2,$3)"
        );
    }
}
