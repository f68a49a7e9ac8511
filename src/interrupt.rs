//! Every wait of a call, and how it ends early: when the call's time is up, or when the client is cancelled.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst, fence};
use std::time::Duration;

use crate::sys::{Event, SetOnce, Until, Watch, poll};

/// Why a wait ended that brought nothing.
#[derive(Debug)]
pub(crate) enum Stop {
    TimeUp,
    Cancelled,
    /// It could not be waited.
    Failed(io::Error),
}

/// Whether a client is cancelled. Counted, so that a cancel that comes while another one is taken back is not lost.
#[derive(Debug, Default)]
pub(crate) struct Cancelling {
    /// How often it was cancelled, and how many of these times have been taken back.
    asked: AtomicU64,
    taken_back: AtomicU64,
}

impl Cancelling {
    /// Callable from a signal handler. Whoever waits does not see it before [`Interrupt::wake`].
    pub(crate) fn ask(&self) {
        self.asked.fetch_add(1, SeqCst);
    }

    fn is_on(&self) -> bool {
        let taken_back = self.taken_back.load(SeqCst);
        self.asked.load(SeqCst) > taken_back
    }
}

/// What wakes the calls of one client in one process.
#[derive(Debug)]
pub(crate) struct Interrupt {
    /// Shared with the parent's of which it was made, so that a cancelled client is cancelled in the child, too.
    cancelling: Arc<Cancelling>,
    /// Part of every wait. Made by the first call, for a client that is only made needs no descriptor.
    wake: SetOnce<Wake>,
    calls: AtomicUsize,
}

/// An event, and the one that took its place because the host had closed its descriptors. It stays, for a signal handler
/// may be at it.
#[derive(Debug)]
struct Wake {
    event: Event,
    next: SetOnce<Wake>,
}

/// A call under way, until it is dropped.
pub(crate) struct CallGuard<'a>(&'a Interrupt);

impl Drop for CallGuard<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, SeqCst);
    }
}

/// How many descriptors are waited for at once, at most.
pub(crate) const MOST_WATCHES: usize = 8;

/// How long [`Interrupt::resume`] waits for calls that were cancelled. They need no more than a moment, unless the host
/// holds one up.
const LEAVING: Duration = Duration::from_secs(1);

impl Interrupt {
    pub(crate) fn new(cancelling: Arc<Cancelling>) -> Self {
        Self { cancelling, wake: SetOnce::new(), calls: AtomicUsize::new(0) }
    }

