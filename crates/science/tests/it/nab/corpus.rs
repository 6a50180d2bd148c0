//! The files of the Numenta Anomaly Benchmark: series, labeled windows, and scores that others have made.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use science::series::{Unusual, Watch};

/// One file of the corpus.
pub(crate) struct Series {
    /// Folder and name, as in the file of labels.
    pub name: String,
    pub times: Vec<String>,
    pub values: Vec<f64>,
    /// First and last row of each labeled window.
    pub windows: Vec<(usize, usize)>,
}

impl Series {
    /// The usual step between rows as a share of a day; steps over midnight of a month's end are passed over.
    pub(crate) fn steps_in_a_day(&self) -> usize {
        let mut steps: Vec<i64> = self
            .times
            .windows(2)
            .take(200)
            .map(|pair| seconds(&pair[1]) - seconds(&pair[0]))
            .filter(|step| *step > 0)
            .collect();
        steps.sort_unstable();
        steps.get(steps.len() / 2).map_or(0, |step| (86_400 / step) as usize)
    }
}

/// The benchmark's scores, 0 to 1: of raised values how unusual they are, of all others 0.
pub(crate) fn watched(series: &Series) -> Vec<f64> {
    let mut unusual = Unusual::new(Watch { period: series.steps_in_a_day(), ..Watch::default() });
    let score = |value: &f64| match unusual.observe(*value) {
        Some(notice) if notice.raised => 1.0 - (-notice.score).exp(),
        _ => 0.0,
    };
    series.values.iter().map(score).collect()
}

/// Seconds within a month of `2014-04-11 00:05:00`.
fn seconds(time: &str) -> i64 {
    let part = |from: usize| time.get(from..from + 2).and_then(|part| part.parse::<i64>().ok()).unwrap_or(0);
    part(8) * 86_400 + part(11) * 3_600 + part(14) * 60 + part(17)
}

/// All files in the order of their names. `data` holds `data/` and `labels/`.
pub(crate) fn read(data: &Path) -> Result<Vec<Series>, String> {
    let labels = data.join("labels/combined_windows.json");
    let text = fs::read_to_string(&labels).map_err(|error| format!("could not read {}: {error}", labels.display()))?;
    let named = windows(&text).into_iter().map(|(name, windows)| series(data, name, &windows));
    named.collect()
}

fn series(data: &Path, name: String, windows: &[(String, String)]) -> Result<Series, String> {
    let rows = columns(&data.join("data").join(&name), &["timestamp", "value"])?;
    let times: Vec<String> = rows.iter().map(|row| row[0].clone()).collect();
    let values = rows.iter().map(|row| row[1].parse().unwrap_or(f64::NAN)).collect();
    let at = |time: &String| times.iter().position(|other| other == time);
    let windows = windows.iter().filter_map(|(first, last)| Some((at(first)?, at(last)?))).collect();
    Ok(Series { name, values, windows, times })
}

/// Somebody's anomaly scores of a file: `<folder>/<detector>_<name>` with a column `anomaly_score`.
pub(crate) fn scores(results: &Path, name: &str) -> Result<Vec<f64>, String> {
    let detector = results.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (folder, file) = name.split_once('/').unwrap_or(("", name));
    let rows = columns(&results.join(folder).join(format!("{detector}_{file}")), &["anomaly_score"])?;
    Ok(rows.iter().map(|row| row[0].parse().unwrap_or(0.0)).collect())
}

/// Writes scores in the form that the benchmark's own scorer reads.
pub(crate) fn write(results: &Path, series: &Series, scores: &[f64]) -> Result<(), String> {
    let detector = results.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (folder, file) = series.name.split_once('/').unwrap_or(("", &series.name));
    let path: PathBuf = results.join(folder).join(format!("{detector}_{file}"));
    let mut text = String::from("timestamp,value,anomaly_score,label\n");
    for (row, score) in scores.iter().enumerate() {
        let inside = series.windows.iter().any(|(first, last)| (*first..=*last).contains(&row));
        text += &format!("{},{},{score},{}\n", series.times[row], series.values[row], u8::from(inside));
    }
    fs::create_dir_all(path.parent().unwrap_or(results)).map_err(|error| error.to_string())?;
    fs::write(&path, text).map_err(|error| format!("could not write {}: {error}", path.display()))
}

fn columns(path: &Path, wanted: &[&str]) -> Result<Vec<Vec<String>>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let places: Vec<usize> = wanted.iter().filter_map(|name| header.iter().position(|column| column == name)).collect();
    if places.len() < wanted.len() {
        return Err(format!("{} lacks one of the columns {wanted:?}", path.display()));
    }
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        places.iter().map(|place| cells.get(*place).copied().unwrap_or_default().to_owned()).collect()
    };
    Ok(lines.map(row).collect())
}

/// The file of labels is an object of lists of pairs of texts: its texts alone, in order, say all.
fn windows(json: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut named: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let (mut name, mut begin) = (String::new(), None);
    for text in json.split('"').skip(1).step_by(2) {
        if text.contains(".csv") {
            text.clone_into(&mut name);
            named.entry(name.clone()).or_default();
        } else {
            // Labels have fractions of seconds, the series have none.
            let time = text.split('.').next().unwrap_or_default().to_owned();
            match begin.take() {
                None => begin = Some(time),
                Some(begin) => named.entry(name.clone()).or_default().push((begin, time)),
            }
        }
    }
    named
}
