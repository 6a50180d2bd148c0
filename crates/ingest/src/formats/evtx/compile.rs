//! BinXML tokens → a [`Plan`]. Spec: [MS-EVEN6] 2.2.12; offsets of names as the EVTX file format has them.

use super::{
    plan::{Draft, Name, Part, Plan, Step},
    scope::{Known, Role, Scope, Scopes, Target},
    text::{Place, is_xml},
    tokens::{Tokens, bad},
};
use crate::parsed::{Fault, Reason};

/// Elements nested deeper are no event: Windows itself stops far earlier.
const MAX_ELEMENT_DEPTH: usize = 256;

/// Steps and text of a plan above this are no template: a template has at most 64 KiB, nearly all of it names.
const MAX_PLAN_BYTES: usize = 1 << 20;

/// A path of names grows with every level; no honest one comes near.
const MAX_PATH_BYTES: usize = 4_096;

/// Marks that an element depends on no value.
const NO_DEPENDENCY: u16 = 0xffff;

/// Which tokens are compiled, and for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'c> {
    /// Offsets of names count from its start.
    pub(super) chunk: &'c [u8],
    pub(super) start: usize,
    pub(super) end: usize,
    /// Elements of template definitions say on which value they depend; those of fragments do not.
    pub(super) is_template: bool,
    /// The values include arrays, for which elements are repeated.
    pub(super) repeats: bool,
}

/// Makes the plan of a template definition or of a fragment that is no template.
pub(super) fn compile(source: Source<'_>, scope: Scope, scopes: &mut Scopes) -> Result<Plan, Fault> {
    let mut compiler = Compiler {
        source,
        tokens: Tokens::new(source.chunk, source.start, source.end),
        scope,
        scopes,
        draft: Draft::default(),
        stack: Vec::new(),
        attribute: None,
    };
    compiler.run()?;
    let mut plan = compiler.draft.plan;
    plan.settle();
    Ok(plan)
}

struct Compiler<'c> {
    source: Source<'c>,
    tokens: Tokens<'c>,
    /// What surrounds the outermost elements.
    scope: Scope,
    scopes: &'c mut Scopes,
    draft: Draft,
    stack: Vec<Element>,
    attribute: Option<Attribute>,
}

/// An element whose end has not come yet.
struct Element {
    name: String,
    /// Its attribute `Name`, where the template spells it out.
    label: Option<String>,
    role: Option<Role>,
    /// The step that leaves the element out.
    skip: Option<usize>,
    repeat: Option<usize>,
    targets_start: usize,
    /// Slots whose arrays repeat the element; those in its content come before those in its attributes.
    content_slots: Vec<u16>,
    attribute_slots: Vec<u16>,
    pieces: usize,
    first_piece: usize,
}

struct Attribute {
    name: String,
    pieces: Vec<Chunk>,
}

/// A piece of an attribute's value.
enum Chunk {
    Slot { slot: u16, optional: bool },
    Chars { xml: Vec<u8>, plain: Vec<u8> },
}

