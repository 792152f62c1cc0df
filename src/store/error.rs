//! What storage can answer besides a result, and how it becomes a [`Fault`].

use domain::{Fault, FaultKind};

/// Why storage refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key that must be unique is taken.
    #[error("not unique: {0}")]
    NotUnique(String),
    /// The row changed or vanished since it was read.
    #[error("stale")]
    Stale,
    /// A stored value does not fit its column's meaning.
    #[error("corrupt data: {0}")]
    Corrupt(String),
    /// The disk or the storage quota is full.
    #[error("storage is full: {0}")]
    Full(String),
    /// The database is away or too busy; try again.
    #[error("storage is unavailable: {0}")]
    Unavailable(String),
    /// Anything else the driver said; a bug.
    #[error("driver: {0}")]
    Driver(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(database) = &error {
            let code = database.code().unwrap_or_default().into_owned();
            // SQLITE_FULL in whatever form; PostgreSQL disk_full.
            let sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
            if sqlite == Some(13) || code == "53100" || database.message().contains("disk is full") {
                return Self::Full(database.message().to_owned());
            }
            if database.is_unique_violation() {
                return Self::NotUnique(database.message().to_owned());
            }
            // SQLITE_BUSY/LOCKED; PostgreSQL serialisation failure, deadlock, shutdown, lock not available, and whatever
            // else is short for a while (connections, memory).
            if matches!(sqlite, Some(5 | 6))
                || matches!(code.as_str(), "40001" | "40P01" | "57P01" | "57P03" | "55P03")
                || (code.len() == 5 && code.starts_with("53"))
            {
                return Self::Unavailable(database.message().to_owned());
            }
        }
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Unavailable(error.to_string())
            }
            other => Self::Driver(other.to_string()),
        }
    }
}

impl From<domain::Corrupt> for Error {
    fn from(corrupt: domain::Corrupt) -> Self {
        Self::Corrupt(corrupt.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Stale => Self::stale(),
            Error::NotUnique(detail) => Self::new(
                FaultKind::Conflict,
                "not-unique",
                "已有记录使用了同样的编码；请换一个编码，或打开已有的那条记录。",
                "Another record already has this code; choose another code or open the existing record.",
            )
            .inward(detail),
            Error::Full(detail) => Self::new(
                FaultKind::Unavailable,
                "storage-full",
                "存储空间已满，本次操作没有改变任何数据；请联系管理员清理空间后重试。",
                "Storage is full; nothing was changed. Ask an administrator to free space, then try again.",
            )
            .inward(detail),
            Error::Unavailable(detail) => {
                let mut fault = Self::new(
                    FaultKind::Unavailable,
                    "storage-unavailable",
                    "数据库暂时不可用，本次操作没有改变任何数据；请稍后重试。",
                    "The database is away for the moment; nothing was changed. Please try again shortly.",
                )
                .inward(detail);
                fault.retry_after_seconds = Some(5);
                fault
            }
            Error::Corrupt(detail) | Error::Driver(detail) => Self::internal(detail),
        }
    }
}
