//! Work that overlaps: a crew of threads for one call, and steps that stay in order.
//!
//! Whoever calls the crate keeps its readers and writers on its own thread; what the crew is given
//! is arithmetic on buffers. A crew of nobody does each task where it is started, so that a short
//! package costs no thread at all.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// More workers than this are faster than one thread can read and write for them.
const MOST_WORKERS: usize = 8;

/// How many workers pay for a stream that divides into so many tasks: none for a single one.
pub(crate) fn workers_for(tasks: u64) -> usize {
    if tasks < 2 {
        return 0;
    }
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if cores == 1 {
        return 0;
    }
    cores
        .min(MOST_WORKERS)
        .min(usize::try_from(tasks).unwrap_or(MOST_WORKERS))
}

type Job = Box<dyn FnOnce() + Send>;

/// Tasks that wait for a worker, and workers that wait for a task.
struct Jobs {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    idle_workers: usize,
    is_over: bool,
}

impl Jobs {
    fn put(&self, job: Job) {
        let mut waiting = locked(&self.waiting);
        waiting.jobs.push_back(job);
        let wakes = waiting.idle_workers > 0;
        drop(waiting);
        // A call of the kernel that nobody waits for is saved.
        if wakes {
            self.arrived.notify_one();
        }
    }

    /// The next job; none when it is over and all are done.
    fn next(&self) -> Option<Job> {
        let mut waiting = locked(&self.waiting);
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            if waiting.is_over {
                return None;
            }
            waiting.idle_workers += 1;
            waiting = self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
            waiting.idle_workers -= 1;
        }
    }
}

/// The threads of one call.
pub(crate) struct Crew {
    jobs: Option<Arc<Jobs>>,
    workers: usize,
}

impl Drop for Crew {
    /// Sends the workers home.
    fn drop(&mut self) {
        if let Some(jobs) = &self.jobs {
            locked(&jobs.waiting).is_over = true;
            jobs.arrived.notify_all();
        }
    }
}

/// Runs `work` with so many workers; all of them have ended when it returns.
///
/// Tasks begin in the order in which they were started, which is what lets one wait for an earlier
/// one. A panic in a task goes on here, when `work` and all other tasks have ended.
pub(crate) fn with_crew<T>(workers: usize, work: impl FnOnce(&Crew) -> T) -> T {
    if workers == 0 {
        return work(&Crew::of_nobody());
    }
    let jobs = Arc::new(Jobs {
        waiting: Mutex::new(Waiting::default()),
        arrived: Condvar::new(),
    });
    let panicked = Mutex::new(None);
    let result = thread::scope(|scope| {
        let toil = || {
            while let Some(job) = jobs.next() {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(job)) {
                    locked(&panicked).get_or_insert(panic);
                }
            }
        };
        let hired = (0..workers)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, toil).ok())
            .count();
        let crew = Crew {
            jobs: (hired > 0).then(|| Arc::clone(&jobs)),
            workers: hired,
        };
        work(&crew)
    });
    match panicked
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
    {
        Some(panic) => resume_unwind(panic),
        None => result,
    }
}

/// A task that panics leaves nothing half done that another one reads.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Crew {
    /// Does every task at once, on the caller's thread.
    pub(crate) fn of_nobody() -> Self {
        Self {
            jobs: None,
            workers: 0,
        }
    }

    /// How many tasks of a kind keep everybody busy while the caller reads and writes; none when alone.
    pub(crate) fn ahead(&self) -> usize {
        match self.workers {
            0 => 0,
            workers => workers + 2,
        }
    }

    /// Starts a task.
    pub(crate) fn start<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Task<T> {
        let Some(jobs) = &self.jobs else {
            return Task(Progress::Done(work()));
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        let job = Box::new(move || {
            // Nobody waits for the result after an error elsewhere.
            let _ = sender.send(work());
        });
        jobs.put(job);
        Task(Progress::Running(receiver))
    }
}

/// What was started and will have a result.
pub(crate) struct Task<T>(Progress<T>);

enum Progress<T> {
    Done(T),
    Running(Receiver<T>),
}

impl<T> Task<T> {
    /// A result that took no work.
    pub(crate) fn done(result: T) -> Self {
        Self(Progress::Done(result))
    }

    pub(crate) fn wait(self) -> io::Result<T> {
        match self.0 {
            Progress::Done(result) => Ok(result),
            Progress::Running(receiver) => receiver
                .recv()
                .map_err(|_| io::Error::other("a worker thread ended before its task")),
        }
    }
}

/// Tasks whose results are wanted in the order in which they were started.
pub(crate) struct Queue<T> {
    tasks: VecDeque<Task<T>>,
    room: usize,
}

