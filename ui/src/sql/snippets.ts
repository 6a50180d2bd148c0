// The same query elsewhere: what to paste into a notebook or a terminal.

export interface Place {
  /** `https://margay.example:7777`. */
  server: string;
  host: string;
}

export interface Snippet {
  name: string;
  language: string;
  text: string;
}

export function snippets(sql: string, place: Place): Snippet[] {
  return [
    { name: "Python (ADBC)", language: "python", text: adbc(sql, place) },
    { name: "Python (HTTP)", language: "python", text: http(sql, place) },
    { name: "psql", language: "shell", text: psql(sql, place) },
    { name: "curl", language: "shell", text: curl(sql, place) },
    { name: "margay", language: "shell", text: `margay sql ${quoted(sql)}` },
  ];
}

function adbc(sql: string, { host }: Place): string {
  return `# pip install adbc-driver-flightsql pyarrow polars
# The server listens for Flight SQL where it was started with --flight; the key is made under Admin, Keys.
import os
import adbc_driver_flightsql.dbapi as flight
import polars as pl

key = os.environ["MARGAY_KEY"]
con = flight.connect(
    "grpc://${host}:7779",
    db_kwargs={"adbc.flight.sql.authorization_header": "Bearer " + key},
    autocommit=True,
)
df = pl.read_database(${pythonText(sql)}, con)
`;
}

function http(sql: string, { server }: Place): string {
  return `# pip install pyarrow
import json, os, urllib.request
import pyarrow.ipc as ipc

request = urllib.request.Request(
    "${server}/api/v1/sql",
    data=json.dumps({"sql": ${pythonText(sql)}}).encode(),
    headers={
        "Authorization": "Bearer " + os.environ["MARGAY_KEY"],
        "Content-Type": "application/json",
        "Accept": "application/vnd.apache.arrow.stream",
    },
)
with urllib.request.urlopen(request) as answer:
    df = ipc.open_stream(answer).read_all().to_pandas()
`;
}

function psql(sql: string, { host }: Place): string {
  return `# The server listens for PostgreSQL clients where it was started with --postgres.
PGPASSWORD="$MARGAY_KEY" psql -h ${host} -p 7778 -U key margay -c ${quoted(sql)}
`;
}

function curl(sql: string, { server }: Place): string {
  return `curl -sS ${server}/api/v1/sql \\
  -H "Authorization: Bearer $MARGAY_KEY" -H 'Content-Type: application/json' -H 'Accept: text/csv' \\
  -d ${quoted(JSON.stringify({ sql }))}
`;
}

/** For a shell: inside of single quotes nothing has a meaning but the quote itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** For Python: JSON's text is Python's too, but for characters beyond the first plane, which JSON leaves as they are. */
const pythonText = (text: string): string => JSON.stringify(text);

/** A notebook of Jupyter with the query, its result and a first plot. */
export function notebook(sql: string, title: string, place: Place): string {
  const lines = (text: string) => text.split(/(?<=\n)/);
  const cell = (id: string, source: string) => ({
    cell_type: "code",
    id,
    execution_count: null,
    metadata: {},
    outputs: [],
    source: lines(source),
  });
  return JSON.stringify(
    {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: {
          name: "python3",
          display_name: "Python 3",
          language: "python",
        },
        language_info: { name: "python" },
      },
      cells: [
        {
          cell_type: "markdown",
          id: "about",
          metadata: {},
          source: lines(`# ${title}\n\nFrom Margay at ${place.server}.`),
        },
        cell("query", http(sql, place)),
        cell("look", "df.describe(include='all')"),
      ],
    },
    null,
    1,
  );
}
