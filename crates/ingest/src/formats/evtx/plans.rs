//! Plans: each template is compiled once, and known again in other chunks, batches and files by its bytes.

use std::{collections::HashMap, rc::Rc};

use super::{
    bytes,
    compile::{Source, compile},
    plan::{Name, Plan},
    scope::Scopes,
};
use crate::{
    number_map::NumberMap,
    parsed::{Fault, Reason},
    windows::Shape,
};

/// Bytes of definitions compiled in one chunk: templates may overlap only by malice, and then each costs again.
const MAX_COMPILED_BYTES: usize = 16 << 16;

/// Memory of all plans; above it, all are forgotten at the next chunk.
const MAX_KEPT_BYTES: usize = 16 << 20;

/// Shapes told apart in one batch.
const MAX_SHAPES: usize = 1 << 14;

/// Templates of a chunk that are found without a look into its map.
const RECENT: usize = 32;

/// Offset of the link to the next template, the template's GUID and its size, before its tokens.
pub(super) const DEFINITION_HEADER_BYTES: usize = 24;

/// What a plan was compiled from, within one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    /// First part of the GUID that a record says its template has.
    id: u32,
    start: u32,
    /// 0 for templates, which know their own end.
    end: u32,
    scope: u32,
    repeats: bool,
}

impl Key {
    /// A place among the recent ones. Templates lie at multiples of eight bytes or so.
    fn place(self) -> usize {
        (self.start as usize / 8 + self.start as usize / 512 + self.scope as usize) % RECENT
    }
}

/// What equal templates of several chunks have in common at first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Identity {
    guid: [u8; 16],
    scope: u32,
    repeats: bool,
}

/// A template that was compiled, with its tokens as they were.
#[derive(Debug)]
struct Known {
    tokens: Vec<u8>,
    plan: u32,
}

/// What a record says of the template that it is written by, in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Named {
    id: u32,
    scope: u32,
    repeats: bool,
}

/// A template of the batch, for records of chunks where it is lost.
#[derive(Debug, Clone, Copy)]
struct Spare {
    plan: u32,
    /// The same plan, which says of itself that it is damaged; made when it is first needed.
    damaged: Option<u32>,
    /// Different templates have this id.
    is_ambiguous: bool,
}

/// Templates of one identity that are kept: there are several only where somebody gave two the same GUID.
const MAX_ALIKE: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Plans {
    scopes: Scopes,
    plans: Vec<Rc<Plan>>,
    known: HashMap<Identity, Vec<Known>>,
    /// Templates that cannot be read are remembered as well: many records may hang on one.
    of_chunk: HashMap<Key, Result<u32, Fault>>,
    /// The readable ones that were asked for last, by [`Key::place`]: an event asks for two, mostly those of the
    /// event before it.
    recent: [Option<(Key, u32)>; RECENT],
    /// Templates that were met in the batch at hand: what is saved from a file must not depend on what was read before.
    spares: HashMap<Named, Spare>,
    kept_bytes: usize,
    /// What of it the chunk at hand has added: what can be read of a chunk must not depend on those before it.
    kept_of_chunk: usize,
    compiled_bytes: usize,
    has_local: bool,
    shapes: NumberMap<(Shape, u64), Shape>,
    shapes_given: u32,
}

impl Plans {
    pub(super) fn next_batch(&mut self) {
        self.spares.clear();
    }

    /// Offsets mean something else from now on.
    pub(super) fn next_chunk(&mut self) {
        self.of_chunk.clear();
        self.recent = [None; RECENT];
        self.compiled_bytes = 0;
        self.kept_of_chunk = 0;
        if self.has_local || self.kept_bytes > MAX_KEPT_BYTES {
            // Numbers of shapes are not given out a second time.
            *self = Self { shapes_given: self.shapes_given, ..Self::default() };
        }
    }

    pub(super) fn get(&self, plan: u32) -> Option<&Rc<Plan>> {
        self.plans.get(plan as usize)
    }

    /// The plan of the template of this id, defined at this offset.
    pub(super) fn template(
        &mut self,
        chunk: &[u8],
        (id, definition): (u32, usize),
        scope: u32,
        repeats: bool,
    ) -> Result<u32, Fault> {
        let key = Key { id, start: definition as u32, end: 0, scope, repeats };
        match self.recent.get(key.place()) {
            Some(Some((recent, plan))) if *recent == key => return Ok(*plan),
            _ => {}
        }
        let plan = match self.of_chunk.get(&key) {
            Some(known) => known.clone(),
            None => self.new_in_chunk(chunk, definition, key),
        }?;
        if let Some(recent) = self.recent.get_mut(key.place()) {
            *recent = Some((key, plan));
        }
        Ok(plan)
    }

    /// The plan of a template that was not asked for in this chunk yet. Where what is defined there is not what the
    /// record was written by, an earlier chunk may have that.
    fn new_in_chunk(&mut self, chunk: &[u8], definition: usize, key: Key) -> Result<u32, Fault> {
        let named = Named { id: key.id, scope: key.scope, repeats: key.repeats };
        let is_what_it_says = bytes::u32(chunk, definition.saturating_add(4)) == Some(key.id);
        let spare = if is_what_it_says { None } else { self.spare(named) };
        let plan = match spare {
            Some(spare) => Ok(spare),
            None => self.template_of(chunk, definition, key).or_else(|fault| self.spare(named).ok_or(fault)),
        };
        if let Ok(plan) = plan
            && is_what_it_says
        {
            self.keep_spare(named, plan);
        }
        self.of_chunk.insert(key, plan.clone());
        plan
    }

