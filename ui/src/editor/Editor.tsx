// A text editor for code. What it holds is the caller's state; what language it speaks, the caller's extensions.

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
  lineNumbers,
  placeholder,
  rectangularSelection,
} from "@codemirror/view";
import { useEffect, useRef } from "react";
import classes from "./editor.module.css";
import { look } from "./look";

/** What is wrong with the text, and where; lines and columns are counted from 1, columns in characters. */
export interface Fault {
  line: number;
  column: number;
  message: string;
  hint?: string | null;
  warning?: boolean;
  /** How many characters are meant. */
  length?: number;
}

interface Props {
  value: string;
  onChange: (value: string) => void;
  label: string;
  language?: Extension;
  faults?: readonly Fault[];
  hint?: string;
  /** Keys of the screen, such as the one that runs a query. */
  keys?: readonly KeyBinding[];
  /** Puts text where the cursor stands; the caller keeps the function. */
  onReady?: (insert: (text: string) => void) => void;
}

export function Editor({
  value,
  onChange,
  label,
  language = [],
  faults,
  hint = "",
  keys = [],
  onReady,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, keys, onReady, value });
  latest.current = { onChange, keys, onReady, value };
  const speech = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is told to it below
  useEffect(() => {
    if (!box.current) return;
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          keymap.of(bound(latest)),
          speech.current.of(language),
          basics(label, hint),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    latest.current.onReady?.((text) => {
      editor.dispatch(editor.state.replaceSelection(text));
      editor.focus();
    });
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: speech.current.reconfigure(language) });
  }, [language]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, placed(editor.state, faults ?? [])));
  }, [faults]);

  return <div ref={box} className={classes.editor} />;
}

/** Keys ask for what they do when they are pressed: the screen's state has moved on by then. */
function bound(latest: { current: { keys: readonly KeyBinding[] } }): KeyBinding[] {
  return latest.current.keys.map((binding, i) => ({
    ...binding,
    run: (editor: EditorView) => latest.current.keys[i]?.run?.(editor) ?? false,
  }));
}

function basics(label: string, hint: string): Extension {
  return [
    look,
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSpecialChars({
      addSpecialChars: /[\u061c\u115f\u1160\u17b4\u17b5\u180e\u2060-\u206f\u3164\uffa0]/,
    }),
    history(),
    drawSelection(),
    rectangularSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    highlightSelectionMatches(),
    search({ top: true }),
    lintGutter(),
    placeholder(hint),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      // Escape, then Tab leaves the editor: nobody is trapped by the keyboard.
      indentWithTab,
    ]),
  ];
}

function placed(state: EditorState, faults: readonly Fault[]): Diagnostic[] {
  return faults.map((fault) => {
    const line = state.doc.line(Math.max(1, Math.min(fault.line, state.doc.lines)));
    const from = Math.min(line.to, line.from + Math.max(0, fault.column - 1));
    const wanted = fault.length ? from + fault.length : wordEnd(state, from, line.to);
    return {
      from,
      to: Math.min(state.doc.length, Math.max(from, wanted)),
      severity: fault.warning ? "warning" : "error",
      message: fault.hint ? `${fault.message}\n${fault.hint}` : fault.message,
    };
  });
}

function wordEnd(state: EditorState, from: number, lineEnd: number): number {
  return state.wordAt(from)?.to ?? Math.min(lineEnd, from + 1);
}
