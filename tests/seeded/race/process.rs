//! A turn: its threads, a watchdog, and what is left at the end.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;
use fastrand::Rng;

use super::actor::{Actor, Pool};
use super::handles::{Handle, List, Setting};
use super::logging;
use super::plan::{FAMILIES, Plan, THREADS};
use super::service::{Kind, Question};
use super::shared::{self, Tally};
use crate::support::abi::{Job, name};
use crate::support::abi_many::Summary;

/// Longer than any turn takes, on a busy machine and with a sanitizer.
const PATIENCE: Duration = Duration::from_secs(150);

/// How long threads of look-ups and closed connections may take to disappear.
const LEAVING: Duration = Duration::from_secs(20);

fn count(folder: &str) -> usize {
    std::fs::read_dir(folder).expect("is there").count()
}

/// How many descriptors are open, with the one that reads the folder.
pub fn descriptors() -> usize {
    count("/proc/self/fd")
}

static DESCRIPTORS: AtomicUsize = AtomicUsize::new(0);

pub fn descriptors_at_the_beginning() -> usize {
    DESCRIPTORS.load(SeqCst)
}

/// Which action each thread is at.
static AT: [AtomicUsize; THREADS] = [const { AtomicUsize::new(0) }; THREADS];

/// Ends the process, and says what each thread was doing, unless `over` is set in time.
fn watch(plan: &Plan, over: &AtomicBool) {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if over.load(SeqCst) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    eprintln!("the turn does not end");
    for (number, (actions, at)) in plan.threads.iter().zip(&AT).enumerate() {
        eprintln!("thread {number}: {:?}", actions.get(at.load(SeqCst)));
    }
    std::process::abort();
}

/// A job, a summary and an error that all threads read.
pub struct Exhibits {
    list: Question,
    job: Box<cbj_job>,
    summary: Summary,
    error: Box<cbj_error>,
}

impl Exhibits {
    fn new(setting: &Setting, client: &Arc<Handle>) -> Self {
        let question =
            |number| Question { kind: Kind::Good, family: client.family, jobs: 3, who: "all".to_owned(), number };
        let mut list = logging::in_call(|| List::begin(setting, client, question(1), 2)).expect("is sent");
        let job = logging::in_call(|| list.iter.next_handle()).expect("is sent").expect("has jobs");
        let query = super::handles::query(&question(1), 2);
        let summary = logging::in_call(|| client.client.summarize_jobs(&query)).expect("is sent");
        let mut error = std::mem::MaybeUninit::uninit();
        assert_eq!(cbj_client_new(None, None, Some(&mut error)), CBJ_ERROR_INVALID_ARGUMENT);
        // SAFETY: fresh handles that nobody else has; the call wrote the error.
        let (job, error) = unsafe { (Box::from_raw(job), Box::from_raw(error.assume_init())) };
        Self { list: question(1), job, summary, error }
    }

    pub fn check(&self) {
        assert_eq!(Job::copy(&self.job).id, Some(self.list.listed(0)));
        assert_eq!(self.summary.latest().and_then(|job| job.id), Some(self.list.listed(2)));
        assert_eq!(name(cbj_error_status(Some(&self.error))), "CBJ_ERROR_INVALID_ARGUMENT");
        assert!(!cbj_error_message(Some(&self.error)).is_null());
    }
}

/// What the threads make together before they begin.
struct Start {
    setting: Arc<Setting>,
    barrier: Barrier,
    heads: Mutex<Vec<Option<Arc<Handle>>>>,
    owns: Mutex<Vec<Option<Arc<Handle>>>>,
    exhibits: Mutex<Option<Arc<Exhibits>>>,
    pool: Pool,
}

fn all(of: &Mutex<Vec<Option<Arc<Handle>>>>) -> Vec<Arc<Handle>> {
    of.lock().expect("no panic").iter().map(|handle| Arc::clone(handle.as_ref().expect("was made"))).collect()
}

/// Runs a thread's plan, and frees its clients in an order that comes from `rng`.
fn run_thread(start: &Start, number: usize, mut rng: Rng) {
    let mut tally = Tally::default();
    let setting = &start.setting;
    start.barrier.wait();
    // All make the first client of the process at the same time.
    let family = number % FAMILIES;
    let made = Arc::new(setting.head(family));
    if number < FAMILIES {
        tally.reasons_for_tokens[family] += 1;
        start.heads.lock().expect("no panic")[family] = Some(made);
    } else {
        drop(made);
    }
    start.barrier.wait();
    let heads = all(&start.heads);
    if number == 0 {
        // Of another client: the first token of these is fetched when all threads need it.
        tally.reasons_for_tokens[0] += 1;
        let exhibits = Exhibits::new(setting, &Arc::new(setting.configure(0)));
        *start.exhibits.lock().expect("no panic") = Some(Arc::new(exhibits));
    }
    let own = Arc::new(setting.own(number, &heads[family]));
    start.owns.lock().expect("no panic")[number] = Some(Arc::clone(&own));
    start.barrier.wait();
    let exhibits = Arc::clone(start.exhibits.lock().expect("no panic").as_ref().expect("was made"));
    let owns = all(&start.owns);
    start.barrier.wait();
    let mut actor = Actor {
        setting: Arc::clone(setting),
        who: format!("t{number}"),
        own,
        heads,
        owns,
        pool: Arc::clone(&start.pool),
        exhibits,
        number: 0,
        tally,
    };
    for (at, action) in setting.plan.threads[number].iter().enumerate() {
        AT[number].store(at, SeqCst);
        actor.act(action);
    }
    AT[number].store(usize::MAX, SeqCst);
    let mut handles: Vec<_> = actor.heads.drain(..).chain(actor.owns.drain(..)).collect();
    rng.shuffle(&mut handles);
    handles.clear();
    shared::add(&actor.tally);
}