impl<T> Queue<T> {
    pub(crate) fn new(room: usize) -> Self {
        Self {
            tasks: VecDeque::with_capacity(room),
            room,
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.tasks.len() < self.room
    }

    /// Whether the oldest result must be taken before a further task is started.
    pub(crate) fn is_over_full(&self) -> bool {
        self.tasks.len() > self.room
    }

    pub(crate) fn push(&mut self, task: Task<T>) {
        self.tasks.push_back(task);
    }

    /// Forgets all of them; what runs still runs to its end.
    pub(crate) fn clear(&mut self) {
        self.tasks.clear();
    }

    /// The oldest one's result, when there is one.
    pub(crate) fn pop(&mut self) -> io::Result<Option<T>> {
        self.tasks.pop_front().map(Task::wait).transpose()
    }
}

/// What tasks change one after the other, in the order in which they got their tickets.
///
/// A task may wait for its turn, since the tasks with earlier tickets have begun before it.
pub(crate) struct InTurn<T>(Arc<Turns<T>>);

struct Turns<T> {
    state: Mutex<Turn<T>>,
    passed: Condvar,
    tickets: AtomicU64,
}

struct Turn<T> {
    number: u64,
    waiting: usize,
    value: T,
}

/// One turn, to be taken or, by a task that comes to nothing, to be passed on.
pub(crate) struct Ticket<T> {
    turns: Arc<Turns<T>>,
    number: u64,
    is_used: bool,
}

impl<T> InTurn<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Turns {
            state: Mutex::new(Turn {
                number: 0,
                waiting: 0,
                value,
            }),
            passed: Condvar::new(),
            tickets: AtomicU64::new(0),
        }))
    }

    /// The next ticket, for the task that is started next.
    pub(crate) fn ticket(&self) -> Ticket<T> {
        Ticket {
            turns: Arc::clone(&self.0),
            number: self.0.tickets.fetch_add(1, Ordering::Relaxed),
            is_used: false,
        }
    }
}

impl<T> Ticket<T> {
    /// Waits until all earlier turns are over, then takes this one.
    pub(crate) fn take<R>(mut self, change: impl FnOnce(&mut T) -> R) -> R {
        self.is_used = true;
        self.turns.pass(self.number, change)
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        if !self.is_used {
            self.turns.pass(self.number, |_| ());
        }
    }
}

impl<T> Turns<T> {
    fn pass<R>(&self, number: u64, change: impl FnOnce(&mut T) -> R) -> R {
        let mut state = locked(&self.state);
        while state.number != number {
            state.waiting += 1;
            state = self
                .passed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        // The number first: a change that panics must not keep the others waiting.
        state.number += 1;
        let result = change(&mut state.value);
        let wakes = state.waiting > 0;
        drop(state);
        if wakes {
            self.passed.notify_all();
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_their_tasks() {
        for workers in [0, 1, 3] {
            let results: Vec<u64> = with_crew(workers, |crew| {
                let tasks: Vec<_> = (0..100_u64)
                    .map(|number| crew.start(move || number * number))
                    .collect();
                tasks
                    .into_iter()
                    .map(|task| task.wait().expect("a result"))
                    .collect()
            });
            let expected: Vec<u64> = (0..100).map(|number| number * number).collect();
            assert_eq!(results, expected);
        }
    }

    #[test]
    fn turns_are_taken_in_their_order_however_long_each_task_works_before() {
        for workers in [0, 2, 5] {
            let order = InTurn::new(Vec::new());
            with_crew(workers, |crew| {
                for number in 0..200_u64 {
                    let ticket = order.ticket();
                    crew.start(move || {
                        let work = (0..(200 - number) * 50).fold(number, u64::wrapping_add);
                        ticket.take(|order| order.push((number, work)));
                    });
                }
            });
            let order = order.ticket().take(std::mem::take);
            assert!(order.iter().map(|turn| turn.0).eq(0..200));
        }
    }

    #[test]
    fn a_task_that_panics_keeps_nobody_waiting_and_is_not_swallowed() {
        let outcome = std::panic::catch_unwind(|| {
            with_crew(2, |crew| {
                let turns = InTurn::new(0);
                let ticket = turns.ticket();
                let broken = crew.start(move || {
                    let _ticket = ticket;
                    panic!("on purpose")
                });
                let ticket = turns.ticket();
                let sound = crew.start(move || ticket.take(|turns| *turns += 1));
                let () = sound.wait().expect("a result");
                assert_eq!(turns.ticket().take(|turns| *turns), 1);
                let broken: io::Result<()> = broken.wait();
                assert!(broken.is_err());
            });
        });
        let panic = outcome.expect_err("a panic");
        assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
    }

    #[test]
    fn one_task_needs_no_thread() {
        assert_eq!(workers_for(0), 0);
        assert_eq!(workers_for(1), 0);
        assert!(workers_for(u64::MAX) <= MOST_WORKERS);
    }
}
