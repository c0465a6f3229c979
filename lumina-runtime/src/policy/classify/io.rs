//! `std::io::Error`.

use super::{Classify, ErrorKind};
use std::borrow::Cow;
use std::io;

impl Classify for io::Error {
    fn kind(&self) -> ErrorKind {
        use io::ErrorKind as Io;
        match self.kind() {
            Io::ConnectionRefused
            | Io::ConnectionReset
            | Io::ConnectionAborted
            | Io::NotConnected
            | Io::BrokenPipe
            | Io::UnexpectedEof
            | Io::HostUnreachable
            | Io::NetworkUnreachable
            | Io::NetworkDown => ErrorKind::Connection,
            Io::TimedOut => ErrorKind::Timeout,
            Io::NotFound => ErrorKind::NotFound,
            Io::PermissionDenied => ErrorKind::Unauthorized,
            Io::InvalidInput
            | Io::AlreadyExists
            | Io::Unsupported
            | Io::NotADirectory
            | Io::IsADirectory
            | Io::DirectoryNotEmpty
            | Io::ReadOnlyFilesystem
            | Io::ArgumentListTooLong => ErrorKind::InvalidRequest,
            Io::InvalidData => ErrorKind::InvalidResponse,
            Io::StorageFull | Io::FileTooLarge | Io::QuotaExceeded => ErrorKind::QuotaExceeded,
            _ => ErrorKind::Other,
        }
    }

    /// The operating system's number.
    fn code(&self) -> Option<Cow<'_, str>> {
        self.raw_os_error().map(|number| Cow::Owned(number.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_connection_is_worth_another_attempt_and_a_missing_file_is_not() {
        assert!(io::Error::from(io::ErrorKind::ConnectionReset).retryable());
        assert!(io::Error::from(io::ErrorKind::TimedOut).retryable());
        assert!(io::Error::other("unknown").retryable());
        assert!(!io::Error::from(io::ErrorKind::NotFound).retryable());
        assert!(!io::Error::from(io::ErrorKind::PermissionDenied).retryable());
    }

    #[test]
    fn the_code_is_the_systems_number() {
        assert_eq!(io::Error::from_raw_os_error(13).code().as_deref(), Some("13"));
        assert_eq!(io::Error::other("mine").code(), None);
    }
}
