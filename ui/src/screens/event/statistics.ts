// The numbers behind findings, in words that need no statistician.

interface Meaning {
  name: string;
  /** What the number says. */
  says: string;
  unit?: "seconds" | "share" | "count" | "p" | "bits" | "bytes";
}

const MEANINGS: Record<string, Meaning> = {
  period_s: { name: "Interval", says: "the usual time from one contact to the next", unit: "seconds" },
  jitter: {
    name: "Jitter",
    says: "how far intervals stray from it; people stray by more than half",
    unit: "share",
  },
  mad_s: {
    name: "Usual stray",
    says: "half of all intervals are nearer to the usual one than this",
    unit: "seconds",
  },
  n_beats: { name: "Contacts", says: "how often it was contacted", unit: "count" },
  n_missed: { name: "Missed", says: "times at which a contact was due and did not come", unit: "count" },
  n_hosts: { name: "Hosts", says: "machines here that do the same; few is more unusual", unit: "count" },
  regularity: { name: "Regularity", says: "how much steadier it is than other traffic here" },
  bowley_skew: {
    name: "Lean",
    says: "whether intervals are rather longer or shorter than usual; 0 is neither",
  },
  phase_coherence: {
    name: "In step",
    says: "whether contacts keep to the clock or to each other; 1 is the clock",
    unit: "share",
  },
  same_size_share: { name: "Same size", says: "share of contacts that are of one size", unit: "share" },
  upload_peak: { name: "Largest upload", says: "against the usual upload of this contact" },
  settled_s: { name: "Quiet before", says: "time that the host was at work without it", unit: "seconds" },
  persistence: { name: "Persistence", says: "share of the day's hours in which it was there", unit: "share" },
  p_timing: { name: "Timing by chance", says: "how often chance would keep time like this", unit: "p" },
  p_silent_before: {
    name: "Silence by chance",
    says: "how often it would be quiet before by chance",
    unit: "p",
  },
  p_begins: { name: "Beginning by chance", says: "how often ordinary software begins so", unit: "p" },
  p_looks: { name: "Looks by chance", says: "how often ordinary traffic here looks like it", unit: "p" },
  n_dns: { name: "Look-ups", says: "times that its name was asked for", unit: "count" },
  n_tls: { name: "TLS sessions", says: "sessions that were opened", unit: "count" },
  n_names: { name: "Names", says: "different names", unit: "count" },
  n_targets: { name: "Targets", says: "different other sides", unit: "count" },
  n_ports: { name: "Ports", says: "different ports", unit: "count" },
  entropy: { name: "Entropy", says: "bits a letter; what is random has more", unit: "bits" },
  success: { name: "Success", says: "1 where records speak of success, not of attempts alone" },
};

const number = (value: number, digits = 3) =>
  value.toLocaleString("en", { maximumSignificantDigits: digits });

/** `85 s`, `12 min`, `3.5 h`. */
export function span(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 120) return `${number(seconds)} s`;
  if (size < 7_200) return `${number(seconds / 60)} min`;
  return size < 172_800 ? `${number(seconds / 3_600)} h` : `${number(seconds / 86_400)} d`;
}

/** `once in 2,200 times`; what is rarer than a computer can tell is just that. */
export function odds(p: number): string {
  if (p <= 0) return "practically never";
  if (p >= 0.5) return "more often than not";
  const times = 1 / p;
  return times < 1e6
    ? `once in ${Math.round(times).toLocaleString("en")} times`
    : `once in 10^${Math.round(Math.log10(times))} times`;
}

export interface Explained {
  name: string;
  value: string;
  says: string;
}

export function explain([key, value]: [string, number]): Explained {
  const known = MEANINGS[key];
  const isP = known?.unit === "p" || key.startsWith("p_");
  const isCount = known?.unit === "count" || key.startsWith("n_");
  const isSeconds = known?.unit === "seconds" || key.endsWith("_s");
  const isShare = known?.unit === "share" || key.endsWith("_share");
  const written = isP
    ? value < 0.001
      ? value.toExponential(1)
      : number(value)
    : isCount
      ? Math.round(value).toLocaleString("en")
      : isSeconds
        ? span(value)
        : isShare
          ? `${number(value * 100)} %`
          : number(value, 4);
  const fallback = key.replace(/^(n|p)_/, "").replaceAll("_", " ");
  const says = isP
    ? `${known?.says ?? "how often chance would do the same"}: ${odds(value)}`
    : (known?.says ?? "");
  return { name: known?.name ?? fallback, value: written, says };
}
