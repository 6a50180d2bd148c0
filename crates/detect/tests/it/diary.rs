//! What happened day by day, written down in texts: for tests of detectors that know the past. Runs on `rig`.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use detect::{Control, Judged};
use schema::Finding;

pub(crate) use crate::rig::DAY;
use crate::{
    organization::START,
    rig::{self, Row},
};

/// What happened, in any order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary {
    pub(crate) rows: Vec<Row>,
}

impl Diary {
    /// Texts for every kind of column; those of a list are separated by blanks.
    pub(crate) fn add(&mut self, at: i64, table: &'static str, cells: &[(&'static str, &str)]) {
        let row = cells.iter().fold(Row::at(table, at), |row, (name, text)| row.with_text(name, text, ' '));
        self.rows.push(row);
    }

    /// What the detector says of the last of `n_days` days, with those before as its past.
    pub(crate) fn judged(&self, name: &str, n_days: i64) -> Judged {
        rig::judged(rig::detector(name), &self.rows, n_days - 1)
    }

    /// Findings at a false discovery rate of 5 %, and ten leads.
    pub(crate) fn findings(&self, name: &str, n_days: i64) -> Vec<Finding> {
        let control = Control { rate: 0.05, leads_max: 10, leads_only: false };
        control.decide(self.judged(name, n_days), &BTreeMap::new()).into_findings()
    }

    pub(crate) fn proven(&self, name: &str, n_days: i64) -> Vec<Finding> {
        let mut findings = self.findings(name, n_days);
        findings.retain(|finding| finding.q_value.is_some_and(|q| q <= 0.05));
        findings
    }

    /// A digest for each hour.
    pub(crate) fn digests(&self, name: &str) -> BTreeMap<i64, RecordBatch> {
        rig::digests(rig::detector(name), &self.rows)
    }

    /// Checks that the order of rows says nothing.
    pub(crate) fn reads_in_any_order(mut self, name: &str) {
        let forwards = self.digests(name);
        self.rows.reverse();
        assert_eq!(forwards, self.digests(name));
    }
}

/// What a case of the corpus says, for a file of lines `seconds table column=value column=value ...`.
fn of_text(text: &str) -> (Diary, i64) {
    let mut diary = Diary::default();
    let mut n_days = 1;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split('\t');
        let at = (words.next().expect("seconds").parse::<f64>().expect("seconds") * 1e6) as i64;
        let table = schema::tables::find(words.next().expect("a table")).expect("a table");
        let cells: Vec<(&'static str, &str)> = words
            .map(|word| {
                let (name, value) = word.split_once('=').expect("column=value");
                (table.column(name).map_or("dataset", |column| column.name), value)
            })
            .collect();
        diary.add(START + at, table.name, &cells);
        n_days = n_days.max(at.div_euclid(DAY) + 1);
    }
    (diary, n_days)
}

/// Walks a detector's folder of cases: of each, who is found with whom, and under which labels.
pub(crate) fn check_corpus(name: &str) {
    rig::each_case(name, "tsv", |case, text| {
        let (diary, n_days) = of_text(text);
        let line = |finding: &Finding| {
            let object = finding.object.as_ref().map_or("-", |object| &object.value);
            format!("{} {object} {}\n", finding.subject.value, finding.labels.join(" ")).replace(" \n", "\n")
        };
        let said: String = diary.findings(name, n_days).iter().map(line).collect();
        assert_eq!(said, rig::expected(case), "{}", case.display());
    });
}
