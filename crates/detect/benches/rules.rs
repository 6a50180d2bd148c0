//! Rules over process starts: load, compile, and rows a second, for rules as the public set has them.
//!
//! `cargo bench -p margay-detect --bench rules [folder of rules]`; without a folder rules are made up.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a bench reads rules, measures time and prints"
)]

use std::{fs, path::PathBuf, sync::Arc, time::Instant};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array};
use detect::rules::{self, Evaluator, Options};
use schema::tables;

const ROWS: usize = 1_000_000;
const BATCH: usize = 65_536;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let texts = folder.map_or_else(made_up, |folder| read(PathBuf::from(folder)));
    let named = || texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let options = Options::default();
    let start = Instant::now();
    let (set, problems) = rules::load(named(), &options);
    println!(
        "{} rules of {} files loaded in {:?}, {} problems",
        set.rules().len(),
        texts.len(),
        start.elapsed(),
        problems.len()
    );
    let start = Instant::now();
    let plans = set.plans();
    println!("{} plans in {:?}", plans.len(), start.elapsed());

    let table = tables::find("processes").expect("a table");
    let plan = set.plan(table);
    println!("processes: {} rules, fields/tests/tried always {:?}", plan.n_rules(), plan.sizes());
    for (name, distinct) in [("as hosts repeat", 0.15), ("every command line new", 1.0), ("much repeated", 0.01)] {
        let batches: Vec<RecordBatch> = (0..ROWS / BATCH).map(|n| processes(n, distinct)).collect();
        let n_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let mut evaluator = Evaluator::new(Arc::clone(&plan));
        for pass in ["first", "second"] {
            let start = cpu_seconds();
            let hits: usize = batches.iter().map(|batch| evaluator.evaluate(batch).len()).sum();
            let seconds = cpu_seconds() - start;
            println!(
                "{name}, {pass} pass: {:.0} rows/s, {:.2} us a row, {hits} hits, {} values known",
                n_rows as f64 / seconds,
                seconds * 1e6 / n_rows as f64,
                evaluator.n_remembered()
            );
        }
    }
}

/// Time that this thread was computing: other work on the machine does not count.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}

fn read(folder: PathBuf) -> Vec<(String, String)> {
    let mut open = vec![folder];
    let mut texts = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|end| end == "yml") {
            texts.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
    texts
}

/// Rules in the shape of most public ones: a program, some flags, a filter.
fn made_up() -> Vec<(String, String)> {
    let rule = |n: usize| {
        format!(
            "title: Rule {n}\nlogsource: {{product: windows, category: process_creation}}\ndetection:\n  img:\n    - Image|endswith: '\\tool{}.exe'\n    - OriginalFileName: 'tool{}.exe'\n  cli:\n    CommandLine|contains: [' -flag{n} ', '/opt{n}:', 'http{n}://']\n  filter:\n    ParentImage|startswith: 'C:\\Program Files\\Vendor{}\\'\n  condition: img and cli and not filter\n",
            n % 400,
            n % 400,
            n % 50
        )
    };
    (0..2_000).map(|n| (format!("rule{n}.yml"), rule(n))).collect()
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Small numbers are much more likely, as few programs make most processes.
    fn skewed(&mut self, n: usize) -> usize {
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (unit.powi(4) * n as f64) as usize
    }
}

const PROGRAMS: [&str; 24] = [
    "svchost.exe",
    "conhost.exe",
    "cmd.exe",
    "chrome.exe",
    "RuntimeBroker.exe",
    "backgroundTaskHost.exe",
    "WmiPrvSE.exe",
    "taskhostw.exe",
    "SearchProtocolHost.exe",
    "powershell.exe",
    "MsMpEng.exe",
    "git.exe",
    "msedge.exe",
    "rundll32.exe",
    "reg.exe",
    "schtasks.exe",
    "net.exe",
    "msiexec.exe",
    "wscript.exe",
    "certutil.exe",
    "notepad.exe",
    "tasklist.exe",
    "explorer.exe",
    "OUTLOOK.EXE",
];

