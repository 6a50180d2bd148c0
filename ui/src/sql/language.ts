// SQL as Margay speaks it, for the editor: DataFusion's words, and the functions that Margay adds.

export const FUNCTIONS: readonly { label: string; detail: string }[] = [
  { label: "ip_in_cidr", detail: "(ip, cidr): is the address in the network?" },
  {
    label: "domain_is_or_under",
    detail: "(name, domain): is the name the domain or below it?",
  },
  { label: "date_trunc", detail: "('hour', at): the time cut to a unit" },
  { label: "date_bin", detail: "(interval, at): the time cut to an interval" },
  { label: "approx_distinct", detail: "(x): about how many different values" },
  { label: "approx_percentile_cont", detail: "(x, 0.99): about this quantile" },
  { label: "regexp_like", detail: "(text, pattern)" },
  { label: "regexp_match", detail: "(text, pattern): the groups that matched" },
  { label: "starts_with", detail: "(text, start)" },
  { label: "split_part", detail: "(text, separator, n)" },
  { label: "array_has", detail: "(list, value)" },
  { label: "unnest", detail: "(list): a row for each value" },
  { label: "coalesce", detail: "(a, b, …): the first that is not null" },
  { label: "now", detail: "()" },
];
