//! Conditions over the sets of one chunk: which of its rows a rule matches.

use std::cell::RefCell;

use super::{bits::Bits, sets::Sets};
use crate::rules::{
    compile::{Late, Node, Plan},
    memo::{MAX_VALUE_BYTES, Memo},
    rows::{Cell, Rows, Value},
};

/// What is known of one chunk.
pub(super) struct Chunk<'a, 'r> {
    pub(super) plan: &'a Plan,
    pub(super) rows: &'a Rows<'r>,
    pub(super) start: usize,
    pub(super) sets: &'a Sets,
    pub(super) late_memos: &'a [RefCell<Memo>],
}

impl Chunk<'_, '_> {
    pub(super) fn rows_of(&self, node: &Node, among: &Bits) -> Bits {
        let mut rows = among.clone();
        self.keep(node, &mut rows);
        rows
    }

    /// Whether some part that must hold holds in no row: a look at a few numbers, for most rules of most chunks.
    pub(super) fn hopeless(&self, node: &Node) -> bool {
        match node {
            Node::Never => true,
            Node::Atom(atom) => self.sets.get(*atom).is_none(),
            // As deep as the parser lets conditions nest.
            Node::All(nodes) => nodes.iter().any(|node| self.hopeless(node)),
            Node::Any(nodes) => nodes.iter().all(|node| self.hopeless(node)),
            Node::Always | Node::Late(_) | Node::Pair(_) | Node::Not(_) => false,
        }
    }

    /// Takes away the rows in which the node does not hold.
    pub(super) fn keep(&self, node: &Node, rows: &mut Bits) {
        match node {
            Node::Always => {}
            Node::Never => rows.clear(),
            Node::Atom(atom) => match self.sets.get(*atom) {
                Some(set) => rows.keep(set),
                None => rows.clear(),
            },
            Node::All(nodes) => {
                for node in nodes {
                    self.keep(node, rows);
                    if rows.is_empty() {
                        return;
                    }
                }
            }
            Node::Any(nodes) => {
                let mut kept = rows.emptied();
                for node in nodes.iter().filter(|node| !self.hopeless(node)) {
                    let mut rest = rows.clone();
                    rest.remove(&kept);
                    self.keep(node, &mut rest);
                    kept.add(&rest);
                }
                *rows = kept;
            }
            Node::Not(inner) => {
                if self.hopeless(inner) {
                    return;
                }
                let without = self.rows_of(inner, rows);
                rows.remove(&without);
            }
            Node::Late(number) => self.keep_late(*number as usize, rows),
            Node::Pair(number) => {
                let mut kept = rows.emptied();
                if let Some(pair) = self.plan.pairs.get(*number as usize) {
                    let holds = |row: &usize| pair.holds(self.rows, self.start + row);
                    rows.rows().filter(holds).for_each(|row| kept.set(row));
                }
                *rows = kept;
            }
        }
    }

    /// Tries a late test on each distinct value of the rows that are left.
    fn keep_late(&self, number: usize, rows: &mut Bits) {
        let mut kept = rows.emptied();
        if let (Some(late), Some(memo)) = (self.plan.lates.get(number), self.late_memos.get(number)) {
            let mut memo = memo.borrow_mut();
            memo.make_room();
            let mut cell = Cell::default();
            let plain = self.rows.plain(&late.getter);
            for row in rows.rows() {
                let text = plain.and_then(|texts| texts.get(self.start + row));
                let holds = match text.filter(|text| text.len() <= MAX_VALUE_BYTES) {
                    Some(text) => held(&mut memo, late, text),
                    None => late.predicate.holds(self.rows.get(&late.getter, self.start + row, &mut cell)),
                };
                if holds {
                    kept.set(row);
                }
            }
        }
        *rows = kept;
    }
}

fn held(memo: &mut Memo, late: &Late, text: &str) -> bool {
    if !memo.is_worth() {
        return late.predicate.holds(Value::Text(text));
    }
    let number = match memo.find(text.as_bytes(), false) {
        Ok(number) => number,
        Err(hash) => {
            let holds = late.predicate.holds(Value::Text(text));
            memo.add(hash, text.as_bytes(), false, if holds { &[0] } else { &[] })
        }
    };
    !memo.atoms(number).is_empty()
}
