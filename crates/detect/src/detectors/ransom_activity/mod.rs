//! Files that are turned into others in masses, and the ways back being cut off. Method:
//! `docs/detectors/ransom_activity.md`.
//!
//! `digest` counts conversions and cuts by host; `recovery` knows the commands; `day` sums up; here they are tested.

mod day;
mod digest;
mod recovery;
mod report;

use std::collections::BTreeMap;

use schema::EntityKind;
use science::{PValue, hypothesis::fisher};

use self::day::{Conversion, Day, Host};
use crate::{
    Case, Detector, Error, Judged, Param, Params, Past, Reads,
    habits::{OF_LOG_COUNTS, Tail},
    telemetry::groups,
};

pub(super) static DETECTOR: Detector = Detector {
    name: "ransom_activity",
    version: "1",
    finds: "Hosts on which a program turns files into files of another kind in masses, or on which shadow copies, backups \
            and recovery are switched off.",
    null_hypothesis: "No more files are turned into a kind that is new here than programs of hosts here otherwise do in a \
                      day, and ways of recovery are cut off as seldom as administrators do.",
    attack: &["T1486", "T1490"],
    innocent: &[
        "Archiving and compression, whose kinds of files are known.",
        "Sync clients and editors, which write under another name first and do so every day.",
        "An administrator who removes old shadow copies: one such command and not several.",
    ],
    entity: EntityKind::Host,
    reads: READS,
    look_back_hours: 24,
    past: Some(Past { days: 14, fold: |hours, _| groups::merge(&digest::DAY, hours) }),
    params: PARAMS,
    rate_is_shown: true,
    digest: |_| Box::new(digest::Files::default()),
    judge,
};

static READS: &[Reads] = &[
    Reads { table: "file_changes", columns: &["host", "action", "process_path", "path", "new_path"] },
    Reads { table: "processes", columns: &["host", "action", "process_path", "command_line"] },
];

static PARAMS: &[Param] = &[
    Param {
        name: "tail_index",
        default: 2.0,
        because: "without a past: a program turns more than k files in several folders into a new kind with chance k^-2",
    },
    Param {
        name: "cut_chance",
        default: 0.01,
        because: "without a past: on one host of a hundred somebody cuts off one way of recovery in a day",
    },
    Param {
        name: "further_cut_chance",
        default: 0.05,
        because: "who has cut off one way of recovery for a good reason cuts off another one with at most this chance",
    },
];

/// Conversions of the past from which their tail is known.
const CONVERSIONS_MIN: usize = 200;

/// Folders in which files were converted; below, it is one program's own data.
const FOLDERS_MIN: i64 = 2;

/// Hosts of the past that knew a kind of file, from which on it is no new kind.
const KNOWN_HOSTS_MIN: usize = 2;

/// Larger p-values are no lead.
const TOLD_P_MAX: f64 = 0.02;

fn judge(case: &Case<'_>) -> Result<Judged, Error> {
    let window = groups::merge(&digest::HOUR, case.hours)?;
    let past = case.past.iter().map(|day| day::read(&day.digest)).collect::<Result<Vec<_>, Error>>()?;
    let mut judged = Judged::default();
    for (dataset, today) in day::read(&window)? {
        let before: Vec<&Day> = past.iter().filter_map(|days| days.get(&dataset)).collect();
        let null = Null::of(&before, case.params);
        for (name, host) in &today.hosts {
            let tested = null.test(name, host);
            judged.test(&dataset, tested.p_value);
            if tested.p_value.get() <= TOLD_P_MAX {
                judged.findings.push(report::finding(case, &dataset, name, &tested));
            }
        }
    }
    Ok(judged)
}

/// What innocent hosts do.
struct Null {
    /// Hosts of the past that made files of a kind, by kind.
    known: BTreeMap<String, Vec<String>>,
    tail_index: f64,
    /// ln(files) of conversions to new kinds in the past.
    sizes: Option<Tail>,
    cut_chance: f64,
    further_cut_chance: f64,
}

/// One host with what was tested.
#[derive(Debug)]
pub(super) struct Tested<'a> {
    host: &'a Host,
    /// The most improbable conversion.
    conversion: Option<&'a Conversion>,
    p_value: PValue,
    p_conversion: PValue,
    p_cuts: PValue,
}

impl Null {
    fn of(past: &[&Day], params: &Params) -> Self {
        let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut sizes = Vec::new();
        let (mut n_days, mut n_with_cuts) = (0.0, 0.0);
        for day in past {
            for (name, host) in &day.hosts {
                n_days += 1.0;
                n_with_cuts += f64::from(u8::from(!host.cuts.is_empty()));
                sizes.extend(
                    host.conversions.iter().filter(|c| is_new(&known, name, c)).map(|c| (c.n_files as f64).ln()),
                );
            }
            for (name, host) in &day.hosts {
                for conversion in &host.conversions {
                    let hosts = known.entry(conversion.kind.clone()).or_default();
                    if let Err(place) = hosts.binary_search(name) {
                        hosts.insert(place, name.clone());
                    }
                }
            }
        }
        let default = params.get("cut_chance").clamp(1e-6, 1.0);
        Self {
            known,
            tail_index: params.get("tail_index").clamp(0.1, 10.0),
            sizes: Tail::new(sizes, OF_LOG_COUNTS).filter(|tail| tail.size() >= CONVERSIONS_MIN),
            // The default counts for a hundred days of a host.
            cut_chance: ((n_with_cuts + 100.0 * default) / (n_days + 100.0)).min(1.0),
            further_cut_chance: params.get("further_cut_chance").clamp(1e-6, 1.0),
        }
    }

    fn test<'a>(&self, name: &str, host: &'a Host) -> Tested<'a> {
        let new = host.conversions.iter().filter(|c| c.n_folders >= FOLDERS_MIN && is_new(&self.known, name, c));
        let sized: Vec<(&Conversion, PValue)> = new.map(|conversion| (conversion, self.size(conversion))).collect();
        let best = sized.iter().min_by(|a, b| a.1.get().total_cmp(&b.1.get()));
        // Every conversion of the host was a chance.
        let p_conversion =
            best.map_or(PValue::ONE, |(_, p)| PValue::clamped(p.get() * host.conversions.len().max(1) as f64));
        let p_cuts = self.cuts(host.cuts.len());
        // Three looks: Fisher's method alone would lose what one part proves where the other is silent.
        let both = fisher(&[p_conversion, p_cuts]);
        let p_value = PValue::clamped(3.0 * p_conversion.get().min(p_cuts.get()).min(both.get()));
        Tested { host, conversion: best.map(|(conversion, _)| *conversion), p_value, p_conversion, p_cuts }
    }

    fn size(&self, conversion: &Conversion) -> PValue {
        let n_files = conversion.n_files.max(1) as f64;
        let heavy = PValue::clamped(n_files.powf(-self.tail_index));
        self.sizes.as_ref().map_or(heavy, |tail| tail.p_value(n_files.ln()))
    }

    fn cuts(&self, n_kinds: usize) -> PValue {
        let Some(further) = n_kinds.checked_sub(1) else { return PValue::ONE };
        PValue::clamped(self.cut_chance * self.further_cut_chance.powi(i32::try_from(further).unwrap_or(i32::MAX)))
    }
}

/// Neither known to this host nor to several others.
fn is_new(known: &BTreeMap<String, Vec<String>>, host: &str, conversion: &Conversion) -> bool {
    known.get(&conversion.kind).is_none_or(|hosts| {
        hosts.len() < KNOWN_HOSTS_MIN && hosts.binary_search_by(|name| name.as_str().cmp(host)).is_err()
    })
}
