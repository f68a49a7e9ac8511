//! What each thread will do. All of it comes from the seed.

use fastrand::Rng;

use super::service::Kind;

pub const THREADS: usize = 8;

/// How many groups of clients there are. The clients of a family share connections and token; a few have their own.
pub const FAMILIES: usize = 2;

/// Which clients a family has.
#[derive(Debug, Clone)]
pub struct Family {
    /// They get their tokens from the identity service. Otherwise the host sets the token.
    pub fetches: bool,
    /// The tokens last for a second, and are renewed.
    pub expires: bool,
    /// The URLs have a name, which is looked up on a thread.
    pub is_named: bool,
    pub max_retries: u32,
    pub logs: bool,
}

/// Which client makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The one of this thread. Others only cancel and resume it.
    Own,
    /// One that all threads use.
    Head(usize),
}

/// Which client is cancelled or resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Own(usize),
    Head(usize),
}

#[derive(Debug, Clone)]
pub enum Action {
    Get {
        whose: Whose,
        kind: Kind,
        is_located: bool,
    },
    /// As `Get`, with a log function that makes a call inside of this one.
    GetInside {
        whose: Whose,
    },
    /// The job runs while it is asked for this often.
    Wait {
        whose: Whose,
        polls: u8,
    },
    /// Waits in vain.
    WaitInVain {
        whose: Whose,
        ms: u32,
    },
    /// Begins a list, takes some jobs, and leaves the rest to whoever comes.
    List {
        whose: Whose,
        kind: Kind,
        jobs: usize,
        page: u32,
        take: usize,
    },
    /// Takes jobs of a list that another thread may have begun. `frees` it before its end.
    Continue {
        take: usize,
        frees: bool,
    },
    Summarize {
        whose: Whose,
        kind: Kind,
        jobs: usize,
        page: u32,
    },
    /// A call with little time to a server that does not answer.
    Stall {
        ms: u32,
    },
    /// Makes a client that shares, and uses and frees it.
    Pass {
        whose: Whose,
        calls: usize,
    },
    /// Cancels a client that may be another thread's.
    Cancel {
        target: Target,
    },
    Resume {
        target: Target,
    },
    /// Cancels the own client, calls in vain, and resumes it.
    CancelOwn,
    SetToken {
        family: usize,
    },
    /// Makes a client of a configuration, and frees the configuration, uses the client and frees it.
    Configure {
        family: usize,
    },
    /// Reads a saved answer.
    Parse,
    /// Reads a job, a summary and an error that other threads read, too.
    Read {
        times: usize,
    },
    Fork {
        child: Child,
    },
}

/// What a forked process does.
#[derive(Debug, Clone)]
pub struct Child {
    pub actions: Vec<Action>,
    /// Frees the clients at the end, also those that threads of the parent were using.
    pub frees: bool,
    /// Ends by `exit`, not by `_exit`.
    pub by_exit: bool,
}

#[derive(Debug)]
pub struct Plan {
    pub families: Vec<Family>,
    pub threads: Vec<Vec<Action>>,
}

impl Plan {
    pub fn new(rng: &mut Rng) -> Self {
        let is_named = rng.u8(..3) == 0;
        let families = (0..FAMILIES)
            .map(|family| Family {
                // The first one always fetches: its tokens are counted.
                fetches: family == 0 || rng.bool(),
                expires: rng.u8(..4) == 0,
                is_named,
                max_retries: rng.u32(..3),
                logs: rng.bool(),
            })
            .collect();
        // Without forks and cancels, the number of tokens is known exactly.
        let (forks, cancels) = (rng.u8(..4) > 0, rng.u8(..4) > 0);
        let threads = (0..THREADS)
            .map(|_| {
                let count = rng.usize(15..35);
                (0..count).map(|_| Chance { rng, cancels }.action(forks)).collect()
            })
            .collect();
        Self { families, threads }
    }

    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.threads.iter().flatten()
    }

    /// Whether any thread cancels this client, except by [`Action::CancelOwn`].
    pub fn cancels(&self, target: Target) -> bool {
        self.actions().any(|action| matches!(action, Action::Cancel { target: cancelled } if *cancelled == target))
    }
}

