// Filters that were kept, which columns are shown, and the list as a file.
import { ActionIcon, Button, Checkbox, Menu, Popover, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { address, download, get, post, remove } from "../../api/client";
import { useMay } from "../../api/session";
import { plain } from "../../parts/hostile";
import { CaretDownIcon, ColumnsIcon, DownloadSimpleIcon, TrashIcon } from "../../parts/icons";
import { Untrusted } from "../../parts/Untrusted";
import { useDensity } from "../../shell/settings";
import { COLUMNS, columnsOf } from "./columns";
import type { Question } from "./list";
import { type SavedQuery, wordsOf } from "./saved";

interface ViewsProps {
  f: string;
  cols: string;
  total: number;
  question: Question;
  onFilter: (f: string) => void;
  onColumns: (cols: string) => void;
}

export function Views(props: ViewsProps) {
  return (
    <>
      <SavedMenu f={props.f} onFilter={props.onFilter} />
      <ColumnsMenu cols={props.cols} onColumns={props.onColumns} />
      <ExportMenu question={props.question} total={props.total} />
    </>
  );
}

function SavedMenu({ f, onFilter }: Pick<ViewsProps, "f" | "onFilter">) {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const maySave = useMay("save_queries");
  const saved = useQuery({ queryKey: ["queries"], queryFn: () => get<{ items: SavedQuery[] }>("/queries") });
  const changed = () => queries.invalidateQueries({ queryKey: ["queries"] });
  const keep = useMutation({
    mutationFn: () => post("/queries", { name: name.trim(), f }),
    onSuccess: changed,
  });
  const drop = useMutation({
    mutationFn: (one: string) => remove(`/queries/${encodeURIComponent(one)}`),
    onSuccess: changed,
  });
  const items = (saved.data?.items ?? []).flatMap((one) => {
    const words = wordsOf(one);
    return words === null ? [] : [{ name: one.name, words }];
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (name.trim() && f) keep.mutate();
  };
  return (
    <Popover position="bottom-end" width={320} trapFocus>
      <Popover.Target>
        <Button variant="default" rightSection={<CaretDownIcon size={12} />}>
          Saved views
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={4}>
          {items.length === 0 && (
            <span className="soft">
              None yet. A saved view is a filter with a name; `margay queries` can send what is new in it.
            </span>
          )}
          {items.map((one) => (
            <div key={one.name} style={{ display: "flex", gap: 4 }}>
              <Button
                variant="subtle"
                justify="flex-start"
                flex={1}
                onClick={() => onFilter(one.words)}
                title={plain(one.words)}
              >
                <Untrusted text={one.name} max={36} />
              </Button>
              {maySave && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={28}
                  aria-label={`Remove the view ${plain(one.name)}`}
                  onClick={() => drop.mutate(one.name)}
                >
                  <TrashIcon size={14} />
                </ActionIcon>
              )}
            </div>
          ))}
          {maySave && (
            <form onSubmit={submit}>
              <TextInput
                label="Keep this filter as"
                description={f ? undefined : "Write a filter first"}
                disabled={!f}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                error={keep.error?.message}
              />
              <Button type="submit" mt={8} disabled={!f || !name.trim()} loading={keep.isPending}>
                Save
              </Button>
            </form>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function ColumnsMenu({ cols, onColumns }: Pick<ViewsProps, "cols" | "onColumns">) {
  const [density, setDensity] = useDensity();
  const shown = new Set(columnsOf(cols).map((column) => column.key));
  const turn = (key: string) => {
    const next = COLUMNS.filter((column) =>
      column.key === key ? !shown.has(column.key) : shown.has(column.key),
    );
    onColumns(next.map((column) => column.key).join(","));
  };
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<ColumnsIcon size={15} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={6}>
          {COLUMNS.map((column) => (
            <Checkbox
              key={column.key}
              size="xs"
              label={column.title}
              checked={shown.has(column.key)}
              onChange={() => turn(column.key)}
            />
          ))}
          <Button variant="default" onClick={() => onColumns("")}>
            The usual ones
          </Button>
          <Checkbox
            size="xs"
            label="More room for each row"
            checked={density === "comfortable"}
            onChange={(event) => setDensity(event.currentTarget.checked ? "comfortable" : "compact")}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Rows that one file holds at most; the server pages beyond that. */
const EXPORT_MAX = 10_000;

function ExportMenu({ question, total }: { question: Question; total: number }) {
  const mayExport = useMay("export");
  const [error, setError] = useState("");
  if (!mayExport) return null;
  const fetchAs = (accept: string, name: string) => {
    setError("");
    download("/events", name, { query: { ...question, limit: EXPORT_MAX }, accept }).catch((problem: Error) =>
      setError(problem.message),
    );
  };
  const rows = Math.min(total, EXPORT_MAX).toLocaleString("en");
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button variant="default" leftSection={<DownloadSimpleIcon size={15} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {rows} of {total.toLocaleString("en")} events, as filtered and as far as your scope reaches
        </Menu.Label>
        <Menu.Item onClick={() => fetchAs("text/csv", "events.csv")}>CSV</Menu.Item>
        <Menu.Item onClick={() => fetchAs("application/json", "events.json")}>JSON</Menu.Item>
        <Menu.Item onClick={() => fetchAs("application/vnd.apache.arrow.stream", "events.arrow")}>
          Arrow
        </Menu.Item>
        <Menu.Item
          onClick={() =>
            void navigator.clipboard.writeText(
              `${window.location.origin}${address("/events", { ...question })}`,
            )
          }
        >
          Copy the address of the API
        </Menu.Item>
        {error && <Menu.Label c="red">{error}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