    /// A call begins. It ends when the result is dropped.
    pub(crate) fn enter(&self) -> Result<CallGuard<'_>, Stop> {
        self.check()?;
        self.calls.fetch_add(1, SeqCst);
        let call = CallGuard(self);
        if self.event().is_none() {
            self.intact_event()?;
        }
        // Whoever cancels counts first and looks for the event then; here it is the other way round. So one of both sees
        // what the other did.
        fence(SeqCst);
        self.check()?;
        Ok(call)
    }

    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancelling.is_on() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Ends every wait; it was counted already. Callable from a signal handler: an `fstat` and a `send`.
    pub(crate) fn wake(&self) {
        fence(SeqCst);
        // A call may still wait for an older one.
        self.events().for_each(Event::set);
    }

    /// Takes the cancelling back, when the calls that it was meant for have ended. What is cancelled meanwhile stays so.
    pub(crate) fn resume(&self) {
        let asked = self.cancelling.asked.load(SeqCst);
        if !self.cancelling.is_on() {
            return;
        }
        let until = Until::after(LEAVING);
        while self.calls.load(SeqCst) > 0 && !until.remaining().is_zero() {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.cancelling.taken_back.fetch_max(asked, SeqCst);
        self.settle();
    }

    /// Makes the events say what was asked for. Somebody may have changed one since the other.
    fn settle(&self) {
        self.events().for_each(Event::clear);
        if self.cancelling.is_on() {
            self.events().for_each(Event::set);
        }
    }

    /// From the oldest to the one that counts.
    fn events(&self) -> impl Iterator<Item = &Event> {
        std::iter::successors(self.wake.get(), |wake| wake.next.get()).map(|wake| &wake.event)
    }

    fn event(&self) -> Option<&Event> {
        self.events().last()
    }

    /// The event, and another one if there is none or the host has closed its descriptors.
    fn intact_event(&self) -> Result<&Event, Stop> {
        let latest = std::iter::successors(self.wake.get(), |wake| wake.next.get()).last();
        let place = match latest {
            Some(wake) if wake.event.is_intact() => return Ok(&wake.event),
            Some(wake) => &wake.next,
            None => &self.wake,
        };
        let event = Event::new().map_err(Stop::Failed)?;
        // If another thread was faster, its event counts.
        Ok(&place.set(Wake { event, next: SetOnce::new() }).event)
    }

    /// Waits until one of `watches` is ready.
    pub(crate) fn wait<'a>(&'a self, watches: &mut [Watch<'a>], until: Until) -> Result<(), Stop> {
        self.wait_with(self.intact_event()?, watches, until)
    }

    /// The same for a connection that was made or looked at in this call. That saves the look at the event, which is
    /// the library's as well then: a host that closes descriptors takes that of the connection too, and the wait for
    /// another connection notices.
    pub(crate) fn wait_for_connection<'a>(&'a self, watches: &mut [Watch<'a>], until: Until) -> Result<(), Stop> {
        let event = self.event().ok_or_else(|| Stop::Failed(io::Error::other("no call is under way")))?;
        self.wait_with(event, watches, until)
    }

    fn wait_with<'a>(&'a self, event: &'a Event, watches: &mut [Watch<'a>], until: Until) -> Result<(), Stop> {
        let count = watches.len().min(MOST_WATCHES);
        let mut all = [Watch::event(event); 1 + MOST_WATCHES];
        all[1..=count].copy_from_slice(&watches[..count]);
        loop {
            self.check()?;
            if !poll(&mut all[..=count], until).map_err(Stop::Failed)? {
                return Err(Stop::TimeUp);
            }
            self.check()?;
            watches[..count].copy_from_slice(&all[1..=count]);
            if watches.iter().any(Watch::is_ready) {
                return Ok(());
            }
            // It was set for nothing, or the host has closed a descriptor of it.
            all[0] = Watch::event(self.intact_event()?);
            self.settle();
        }
    }

    /// Waits for nothing but the time.
    pub(crate) fn sleep(&self, duration: Duration) -> Result<(), Stop> {
        match self.wait(&mut [], Until::after(duration)) {
            Err(Stop::TimeUp) => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn interrupt() -> (Arc<Cancelling>, Interrupt) {
        let cancelling = Arc::new(Cancelling::default());
        (Arc::clone(&cancelling), Interrupt::new(cancelling))
    }

    #[test]
    fn cancelling_ends_a_wait_and_the_next_ones() {
        let (cancelling, interrupt) = interrupt();
        let call = interrupt.enter().expect("is not cancelled");
        let begin = Instant::now();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| interrupt.sleep(Duration::from_secs(10)));
            std::thread::sleep(Duration::from_millis(50));
            cancelling.ask();
            interrupt.wake();
            assert!(matches!(waits.join().expect("does not panic"), Err(Stop::Cancelled)));
        });
        assert!(begin.elapsed() < Duration::from_secs(5));
        assert!(matches!(interrupt.enter(), Err(Stop::Cancelled)));
        drop(call);
        interrupt.resume();
        let _call = interrupt.enter().expect("is resumed");
        interrupt.sleep(Duration::from_millis(1)).expect("is resumed");
    }

    #[test]
    fn a_wake_that_comes_too_late_is_passed_over() {
        let (_, interrupt) = interrupt();
        let _call = interrupt.enter().expect("is not cancelled");
        interrupt.wake();
        let begin = Instant::now();
        interrupt.sleep(Duration::from_millis(50)).expect("is not cancelled");
        assert!(begin.elapsed() >= Duration::from_millis(50));
        let event = interrupt.event().expect("a call was made");
        let is_set =
            poll(&mut [Watch::event(event)], Until::after(Duration::from_millis(1))).expect("can be waited for");
        assert!(!is_set, "it would keep the processor busy");
    }
}
