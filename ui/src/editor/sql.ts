// SQL for the editor: DataFusion's dialect, completion of tables and columns that this reader may see.

import type { Completion } from "@codemirror/autocomplete";
import { PostgreSQL, type SQLNamespace, schemaCompletionSource, sql } from "@codemirror/lang-sql";
import type { Extension } from "@codemirror/state";
import { FUNCTIONS } from "../sql/language";

export interface SchemaTable {
  name: string;
  description: string;
  columns: { name: string; type: string; description: string }[];
  n_rows?: number | null;
}

export function sqlLanguage(tables: readonly SchemaTable[]): Extension {
  const schema: Record<string, SQLNamespace> = {};
  for (const table of tables) {
    schema[table.name] = {
      self: { label: table.name, type: "type", detail: table.description },
      children: table.columns.map((column) => ({
        label: column.name,
        type: "property",
        detail: column.type,
        info: column.description,
      })),
    };
  }
  const language = sql({ dialect: PostgreSQL, schema, upperCaseKeywords: true });
  return [
    language,
    PostgreSQL.language.data.of({ autocomplete: columnsOfNamed(tables) }),
    PostgreSQL.language.data.of({ autocomplete: schemaCompletionSource({ dialect: PostgreSQL, schema }) }),
  ];
}

/** Columns of the tables that the query names, without their table in front; and our functions. */
function columnsOfNamed(tables: readonly SchemaTable[]) {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const functions: Completion[] = FUNCTIONS.map(({ label, detail }) => ({ label, detail, type: "function" }));
  return (context: import("@codemirror/autocomplete").CompletionContext) => {
    const word = context.matchBefore(/[\w]+/);
    if (!word && !context.explicit) return null;
    const before = context.state.sliceDoc(
      Math.max(0, (word?.from ?? context.pos) - 1),
      word?.from ?? context.pos,
    );
    if (before === ".") return null;
    const text = context.state.doc.toString();
    const named = new Set(
      [...text.matchAll(/\b(?:from|join)\s+([\w.]+)/gi)].map((match) => match[1]?.split(".").at(-1)),
    );
    const columns = [...named].flatMap((name) => byName.get(name ?? "")?.columns ?? []);
    const seen = new Set<string>();
    const options: Completion[] = columns.flatMap((column) => {
      if (seen.has(column.name)) return [];
      seen.add(column.name);
      return [
        { label: column.name, detail: column.type, info: column.description, type: "property", boost: 10 },
      ];
    });
    return { from: word?.from ?? context.pos, options: [...options, ...functions], validFor: /^\w*$/ };
  };
}
