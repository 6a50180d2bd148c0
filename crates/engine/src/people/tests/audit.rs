//! Whoever touches the log is found out.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::{
    super::{
        AuditEntry, AuditFilter, AuditLine,
        audit::{chain, genesis, verifier_of},
    },
    Lab, labs, open, owner, somewhere,
};
use crate::{
    Engine,
    store::{sql, tests::server},
};

async fn fill(engine: &Engine, n: usize) {
    for number in 0..n {
        let detail = json!({"number": number, "text": "ü \0 \u{10FFFF} \u{202e} \"'\n"});
        let entry = AuditEntry::new(&owner(), "test.line").about("sub\0ject \u{10FFFF}").with(&detail);
        engine.audit(entry).await.expect("writes");
    }
}

async fn n_problems(engine: &Engine) -> u64 {
    engine.verify_audit(None).await.expect("reads").n_problems
}

/// As somebody would who owns the database.
async fn without_triggers(engine: &Engine, statement: &'static str) {
    let drop_triggers = match engine.store.is_postgres() {
        true => &["ALTER TABLE audit_log DISABLE TRIGGER ALL"][..],
        false => &["DROP TRIGGER IF EXISTS audit_log_stays", "DROP TRIGGER IF EXISTS audit_log_is_kept"][..],
    };
    for statement in drop_triggers.iter().copied().chain([statement]) {
        engine.store.run(sql::query(statement)).await;
    }
}

#[tokio::test]
async fn a_log_that_nobody_touched_is_whole() {
    for Lab { engine, .. } in &labs().await {
        assert_eq!(n_problems(engine).await, 0, "an empty one too");
        fill(engine, 30).await;
        let stranger = AuditEntry::unproven(&"\u{202e}<script>\0".repeat(99), somewhere(9), "sign_in.refused");
        engine.audit(stranger).await.expect("writes");
        let report = engine.verify_audit(None).await.expect("reads");
        assert_eq!((report.n_lines, report.problems.len(), report.number), (31, 0, 31));
        let known = (report.number, report.digest.clone());
        assert!(engine.verify_audit(Some(known)).await.expect("reads").is_whole());
        let other = engine.verify_audit(Some((20, report.digest))).await.expect("reads");
        assert_eq!(other.n_problems, 1, "{other:?}");

        let page = async |filter: AuditFilter| {
            let lines = engine.audit_page(&filter).await.expect("reads");
            lines.into_iter().map(|line| line.number).collect::<Vec<_>>()
        };
        let some = AuditFilter { limit: 3, ..AuditFilter::default() };
        assert_eq!(page(some.clone()).await, [31, 30, 29]);
        assert_eq!(page(AuditFilter { before: Some(3), ..some.clone() }).await, [2, 1]);
        assert_eq!(page(AuditFilter { action: Some("sign_in".to_owned()), ..some.clone() }).await, [31]);
        assert_eq!(page(AuditFilter { by: Some("root".to_owned()), ..some }).await, [30, 29, 28]);
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_lines() {
    for Lab { engine, .. } in &labs().await {
        fill(engine, 3).await;
        for statement in ["UPDATE audit_log SET done_by = 'bob'", "DELETE FROM audit_log WHERE number = 3"] {
            let refused = engine.store.try_run(sql::query(statement)).await.expect_err("refused");
            assert!(refused.to_string().contains("lines of the audit log"), "{refused}");
        }
        assert_eq!(n_problems(engine).await, 0);
    }
}

#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    for statement in [
        "UPDATE audit_log SET done_by = 'mallory' WHERE number = 4",
        "UPDATE audit_log SET done_at = done_at + 1 WHERE number = 4",
        "UPDATE audit_log SET address = '192.0.2.9' WHERE number = 4",
        "UPDATE audit_log SET action = 'test.other' WHERE number = 4",
        "UPDATE audit_log SET subject = subject || ' ' WHERE number = 8",
        "UPDATE audit_log SET detail = detail || ' ' WHERE number = 1",
        "UPDATE audit_log SET digest = upper(digest) WHERE number = 8",
        "UPDATE audit_log SET number = 9 WHERE number = 8",
        "UPDATE audit_log SET number = CASE number WHEN 4 THEN 1000 ELSE number END",
        "DELETE FROM audit_log WHERE number = 1",
        "DELETE FROM audit_log WHERE number = 5",
        "DELETE FROM audit_log WHERE number = 8",
        "DELETE FROM audit_log WHERE number > 2",
        "DELETE FROM audit_log",
        "INSERT INTO audit_log SELECT 9, done_at, done_by, address, action, subject, detail, digest FROM audit_log WHERE number = 8",
    ] {
        for Lab { engine, .. } in &labs().await {
            fill(engine, 8).await;
            assert_eq!(n_problems(engine).await, 0);
            without_triggers(engine, statement).await;
            assert!(n_problems(engine).await > 0, "{statement}");
        }
    }
}

