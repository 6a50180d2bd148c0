// The answer to a query: columns of Arrow batches, as they came. No row is ever made into an object.

import { type Column, type Table, Type, tableFromIPC } from "@uwdata/flechette";
import { END, Splitter } from "./ipc";

export interface ResultColumn {
  name: string;
  /** Names may come twice, this does not. */
  key: string;
  /** What the page does with it: a time is shown as one, a number is set to the right. */
  kind: "text" | "number" | "time" | "flag" | "other";
}

export type Value = string | number | bigint | boolean | Uint8Array | object | null | undefined;

/** Integers stay exact; a time is milliseconds since 1970 with what is below them as a fraction. */
const DECODING = { useBigInt: true, useDate: false } as const;

export class Result {
  columns: ResultColumn[] = [];
  n_rows = 0;
  n_bytes = 0;
  private schema: Uint8Array | null = null;
  private dictionaries: Uint8Array[] = [];
  private batches: Table[] = [];
  /** The first row of each batch. */
  private starts: number[] = [];
  private readonly splitter = new Splitter();

  /** Takes bytes of the stream in, and says whether there is more to show. */
  push(chunk: Uint8Array): boolean {
    this.n_bytes += chunk.length;
    let grown = false;
    for (const message of this.splitter.push(chunk)) {
      if (message.kind === "dictionary") {
        this.dictionaries.push(message.bytes);
        continue;
      }
      if (message.kind === "schema") {
        this.schema = message.bytes;
        this.columns = described(tableFromIPC([joined([message.bytes, END])], DECODING));
      } else {
        this.add(message.bytes);
      }
      grown = true;
    }
    return grown;
  }

  /** Whether the answer came to its end, and was not cut off in the middle. */
  get whole(): boolean {
    return this.splitter.whole;
  }

  value(row: number, column: number): Value {
    const batch = this.batchOf(row);
    const start = this.starts[batch];
    return start === undefined ? undefined : this.batches[batch]?.getChildAt(column)?.at(row - start);
  }

  /** Values of one column, from the first row on; at most so many. */
  values(column: number, n_max = Number.POSITIVE_INFINITY): Value[] {
    const values: Value[] = [];
    for (const batch of this.batches) {
      const child: Column<Value> | undefined = batch.getChildAt(column);
      for (let row = 0; child && row < child.length; row += 1) {
        if (values.length >= n_max) {
          return values;
        }
        values.push(child.at(row));
      }
    }
    return values;
  }

  private add(message: Uint8Array): void {
    if (!this.schema) {
      throw new Error("the answer has rows before it has columns");
    }
    const table = tableFromIPC([joined([this.schema, ...this.dictionaries, message, END])], DECODING);
    if (table.numRows > 0) {
      this.batches.push(table);
      this.starts.push(this.n_rows);
      this.n_rows += table.numRows;
    }
  }

  /** The last batch that starts at or before this row. */
  private batchOf(row: number): number {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function described(table: Table): ResultColumn[] {
  return table.schema.fields.map((field, i) => {
    const dictionary = field.type.typeId === Type.Dictionary;
    const { typeId } = dictionary
      ? (field.type as unknown as { dictionary: { typeId: number } }).dictionary
      : field.type;
    return { name: field.name, key: `${i} ${field.name}`, kind: KINDS[typeId] ?? "other" };
  });
}

const KINDS: Record<number, ResultColumn["kind"]> = {
  [Type.Int]: "number",
  [Type.Float]: "number",
  [Type.Decimal]: "number",
  [Type.Bool]: "flag",
  [Type.Timestamp]: "time",
  [Type.Date]: "time",
  [Type.Utf8]: "text",
  [Type.LargeUtf8]: "text",
  [Type.Utf8View]: "text",
};

/** A value as text, the same in the grid, in the clipboard and in files. */
export function shown(value: Value, kind: ResultColumn["kind"]): string {
  if (value === null || value === undefined) {
    return "";
  }
  if (kind === "time" && (typeof value === "number" || typeof value === "bigint")) {
    return instant(Number(value));
  }
  if (value instanceof Uint8Array) {
    return hex(value);
  }
  return typeof value === "object" ? nested(value) : String(value);
}

/** Milliseconds with a fraction, as RFC 3339 down to the microsecond where there is something below the second. */
export function instant(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) {
    return String(milliseconds);
  }
  const whole = Math.floor(milliseconds);
  const text = new Date(whole).toISOString();
  const micros = Math.round((milliseconds - whole) * 1000);
  if (micros > 0 && micros < 1000) {
    return `${text.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
  }
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

const BYTES_MAX = 64;

function hex(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, BYTES_MAX), (byte) => byte.toString(16).padStart(2, "0")).join(
    " ",
  );
  return bytes.length > BYTES_MAX ? `${digits} … (${bytes.length} bytes)` : digits;
}

function nested(value: object): string {
  const plain = (_key: string, part: unknown) => {
    if (typeof part === "bigint") {
      return String(part);
    }
    return ArrayBuffer.isView(part) && !(part instanceof DataView)
      ? Array.from(part as unknown as ArrayLike<number>)
      : part;
  };
  return JSON.stringify(value, plain) ?? "";
}