/// The whole life of the process of a turn.
pub fn turn(rng: &mut Rng, url: &str) {
    let begin = Instant::now();
    let setting = Arc::new(Setting { plan: Plan::new(rng), url: url.to_owned() });
    // What the threads made is dropped by the thread that uses it last, or after a last call by this one.
    let keeps = rng.bool();
    let over = Arc::new(AtomicBool::new(false));
    let watchdog = {
        let (setting, over) = (Arc::clone(&setting), Arc::clone(&over));
        thread::spawn(move || watch(&setting.plan, &over))
    };
    shared::add(&Tally::default());
    let before = (descriptors(), count("/proc/self/task"));
    DESCRIPTORS.store(before.0, SeqCst);
    let start = Start {
        setting: Arc::clone(&setting),
        barrier: Barrier::new(THREADS + 1),
        heads: Mutex::new(vec![None; FAMILIES]),
        owns: Mutex::new(vec![None; THREADS]),
        exhibits: Mutex::default(),
        pool: Pool::default(),
    };
    let kept = thread::scope(|scope| {
        let start = &start;
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                scope.spawn({
                    let rng = rng.fork();
                    move || run_thread(start, number, rng)
                })
            })
            .collect();
        for _ in 0..3 {
            start.barrier.wait();
        }
        let heads: Vec<_> = std::mem::take(&mut *start.heads.lock().expect("no panic"));
        let kept: Vec<_> =
            if keeps { heads.into_iter().flatten().chain(all(&start.owns)).collect() } else { Vec::new() };
        start.barrier.wait();
        start.owns.lock().expect("no panic").clear();
        threads.into_iter().for_each(|thread| thread.join().expect("a thread panicked"));
        kept
    });
    finish(kept, &start.pool, rng);
    drop(start);
    let after = || (descriptors(), count("/proc/self/task"));
    let waits = Instant::now();
    while after() != before && waits.elapsed() < LEAVING {
        thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(after(), before, "descriptors and threads before and after");
    let (lines, wrong) = logging::lines();
    assert_eq!(wrong, 0, "lines of the log on another thread, or without a text");
    over.store(true, SeqCst);
    watchdog.join().expect("no panic");
    report(&setting, lines, begin.elapsed());
}

/// Resumes the clients, and checks that each works, and that lists have lost no job.
fn finish(mut kept: Vec<Arc<Handle>>, pool: &Pool, rng: &mut Rng) {
    let mut tally = Tally::default();
    kept.iter().for_each(|handle| handle.client.resume());
    for (number, handle) in kept.iter().enumerate() {
        let question = Question { kind: Kind::Good, family: handle.family, jobs: 0, who: "end".to_owned(), number };
        let job = logging::in_call(|| handle.client.get_job(&question.to_string(), None));
        super::handles::check_job(&job.expect("all cancels were taken back"), &question, None);
        tally.calls += 1;
    }
    for mut list in std::mem::take(&mut *pool.lock().expect("no panic")) {
        // A page that is not sent once is sent then. A client that was freed while it was cancelled stays so.
        let ended = (0..3).any(|_| matches!(list.take(usize::MAX), Ok(true)));
        assert!(
            ended || (kept.is_empty() && list.possible.contains(&CBJ_ERROR_CANCELLED)),
            "{} does not end",
            list.question
        );
        tally.calls += 1;
    }
    shared::add(&tally);
    rng.shuffle(&mut kept);
}

/// For the process that counts the requests.
fn report(setting: &Setting, lines: usize, time: Duration) {
    let tally = shared::sum();
    let mut words = format!("calls={} cancelled={} forks={} lines={lines}", tally.calls, tally.cancelled, tally.forks);
    for (family, reasons) in tally.reasons_for_tokens.iter().enumerate() {
        let most = if setting.family(family).fetches { reasons + setting.renewals(family, time) } else { 0 };
        words.push_str(&format!(" most_tokens_{family}={most}"));
    }
    // The test harness writes to standard output, too.
    std::io::Write::write_all(&mut std::io::stdout(), format!("\n{words}\n").as_bytes()).expect("can be written");
}