/// Process starts of a hundred hosts; `distinct` is the share of command lines that nobody has seen.
fn processes(batch: usize, distinct: f64) -> RecordBatch {
    let mut dice = Dice(batch as u64 + 1);
    let mut paths = Vec::new();
    let mut lines = Vec::new();
    let mut parents = Vec::new();
    let mut parent_lines = Vec::new();
    let mut hosts = Vec::new();
    let mut users = Vec::new();
    let mut hashes = Vec::new();
    let mut names = Vec::new();
    for _ in 0..BATCH {
        let program = dice.skewed(300);
        let name = PROGRAMS.get(program).map_or_else(|| format!("app{program}.exe"), |name| (*name).to_owned());
        let folder =
            ["C:\\Windows\\System32", "C:\\Program Files\\Vendor\\App", "C:\\Users\\bob\\AppData\\Local\\Temp"]
                [program % 3];
        let fresh = (dice.next() >> 11) as f64 / ((1u64 << 53) as f64) < distinct;
        let number = if fresh { dice.next() } else { dice.next() % 20 };
        paths.push(format!("{folder}\\{name}"));
        lines.push(format!("\"{folder}\\{name}\" --type=renderer --id={number:x} -k netsvcs -p -s Schedule /c \"dir C:\\data\\{number}\""));
        let parent = PROGRAMS[dice.skewed(24)];
        parents.push(format!("C:\\Windows\\System32\\{parent}"));
        parent_lines.push(format!("C:\\Windows\\System32\\{parent} -k netsvcs {}", dice.skewed(200)));
        hosts.push(format!("host{}", dice.next() % 100));
        users.push(format!("user{}", dice.skewed(300)));
        hashes.push(format!("{:032x}", program * 7_919));
        names.push(name);
    }
    let table = tables::find("processes").expect("a table");
    let text = |values: &[String]| Arc::new(StringArray::from_iter_values(values)) as ArrayRef;
    let constant = |value: &str| Arc::new(StringArray::from_iter_values(std::iter::repeat_n(value, BATCH))) as ArrayRef;
    let attrs: Vec<String> = (0..BATCH)
        .map(|_| {
            let channel = "Microsoft-Windows-Sysmon/Operational";
            format!("{{\"Channel\":\"{channel}\",\"Level\":\"4\",\"Task\":\"1\",\"Opcode\":\"0\",\"Keywords\":\"0x8000000000000000\",\"RuleName\":\"-\",\"EventRecordID\":\"{}\",\"LogonGuid\":\"{{00000000-0000-0000-0000-000000000000}}\",\"TerminalSessionId\":\"1\"}}", dice.next() % 1_000_000)
        })
        .collect();
    let columns = table.columns().map(|column| match column.name {
        "action" => constant("start"),
        "os" => constant("windows"),
        "provider" => constant("Microsoft-Windows-Sysmon"),
        "event" => constant("1"),
        "integrity" => constant("High"),
        "user_domain" => constant("CORP"),
        "working_dir" => constant("C:\\Windows\\system32\\"),
        "company" => constant("Microsoft Corporation"),
        "product" => constant("Microsoft Windows Operating System"),
        "process_path" => text(&paths),
        "command_line" => text(&lines),
        "parent_path" => text(&parents),
        "parent_command_line" => text(&parent_lines),
        "host" => text(&hosts),
        "user" => text(&users),
        "md5" | "imphash" => text(&hashes),
        "original_name" | "description" => text(&names),
        "attrs" | "raw" => text(&attrs),
        "pid" => Arc::new(Int64Array::from_iter_values((0..BATCH).map(|_| (dice.next() % 30_000) as i64))),
        "observed_at" | "ingested_at" => {
            Arc::new(TimestampMicrosecondArray::from_iter_values(0..BATCH as i64).with_timezone("UTC"))
        }
        _ if column.required && column.kind == schema::Kind::Text => constant("-"),
        _ if column.required && column.kind == schema::Kind::Int => {
            Arc::new(Int64Array::from_iter_values(0..BATCH as i64))
        }
        _ if column.required => Arc::new(arrow_array::Float64Array::from_iter_values(std::iter::repeat_n(1.0, BATCH))),
        _ => new_null_array(&column.kind.data_type(), BATCH),
    });
    RecordBatch::try_new(table.schema(), columns.collect()).expect("rows")
}
