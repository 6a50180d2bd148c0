//! Every step that was released leads to today's form, with all that a store of that step holds.

use super::{
    super::{ClaimFilter, migrate},
    StoreRows, each_kind, server, sql,
};
use crate::store::{Place, Store};

/// What stores hold from this step on (and up to that one): one row of each table at least.
const ROWS: &[(i64, i64, &str)] = &[
    (
        1,
        99,
        "INSERT INTO runs (run_id, command, state, started_at, version, details) VALUES ('run--1', 'detect', 'done', 1, '0.1.0', '{}')",
    ),
    (
        1,
        99,
        "INSERT INTO sources VALUES ('00000000000000ff', '/a/ü.log', 'zeek', 'lab', 10, 'aa', 99, 3, 'bb', 120, 7, 1, 8)",
    ),
    (
        1,
        99,
        "INSERT INTO findings (finding_id, dataset, detector, detector_version, subject_kind, subject, object_kind, object, window_start, window_end, first_seen, last_seen, n_records, score, p_value, q_value, null_hypothesis, confidence, techniques, labels, because, unless, statistics, evidence, tlp, event_id, run_id, document) VALUES ('finding--1', 'lab', 'indicator', '1', 'ip', '10.0.0.1', 'domain', 'evil.example', 0, 3600000000, 1, 2, 3, 0.25, 0.001, NULL, NULL, 50, '[\"T1071\"]', '[]', 'because', 'unless', '{}', '[]', 'TLP:GREEN', 'event--1', 'run--1', '{}')",
    ),
    (
        1,
        99,
        "INSERT INTO threat_events (event_id, dataset, subject, category, title, description, severity, confidence, first_seen, last_seen, techniques, tactics, phases, targets, indicators, p_value, q_value, n_records, n_findings, attack_version, tlp, run_id, document) VALUES ('event--1', 'lab', '10.0.0.1', 'c2', 'a title', 'text', 'high', 60, 1, 2, '[\"T1071.001\"]', '[]', '[]', '[\"10.0.0.1\"]', '[\"evil.example\"]', 0.001, NULL, 3, 1, '17.1', 'TLP:GREEN', 'run--1', '{}')",
    ),
    (1, 99, "INSERT INTO stale_subjects VALUES ('lab', '10.0.0.1')"),
    (1, 99, "INSERT INTO marks VALUES ('looked', 5)"),
    (1, 99, "INSERT INTO attack_references VALUES ('enterprise', '17.1', 1, '{}')"),
    (
        1,
        1,
        "INSERT INTO indicators VALUES ('domain', 'evil.example', 'feed', 70, 'TLP:GREEN', 'stealer', 'T1071', 1, 2, 'https://feed.example/1', 9)",
    ),
    (
        1,
        1,
        "INSERT INTO indicators VALUES ('ip', '203.0.113.9', 'feed', 70, 'TLP:GREEN', '', NULL, NULL, NULL, NULL, 11)",
    ),
    (2, 99, "INSERT INTO claim_origins (origin_id, source, label) VALUES (1, 'feed', 'stealer'), (2, 'feed', '')"),
    (
        2,
        99,
        "INSERT INTO claim_contexts (context_id, digest, confidence, tlp, labels, technique, revoked, reference) VALUES (1, 'a', 70, 'TLP:GREEN', '[\"stealer\"]', 'T1071', 0, 'https://feed.example/1'), (2, 'b', 70, 'TLP:GREEN', '[]', NULL, 0, NULL)",
    ),
    (
        2,
        99,
        "INSERT INTO claims (kind, value, origin_id, context_id, loaded_at, renewed_at, valid_from, valid_until) VALUES (1, 'evil.example', 1, 1, 9, 9, 1, 2), (0, '203.0.113.9', 2, 2, 11, 11, NULL, NULL)",
    ),
    (
        2,
        99,
        "INSERT INTO marks (name, value) VALUES ('claims_count', 2), ('claims_newest', 11) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    (2, 99, "INSERT INTO claim_verdicts VALUES (1, 'evil.example', 5, 'true_positive', 'ann', 'seen')"),
    (
        3,
        99,
        "INSERT INTO batches (detector, dataset, window_start, window_end, n_tests, smallest) VALUES ('beaconing', 'lab', 0, 1, 10, '[0.5]')",
    ),
    (4, 99, "INSERT INTO event_verdicts VALUES ('event--1', 6, 'benign_true_positive', 'bob', 'backup', '[]')"),
    (6, 99, "INSERT INTO event_items VALUES ('event--1', '{}')"),
    (6, 99, "INSERT INTO campaigns VALUES ('campaign--1', 'Quiet Heron', 1, 2, 1, 'run--1', '{}')"),
    (6, 99, "INSERT INTO campaign_events VALUES ('event--1', 'campaign--1', 0)"),
    (6, 99, "INSERT INTO campaign_changes VALUES (1, 0, 'campaign--1', 'run--1', '{}')"),
    (6, 99, "INSERT INTO campaign_decisions VALUES (1, 2, 'ann', 'same server', '{}', NULL)"),
    (
        8,
        99,
        "INSERT INTO event_work (event_id, version, state, verdict, reason, tags, n_comments, changed_at, changed_by) VALUES ('event--1', 1, 'benign_true_positive', 'benign_true_positive', 'backup', '[\"own\"]', 0, 6, 'bob')",
    ),
    (8, 99, "INSERT INTO event_tags VALUES ('own', 'event--1')"),
    (
        8,
        99,
        "INSERT INTO work_history VALUES ('event--1', 1, 6, 'bob', 'verdict', 'null', '{\"state\":\"benign_true_positive\"}', 'backup')",
    ),
    (10, 99, "INSERT INTO saved_queries VALUES ('query--1', 'severe', '{}', 'day', 'soc', 1, 'ann', 1)"),
    (10, 99, "INSERT INTO query_matches VALUES ('query--1', 'event--1', 1, NULL)"),
    (
        10,
        99,
        "INSERT INTO outbox (message_id, query_id, channel, n_events, body, state, tries, made_at, next_at, claimed_until) VALUES ('message--1', 'query--1', 'soc', 1, '{}', 'waiting', 0, 1, 0, 0)",
    ),
    (
        11,
        99,
        "INSERT INTO cases (case_id, number, version, title, severity, state, tlp, opened_at, opened_by, changed_at, document) VALUES ('case--1', 1, 1, 'a case', 'high', 'open', 'GREEN', 1, 'ann', 1, '{}')",
    ),
    (11, 99, "INSERT INTO case_evidence VALUES ('case--1', 'event', 'event--1')"),
    (6, 99, "INSERT INTO attack_actors VALUES ('enterprise', '17.1', 1, '{}')"),
    (
        18,
        99,
        "INSERT INTO people (person_id, name, role, scope, totp_step, made_at, made_by) VALUES ('person--1', 'ann', 'admin', '{\"datasets\":\"all\",\"ceiling\":\"RED\"}', 0, 1, 'ann')",
    ),
    (18, 99, "INSERT INTO recovery_codes VALUES ('person--1', 'aa')"),
    (18, 99, "INSERT INTO invitations VALUES ('bb', 'person--1', 1, 2)"),
    (18, 99, "INSERT INTO sessions VALUES ('cc', 'session--1', 'person--1', 1, 2, '127.0.0.1', 'a browser')"),
    (
        18,
        99,
        "INSERT INTO api_keys (key_id, digest, person_id, name, role, scope, addresses, made_at, made_by, expires_at) VALUES ('0a', 'dd', 'person--1', 'nightly', 'viewer', '{}', '[]', 1, 'ann', 2)",
    ),
    (18, 99, "INSERT INTO sign_in_failures VALUES ('ann', 3, 1)"),
    (19, 99, "INSERT INTO audit_log VALUES (1, 2, 'ann', '', 'sign_in', 'session--1', '{}', 'ee')"),
];

/// From a store of such a step on, so many rows of today's tables.
const COUNTS: &[(i64, i64, &str, i64)] = &[
    (1, 99, "runs WHERE run_id = 'run--1' AND ended_at IS NULL", 1),
    (1, 99, "sources WHERE path = '/a/ü.log' AND position = 99", 1),
    (1, 99, "findings WHERE p_value = 0.001 AND q_value IS NULL AND query IS NULL", 1),
    (1, 99, "threat_events WHERE dataset = 'lab' AND title = 'a title' AND q_value IS NULL", 1),
    (1, 16, "threat_events WHERE severity_rank = 3", 1),
    (1, 16, "event_techniques WHERE technique IN ('T1071', 'T1071.001') AND severity_rank = 3 AND last_seen = 2", 2),
    (1, 16, "event_techniques WHERE category = 'c2' AND dataset = 'lab' AND tlp = 'TLP:GREEN'", 2),
    (1, 21, "event_texts WHERE text LIKE 'a title_10.0.0.1_evil.example'", 1),
    (1, 99, "stale_subjects", 1),
    (1, 99, "marks WHERE name = 'looked' AND value = 5", 1),
    (1, 99, "marks WHERE name = 'claims_count' AND value = 2", 1),
    (1, 99, "marks WHERE name = 'claims_newest' AND value = 11", 1),
    (1, 99, "attack_references", 1),
    (1, 99, "indicators", 2),
    (2, 99, "claim_verdicts WHERE given_by = 'ann'", 1),
    (3, 99, "batches WHERE n_small = 0 AND stale = 0 AND spread = ''", 1),
    (4, 99, "event_verdicts WHERE reason = 'backup'", 1),
    (4, 99, "event_work WHERE state = 'benign_true_positive' AND version = 1 AND changed_by = 'bob'", 1),
    (4, 99, "work_history WHERE subject = 'event--1' AND number = 1 AND reason = 'backup'", 1),
    (1, 99, "threat_events WHERE origin = 'detection'", 1),
    (10, 99, "query_matches WHERE message_id IS NULL", 1),
    (11, 99, "case_evidence", 1),
    (6, 99, "campaigns WHERE name = 'Quiet Heron'", 1),
    (6, 99, "campaign_events", 1),
    (6, 99, "campaign_changes", 1),
    (6, 99, "campaign_decisions WHERE revoked_at IS NULL", 1),
    (6, 99, "attack_actors", 1),
    (18, 99, "people WHERE password IS NULL AND disabled_at IS NULL", 1),
    (18, 99, "api_keys WHERE revoked_at IS NULL AND used_at IS NULL", 1),
    (18, 99, "recovery_codes", 1),
    (18, 99, "invitations", 1),
    (18, 99, "sessions", 1),
    (18, 99, "sign_in_failures WHERE n = 3", 1),
    (19, 99, "audit_log WHERE done_by = 'ann' AND number = 1", 1),
];

#[tokio::test]
async fn every_released_step_leads_to_todays_form_with_its_rows() {
    for &(step, ..) in migrate::STEPS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut places = vec![Place::File(folder.path().join("margay.db"))];
        places.extend(server::database().map(|url| Place::server(&url, None).expect("an address")));
        for place in places {
            old_store(&place, step).await;
            let store = Store::open(&place).await.expect("comes to this version");
            for (_, _, what, n) in COUNTS.iter().filter(|(since, until, ..)| (*since..=*until).contains(&step)) {
                let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {what}"));
                let counted: i64 = sql::query_scalar(count).fetch_one(&store.pool).await.expect("counts");
                assert_eq!(counted, *n, "{what} from step {step} in {place:?}");
            }
            let all = ClaimFilter { limit: 9, ..ClaimFilter::default() };
            let claims = store.list_claims(&all).await.expect("reads");
            let [address, domain] = claims.as_slice() else { panic!("{claims:?}") };
            assert_eq!((address.claim.value.as_str(), address.claim.labels.len()), ("203.0.113.9", 0));
            assert_eq!(domain.claim.labels, ["stealer"]);
            assert_eq!(domain.claim.technique.as_deref(), Some("T1071"));
            assert_eq!(domain.loaded_at.micros(), 9);
            for table in schema::tables::ALL.iter().copied().filter(|table| table.stage == schema::Stage::Store) {
                StoreRows::new(store.clone(), table, schema::Tlp::AmberStrict).read_of(&store).await.expect("reads");
            }
            Store::open(&place).await.expect("and opens again");
        }
    }
}

