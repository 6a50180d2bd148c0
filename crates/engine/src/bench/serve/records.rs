//! Made-up look-ups of names, as Zeek writes them: those that lie there before, and those that come.

use std::{
    fs,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crate::{Error, Result, bench::store::blended, clock, error::io};

/// One second of records after the other, each in a file of its own, until the end is asked for.
pub(super) struct Coming {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<Result<()>>,
}

impl Coming {
    pub(super) fn begin(inbox: PathBuf, per_second: u32) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&ended);
        let thread = std::thread::spawn(move || bring(&inbox, u64::from(per_second), &asked));
        Self { ended, thread }
    }

    pub(super) fn end(self) -> Result<()> {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_panic| Error::internal("the thread that brings records ended badly"))?
    }
}

fn bring(inbox: &Path, per_second: u64, ended: &AtomicBool) -> Result<()> {
    let started = Instant::now();
    for second in 0_u64.. {
        if ended.load(Ordering::Relaxed) || per_second == 0 {
            break;
        }
        // It gets its name when it is whole: the server looks at it at any time.
        let (path, unfinished) = (inbox.join(format!("{second}.log")), inbox.join(format!(".{second}.part")));
        write_at(&unfinished, second * per_second, (second + 1) * per_second, clock::now().micros())?;
        fs::rename(&unfinished, &path).map_err(io("write", &path))?;
        std::thread::sleep(Duration::from_secs(second + 1).saturating_sub(started.elapsed()));
    }
    Ok(())
}

/// Records of a day that is long past, in the order of time.
pub(super) fn write(path: &Path, first: u64, end: u64) -> Result<()> {
    /// 1 January 2026.
    const THEN: i64 = 1_767_225_600_000_000;
    write_at(path, first, end, THEN)
}

fn write_at(path: &Path, first: u64, end: u64, from: i64) -> Result<()> {
    let mut file = BufWriter::new(fs::File::create(path).map_err(io("write", path))?);
    for number in first..end {
        file.write_all(record(number, from).as_bytes()).map_err(io("write", path))?;
    }
    file.flush().map_err(io("write", path))
}

/// Some names are asked for a thousand times as often as others, as names are.
fn record(number: u64, from: i64) -> String {
    let draw = |what: u64, below: u64| blended(number, what) % below;
    let share = draw(1, 1_000_000) as f64 / 1e6;
    let name = (share.powi(4) * 200_000.0) as u64;
    let micros = from + (number % 864_000_000) as i64 * 100;
    format!(
        "{{\"_path\":\"dns\",\"ts\":{}.{:06},\"uid\":\"C{number:016x}\",\"id.orig_h\":\"10.0.{}.{}\",\"id.orig_p\":{},\
         \"id.resp_h\":\"10.0.0.2\",\"id.resp_p\":53,\"proto\":\"udp\",\"trans_id\":{},\"rtt\":0.0{},\
         \"query\":\"www{}.host{name}.example\",\"qclass\":1,\"qclass_name\":\"C_INTERNET\",\"qtype\":1,\
         \"qtype_name\":\"A\",\"rcode\":0,\"rcode_name\":\"NOERROR\",\"AA\":false,\"TC\":false,\"RD\":true,\"RA\":true,\
         \"Z\":0,\"answers\":[\"192.0.2.{}\"],\"TTLs\":[300.0],\"rejected\":false}}\n",
        micros / 1_000_000,
        micros % 1_000_000,
        draw(2, 8),
        draw(3, 250) + 1,
        1_024 + draw(4, 60_000),
        draw(5, 65_536),
        draw(6, 90) + 10,
        draw(7, 3),
        draw(8, 250) + 1,
    )
}
