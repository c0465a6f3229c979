//! The certificates that a receiver's own must lead to.

use super::config::{Given, OtlpConfigError};
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use ureq::tls::{Certificate, PemItem, parse_pem};

/// A larger file is no list of certificates.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// Authorities read from a PEM file.
#[derive(Clone)]
pub(super) struct Certificates {
    parsed: Vec<Certificate<'static>>,
    #[cfg(feature = "otlp-grpc")]
    pem: Vec<u8>,
    #[cfg(feature = "otlp-grpc")]
    file: Given<PathBuf>,
}

impl Certificates {
    pub(super) fn read(file: Given<PathBuf>) -> Result<Certificates, OtlpConfigError> {
        let error = |problem: String| unusable(&file, problem);
        let pem = read_bounded(&file.value).map_err(|source| error(source.to_string()))?;
        let mut parsed = Vec::new();
        for item in parse_pem(&pem) {
            match item {
                Ok(PemItem::Certificate(certificate)) => parsed.push(certificate),
                Ok(_) => {}
                Err(_) => return Err(error("malformed PEM".to_owned())),
            }
        }
        if parsed.is_empty() {
            return Err(error("no certificate".to_owned()));
        }
        Ok(Certificates {
            parsed,
            #[cfg(feature = "otlp-grpc")]
            pem,
            #[cfg(feature = "otlp-grpc")]
            file,
        })
    }

    pub(super) fn parsed(&self) -> &[Certificate<'static>] {
        &self.parsed
    }

    #[cfg(feature = "otlp-grpc")]
    pub(super) fn pem(&self) -> &[u8] {
        &self.pem
    }

    /// The error of a file whose certificates are found unusable later.
    #[cfg(feature = "otlp-grpc")]
    pub(super) fn unusable(&self, problem: String) -> OtlpConfigError {
        unusable(&self.file, problem)
    }
}

fn unusable(file: &Given<PathBuf>, problem: String) -> OtlpConfigError {
    OtlpConfigError::Certificate { setting: file.by, path: file.value.clone(), problem }
}

fn read_bounded(path: &PathBuf) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if read as u64 > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("more than {MAX_FILE_BYTES} bytes")));
    }
    Ok(bytes)
}