struct Chance<'a> {
    rng: &'a mut Rng,
    cancels: bool,
}

impl Chance<'_> {
    fn action(&mut self, forks: bool) -> Action {
        match self.rng.u8(..100) {
            ..3 if forks => Action::Fork { child: self.child(1) },
            3..13 if self.cancels => match self.rng.u8(..5) {
                0 => Action::CancelOwn,
                1 | 2 => Action::Cancel { target: self.target() },
                _ => Action::Resume { target: self.target() },
            },
            13..18 => Action::SetToken { family: self.rng.usize(..FAMILIES) },
            18..22 => Action::Configure { family: self.rng.usize(..FAMILIES) },
            22..30 => Action::Pass { whose: self.whose(), calls: self.rng.usize(1..3) },
            30..34 => Action::Stall { ms: self.rng.u32(1..60) },
            34..42 => Action::Continue { take: self.rng.usize(1..6), frees: self.rng.u8(..4) == 0 },
            42..48 => Action::Read { times: self.rng.usize(1..4) },
            48..51 => Action::Parse,
            51..54 => Action::GetInside { whose: self.whose() },
            54..56 => Action::WaitInVain { whose: self.whose(), ms: self.rng.u32(1..40) },
            _ => self.call(),
        }
    }

    /// What works with inherited clients alone.
    fn call(&mut self) -> Action {
        let whose = self.whose();
        let (jobs, page) = (self.rng.usize(..12), self.rng.u32(1..6));
        match self.rng.u8(..20) {
            0 | 1 => Action::Wait { whose, polls: self.rng.u8(..4) },
            2..5 => Action::List { whose, kind: self.kind_of_list(), jobs, page, take: self.rng.usize(..8) },
            5..7 => Action::Summarize { whose, kind: self.kind_of_list(), jobs, page },
            _ => Action::Get { whose, kind: self.kind(), is_located: self.rng.bool() },
        }
    }

    fn child(&mut self, generations: u8) -> Child {
        let count = self.rng.usize(1..5);
        let mut actions: Vec<_> = (0..count)
            .map(|_| match self.rng.u8(..10) {
                0 => Action::CancelOwn,
                1 => Action::Configure { family: self.rng.usize(..FAMILIES) },
                2 => Action::Pass { whose: self.whose(), calls: 1 },
                3 | 4 => Action::Continue { take: 20, frees: true },
                _ => self.call(),
            })
            .collect();
        if generations > 0 && self.rng.u8(..3) == 0 {
            let at = self.rng.usize(..=actions.len());
            let child = self.child(generations - 1);
            actions.insert(at, Action::Fork { child });
        }
        Child { actions, frees: self.rng.bool(), by_exit: self.rng.bool() }
    }

    fn whose(&mut self) -> Whose {
        if self.rng.bool() { Whose::Own } else { Whose::Head(self.rng.usize(..FAMILIES)) }
    }

    fn target(&mut self) -> Target {
        match self.rng.usize(..4) {
            0 => Target::Head(self.rng.usize(..FAMILIES)),
            _ => Target::Own(self.rng.usize(..THREADS)),
        }
    }

    fn kind(&mut self) -> Kind {
        match self.rng.u8(..20) {
            ..9 => Kind::Good,
            9..12 => Kind::Slow,
            12..14 => Kind::Closes,
            14..16 => Kind::Absent,
            16 => Kind::Busy,
            17 => Kind::Resets,
            _ => Kind::Refused,
        }
    }

    fn kind_of_list(&mut self) -> Kind {
        match self.rng.u8(..6) {
            0 => Kind::Slow,
            1 => Kind::Closes,
            2 => Kind::Busy,
            _ => Kind::Good,
        }
    }
}
