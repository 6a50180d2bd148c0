// Writing SQL: values and names of ours into text that the server then judges as it does all queries.

export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Names of columns that would else be read in lower case or as a word of the language. */
export const name = (column: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;

/** The query once more, with only the rows where a column has or has not a value. */
export function filtered(sql: string, column: string, value: string | null, without: boolean): string {
  const inner = sql.trim().replace(/;+\s*$/, "");
  const is = value === null ? "IS" : "=";
  const isNot = value === null ? "IS NOT" : "IS DISTINCT FROM";
  const compared = value === null ? "NULL" : literal(value);
  const cast = value === null ? name(column) : `CAST(${name(column)} AS VARCHAR)`;
  return `SELECT * FROM (\n${inner}\n) AS t\nWHERE ${cast} ${without ? isNot : is} ${compared}`;
}

/** How often each value of a column occurs in the answer. */
export function countedBy(sql: string, column: string): string {
  const inner = sql.trim().replace(/;+\s*$/, "");
  return `SELECT ${name(column)}, count(*) AS n\nFROM (\n${inner}\n) AS t\nGROUP BY 1\nORDER BY n DESC\nLIMIT 100`;
}