impl Compiler<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        while !self.tokens.is_at_end() {
            let token = self.tokens.u8()?;
            match token {
                0x00 => break,
                0x01 | 0x41 => self.open_element(token == 0x41)?,
                0x02 => self.close_start()?,
                0x03 => self.close_empty()?,
                0x04 => self.end_element()?,
                0x05 | 0x45 => {
                    let (xml, plain) = self.tokens.value_text(self.place())?;
                    self.chars(xml, plain)?;
                }
                0x06 | 0x46 => self.open_attribute()?,
                0x07 | 0x47 => self.cdata()?,
                0x08 | 0x48 => {
                    let code = self.tokens.u16()?;
                    self.char_ref(code)?;
                }
                0x09 | 0x49 => self.entity()?,
                0x0a => self.processing_instruction()?,
                0x0c => self.instance()?,
                0x0d | 0x0e => {
                    let slot = self.tokens.u16()?;
                    self.tokens.u8()?;
                    self.substitution(slot, token == 0x0e)?;
                }
                0x0f => self.tokens.pass(3),
                other => {
                    return Err(bad(format!("token 0x{other:02x} at offset {} of the chunk", self.tokens.at() - 1)));
                }
            }
            if self.draft.plan.size_bytes() > MAX_PLAN_BYTES {
                return Err(Fault::new(Reason::TooLong, "a template that grows beyond any template's size"));
            }
        }
        if let Some(open) = self.stack.last() {
            return Err(bad(format!("element \"{}\" has no end", open.name)));
        }
        self.draft.flush();
        Ok(())
    }

    fn open_element(&mut self, has_attributes: bool) -> Result<(), Fault> {
        if self.stack.len() >= MAX_ELEMENT_DEPTH {
            return Err(Fault::new(Reason::TooDeep, format!("elements nested deeper than {MAX_ELEMENT_DEPTH}")));
        }
        if self.stack.last().is_some_and(|element| element.role.is_none()) {
            return Err(bad("an element within a start tag"));
        }
        let dependency = if self.source.is_template { self.tokens.u16()? } else { NO_DEPENDENCY };
        self.tokens.u32()?;
        let mut name = self.tokens.name()?;
        name.size_bytes_before = 4;
        if has_attributes {
            self.tokens.u32()?;
            name.size_bytes_behind = 4;
        }
        let name = self.note_name(name);
        let repeat =
            self.source.repeats.then(|| self.draft.step(Step::Repeat { slots: Part { start: 0, end: 0 }, end: 0 }));
        // The outermost element has nobody who could leave it out.
        let depends = dependency != NO_DEPENDENCY && !self.stack.is_empty();
        let skip = depends.then(|| {
            let targets = Part { start: 0, end: 0 };
            self.draft.step(Step::SkipUnset { slot: dependency, or_empty: false, to: 0, targets })
        });
        self.draft.markup("<");
        self.draft.markup(&name);
        self.stack.push(Element {
            name,
            label: None,
            role: None,
            skip,
            repeat,
            targets_start: self.draft.plan.targets.len(),
            content_slots: Vec::new(),
            attribute_slots: Vec::new(),
            pieces: 0,
            first_piece: 0,
        });
        Ok(())
    }

    /// Decides what the innermost element is, now that its attributes are known.
    fn settle_role(&mut self) {
        let Some((element, outer)) = self.stack.split_last_mut() else { return };
        if element.role.is_some() {
            return;
        }
        let around = outer.last().and_then(|outer| outer.role.as_ref()).map_or(&self.scope, |role| &role.inside);
        let mut role = around.child(&element.name, element.label.as_deref());
        if matches!(&role.inside, Scope::Field(_, path) if path.len() > MAX_PATH_BYTES) {
            role.inside = Scope::Document;
            role.text = Target::Nowhere;
        }
        let data_root = role.data_root.clone();
        element.role = Some(role);
        if let Some(name) = data_root {
            let plain = self.draft.plain(name.as_bytes());
            let target = self.draft.target(Target::Known(Known::DataRoot));
            self.draft.step(Step::Literal { xml: Part { start: 0, end: 0 }, plain, target });
        }
    }

    fn open_attribute(&mut self) -> Result<(), Fault> {
        self.end_attribute()?;
        if self.stack.last().is_none_or(|element| element.role.is_some()) {
            return Err(bad("an attribute outside of a start tag"));
        }
        let name = self.name()?;
        self.attribute = Some(Attribute { name, pieces: Vec::new() });
        Ok(())
    }

    fn end_attribute(&mut self) -> Result<(), Fault> {
        let Some(attribute) = self.attribute.take() else { return Ok(()) };
        let Some((element, outer)) = self.stack.split_last_mut() else { return Ok(()) };
        let around = outer.last().and_then(|outer| outer.role.as_ref()).map_or(&self.scope, |role| &role.inside);
        for piece in &attribute.pieces {
            if let Chunk::Slot { slot, .. } = piece {
                element.attribute_slots.push(*slot);
            }
        }
        let is_label = attribute.name == "Name" && around.is_labelled(&element.name);
        let target = match attribute.pieces.as_slice() {
            [Chunk::Chars { plain, .. }] if is_label => {
                element.label = Some(String::from_utf8_lossy(plain).into_owned());
                Target::Nowhere
            }
            _ => around.attribute(&element.name, element.label.as_deref(), &attribute.name),
        };
        let skip = match attribute.pieces.as_slice() {
            &[Chunk::Slot { slot, optional }] => {
                let targets = Part { start: 0, end: 0 };
                Some(self.draft.step(Step::SkipUnset { slot, or_empty: optional, to: 0, targets }))
            }
            _ => None,
        };
        let targets_start = self.draft.plan.targets.len();
        self.draft.markup(" ");
        self.draft.markup(&attribute.name);
        self.draft.markup("='");
        self.attribute_value(attribute.pieces, target);
        self.draft.markup("'");
        self.end_skip(skip, targets_start);
        Ok(())
    }

    fn attribute_value(&mut self, pieces: Vec<Chunk>, target: Target) {
        let scope = self.scope_number(Scope::Document);
        match pieces.as_slice() {
            [Chunk::Chars { xml, .. }] if target == Target::Nowhere => {
                return self.draft.plan.xml.extend_from_slice(xml);
            }
            [Chunk::Chars { xml, plain }] => {
                let target = self.draft.target(target);
                return self.draft.literal(xml, plain, target);
            }
            &[Chunk::Slot { slot, .. }] => {
                let target = self.draft.target(target);
                self.draft.field(slot, Place::Attribute, scope, target);
                return;
            }
            _ => {}
        }
        let is_field = target != Target::Nowhere && !pieces.is_empty();
        if is_field {
            self.draft.step(Step::Open);
        }
        for piece in pieces {
            match piece {
                Chunk::Slot { slot, .. } => self.draft.step(Step::Piece { slot, place: Place::Attribute, scope }),
                Chunk::Chars { xml, plain } => {
                    let (xml, plain) = (self.draft.xml(&xml), self.draft.plain(&plain));
                    self.draft.step(Step::Chars { xml, plain })
                }
            };
        }
        if is_field {
            let target = self.draft.target(target);
            self.draft.step(Step::Close { target });
        }
    }

    fn close_start(&mut self) -> Result<(), Fault> {
        self.end_attribute()?;
        if self.stack.last().is_none_or(|element| element.role.is_some()) {
            return Err(bad("the end of a start tag that was not open"));
        }
        self.draft.markup(">");
        self.settle_role();
        Ok(())
    }

    fn close_empty(&mut self) -> Result<(), Fault> {
        self.end_attribute()?;
        if self.stack.last().is_none_or(|element| element.role.is_some()) {
            return Err(bad("the end of an empty element that was not open"));
        }
        self.draft.markup("/>");
        self.settle_role();
        self.pop();
        Ok(())
    }

    fn end_element(&mut self) -> Result<(), Fault> {
        let Some(element) = self.stack.last() else { return Err(bad("the end of an element that was not open")) };
        if element.role.is_none() {
            return Err(bad(format!("element \"{}\" ends within its start tag", element.name)));
        }
        let name = element.name.clone();
        if element.pieces > 1 {
            let text = element.role.as_ref().map_or(Target::Nowhere, |role| role.text.clone());
            let target = self.draft.target(text);
            self.draft.step(Step::Close { target });
        } else if element.pieces == 1 {
            self.only_piece();
        }
        self.draft.markup("</");
        self.draft.markup(&name);
        self.draft.markup(">");
        self.pop();
        Ok(())
    }

    /// The one piece of an element's content is the whole of its field.
    fn only_piece(&mut self) {
        let Some(element) = self.stack.last() else { return };
        let text = element.role.as_ref().map_or(Target::Nowhere, |role| role.text.clone());
        let place = element.first_piece;
        let target = self.draft.target(text);
        match self.draft.plan.steps.get_mut(place) {
            Some(step @ Step::Piece { .. }) => {
                if let Step::Piece { slot, place, scope } = *step {
                    *step = Step::field(slot, place, scope, target);
                }
            }
            Some(step @ Step::Chars { .. }) => {
                if let Step::Chars { xml, plain } = *step {
                    *step = Step::Literal { xml, plain, target };
                }
            }
            _ => {}
        }
    }

    /// Leaves the innermost element behind.
    fn pop(&mut self) {
        let Some(element) = self.stack.pop() else { return };
        let is_empty_leaf = element.pieces == 0
            && self.draft.plan.targets.len() == element.targets_start
            && element.role.as_ref().is_some_and(|role| role.is_leaf);
        if is_empty_leaf && let Some(role) = element.role {
            let target = self.draft.target(role.text);
            let nothing = Part { start: 0, end: 0 };
            self.draft.step(Step::Literal { xml: nothing, plain: nothing, target });
        }
        self.end_skip(element.skip, element.targets_start);
        let Some(repeat) = element.repeat else { return };
        self.draft.flush();
        let start = self.draft.plan.slots.len() as u32;
        self.draft.plan.slots.extend(element.content_slots.iter().chain(&element.attribute_slots));
        let slots = Part { start, end: self.draft.plan.slots.len() as u32 };
        let end = self.draft.plan.steps.len() as u32;
        if let Some(step) = self.draft.plan.steps.get_mut(repeat) {
            *step = Step::Repeat { slots, end };
        }
    }

    /// Says where the step goes that leaves out what lies between it and here.
    fn end_skip(&mut self, skip: Option<usize>, targets_start: usize) {
        let Some(place) = skip else { return };
        self.draft.flush();
        let end = self.draft.plan.steps.len() as u32;
        let between = Part { start: targets_start as u32, end: self.draft.plan.targets.len() as u32 };
        if let Some(Step::SkipUnset { to, targets, .. }) = self.draft.plan.steps.get_mut(place) {
            *to = end;
            *targets = between;
        }
    }

    fn substitution(&mut self, slot: u16, optional: bool) -> Result<(), Fault> {
        if let Some(attribute) = &mut self.attribute {
            attribute.pieces.push(Chunk::Slot { slot, optional });
            return Ok(());
        }
        self.piece()?;
        let inside = self.inside();
        let scope = self.scope_number(inside);
        if let Some(element) = self.stack.last_mut() {
            element.content_slots.push(slot);
        }
        self.draft.step(Step::Piece { slot, place: Place::Content, scope });
        Ok(())
    }

    /// Text of the template, in an attribute or in content.
    fn chars(&mut self, xml: Vec<u8>, plain: Vec<u8>) -> Result<(), Fault> {
        if let Some(attribute) = &mut self.attribute {
            if let Some(Chunk::Chars { xml: before, plain: plain_before }) = attribute.pieces.last_mut() {
                before.extend(xml);
                plain_before.extend(plain);
            } else {
                attribute.pieces.push(Chunk::Chars { xml, plain });
            }
            return Ok(());
        }
        self.piece()?;
        let (xml, plain) = (self.draft.xml(&xml), self.draft.plain(&plain));
        self.draft.step(Step::Chars { xml, plain });
        Ok(())
    }

    /// A piece of content begins: with the second one the field is in pieces.
    fn piece(&mut self) -> Result<(), Fault> {
        self.draft.flush();
        let next = self.draft.plan.steps.len();
        // A value that holds XML may hold text beside its elements, which is then in the XML only.
        let Some(element) = self.stack.last_mut() else { return Ok(()) };
        if element.role.is_none() {
            return Err(bad(format!("text within the start tag of \"{}\"", element.name)));
        }
        element.pieces += 1;
        match element.pieces {
            1 => element.first_piece = next,
            2 => self.draft.plan.insert(element.first_piece, Step::Open),
            _ => {}
        }
        Ok(())
    }

    fn char_ref(&mut self, code: u16) -> Result<(), Fault> {
        match char::from_u32(code.into()).filter(|&character| is_xml(character)) {
            Some(plain) => self.chars(format!("&#{code};").into_bytes(), plain.to_string().into_bytes()),
            None => self.chars(b"_".into(), char::REPLACEMENT_CHARACTER.to_string().into_bytes()),
        }
    }

    fn cdata(&mut self) -> Result<(), Fault> {
        let (xml, plain) = self.tokens.counted_text(self.place())?;
        if self.attribute.is_some() {
            return self.chars(xml, plain);
        }
        let safe = safe(&plain).replace("]]>", "]]]]><![CDATA[>");
        self.chars(format!("<![CDATA[{safe}]]>").into_bytes(), plain)
    }

    /// Where text of the template goes now.
    fn place(&self) -> Place {
        if self.attribute.is_some() { Place::Attribute } else { Place::Content }
    }

    fn entity(&mut self) -> Result<(), Fault> {
        let name = self.name()?;
        let plain = match name.as_str() {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => return self.chars(format!("&amp;{name};").into_bytes(), format!("&{name};").into_bytes()),
        };
        self.chars(format!("&{name};").into_bytes(), plain.into())
    }

    /// Stays in the XML only.
    fn processing_instruction(&mut self) -> Result<(), Fault> {
        let name = self.name()?;
        let mut data = String::new();
        if self.tokens.takes(0x0b) {
            let (_, plain) = self.tokens.counted_text(Place::Content)?;
            data = safe(&plain).replace("?>", "? >");
        }
        if self.attribute.is_some() {
            return Err(bad("a processing instruction within a start tag"));
        }
        self.draft.markup(&format!("<?{name} {data}?>"));
        Ok(())
    }

    fn instance(&mut self) -> Result<(), Fault> {
        let at = self.tokens.at();
        let inside = self.inside();
        let scope = self.scope_number(inside);
        self.draft.step(Step::Instance { at: at as u32, scope });
        self.draft.plan.is_local = true;
        self.tokens.pass(super::render::instance_end(self.source.chunk, at, self.source.end)? - at);
        Ok(())
    }

    /// What surrounds the children of the innermost element.
    fn inside(&self) -> Scope {
        let role = self.stack.last().and_then(|element| element.role.as_ref());
        role.map_or(&self.scope, |role| &role.inside).clone()
    }

    fn name(&mut self) -> Result<String, Fault> {
        let name = self.tokens.name()?;
        Ok(self.note_name(name))
    }

    fn note_name(&mut self, name: Name) -> String {
        let text = name.xml_name();
        let plan = &mut self.draft.plan;
        plan.names_bytes += name.text.len();
        plan.names.push(name);
        // Where names were overwritten, values can still be told.
        plan.is_damaged |= text.is_empty();
        if text.is_empty() { "_".to_owned() } else { text }
    }

    fn scope_number(&mut self, scope: Scope) -> u32 {
        self.draft.plan.names_bytes += scope.name_bytes();
        self.scopes.number(scope)
    }
}

/// Text without characters that XML does not allow.
fn safe(text: &[u8]) -> String {
    String::from_utf8_lossy(text).chars().map(|character| if is_xml(character) { character } else { '_' }).collect()
}