    fn keep_spare(&mut self, named: Named, plan: u32) {
        let is_whole = self.get(plan).is_some_and(|plan| !plan.is_damaged && !plan.is_local);
        if is_whole && self.spares.len() < MAX_SHAPES {
            let spare = Spare { plan, damaged: None, is_ambiguous: false };
            let known = self.spares.entry(named).or_insert(spare);
            known.is_ambiguous |= known.plan != plan;
        }
    }

    fn spare(&mut self, named: Named) -> Option<u32> {
        let spare = self.spares.get_mut(&named).filter(|spare| !spare.is_ambiguous)?;
        if let Some(damaged) = spare.damaged {
            return Some(damaged);
        }
        let plan = self.plans.get(spare.plan as usize)?;
        let damaged = Plan { is_damaged: true, ..Plan::clone(plan) };
        self.kept_bytes += damaged.size_bytes();
        let number = self.plans.len() as u32;
        spare.damaged = Some(number);
        self.plans.push(Rc::new(damaged));
        Some(number)
    }

    fn template_of(&mut self, chunk: &[u8], definition: usize, key: Key) -> Result<u32, Fault> {
        let Key { scope, repeats, .. } = key;
        let outside = || Fault::new(Reason::BadBinxml, format!("template at offset {definition} of the chunk"));
        let size = bytes::offset(chunk, definition.saturating_add(20)).ok_or_else(outside)?;
        let start = definition + DEFINITION_HEADER_BYTES;
        let end = start.checked_add(size).filter(|&end| end <= chunk.len()).ok_or_else(outside)?;
        let identity = Identity { guid: bytes::array(chunk, definition + 4).ok_or_else(outside)?, scope, repeats };
        if let Some(plan) = self.find(identity, chunk, start, end) {
            return Ok(plan);
        }
        let plan = self.compile(Source { chunk, start, end, is_template: true, repeats }, scope)?;
        let alike = self.known.entry(identity).or_default();
        let is_damaged = self.plans.get(plan as usize).is_none_or(|plan| plan.is_damaged);
        if alike.len() < MAX_ALIKE && !self.has_local && !is_damaged {
            let tokens = chunk.get(start..end).unwrap_or_default().to_vec();
            self.kept_bytes += tokens.len();
            alike.push(Known { tokens, plan });
        }
        Ok(plan)
    }

    /// The plan of an equal template in an earlier chunk.
    fn find(&self, identity: Identity, chunk: &[u8], start: usize, end: usize) -> Option<u32> {
        let alike = self.known.get(&identity)?;
        let is_equal = |known: &&Known| {
            let names = self.plans.get(known.plan as usize).map(|plan| plan.names.as_slice()).unwrap_or_default();
            has_same_tokens(&known.tokens, names, chunk, start, end)
        };
        alike.iter().find(is_equal).map(|known| known.plan)
    }

    /// The plan of a fragment that is no template.
    pub(super) fn fragment(&mut self, chunk: &[u8], start: usize, end: usize, scope: u32) -> Result<u32, Fault> {
        let key = Key { id: 0, start: start as u32, end: end as u32, scope, repeats: false };
        if let Some(known) = self.of_chunk.get(&key) {
            return known.clone();
        }
        let plan = self.compile(Source { chunk, start, end, is_template: false, repeats: false }, scope);
        self.of_chunk.insert(key, plan.clone());
        plan
    }

    fn compile(&mut self, source: Source<'_>, scope: u32) -> Result<u32, Fault> {
        self.compiled_bytes += source.end - source.start;
        if self.compiled_bytes > MAX_COMPILED_BYTES || self.kept_of_chunk > MAX_KEPT_BYTES {
            return Err(Fault::new(Reason::TooLong, "more templates than a chunk has room for"));
        }
        let scope = self.scopes.get(scope);
        let plan = compile(source, scope, &mut self.scopes)?;
        self.has_local |= plan.is_local;
        self.kept_bytes += plan.size_bytes();
        self.kept_of_chunk += plan.size_bytes();
        let number = self.plans.len() as u32;
        self.plans.push(Rc::new(plan));
        Ok(number)
    }

    /// The shape that follows from one and a step that adds names to it; `None` where there are too many.
    pub(super) fn shape(&mut self, from: Option<Shape>, step: u64) -> Option<Shape> {
        let key = (from?, step);
        if let Some(&known) = self.shapes.get(&key) {
            return Some(known);
        }
        if self.shapes.len() >= MAX_SHAPES {
            return None;
        }
        // 0 and 1 are the shapes before any field.
        let new = Shape(self.shapes_given.checked_add(2)?);
        self.shapes_given += 1;
        self.shapes.insert(key, new);
        Some(new)
    }
}

/// Whether the tokens from `start` to `end` are the known ones, with equal names in the same places. Which names stand
/// in place and which elsewhere differs from chunk to chunk, and with it the sizes that include them.
fn has_same_tokens(known: &[u8], names: &[Name], chunk: &[u8], start: usize, end: usize) -> bool {
    let (mut known_at, mut at) = (0, start);
    for name in names {
        let Some(size) = (name.at - name.size_bytes_before).checked_sub(known_at) else { return false };
        let offset_at = at + size + name.size_bytes_before;
        let Some(offset) = bytes::offset(chunk, offset_at) else { return false };
        let text = bytes::slice(chunk, offset.saturating_add(Name::HEADER_BYTES), name.text.len());
        let same_tokens = bytes::slice(chunk, at, size) == known.get(known_at..known_at + size);
        if text != Some(&name.text) || !same_tokens {
            return false;
        }
        let is_inline = offset == offset_at + 4;
        at = offset_at + 4 + name.inline_bytes(is_inline) + name.size_bytes_behind;
        known_at = name.at + 4 + name.inline_bytes(name.is_inline) + name.size_bytes_behind;
    }
    let rest = chunk.get(at..end);
    rest.is_some() && rest == known.get(known_at..)
}
