//! Every wait of a call, and how it ends early: when the call's time is up, or when the client is cancelled.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst, fence};
use std::time::Duration;

use crate::sys::{Event, Lent, SetOnce, Until, Watch, poll};

/// Why a wait ended without a result.
#[derive(Debug)]
pub(crate) enum Stop {
    TimeUp,
    Cancelled,
    /// The wait itself failed.
    Failed(io::Error),
}

/// Whether `count` is higher than `other`. Counts begin again at 0 after their highest value: some processors count to
/// 2^32 only, which a program reaches in some years.
fn is_higher(count: usize, other: usize) -> bool {
    count != other && count.wrapping_sub(other) <= usize::MAX / 2
}

/// Raises the count to `new`, unless it is as high already.
fn raise(count: &AtomicUsize, new: usize) {
    let higher = |old| is_higher(new, old).then_some(new);
    // An error says that there was nothing to raise.
    let _ = count.fetch_update(SeqCst, SeqCst, higher);
}

/// Whether a client is cancelled. Cancels are counted, so that a cancel which comes during [`Interrupt::resume`] is not
/// lost.
#[derive(Debug, Default)]
pub(crate) struct Cancelling {
    /// How many cancels were asked for, and how many of them have been taken back.
    asked: AtomicUsize,
    taken_back: AtomicUsize,
}

impl Cancelling {
    /// Callable from a signal handler. A waiting call notices it only after [`Interrupt::wake`].
    pub(crate) fn ask(&self) {
        self.asked.fetch_add(1, SeqCst);
    }

    fn is_on(&self) -> bool {
        let taken_back = self.taken_back.load(SeqCst);
        is_higher(self.asked.load(SeqCst), taken_back)
    }
}

thread_local! {
    /// The interrupt of the call that this thread is in. Clients share connections, so a connection cannot know whose
    /// call it serves.
    static CURRENT: Lent<Interrupt> = const { Lent::nothing() };
}

/// Calls `body` with the interrupt of the call that this thread is in. `None` if it is in none.
pub(crate) fn of_this_call<R>(body: impl FnOnce(&Interrupt) -> R) -> Option<R> {
    CURRENT.with(|current| current.borrow(|interrupt| interrupt.map(body)))
}

/// When a connection was opened, counted in connections of this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opened(usize);

static OPENED: AtomicUsize = AtomicUsize::new(0);

impl Opened {
    pub(crate) fn now() -> Self {
        Self(OPENED.fetch_add(1, SeqCst).wrapping_add(1))
    }
}

/// Wakes the calls of one client in one process.
#[derive(Debug)]
pub(crate) struct Interrupt {
    /// The child of a fork takes it over, so that a cancelled client is cancelled in the child, too.
    cancelling: Arc<Cancelling>,
    /// Part of every wait. The first call makes it, because a client without calls needs no descriptor.
    wake: SetOnce<Wake>,
    /// The newest connection since whose opening the event was checked.
    checked: AtomicUsize,
    calls: AtomicUsize,
}

/// An event, and the next event, which took its place because the program had closed its descriptors. The old event is
/// kept, because a signal handler may be using it.
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

/// The most descriptors that one wait can have.
pub(crate) const MOST_WATCHES: usize = 8;

/// How long [`Interrupt::resume`] waits for cancelled calls to end. They need only a moment, unless the program delays
/// one.
const LEAVING: Duration = Duration::from_secs(1);

/// How often a sleep without an event looks whether the client is cancelled.
const NAP: Duration = Duration::from_millis(10);

impl Interrupt {
    pub(crate) fn new(cancelling: Arc<Cancelling>) -> Self {
        Self { cancelling, wake: SetOnce::new(), checked: AtomicUsize::new(0), calls: AtomicUsize::new(0) }
    }

