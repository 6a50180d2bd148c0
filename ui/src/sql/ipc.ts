// Cuts a stream of Arrow IPC into messages as its bytes arrive, so that the first rows show before the last are computed.
// Spec: arrow.apache.org/docs/format/Columnar.html, "Encapsulated message format".

export type Kind = "schema" | "dictionary" | "batch";

export interface Message {
  kind: Kind;
  /** The whole message: marker, length, metadata and body. */
  bytes: Uint8Array;
}

const MARKER = 0xffffffff;
const HEADER = 8;
/** What no honest message reaches; a broken length must not make us wait for gigabytes. */
const MESSAGE_MAX = 512 * 1024 * 1024;
const KINDS: Record<number, Kind> = {
  1: "schema",
  2: "dictionary",
  3: "batch",
};

/** The end of a stream, which a reader of a part of it needs too. */
export const END = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

export class Splitter {
  private parts: Uint8Array[] = [];
  private n_bytes = 0;
  private ended = false;

  /** Takes what has come in, and gives the messages that are whole by now. */
  push(chunk: Uint8Array): Message[] {
    this.parts.push(chunk);
    this.n_bytes += chunk.length;
    const messages: Message[] = [];
    for (let message = this.next(); message; message = this.next()) {
      messages.push(message);
    }
    return messages;
  }

  /** Whether the stream came to its own end, and was not cut off. */
  get whole(): boolean {
    return this.ended;
  }

  private next(): Message | null {
    if (this.ended || this.n_bytes < HEADER) {
      return null;
    }
    const header = view(this.peek(HEADER));
    if (header.getUint32(0, true) !== MARKER) {
      throw new Error("the answer is not an Arrow stream");
    }
    const metadata = header.getInt32(4, true);
    if (metadata === 0) {
      this.ended = true;
      return null;
    }
    if (metadata < 0 || metadata > MESSAGE_MAX) {
      throw new Error("a message of the answer has an impossible length");
    }
    if (this.n_bytes < HEADER + metadata) {
      return null;
    }
    const { kind, body } = described(view(this.peek(HEADER + metadata)), HEADER);
    const whole = HEADER + metadata + body;
    if (this.n_bytes < whole) {
      return null;
    }
    return { kind, bytes: this.take(whole) };
  }

  /** The first bytes in one piece; they stay. */
  private peek(n: number): Uint8Array {
    const first = this.parts[0];
    if (first && first.length >= n) {
      return first;
    }
    const joined = new Uint8Array(this.n_bytes);
    let at = 0;
    for (const part of this.parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.parts = [joined];
    return joined;
  }

  private take(n: number): Uint8Array {
    const joined = this.peek(n);
    const rest = joined.subarray(n);
    this.parts = rest.length > 0 ? [rest, ...this.parts.slice(1)] : this.parts.slice(1);
    this.n_bytes -= n;
    // A copy, so that a small message does not hold on to the large chunk that it came in.
    return joined.slice(0, n);
  }
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Fields of the flatbuffer `Message` by their slots in its table. */
const SLOT = { headerType: 6, bodyLength: 10 } as const;

function described(bytes: DataView, at: number): { kind: Kind; body: number } {
  const table = at + bytes.getUint32(at, true);
  const slots = table - bytes.getInt32(table, true);
  const n_slots = bytes.getUint16(slots, true);
  const place = (slot: number) => (slot < n_slots ? bytes.getUint16(slots + slot, true) : 0);
  const kindAt = place(SLOT.headerType);
  const kind = KINDS[kindAt === 0 ? 0 : bytes.getUint8(table + kindAt)];
  const bodyAt = place(SLOT.bodyLength);
  const body = bodyAt === 0 ? 0 : Number(bytes.getBigInt64(table + bodyAt, true));
  if (!kind || body < 0 || body > MESSAGE_MAX) {
    throw new Error("a message of the answer cannot be understood");
  }
  return { kind, body };
}
