//! The ids and the time of an answer.

use super::{Arena, SharedTexts, Source, Span, TextRef};

/// The ids and the time of one answer. All objects of the answer share the texts without a copy.
#[derive(Clone, Default)]
pub(crate) struct AnswerInfo {
    texts: SharedTexts,
    request_id: Option<Span>,
    trace_id: Option<Span>,
    /// By the service's clock, in Unix milliseconds.
    pub(crate) time: Option<i64>,
}

impl AnswerInfo {
    /// `scratch` lends its spare memory; its content does not change.
    pub(crate) fn new(scratch: &mut Arena, ids: [Option<impl Source>; 2], time: Option<i64>) -> Self {
        let (texts, [request_id, trace_id]) = scratch.share(ids);
        Self { texts, request_id, trace_id, time }
    }

    pub(crate) fn request_id(&self) -> Option<TextRef<'_>> {
        self.request_id.map(|span| self.texts.get(span))
    }

    pub(crate) fn trace_id(&self) -> Option<TextRef<'_>> {
        self.trace_id.map(|span| self.texts.get(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shared_and_the_scratch_is_left_alone() {
        let mut scratch = Arena::with_capacity(64);
        let own = scratch.push("own");
        let info = AnswerInfo::new(&mut scratch, [Some("request"), None], Some(7));
        let other = info.clone();
        assert_eq!(info.request_id().map(TextRef::as_str), Some("request"));
        assert_eq!(info.request_id().map(TextRef::as_ptr), other.request_id().map(TextRef::as_ptr));
        assert!(info.trace_id().is_none());
        let next = scratch.push("next");
        assert_eq!((scratch.get(own).as_str(), scratch.get(next).as_str()), ("own", "next"));
    }
}