    /// Counts a call until the result is dropped. A part of it that can fail begins with [`Self::enter`].
    pub(crate) fn begin(&self) -> CallGuard<'_> {
        self.calls.fetch_add(1, SeqCst);
        CallGuard(self)
    }

    /// Begins a call, which ends when the result is dropped.
    pub(crate) fn enter(&self) -> Result<CallGuard<'_>, Stop> {
        self.check()?;
        let call = self.begin();
        if self.event().is_none() {
            self.intact_event()?;
        }
        // A cancel counts first and then looks for the event. A call makes the event first and then looks at the count.
        // So at least one of the two sees what the other did.
        fence(SeqCst);
        self.check()?;
        Ok(call)
    }

    /// Runs `body` as a part of a call: [`of_this_call`] finds this interrupt.
    pub(crate) fn during<R>(&self, body: impl FnOnce() -> R) -> R {
        CURRENT.with(|current| current.lend(self, body))
    }

    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancelling.is_on() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Ends every wait, after [`Cancelling::ask`] has counted the cancel. Callable from a signal handler: costs an
    /// `fstat` and a `send` for each event.
    pub(crate) fn wake(&self) {
        fence(SeqCst);
        // A call may still wait for an older event.
        self.events().for_each(Event::set);
    }

    /// Takes the cancel back, once the calls that it ended are over. A cancel that comes meanwhile stays in effect.
    pub(crate) fn resume(&self) {
        let asked = self.cancelling.asked.load(SeqCst);
        if !self.cancelling.is_on() {
            return;
        }
        let until = Until::after(LEAVING);
        while self.calls.load(SeqCst) > 0 && !until.remaining().is_zero() {
            std::thread::sleep(Duration::from_millis(1));
        }
        raise(&self.cancelling.taken_back, asked);
        self.settle();
    }

    /// Makes the events match the counts, which another thread may have changed since.
    fn settle(&self) {
        self.events().for_each(Event::clear);
        if self.cancelling.is_on() {
            self.events().for_each(Event::set);
        }
    }

    /// From the oldest event to the one in use.
    fn events(&self) -> impl Iterator<Item = &Event> {
        std::iter::successors(self.wake.get(), |wake| wake.next.get()).map(|wake| &wake.event)
    }

    fn event(&self) -> Option<&Event> {
        self.events().last()
    }

    /// The event in use. Makes a new one if there is none, or if the program has closed its descriptors.
    fn intact_event(&self) -> Result<&Event, Stop> {
        let latest = std::iter::successors(self.wake.get(), |wake| wake.next.get()).last();
        let place = match latest {
            Some(wake) if wake.event.is_intact() => return Ok(&wake.event),
            Some(wake) => &wake.next,
            None => &self.wake,
        };
        let event = Event::new().map_err(Stop::Failed)?;
        // If another thread was faster, its event is used.
        Ok(&place.set(Wake { event, next: SetOnce::new() }).event)
    }

    /// Waits until one of `watches` is ready.
    pub(crate) fn wait<'a>(&'a self, watches: &mut [Watch<'a>], until: Until) -> Result<(), Stop> {
        self.wait_with(self.intact_event()?, watches, until)
    }

    /// As [`Self::wait`], for a connection that was found open in this call. Checks the event once for each connection:
    /// if the program had closed the event's descriptors since, it would have closed the connection's, too. A connection
    /// that another client opened may be younger than that.
    pub(crate) fn wait_for_connection<'a>(
        &'a self,
        watches: &mut [Watch<'a>],
        until: Until,
        opened: Opened,
    ) -> Result<(), Stop> {
        if is_higher(opened.0, self.checked.load(SeqCst)) {
            self.intact_event()?;
            raise(&self.checked, opened.0);
        }
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
            // The event was set without a cancel, or the program has closed one of its descriptors.
            all[0] = Watch::event(self.intact_event()?);
            self.settle();
        }
    }

    /// Waits until `duration` has passed, or the client is cancelled. Does so also while the process can open no
    /// descriptor for an event.
    pub(crate) fn sleep(&self, duration: Duration) -> Result<(), Stop> {
        let until = Until::after(duration);
        loop {
            match self.wait(&mut [], until) {
                Err(Stop::TimeUp) => return Ok(()),
                Err(Stop::Failed(_)) if until.remaining().is_zero() => return Ok(()),
                Err(Stop::Failed(_)) => {
                    self.check()?;
                    std::thread::sleep(NAP.min(until.remaining()));
                }
                other => return other,
            }
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
    fn cancels_count_on_beyond_the_highest_number() {
        let (cancelling, interrupt) = interrupt();
        cancelling.asked.store(usize::MAX, SeqCst);
        cancelling.taken_back.store(usize::MAX, SeqCst);
        for _ in 0..2 {
            interrupt.check().expect("every cancel was taken back");
            cancelling.ask();
            assert!(matches!(interrupt.check(), Err(Stop::Cancelled)));
            interrupt.resume();
        }
        assert_eq!(cancelling.taken_back.load(SeqCst), 1);
        // An older cancel is taken back late.
        raise(&cancelling.taken_back, usize::MAX);
        assert_eq!(cancelling.taken_back.load(SeqCst), 1);
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
