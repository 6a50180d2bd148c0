// From events to a case: a new one, or one that is open already.
import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { get, post } from "../../api/client";
import type { Case } from "../../api/types";
import { plain, shorten } from "../../parts/hostile";

/** The server takes titles of 300 characters. */
const TITLE_MAX = 300;

export function OpenCase({ ids, title, onClose }: { ids: string[]; title: string; onClose: () => void }) {
  const [name, setName] = useState(plain(shorten(title, 120)));
  const [into, setInto] = useState<string | null>(null);
  const cases = useQuery({
    queryKey: ["cases", "open"],
    queryFn: () => get<{ items: Case[] }>("/cases", { state: "open" }),
  });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const work = useMutation({
    mutationFn: async () => {
      if (!into) return (await post<Case>("/cases", { title: name.trim(), events: ids })).number;
      for (const value of ids) {
        await post(`/cases/${into}/work`, {
          change: { kind: "add_item", item_kind: "event", value, note: "" },
        });
      }
      return Number(into);
    },
    onSuccess: async (number) => {
      await queries.invalidateQueries({ queryKey: ["cases"] });
      onClose();
      await navigate({ to: `/cases/${number}` as never });
    },
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (into || name.trim()) work.mutate();
  };
  const known = (cases.data?.items ?? []).map((one) => ({
    value: String(one.number),
    label: `${one.number}: ${plain(shorten(one.title, 60))}`,
  }));
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Escalate ${ids.length} ${ids.length === 1 ? "event" : "events"} to a case`}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="New case"
            maxLength={TITLE_MAX}
            value={name}
            disabled={into !== null}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          {known.length > 0 && (
            <Select
              label="Or one that is open"
              clearable
              searchable
              data={known}
              value={into}
              onChange={setInto}
            />
          )}
          {work.error && (
            <Alert color="red" role="alert">
              {work.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={work.isPending}>
              {into ? "Add to the case" : "Open the case"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
