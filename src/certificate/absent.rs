//! Replaces this room if the library is built without the feature `certificate`.

use std::convert::Infallible;
use std::path::Path;

use crate::log::Log;

pub(crate) type Thumbprint = [u8; 20];

/// No value of this type exists.
#[derive(Debug)]
pub(crate) struct ClientCertificate(Infallible);

impl ClientCertificate {
    pub(crate) fn load(_: &Path, _: Option<&str>, _: &Log) -> Result<Self, String> {
        Err("cannot be used: this library was built without certificates (the feature certificate)".to_owned())
    }

    pub(crate) fn thumbprint(&self) -> &Thumbprint {
        match self.0 {}
    }

    pub(crate) fn sign(&self, _: &[u8]) -> Result<Vec<u8>, String> {
        match self.0 {}
    }
}
