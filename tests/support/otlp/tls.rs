//! A certificate for `localhost`, made for one test.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A self-signed certificate with its key, and a file that clients can trust.
pub struct TestCertificate {
    certificate: CertificateDer<'static>,
    pem: String,
    key: rcgen::KeyPair,
    path: PathBuf,
}

impl TestCertificate {
    /// Makes a certificate for the name `localhost`.
    ///
    /// # Panics
    ///
    /// If the temporary directory cannot be written.
    pub fn new() -> TestCertificate {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lumina-test-{}-{number}.pem", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, cert.pem()).expect("a writable temporary directory");
        TestCertificate { certificate: cert.der().clone(), pem: cert.pem(), key: signing_key, path }
    }

    /// The file with the certificate, to be trusted; it lives as long as `self`.
    pub fn path(&self) -> &PathBuf {
        &self.path
    }

    /// The certificate and its key as PEM.
    pub fn identity(&self) -> (String, String) {
        (self.pem.clone(), self.key.serialize_pem())
    }

    pub(super) fn server_config(&self) -> Arc<rustls::ServerConfig> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("protocol versions of the provider")
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)
            .expect("a key that fits the certificate");
        Arc::new(config)
    }
}

impl Default for TestCertificate {
    fn default() -> Self {
        TestCertificate::new()
    }
}

impl Drop for TestCertificate {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