#[tokio::test]
async fn lines_that_were_cut_off_are_missed_although_others_were_added() {
    for Lab { engine, .. } in &labs().await {
        fill(engine, 8).await;
        without_triggers(engine, "DELETE FROM audit_log WHERE number > 5").await;
        fill(engine, 6).await;
        let report = engine.verify_audit(None).await.expect("reads");
        assert_eq!((report.number, report.n_problems), (11, 1), "{report:?}");
        assert!(report.problems[0].what.contains("another one"), "{report:?}");
        std::fs::remove_file(engine.home().audit_head()).expect("removed");
        assert_eq!(n_problems(engine).await, 1, "and so is the note");
        std::fs::write(engine.home().audit_head(), "{\"number\":1,").expect("written");
        assert!(engine.verify_audit(None).await.is_err(), "and one that is damaged");
    }
}

/// Every byte of every field of every line, in every way that one bit can change it.
#[tokio::test]
async fn no_bit_of_the_log_can_change_unseen() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = open(&folder, None).await;
    fill(&engine, 6).await;
    let lines: Vec<AuditLine> = engine.audit_lines().try_collect().await.expect("reads");
    let is_whole = async |changed: &[AuditLine]| {
        let mut verifier = verifier_of(&lines);
        let changed: Vec<crate::Result<AuditLine>> = changed.iter().cloned().map(Ok).collect();
        verifier.read(stream::iter(changed).boxed()).await.expect("reads");
        verifier.report().is_whole()
    };
    assert!(is_whole(&lines).await);
    let texts: [fn(&mut AuditLine) -> &mut String; 6] = [
        |line| &mut line.by,
        |line| &mut line.address,
        |line| &mut line.action,
        |line| &mut line.subject,
        |line| &mut line.detail,
        |line| &mut line.digest,
    ];
    let mut n_tried = 0;
    for place in 0..lines.len() {
        for text in texts {
            let before = text(&mut lines[place].clone()).clone().into_bytes();
            for bit in 0..before.len() * 8 {
                let mut bytes = before.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                let mut lines = lines.clone();
                *text(&mut lines[place]) = changed;
                assert!(!is_whole(&lines).await, "bit {bit} of line {place}");
                n_tried += 1;
            }
        }
        for bit in 0..63 {
            let mut one = lines.clone();
            one[place].number ^= 1 << bit;
            assert!(!is_whole(&one).await, "bit {bit} of the number of line {place}");
            let mut one = lines.clone();
            let micros = one[place].at.micros() ^ (1 << bit);
            one[place].at = schema::Timestamp::from_micros(micros).unwrap_or_default();
            assert!(!is_whole(&one).await, "bit {bit} of the time of line {place}");
        }
    }
    assert!(n_tried > 5_000, "{n_tried}");
}

#[tokio::test]
async fn a_whole_chain_that_was_made_anew_is_not_the_one_that_was_noted() {
    for Lab { engine, .. } in &labs().await {
        fill(engine, 5).await;
        let mut lines: Vec<AuditLine> = engine.audit_lines().try_collect().await.expect("reads");
        without_triggers(engine, "DELETE FROM audit_log").await;
        let mut before = genesis();
        for line in &mut lines {
            line.by = "nobody".to_owned();
            line.digest = chain::digest(&before, line);
            before.clone_from(&line.digest);
            let insert = sql::query("INSERT INTO audit_log VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
                .bind(line.number)
                .bind(line.at.micros())
                .bind(&line.by)
                .bind(&line.address)
                .bind(&line.action)
                .bind(&line.subject)
                .bind(&line.detail)
                .bind(&line.digest);
            engine.store.run(insert).await;
        }
        let report = engine.verify_audit(None).await.expect("reads");
        assert_eq!(report.n_problems, 1, "each line follows from the one before it: {report:?}");
    }
}

#[tokio::test]
async fn several_writers_keep_one_chain() {
    let mut urls = vec![None];
    urls.extend(server::database().map(Some));
    for url in urls {
        let folder = tempfile::tempdir().expect("a folder");
        // Two of them as two processes would be, in one home folder.
        let engines = [open(&folder, url.clone()).await, open(&folder, url).await];
        let writing = (0..6).map(|n| fill(&engines[n % 2], 15));
        futures::future::join_all(writing).await;
        for engine in &engines {
            let report = engine.verify_audit(None).await.expect("reads");
            assert_eq!((report.n_lines, report.n_problems), (90, 0), "{report:?}");
        }
        let noted = std::fs::read_to_string(engines[0].home().audit_head()).expect("is there");
        assert!(noted.starts_with("{\"number\":90,"), "{noted}");
    }
}

#[tokio::test]
async fn a_detail_that_is_too_long_is_cut_and_still_tells_which_it_was() {
    for Lab { engine, .. } in &labs().await {
        let sql = "select ü".repeat(100_000);
        engine.audit(AuditEntry::new(&owner(), "sql.query").with(&json!({"sql": sql}))).await.expect("writes");
        let line = engine.audit_page(&AuditFilter::default()).await.expect("reads").remove(0);
        assert!(line.detail.len() < 70_000, "{}", line.detail.len());
        let told: serde_json::Value = serde_json::from_str(&line.detail).expect("JSON");
        assert_eq!(told["sha256"].as_str().map(str::len), Some(64));
        assert_eq!(n_problems(engine).await, 0);
    }
}
