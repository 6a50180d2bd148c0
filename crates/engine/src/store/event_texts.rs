//! Texts in titles, targets and indicators of threat events, found wherever they stand.
//!
//! Whatever has all groups of three letters of a text may have the text: an index says which events do, and they are
//! looked at (Zobel, Moffat, Sacks-Davis, "Searching large lexicons for partially specified terms", VLDB 1993). In SQLite
//! the index is that of FTS5, in PostgreSQL that of `pg_trgm`, where it is installed.

use std::collections::BTreeSet;

use super::{
    Store,
    sql::{Builder, Dialect},
};
use crate::Result;

/// Groups of three letters that are asked for; more would hardly leave out more.
const GROUPS_MAX: usize = 64;

impl Store {
    /// Ids of the events with this text, seen or not; none where it is too short to be looked up, or many have it.
    pub(super) async fn events_with_text(&self, text: &str, many: usize) -> Result<Option<Vec<String>>> {
        let groups = groups(text);
        if groups.is_empty() {
            return Ok(None);
        }
        let mut query = Builder::new("SELECT x.event_id FROM ");
        if self.pool.dialect() == Dialect::Sqlite {
            query.push("event_text_index i JOIN event_texts x ON x.number = i.rowid WHERE event_text_index MATCH ");
            query.push_bind(Vec::from_iter(groups).join(" AND ")).push(" AND ");
        } else {
            query.push("event_texts x WHERE ");
        }
        push_has(&mut query, text);
        query.push(" LIMIT ").push_bind(i64::try_from(many).unwrap_or(i64::MAX));
        let ids: Vec<String> = query.build_scalar().fetch_all(&self.pool).await?;
        Ok((ids.len() < many).then_some(ids))
    }
}

/// The condition that an event `e` has this text.
pub(super) fn push(query: &mut Builder<'_>, text: &str) {
    query.push("EXISTS (SELECT 1 FROM event_texts x WHERE x.event_id = e.event_id AND ");
    push_has(query, text);
    query.push(")");
}

fn push_has(query: &mut Builder<'_>, text: &str) {
    if text.contains('\0') {
        // No text that is kept has a zero in it; SQLite would end the pattern there, and PostgreSQL refuse it.
        query.push("1 = 0");
        return;
    }
    query.push("lower(x.text) LIKE lower(").push_bind(containing(text)).push(") ESCAPE '!'");
}

/// The pattern of all texts that contain this one; the two kinds of store have no other escape in common.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Each group of three letters once, in the words of FTS5, which ends a text at its first zero.
fn groups(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.contains(&'\0') {
        return BTreeSet::new();
    }
    let group = |letters: &[char]| format!("\"{}\"", letters.iter().collect::<String>().replace('"', "\"\""));
    letters.windows(3).take(GROUPS_MAX).map(group).collect()
}
