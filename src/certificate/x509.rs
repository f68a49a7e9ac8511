//! The needed parts of a certificate (RFC 5280): its validity and its key.
//!
//! Names and extensions are skipped. The structures of x509-cert would sort their sets in a time that grows with the
//! square of their size.

use der::Sequence;
use der::asn1::{AnyRef, BitStringRef};
use x509_cert::spki::SubjectPublicKeyInfoRef;
use x509_cert::time::Validity;

#[derive(Sequence)]
pub(super) struct Certificate<'a> {
    signed: Signed<'a>,
    _signature_algorithm: AnyRef<'a>,
    _signature: BitStringRef<'a>,
}

#[derive(Sequence)]
struct Signed<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    _version: Option<AnyRef<'a>>,
    _serial_number: AnyRef<'a>,
    _signature_algorithm: AnyRef<'a>,
    _issuer: AnyRef<'a>,
    validity: Validity,
    _subject: AnyRef<'a>,
    public_key: SubjectPublicKeyInfoRef<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    _issuer_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    _subject_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    _extensions: Option<AnyRef<'a>>,
}

impl<'a> Certificate<'a> {
    pub(super) fn validity(&self) -> &Validity {
        &self.signed.validity
    }

    pub(super) fn public_key(&self) -> &SubjectPublicKeyInfoRef<'a> {
        &self.signed.public_key
    }
}
