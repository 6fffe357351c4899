//! ureq as it comes, measured as the C programs of `benches/c` are, which run this and read the line it prints.
//!
//! ```text
//! bench-ureq get PORT AT_ONCE WARMUP COUNT LIMIT_MS    prints: requests bytes seconds cpu_us
//! bench-ureq download URL                              prints: 1 bytes seconds cpu_us
//! ```
//!
//! ureq is blocking, so GETs at once are threads that share an `Agent`, as its documentation has it. Its pool keeps 3
//! connections to a host by default; here it may keep all of them, because the work is keep-alive GETs. All else is default.

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use ureq::Agent;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// CPU time of the whole process, user and system, in microseconds.
fn cpu_us() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Reads one answer to its end; how long its body was.
fn fetch(agent: &Agent, url: &str, buffer: &mut [u8]) -> Result<u64, Failure> {
    let mut answer = agent.get(url).call()?;
    let mut body = answer.body_mut().as_reader();
    let mut bytes = 0;
    loop {
        match body.read(buffer)? {
            0 => return Ok(bytes),
            got => bytes += got as u64,
        }
    }
}

/// What all threads of a series share.
struct Series {
    left: AtomicU64,
    end: Instant,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Series {
    fn new(count: u64, limit: Duration) -> Self {
        Self {
            left: AtomicU64::new(count),
            end: Instant::now() + limit,
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    /// One request after another until none are left or the time is over.
    fn run(&self, agent: &Agent, url: &str) -> Result<(), Failure> {
        let mut buffer = [0; 4096];
        while Instant::now() < self.end
            && self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok()
        {
            self.bytes.fetch_add(fetch(agent, url, &mut buffer)?, Relaxed);
            self.requests.fetch_add(1, Relaxed);
        }
        Ok(())
    }
}

fn get(
    port: &str,
    at_once: usize,
    warmup: u64,
    count: u64,
    limit: Duration,
) -> Result<(), Failure> {
    let agent: Agent = Agent::config_builder()
        .max_idle_connections(at_once)
        .max_idle_connections_per_host(at_once)
        .build()
        .into();
    let url = format!("http://127.0.0.1:{port}/get");
    let warming = Series::new(warmup, limit);
    let measured = Mutex::new(None);
    let gate = Barrier::new(at_once);
    let (begin, cpu) = std::thread::scope(|scope| {
        let work = || {
            warming.run(&agent, &url)?;
            // The first of them begins the series, when all are warm.
            if gate.wait().is_leader() {
                let series = Series::new(if count == 0 { u64::MAX } else { count }, limit);
                *measured.lock().expect("no thread panics") =
                    Some((std::sync::Arc::new(series), Instant::now(), cpu_us()));
            }
            gate.wait();
            let (series, begin, cpu) =
                measured.lock().expect("no thread panics").clone().expect("set before the gate");
            series.run(&agent, &url)?;
            Ok::<_, Failure>((begin, cpu))
        };
        let others: Vec<_> = (1..at_once).map(|_| scope.spawn(work)).collect();
        let own = work();
        for other in others {
            other.join().expect("no thread panics")?;
        }
        own
    })?;
    let (seconds, cpu) = (begin.elapsed().as_secs_f64(), cpu_us() - cpu);
    let series = measured.into_inner().expect("no thread panics").expect("set").0;
    println!(
        "{} {} {seconds:.6} {cpu:.0}",
        series.requests.load(Relaxed),
        series.bytes.load(Relaxed)
    );
    Ok(())
}

fn download(url: &str) -> Result<(), Failure> {
    let agent = Agent::new_with_defaults();
    let mut buffer = vec![0; 65536];
    let (begin, cpu) = (Instant::now(), cpu_us());
    let bytes = fetch(&agent, url, &mut buffer)?;
    println!("1 {bytes} {:.6} {:.0}", begin.elapsed().as_secs_f64(), cpu_us() - cpu);
    Ok(())
}

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "get", port, at_once, warmup, count, limit_ms] => get(
            port,
            at_once.parse()?,
            warmup.parse()?,
            count.parse()?,
            Duration::from_millis(limit_ms.parse()?),
        ),
        [_, "download", url] => download(url),
        _ => Err("usage: bench-ureq get PORT AT_ONCE WARMUP COUNT LIMIT_MS | download URL".into()),
    }
}
