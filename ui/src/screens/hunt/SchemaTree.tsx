// What can be asked: tables with their columns and what each holds. A click puts the name into the query.

import { TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { grouped } from "../../charts/words";
import type { SchemaTable } from "../../editor/sql";
import { CaretDownIcon, CaretRightIcon } from "../../parts/icons";
import { Answer } from "../../parts/states";
import { name } from "../../sql/text";
import classes from "./hunt.module.css";

interface Props {
  query: Parameters<typeof Answer<{ tables: SchemaTable[] }>>[0]["query"];
  onInsert: (text: string) => void;
  onAsk: (sql: string) => void;
}

export function SchemaTree({ query, onInsert, onAsk }: Props) {
  return (
    <nav className={classes.schema} aria-label="Tables and columns">
      <Answer query={query} what="Reading the schema">
        {({ tables }) => <Tables tables={tables} onInsert={onInsert} onAsk={onAsk} />}
      </Answer>
    </nav>
  );
}

function Tables({ tables, onInsert, onAsk }: { tables: SchemaTable[] } & Omit<Props, "query">) {
  const [wanted, setWanted] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const shown = useMemo(() => matching(tables, wanted.trim().toLowerCase()), [tables, wanted]);
  return (
    <>
      <TextInput
        size="xs"
        placeholder="Find a table or column"
        aria-label="Find a table or column"
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <ul className={classes.tables}>
        {shown.map((table) => {
          const isOpen = open === table.name || wanted.trim() !== "";
          return (
            <li key={table.name}>
              <div className={classes.table}>
                <button
                  type="button"
                  aria-expanded={isOpen}
                  title={table.description}
                  onClick={() => setOpen(isOpen ? null : table.name)}
                >
                  {isOpen ? <CaretDownIcon size={12} /> : <CaretRightIcon size={12} />} {table.name}
                  {typeof table.n_rows === "number" && (
                    <span className="soft numbers">{grouped(table.n_rows)}</span>
                  )}
                </button>
                <button
                  type="button"
                  className={classes.look}
                  aria-label={`Look at ${table.name}`}
                  onClick={() => onAsk(`SELECT *\nFROM ${name(table.name)}\nLIMIT 100`)}
                >
                  look
                </button>
              </div>
              {isOpen && <Columns table={table} onInsert={onInsert} />}
            </li>
          );
        })}
      </ul>
      {shown.length === 0 && <p className="soft">No table or column has that in its name.</p>}
    </>
  );
}

function Columns({ table, onInsert }: { table: SchemaTable; onInsert: (text: string) => void }) {
  return (
    <ul className={classes.columns}>
      {table.columns.map((column) => (
        <li key={column.name}>
          <button type="button" title={column.description} onClick={() => onInsert(name(column.name))}>
            {column.name} <span className="soft">{column.type}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function matching(tables: SchemaTable[], wanted: string): SchemaTable[] {
  if (wanted === "") return tables;
  return tables.flatMap((table) => {
    if (table.name.includes(wanted)) return [table];
    const columns = table.columns.filter((column) => column.name.toLowerCase().includes(wanted));
    return columns.length > 0 ? [{ ...table, columns }] : [];
  });
}