/// A store as the Margay of that step has left it.
async fn old_store(place: &Place, step: i64) {
    let pool = super::super::open::connect(place).await.expect("opens");
    migrate::take(&pool, step).await.expect("comes to the old version");
    for (since, until, insert) in ROWS {
        if (*since..=*until).contains(&step) {
            sql::query(*insert).execute(&pool).await.unwrap_or_else(|error| panic!("step {step}: {insert}: {error}"));
        }
    }
    pool.close().await;
}

/// Indexes of PostgreSQL refuse long texts, and so would the store.
#[tokio::test]
async fn no_index_of_postgres_holds_a_text_of_any_length() {
    // Ids and words of ours, and names of entities, which have a bound (`schema::Entity`).
    const SHORT: &[&str] = &[
        "subject",
        "object",
        "technique",
        "run_id",
        "source_key",
        "finding_id",
        "detector",
        "dataset",
        "event_id",
        "name",
        "domain",
        "version",
        "digest",
        "campaign_id",
        "margay_key",
        "state",
        "assignee",
        "duplicate_of",
        "parent",
        "tag",
        "query_id",
        "message_id",
        "case_id",
        "kind",
        "item",
        "person_id",
        "key_id",
        "tlp",
        "category",
        "tactic",
    ];
    let kinds = each_kind().await;
    let Some(kept) = kinds.iter().find(|kept| matches!(kept.place, Place::Server(_))) else { return };
    let indexed: Vec<(String, String)> = sql::query_as(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid, n::int, true) FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace \
         JOIN pg_attribute a ON a.attrelid = i.indexrelid CROSS JOIN LATERAL (SELECT a.attnum AS n) AS place \
         WHERE s.nspname = 'public' AND a.atttypid = 'text'::regtype",
    )
    .fetch_all(&kept.store.pool)
    .await
    .expect("reads");
    assert!(indexed.len() > 10, "{indexed:?}");
    for (index, column) in indexed {
        let known = SHORT.iter().any(|short| column == *short || column.starts_with(&format!("{short}(")));
        assert!(known, "{index} holds {column}: if it may be long, index margay_key({column}) for PostgreSQL");
    }
}
