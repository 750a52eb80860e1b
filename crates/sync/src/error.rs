//! Why a run did not begin, or broke off.

use connector::TargetError;
use model::{Code, Reason};
use store::{Condition, StoreError};

/// A run's failure. What was done before it is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The run stopped for a reason that a code stands for.
    #[error("{}", .0.sentence)]
    Stopped(Reason),
    /// A service of the directory refused.
    #[error(transparent)]
    Directory(#[from] directory::Error),
    /// The store did not answer.
    #[error(transparent)]
    Store(StoreError),
    /// The target did not answer.
    #[error("the target failed: {0}")]
    Target(String),
    /// The target, or a mirror's source, is asked too much, and wants to be left alone for so long.
    #[error("{who} is asked too much and wants to be left alone for {seconds} s")]
    Throttled {
        /// Which of the two.
        who: &'static str,
        /// For how long.
        seconds: u64,
    },
    /// The configuration or a policy changed under the run; it begins again.
    #[error("the configuration changed while the run was under way")]
    Changed,
    /// A plan file is not one of this store, or was changed.
    #[error("{0}")]
    Plan(String),
}

impl Error {
    /// The machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stopped(reason) => reason.code.as_str(),
            Self::Directory(error) => error.code(),
            Self::Store(StoreError::Busy { .. }) => "job-busy",
            Self::Store(StoreError::Damaged(_)) => "storage-damaged",
            Self::Store(_) => "storage-failed",
            Self::Target(_) => "target-failed",
            Self::Throttled { .. } => Code::TARGET_THROTTLED.as_str(),
            Self::Changed => "configuration-changed",
            Self::Plan(_) => "plan-invalid",
        }
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Stopped(reason) => Some(reason.code.remedy().to_owned()),
            Self::Directory(error) => error.hint(),
            Self::Store(StoreError::Busy { .. }) => {
                Some("wait until the other run ends; `syncline job show` tells".to_owned())
            }
            Self::Changed => Some("run it again".to_owned()),
            Self::Throttled { .. } => Some(Code::TARGET_THROTTLED.remedy().to_owned()),
            Self::Plan(_) => Some("make a new one with `syncline plan JOB --out FILE`".to_owned()),
            _ => None,
        }
    }

    pub(crate) fn stopped(code: Code, sentence: impl Into<String>) -> Self {
        Self::Stopped(Reason::new(code, sentence))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Condition(Condition::Fence { .. }) => {
                Self::stopped(Code::LEASE_LOST, "another run of the job took over")
            }
            StoreError::Condition(_) => Self::Changed,
            other => Self::Store(other),
        }
    }
}

impl From<TargetError> for Error {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::NoConsent(text) => Self::stopped(Code::CONSENT_MISSING, text),
            TargetError::Fenced => Self::stopped(Code::LEASE_LOST, "another run took over"),
            TargetError::Throttled { seconds } => Self::Throttled { who: "the target", seconds },
            TargetError::Failed(text) => Self::Target(text),
        }
    }
}
