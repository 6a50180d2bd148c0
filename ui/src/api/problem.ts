// An error as the server tells it (RFC 9457), or as we tell it when there was no answer.

/** What people see of a failure: what, detail, hint. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    readonly detail = "",
    readonly hint = "",
    readonly requestId = "",
    /** Further members, such as the position of a fault in a filter. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(title);
    this.name = "Problem";
  }

  /** Whether the same request may well succeed in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const known = await response.json().catch(() => null);
  if (known && typeof known === "object" && !Array.isArray(known)) {
    const {
      title,
      detail,
      hint,
      code,
      request_id,
      type: _type,
      status: _status,
      ...more
    } = known as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    return new Problem(
      response.status,
      text(code) || `http_${response.status}`,
      text(title) || `The server answered ${response.status}`,
      text(detail),
      text(hint),
      text(request_id) || (response.headers.get("x-request-id") ?? ""),
      { ...more, retryAfter: response.headers.get("retry-after") },
    );
  }
  return new Problem(response.status, `http_${response.status}`, `The server answered ${response.status}`);
}

export function unreachable(): Problem {
  return new Problem(
    0,
    "unreachable",
    "The server does not answer",
    "The connection failed or was cut off.",
    "Is `margay serve` still running? This page tries again by itself.",
  );
}
