//! The token in use, kept so that a forked child can read it.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, PoisonError, RwLock};

use super::token::Token;

/// A place for one token. The caller makes sure that only one thread at a time writes it.
///
/// It has two slots, and a write never locks the slot in use. So a child can read the token, whatever the parent's
/// other threads were doing at the fork. A token that the program set can be read nowhere else.
#[derive(Debug, Default)]
pub(super) struct TokenSlot {
    slots: [RwLock<Option<Arc<Token>>>; 2],
    in_use: AtomicUsize,
}

impl TokenSlot {
    pub(super) fn holding(token: Option<Arc<Token>>) -> Self {
        let slot = Self::default();
        slot.set(token);
        slot
    }

    pub(super) fn get(&self) -> Option<Arc<Token>> {
        // No code that can panic runs under the lock.
        self.slots[self.in_use.load(SeqCst)].read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, token: Option<Arc<Token>>) {
        let other = 1 - self.in_use.load(SeqCst);
        *self.slots[other].write().unwrap_or_else(PoisonError::into_inner) = token;
        self.in_use.store(other, SeqCst);
    }

    /// The token that was in use when the process was forked. Never waits.
    pub(super) fn inherited(&self) -> Option<Arc<Token>> {
        // Only readers lock the slot in use. The child may not have their threads, but the lock admits another reader.
        self.slots[self.in_use.load(SeqCst)].try_read().ok().and_then(|slot| slot.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn token(text: &str) -> Option<Arc<Token>> {
        Some(Arc::new(Token::from_host(Secret::new(text))))
    }

    fn text(token: Option<Arc<Token>>) -> String {
        token.expect("is there").expose().to_owned()
    }

    #[test]
    fn the_last_token_counts() {
        let slot = TokenSlot::holding(token("a"));
        for name in ["b", "c", "d"] {
            slot.set(token(name));
            assert_eq!(text(slot.get()), name);
        }
        slot.set(None);
        assert!(slot.get().is_none());
    }

    #[test]
    fn a_child_reads_it_whoever_was_reading_or_writing() {
        let slot = TokenSlot::holding(token("a"));
        let reader = slot.slots[slot.in_use.load(SeqCst)].read().expect("is not poisoned");
        let writer = slot.slots[1 - slot.in_use.load(SeqCst)].write().expect("is not poisoned");
        assert_eq!(text(slot.inherited()), "a");
        drop((reader, writer));
    }
}
